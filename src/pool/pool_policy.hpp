// Who gets which connection, when one is opened, checked, given up: the pool without I/O, without a clock of its own.
//
//   auto answer = policy.acquire(now, use_kind::exclusive, deadline, &me);   // granted, queued or refused
//   policy.release(slot, now, taken_at, condition::clean);
//   while (const auto action = policy.next_action()) …                       // open, check, restore, close, grant,
//   refuse timer.expires_at(policy.wake());                                         // then policy.tick(now)
//
// A connection lives in a slot. Whoever does the I/O does what the actions say and reports how it went: opened or
// open_failed, checked, restored, gone; and lost, whenever the server ends a connection.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <pgcoro/error.hpp>
#include <pgcoro/pool_options.hpp>
#include <pgcoro/pool_statistics.hpp>

namespace pgcoro::detail {

using pool_slot = std::uint32_t;

enum class use_kind : unsigned char {
  exclusive,  ///< a lease: nobody else uses the connection meanwhile
  shared,     ///< a one-shot statement: up to max_pipeline_depth of them at a time
};

/// In which state a connection comes back.
enum class condition : unsigned char {
  clean,   ///< ready for the next one
  busy,    ///< something is still in flight: of others who share it, or else dirty
  dirty,   ///< something has to be done first
  broken,  ///< lost, or not to be trusted any more
};

/// Why somebody who wants a connection gets none.
enum class refusal : unsigned char { overloaded, closed, timed_out, hopeless };

struct pool_action {
  enum class kind : unsigned char {
    open,   ///< connect; then opened() or open_failed()
    check,  ///< ping; then checked()
    probe,  ///< ask its server, beside whatever is done with it, whether it is what it was; distrust() where it is not
    restore,  ///< roll back, discard …; then restored()
    close,    ///< then gone()
    abort,    ///< give up what is being done, which is still reported
    grant,    ///< `owner` may use the connection
    refuse,   ///< `owner` gets none
  };
  kind what;
  pool_slot slot = 0;
  void* owner = nullptr;
  refusal why{};
};

class pool_policy {
 public:
  using duration = std::chrono::steady_clock::duration;
  using time_point = std::chrono::steady_clock::time_point;

  /// Takes numbers and times from the options. `seed` is that of the jitter.
  pool_policy(const pool_options& options, std::uint32_t seed);

  // Those who want connections

  struct answer {
    enum class kind : unsigned char { granted, queued, refused };
    kind what;
    pool_slot slot = 0;        ///< granted
    std::uint64_t waiter = 0;  ///< queued: for withdraw(); `owner` will be granted or refused, once
    refusal why{};             ///< refused
  };
  /// In turn: nobody overtakes those who wait already. Where `owner` is null, nobody is queued; the answer may say so
  /// all the same, and nothing has happened then.
  answer acquire(time_point now, use_kind use, time_point deadline, void* owner, std::uint64_t number = 0);
  /// A waiter's number ahead of time.
  std::uint64_t take_number() noexcept { return next_waiter_++; }
  /// Somebody who waits no longer wants: his `owner`, or null where an action has been made for him already.
  void* withdraw(std::uint64_t waiter, time_point now);
  void release(pool_slot slot, time_point now, time_point taken_at, condition how);
  /// The one who was granted it takes it for good: it no longer counts.
  void forget(pool_slot slot, time_point now);

  // What became of an action

  /// `server`: to which, where that server may have to be left; those are probed now and then.
  void opened(pool_slot slot, time_point now, std::string server = {});
  /// `hopeless`: trying again will not help.
  void open_failed(pool_slot slot, time_point now, error_info why, bool hopeless);
  void checked(pool_slot slot, time_point now, bool alive);
  void restored(pool_slot slot, time_point now, bool clean);
  /// The server has forgotten it, or has had its time.
  void gone(pool_slot slot, time_point now);

  // What is noticed

  /// The connection has ended without our doing.
  void lost(pool_slot slot, time_point now);
  /// Nobody may use it before it has been restored: where it is free, or was being checked.
  void distrust(pool_slot slot, time_point now);
  /// Every connection to the server of this one is replaced, used ones when they come back.
  void leave_server_of(pool_slot slot, time_point now);

  // The owner's wishes

