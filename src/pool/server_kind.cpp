// Whether servers still are what target_session_attrs wants. One that becomes read-only by a reload, or a primary by
// promotion, keeps its sessions, and tells them only with the next ReadyForQuery (ParameterStatus of
// default_transaction_read_only and in_hot_standby; PostgreSQL 14). So an idle connection is made to ask now and then.
#include <boost/asio/co_spawn.hpp>
#include <tuple>

#include "client/connection_core.hpp"
#include "client/control_operations.hpp"
#include "client/session_attrs.hpp"
#include "pool/pool_core.hpp"

namespace pgcoro::detail {
namespace {

namespace asio = boost::asio;

/// One Sync. Whoever uses the connection meanwhile sends behind it, and loses nothing.
asio::awaitable<void> synchronise(std::shared_ptr<connection_core> core, query_options bound) {
  sync_operation op(std::move(core), bound);
  co_await op.done();
}

target_session_attrs wanted_of(const pooled_connection& slot) { return slot.core->settings().target_session_attrs; }

}  // namespace

/// On the connection's executor, as all of this. Empty where any kind will do.
std::string pool_core::server_of_wanted_kind(const pooled_connection& slot) {
  if (wanted_of(slot) == target_session_attrs::any) return {};
  return slot.core->made().dialled.host->label();
}

bool pool_core::is_in_doubt(const pooled_connection& slot) noexcept {
  return slot.core->protocol_session().marks.kind_in_doubt && wanted_of(slot) != target_session_attrs::any;
}

void pool_core::probe(pooled_connection& slot) {
  if (!slot.core) return;  // closed meanwhile
  query_options bound;
  bound.timeout = options_.check_timeout;
  asio::co_spawn(slot.executor, synchronise(slot.core, bound),
                 [self = shared_from_this(), &slot, core = slot.core](const std::exception_ptr&) {
                   if (slot.core != core || !is_in_doubt(slot)) return;
                   self->report([&](pool_policy& p, auto now) { p.distrust(slot.id, now); });
                 });
}

/// Asks, as a statement that was refused as read-only may have been refused for its own transaction's sake. What was
/// not of the wanted kind when it was opened (prefer-standby takes what there is) cannot cease to be.
asio::awaitable<bool> pool_core::is_still_wanted(pooled_connection& slot, query_options bound) {
  const target_session_attrs wanted = wanted_of(slot);
  const auto at_first = session_kind::told(slot.core->made().opening.parameters);
  if (at_first && !at_first->meets(wanted)) co_return true;
  bound.mode = statement_mode::simple;
  const auto [standby, read_only] = co_await slot.db.fetch_one<std::tuple<bool, bool>>(bound, session_kind::question);
  co_return session_kind{.standby = standby, .read_only = read_only}.meets(wanted);
}

void pool_core::leave_server_of(const pooled_connection& slot) {
  report([&](pool_policy& p, auto now) { p.leave_server_of(slot.id, now); });
}

}  // namespace pgcoro::detail
