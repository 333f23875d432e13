// What is done with a connection between two who use it.
#include <boost/asio/co_spawn.hpp>
#include <string>

#include "client/connection_core.hpp"
#include "pool/pool_core.hpp"

namespace pgcoro::detail {
namespace {

namespace asio = boost::asio;
using protocol::transaction_status;

/// DISCARD ALL in parts: all but DEALLOCATE ALL, which would take our prepared statements, and but what cannot run
/// with others in one script. CLOSE ALL first, as a cursor may hold what follows.
constexpr const char* discard_sql =
    "CLOSE ALL; SET SESSION AUTHORIZATION DEFAULT; RESET ALL; UNLISTEN *; SELECT pg_catalog.pg_advisory_unlock_all();"
    " DISCARD TEMP; DISCARD SEQUENCES";

/// What is left of a bound on several steps.
class time_left {
 public:
  explicit time_left(std::chrono::steady_clock::duration time) : end_(std::chrono::steady_clock::now() + time) {}
  query_options options() const {
    query_options o;
    o.timeout = std::max(end_ - std::chrono::steady_clock::now(), std::chrono::steady_clock::duration(1));
    return o;
  }

 private:
  std::chrono::steady_clock::time_point end_;
};

}  // namespace

/// On the connection's executor.
condition pool_core::assess(const pooled_connection& slot) const noexcept {
  if (!slot.core || !slot.core->is_open()) return condition::broken;
  const session& s = slot.core->protocol_session();
  // Somebody still has the handle of a transaction: what he does with it must not end up in the next one's session.
  if (s.open_transaction_block() != 0) return condition::broken;
  if (s.status() != transaction_status::idle)
    return options_.reset == reset_policy::none && !s.busy() ? condition::broken : condition::dirty;
  if (is_in_doubt(slot) || options_.after_release || options_.reset == reset_policy::discard_always)
    return condition::dirty;
  if (s.marks.state_left && options_.reset == reset_policy::discard) return condition::dirty;
  return s.busy() ? condition::busy : condition::clean;
}

void pool_core::check(pooled_connection& slot) {
  query_options bound;
  bound.timeout = options_.check_timeout;
  asio::co_spawn(slot.executor, slot.db.ping(bound), [self = shared_from_this(), &slot](const std::exception_ptr& e) {
    const bool alive = !e;
    const bool in_doubt = alive && is_in_doubt(slot);
    self->report([&](pool_policy& p, auto now) {
      if (in_doubt)
        p.distrust(slot.id, now);
      else
        p.checked(slot.id, now, alive);
    });
  });
}

void pool_core::restore(pooled_connection& slot) {
  asio::co_spawn(slot.executor, restore_session(slot),
                 [self = shared_from_this(), &slot](const std::exception_ptr& e, bool fit) {
                   const bool clean = !e && fit;
                   self->report([&](pool_policy& p, auto now) { p.restored(slot.id, now, clean); });
                 });
}

/// Whether it may be given to the next one. What throws answers the question, too.
asio::awaitable<bool> pool_core::restore_session(pooled_connection& slot) {
  const time_left left(options_.return_timeout);
  session& s = slot.core->protocol_session();
  if (s.busy()) co_await slot.db.ping(left.options());  // behind what was given up
  if (s.status() != transaction_status::idle) {
    if (options_.reset == reset_policy::none) co_return false;
    count(&pool_statistics::rollbacks);
    co_await slot.db.execute_script(left.options(), "ROLLBACK");
  }
  const bool discard =
      options_.reset == reset_policy::discard_always || (options_.reset == reset_policy::discard && s.marks.state_left);
  if (discard) {
    count(&pool_statistics::discards);
    co_await slot.db.execute_script(left.options(), discard_sql);
  }
  if (is_in_doubt(slot)) {
    const bool still_wanted = co_await is_still_wanted(slot, left.options());
    // Settings that were not discarded may be somebody's own, and say nothing of the server.
    if (!still_wanted && (discard || !s.marks.state_left)) leave_server_of(slot);
    if (!still_wanted) co_return false;
  }
  s.marks = {};
  bool fit = true;
  if (options_.after_release) fit = co_await options_.after_release(slot.db);
  co_return fit&& slot.core->is_open() && !s.busy() && s.status() == transaction_status::idle;
}

}  // namespace pgcoro::detail
