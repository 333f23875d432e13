// Which connection is given to whom, and when the pool grows.
#include <algorithm>

#include "pool/pool_policy.hpp"

namespace pgcoro::detail {

bool pool_policy::is_fresh(const slot& s, time_point now) const {
  return check_after_ <= check_after_.zero() || now - s.idle_since < check_after_;
}

bool pool_policy::is_due_to_close(const slot& s, time_point now) const {
  return closed_ || s.generation != generation_ || s.to_be_left || now >= s.expires_at || kept() > max_size_;
}

std::optional<pool_slot> pool_policy::pick(use_kind use, time_point now) {
  std::optional<pool_slot> found;
  if (!idle_.empty() && is_fresh(slots_[idle_.back()], now)) {
    found = idle_.back();
    idle_.pop_back();
    enter(slots_[*found], state::used);
    slots_[*found].use = use;
  } else if (use == use_kind::shared && depth_ > 1) {
    found = least_shared(now);
  }
  if (found) ++slots_[*found].users;
  return found;
}

std::optional<pool_slot> pool_policy::least_shared(time_point now) const {
  std::optional<pool_slot> best;
  for (pool_slot id = 0; id < slots_.size(); ++id) {
    const slot& s = slots_[id];
    if (s.now != state::used || s.use != use_kind::shared || s.users >= depth_) continue;
    if (s.lost || s.worst != condition::clean || is_due_to_close(s, now)) continue;
    if (!best || s.users < slots_[*best].users) best = id;
  }
  return best;
}

void pool_policy::serve(time_point now) {
  while (!waiters_.empty()) {
    const auto first = waiters_.begin();
    const auto id = pick(first->second.use, now);
    if (!id) break;
    ++statistics_.acquired;
    statistics_.acquire_wait.add(now - first->second.since);
    actions_.push_back({.what = pool_action::kind::grant, .slot = *id, .owner = first->second.owner});
    forget_waiter(first);
  }
  grow(now);
}

/// How many connections those who wait could use.
std::size_t pool_policy::wanted() const {
  return waiters_.size() - shared_waiters_ + (shared_waiters_ + depth_ - 1) / depth_;
}

void pool_policy::grow(time_point now) {
  if (closed_ || !started_) return;
  std::size_t coming = count(state::opening) + count(state::checking);  // what is being restored may take its time
  for (const std::size_t n = wanted(); coming < n; ++coming) {
    if (!idle_.empty()) {  // none that is fresh, else it would have been given
      const pool_slot id = idle_.back();
      idle_.pop_back();
      enter(slots_[id], state::checking);
      ++statistics_.checks;
      act(pool_action::kind::check, id);
    } else if (!try_open(now)) {
      break;
    }
  }
  while (kept() < min_size_ && try_open(now)) continue;
}

/// While the server does not answer, it is asked once at a time, and ever more rarely.
bool pool_policy::try_open(time_point now) {
  if (closed_ || size() >= max_size_) return false;
  if (failures_ > 0) {
    if (count(state::opening) > 0) return false;
    if (now < retry_at_) {
      note(retry_at_);
      return false;
    }
  }
  if (free_.empty()) {
    free_.push_back(static_cast<pool_slot>(slots_.size()));
    slots_.emplace_back();
    ++counts_[static_cast<std::size_t>(state::empty)];
  }
  const pool_slot id = free_.back();
  free_.pop_back();
  slots_[id].generation = generation_;
  enter(slots_[id], state::opening);
  act(pool_action::kind::open, id);
  return true;
}

/// Twice as long after each failure, and between half of that and the whole, so that many pools do not come at once.
pool_policy::duration pool_policy::backoff() {
  const std::size_t doublings = std::min<std::size_t>(failures_ - 1, 20);
  const duration whole = std::min(backoff_min_ * (std::int64_t{1} << doublings), backoff_max_);
  return std::chrono::duration_cast<duration>(std::chrono::duration<double>(whole) * (1 - random() / 2));
}

double pool_policy::random() { return std::uniform_real_distribution<double>(0, 1)(random_); }

void pool_policy::remove_idle(pool_slot id) { idle_.erase(std::find(idle_.begin(), idle_.end(), id)); }

}  // namespace pgcoro::detail
