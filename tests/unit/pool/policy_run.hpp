// Drives the pool's policy by hand: a clock that stands still, actions as text, and names for those who wait.
#pragma once

#include <chrono>
#include <gtest/gtest.h>
#include <map>
#include <string>
#include <utility>

#include "pool/pool_policy.hpp"

namespace pgcoro::test {

using namespace std::chrono_literals;
using detail::condition;
using detail::pool_action;
using detail::pool_policy;
using detail::pool_slot;
using detail::refusal;
using detail::use_kind;

class policy_run {
 public:
  using time_point = pool_policy::time_point;
  static constexpr time_point never = time_point::max();

  explicit policy_run(const pool_options& options) : policy(options, 1) {}

  /// "granted 0", "queued" or "refused …".
  std::string acquire(const std::string& who, use_kind use = use_kind::exclusive, time_point deadline = never) {
    const auto name = names_.try_emplace(who, who).first;
    const auto answer = policy.acquire(now, use, deadline, &name->second);
    if (answer.what == pool_policy::answer::kind::granted) return "granted " + std::to_string(answer.slot);
    if (answer.what == pool_policy::answer::kind::refused) return "refused " + text(answer.why);
    waiting_[who] = answer.waiter;
    return "queued";
  }
  std::string share(const std::string& who) { return acquire(who, use_kind::shared); }

  bool withdraw(const std::string& who) { return policy.withdraw(waiting_.at(who), now) != nullptr; }

  void release(pool_slot slot, condition how = condition::clean) { policy.release(slot, now, now, how); }

  /// Opens a connection for everybody who wants one, up to the limit; `n` of them are idle then.
  void open_idle(std::size_t n, const std::string& server = {}) {
    for (std::size_t i = 0; i < n; ++i) (void)acquire("opener");
    (void)actions();
    for (pool_slot i = 0; i < n; ++i) policy.opened(i, now, server);
    (void)actions();
    for (pool_slot i = 0; i < n; ++i) release(i);
    EXPECT_EQ(actions(), "");
  }

  /// All that is to be done, in order: "open 0; grant 1 to ann; refuse bob: timed out".
  std::string actions() {
    std::string all;
    while (const auto action = policy.next_action()) {
      if (!all.empty()) all += "; ";
      all += text(*action);
    }
    return all;
  }

  void pass(pool_policy::duration time) {
    now += time;
    policy.tick(now);
  }

  const pool_statistics& statistics() { return policy.statistics(); }

  time_point now{1000s};
  pool_policy policy;

 private:
  static std::string text(refusal why) {
    switch (why) {
      case refusal::overloaded: return "overloaded";
      case refusal::closed: return "closed";
      case refusal::timed_out: return "timed out";
      case refusal::hopeless: return "hopeless";
    }
    return "?";
  }

  static std::string text(const pool_action& action) {
    const std::string slot = std::to_string(action.slot);
    using kind = pool_action::kind;
    switch (action.what) {
      case kind::open: return "open " + slot;
      case kind::check: return "check " + slot;
      case kind::probe: return "probe " + slot;
      case kind::restore: return "restore " + slot;
      case kind::abort: return "abort " + slot;
      case kind::close: return "close " + slot;
      case kind::grant: return "grant " + slot + " to " + *static_cast<std::string*>(action.owner);
      case kind::refuse: return "refuse " + *static_cast<std::string*>(action.owner) + ": " + text(action.why);
    }
    return "?";
  }

  std::map<std::string, std::string> names_;
  std::map<std::string, std::uint64_t> waiting_;
};

/// Without what would interfere with a test that is not about it.
inline pool_options plain_options(std::size_t max_size) {
  pool_options options;
  options.max_size = max_size;
  options.idle_timeout = 0s;
  options.max_lifetime = 0s;
  options.check_after = 0s;
  return options;
}

}  // namespace pgcoro::test
