#include "pool/pool_policy.hpp"

#include <algorithm>
#include <ranges>
#include <string_view>

namespace pgcoro::detail {

pool_policy::pool_policy(const pool_options& options, std::uint32_t seed)
    : idle_timeout_(options.idle_timeout),
      max_lifetime_(options.max_lifetime),
      check_after_(options.check_after),
      probe_every_(options.server_check_interval),
      backoff_min_(options.backoff_min),
      backoff_max_(options.backoff_max),
      min_size_(options.min_size),
      max_size_(std::max<std::size_t>(options.max_size, 1)),
      max_waiters_(options.max_waiters),
      depth_(std::max<std::size_t>(options.max_pipeline_depth, 1)),
      jitter_(std::clamp(options.jitter, 0.0, 1.0)),
      random_(seed) {
  min_size_ = std::min(min_size_, max_size_);
}

void pool_policy::enter(slot& s, state next) noexcept {
  --counts_[static_cast<std::size_t>(s.now)];
  ++counts_[static_cast<std::size_t>(next)];
  s.now = next;
}

std::optional<pool_action> pool_policy::next_action() {
  if (!has_actions()) return std::nullopt;
  const pool_action action = actions_[next_++];
  if (!has_actions()) {
    actions_.clear();
    next_ = 0;
  }
  return action;
}

const pool_statistics& pool_policy::statistics() {
  statistics_.max_size = max_size_;
  statistics_.size = size();
  statistics_.idle = count(state::idle);
  statistics_.in_use = count(state::used);
  statistics_.opening = count(state::opening);
  statistics_.recovering = count(state::checking) + count(state::restoring) + count(state::closing);
  statistics_.waiting = waiters_.size();
  return statistics_;
}

// Those who want connections

pool_policy::answer pool_policy::acquire(time_point now, use_kind use, time_point deadline, void* owner,
                                         std::uint64_t number) {
  using kind = answer::kind;
  if (closed_) return {.what = kind::refused, .why = refusal::closed};
  started_ = true;
  if (waiters_.empty()) {
    if (const auto id = pick(use, now)) {
      ++statistics_.acquired;
      ++statistics_.acquired_at_once;
      statistics_.acquire_wait.add({});
      if (slots_[*id].users > 1 && count(state::opening) == 0) try_open(now);  // all are busy
      return {.what = kind::granted, .slot = *id};
    }
  }
  if (owner == nullptr) return {.what = kind::queued};
  if (waiters_.size() >= max_waiters_) {
    ++statistics_.overloads;
    if (count(state::opening) == 0) try_open(now);  // where nobody may wait, nobody else asks for it
    return {.what = kind::refused, .why = refusal::overloaded};
  }
  if (number == 0) number = take_number();
  waiters_.emplace_hint(waiters_.end(), number, waiter{use, owner, now, deadline});
  if (use == use_kind::shared) ++shared_waiters_;
  if (deadline != time_point::max()) {
    deadlines_.emplace(deadline, number);
    note(deadline);
  }
  grow(now);
  return {.what = kind::queued, .waiter = number};
}

void* pool_policy::withdraw(std::uint64_t number, time_point now) {
  const auto at = waiters_.find(number);
  if (at == waiters_.end()) return nullptr;
  void* const owner = at->second.owner;
  ++statistics_.acquire_cancellations;
  forget_waiter(at);
  serve(now);  // it may have been in the way: a lease in front of one-shots that could share
  return owner;
}

void pool_policy::forget_waiter(waiter_map::iterator at) {
  if (at->second.use == use_kind::shared) --shared_waiters_;
  if (at->second.deadline != time_point::max()) deadlines_.erase({at->second.deadline, at->first});
  waiters_.erase(at);
}

void pool_policy::refuse(waiter_map::iterator at, refusal why) {
  actions_.push_back({.what = pool_action::kind::refuse, .owner = at->second.owner, .why = why});
  forget_waiter(at);
}

void pool_policy::refuse_all(refusal why) {
  while (!waiters_.empty()) refuse(waiters_.begin(), why);
}

void pool_policy::release(pool_slot id, time_point now, time_point taken_at, condition how) {
  slot& s = slots_[id];
  statistics_.use.add(now - taken_at);
  if (s.use == use_kind::shared) statistics_.query.add(now - taken_at);
  --s.users;
  if (how == condition::busy) how = s.users > 0 ? condition::clean : condition::dirty;
  s.worst = std::max(s.worst, how);
  if (s.now != state::used) return;  // closed under its users
  if (s.users > 0)
    serve(now);
  else
    settle(id, now);
}

void pool_policy::forget(pool_slot id, time_point now) {
  slots_[id].users = 0;
  if (slots_[id].now == state::used) gone(id, now);
}

/// Nobody uses it any more.
void pool_policy::settle(pool_slot id, time_point now) {
  slot& s = slots_[id];
  if (s.lost) {
    close_slot(id, statistics_.closed_lost);
  } else if (s.worst == condition::broken) {
    close_slot(id, statistics_.closed_in_doubt);
  } else if (s.worst == condition::dirty && !closed_) {
    enter(s, state::restoring);
    act(pool_action::kind::restore, id);
  } else {
    become_free(id, now);
  }
}

void pool_policy::become_free(pool_slot id, time_point now) {
  slot& s = slots_[id];
  if (is_due_to_close(s, now)) return close_slot(id, statistics_.closed_lifetime);
  s.worst = condition::clean;
  s.idle_since = now;
  enter(s, state::idle);
  idle_.push_back(id);
  note(s.expires_at);
  if (idle_timeout_ > idle_timeout_.zero() && kept() > min_size_) note(now + idle_timeout_);
  if (is_probed(s)) {
    if (probe_at_ <= now) probe_at_ = now + probe_every_;  // none was free for a while
    note(probe_at_);
  }
  if (!waiters_.empty()) serve(now);
}

void pool_policy::close_slot(pool_slot id, std::uint64_t& why) {
  ++why;
  enter(slots_[id], state::closing);
  act(pool_action::kind::close, id);
}

void pool_policy::gone(pool_slot id, time_point now) {
  slot& s = slots_[id];
  const std::size_t users = s.users;  // where it was closed under them
  enter(s, state::empty);
  s = slot{.users = users};
  if (users == 0) free_.push_back(id);
  serve(now);
}

// What became of an action

void pool_policy::opened(pool_slot id, time_point now, std::string server) {
  slot& s = slots_[id];
  s.server = std::move(server);
  ++statistics_.opened;
  failures_ = 0;
  last_error_ = {};
  if (max_lifetime_ > max_lifetime_.zero()) {
    const auto shorter = std::chrono::duration<double>(max_lifetime_) * (jitter_ * random());
    s.expires_at = now + max_lifetime_ - std::chrono::duration_cast<duration>(shorter);
  }
  if (s.lost) return close_slot(id, statistics_.closed_lost);
  become_free(id, now);
  grow(now);  // until it was known that the server is there, it was asked once at a time
}

void pool_policy::open_failed(pool_slot id, time_point now, error_info why, bool hopeless) {
  if (!closed_) {
    ++statistics_.open_failures;
    ++failures_;
    retry_at_ = now + backoff();
    last_error_ = std::move(why);
  }
  enter(slots_[id], state::empty);
  slots_[id] = slot{};
  free_.push_back(id);
  const bool others = count(state::used) + count(state::idle) + count(state::checking) + count(state::restoring) > 0;
  if (hopeless && !others) refuse_all(refusal::hopeless);
  serve(now);
}

void pool_policy::checked(pool_slot id, time_point now, bool alive) {
  if (alive && !slots_[id].lost) return become_free(id, now);
  close_slot(id, slots_[id].lost ? statistics_.closed_lost : statistics_.closed_in_doubt);
  grow(now);
}

void pool_policy::restored(pool_slot id, time_point now, bool clean) { checked(id, now, clean); }

void pool_policy::lost(pool_slot id, time_point now) {
  slot& s = slots_[id];
  s.lost = true;
  if (s.now != state::idle) return;  // whoever is at work on it reports
  remove_idle(id);
  close_slot(id, statistics_.closed_lost);
  grow(now);
}

void pool_policy::distrust(pool_slot id, time_point now) {
  slot& s = slots_[id];
  if (s.now != state::idle && s.now != state::checking) return;  // whoever is at work on it looks at it
  if (s.lost) return checked(id, now, false);
  if (s.now == state::idle) remove_idle(id);
  enter(s, state::restoring);
  act(pool_action::kind::restore, id);
  grow(now);
}

void pool_policy::leave_server_of(pool_slot id, time_point now) {
  if (slots_[id].to_be_left) return;
  ++statistics_.servers_left;
  const std::string server = slots_[id].server;
  for (slot& s : slots_)
    if (s.server == server) s.to_be_left = true;
  close_idle_beyond(now);
  serve(now);
}

// The owner's wishes

void pool_policy::start(time_point now) {
  started_ = true;
  grow(now);
}

void pool_policy::close(time_point now, time_point deadline) {
  closed_ = true;
  close_deadline_ = std::min(close_deadline_, deadline);
  refuse_all(refusal::closed);
  close_idle_beyond(now);
  for (pool_slot id = 0; id < slots_.size(); ++id)
    if (slots_[id].now == state::opening) act(pool_action::kind::abort, id);
  note(close_deadline_);
}

void pool_policy::reset(time_point now) {
  ++generation_;
  failures_ = 0;
  close_idle_beyond(now);
  serve(now);
}

void pool_policy::resize(time_point now, std::size_t min_size, std::size_t max_size) {
  max_size_ = std::max<std::size_t>(max_size, 1);
  min_size_ = std::min(min_size, max_size_);
  while (kept() > max_size_ && !idle_.empty()) {
    const pool_slot oldest = idle_.front();
    idle_.erase(idle_.begin());
    close_slot(oldest, statistics_.closed_idle);
  }
  if (kept() > min_size_ && !idle_.empty()) note(now);
  serve(now);
}

// Time

void pool_policy::tick(time_point now) {
  while (!deadlines_.empty() && deadlines_.begin()->first <= now) {
    ++statistics_.acquire_timeouts;
    refuse(waiters_.find(deadlines_.begin()->second), refusal::timed_out);
  }
  close_idle_beyond(now);
  if (now >= probe_at_) probe_servers(now);
  if (now >= close_deadline_) end_users();
  serve(now);
  plan_wake(now);
}

/// Closes those that are not to be kept, the one that has been idle longest first.
void pool_policy::close_idle_beyond(time_point now) {
  const std::vector<pool_slot> all(idle_);
  for (const pool_slot id : all) {
    const slot& s = slots_[id];
    const bool due = is_due_to_close(s, now);
    const bool too_long =
        idle_timeout_ > idle_timeout_.zero() && now - s.idle_since >= idle_timeout_ && kept() > min_size_;
    if (!due && !too_long) continue;
    remove_idle(id);
    close_slot(id, due ? statistics_.closed_lifetime : statistics_.closed_idle);
  }
}

/// Each server once, on the connection that would be used next.
void pool_policy::probe_servers(time_point now) {
  probe_at_ = now + probe_every_;
  std::set<std::string_view> asked;
  for (const pool_slot id : std::views::reverse(idle_))
    if (is_probed(slots_[id]) && asked.insert(slots_[id].server).second) act(pool_action::kind::probe, id);
}

/// The pool's end cannot wait any longer: connections are closed under those who use them.
void pool_policy::end_users() {
  close_deadline_ = time_point::max();
  for (pool_slot id = 0; id < slots_.size(); ++id) {
    const state s = slots_[id].now;
    if (s == state::used)
      close_slot(id, statistics_.closed_in_doubt);
    else if (s == state::checking || s == state::restoring || s == state::opening)
      act(pool_action::kind::abort, id);
  }
}

void pool_policy::plan_wake(time_point now) {
  wake_ = close_deadline_;
  if (!deadlines_.empty()) note(deadlines_.begin()->first);
  for (const pool_slot id : idle_) {
    note(slots_[id].expires_at);
    if (is_probed(slots_[id])) note(probe_at_);
    if (idle_timeout_ > idle_timeout_.zero() && kept() > min_size_) note(slots_[id].idle_since + idle_timeout_);
  }
  const bool wants = !closed_ && started_ && (wanted() > 0 || kept() < min_size_);
  if (wants && failures_ > 0 && count(state::opening) == 0 && size() < max_size_) note(std::max(retry_at_, now));
}

}  // namespace pgcoro::detail