  /// Opens min_size connections; so does the first acquire.
  void start(time_point now);
  /// Those who wait are refused; who has a connection may keep it until `deadline`.
  void close(time_point now, time_point deadline);
  /// Every connection is replaced, used ones when they come back.
  void reset(time_point now);
  void resize(time_point now, std::size_t min_size, std::size_t max_size);

  // Time

  void tick(time_point now);
  /// When tick() is next due, or earlier; time_point::max() for never.
  time_point wake() const noexcept { return wake_; }

  std::optional<pool_action> next_action();
  bool has_actions() const noexcept { return next_ != actions_.size(); }

  bool closed() const noexcept { return closed_; }
  std::size_t size() const noexcept { return slots_.size() - count(state::empty); }
  /// Of the last attempt to open a connection, where it has failed.
  const error_info& last_error() const noexcept { return last_error_; }
  std::size_t users(pool_slot of) const noexcept { return slots_[of].users; }
  const pool_statistics& statistics();
  void count_one(std::uint64_t pool_statistics::* what) noexcept { ++(statistics_.*what); }

 private:
  enum class state : unsigned char { empty, opening, idle, used, checking, restoring, closing };
  static constexpr std::size_t states = 7;

  struct slot {
    state now = state::empty;
    use_kind use = use_kind::exclusive;
    condition worst = condition::clean;  // of those who have used it since it was idle
    bool lost = false;
    bool to_be_left = false;  // its server is not what is wanted any more
    std::size_t users = 0;
    std::uint64_t generation = 0;
    time_point expires_at = time_point::max();
    time_point idle_since{};
    std::string server{};
  };
  struct waiter {
    use_kind use;
    void* owner;
    time_point since;
    time_point deadline;
  };
  using waiter_map = std::map<std::uint64_t, waiter>;  // in the order of arrival

  std::size_t count(state s) const noexcept { return counts_[static_cast<std::size_t>(s)]; }
  void enter(slot& s, state next) noexcept;
  void act(pool_action::kind what, pool_slot id) { actions_.push_back({.what = what, .slot = id}); }
  void refuse(waiter_map::iterator at, refusal why);
  void forget_waiter(waiter_map::iterator at);
  void refuse_all(refusal why);

  std::optional<pool_slot> pick(use_kind use, time_point now);
  std::optional<pool_slot> least_shared(time_point now) const;
  bool is_fresh(const slot& s, time_point now) const;
  bool is_due_to_close(const slot& s, time_point now) const;
  bool is_probed(const slot& s) const { return !s.server.empty() && probe_every_ > probe_every_.zero(); }
  void serve(time_point now);
  void grow(time_point now);
  bool try_open(time_point now);
  std::size_t wanted() const;
  std::size_t kept() const noexcept { return size() - count(state::closing); }

  void settle(pool_slot id, time_point now);
  void become_free(pool_slot id, time_point now);
  void close_slot(pool_slot id, std::uint64_t& why);
  void remove_idle(pool_slot id);
  void close_idle_beyond(time_point now);
  void probe_servers(time_point now);
  void end_users();
  duration backoff();
  double random();
  void note(time_point when) noexcept {
    if (when < wake_) wake_ = when;
  }
  void plan_wake(time_point now);

  pool_options::duration idle_timeout_, max_lifetime_, check_after_, probe_every_, backoff_min_, backoff_max_;
  std::size_t min_size_, max_size_, max_waiters_, depth_;
  double jitter_;
  std::minstd_rand random_;

  std::vector<slot> slots_;
  std::vector<pool_slot> free_;  // empty slots
  std::vector<pool_slot> idle_;  // the one used last is at the back, and is used first
  std::array<std::size_t, states> counts_{};
  waiter_map waiters_;
  std::set<std::pair<time_point, std::uint64_t>> deadlines_;  // of waiters
  std::size_t shared_waiters_ = 0;
  std::uint64_t next_waiter_ = 1;

  std::vector<pool_action> actions_;
  std::size_t next_ = 0;  // of actions_, the first that was not taken

  std::uint64_t generation_ = 0;
  std::size_t failures_ = 0;  // attempts to open a connection that have failed in a row
  time_point retry_at_{};
  time_point probe_at_{};
  error_info last_error_;
  time_point wake_ = time_point::max();
  time_point close_deadline_ = time_point::max();
  bool started_ = false;
  bool closed_ = false;
  pool_statistics statistics_;
};

}  // namespace pgcoro::detail
