#include "error/transient.hpp"

#include <boost/asio/error.hpp>
#include <boost/system/errc.hpp>

#include <pgcoro/error.hpp>

namespace pgcoro::detail {
namespace {

bool is_transient_sqlstate(sqlstate state) {
  switch (state) {
    case sqlstate::protocol_violation:
    case sqlstate::transaction_integrity_constraint_violation: return false;
    case sqlstate::object_in_use:
    case sqlstate::lock_not_available:
    case sqlstate::admin_shutdown:
    case sqlstate::crash_shutdown:
    case sqlstate::cannot_connect_now:
    case sqlstate::idle_session_timeout:
    case sqlstate::idle_in_transaction_session_timeout: return true;
    default: break;
  }
  switch (class_of(state)) {
    case sqlstate_class::connection_exception:
    case sqlstate_class::transaction_rollback:
    case sqlstate_class::insufficient_resources: return true;
    default: return false;
  }
}

bool is_transient_errc(errc code) {
  switch (code) {
    case errc::connection_closed:
    case errc::connect_failed:
    case errc::timeout:
    case errc::pool_overloaded:
    case errc::wrong_session_type: return true;
    default: return false;
  }
}

bool is_lost_connection(const boost::system::error_code& code) {
  namespace sys = boost::system::errc;
  for (const sys::errc_t condition :
       {sys::connection_refused, sys::connection_reset, sys::connection_aborted, sys::broken_pipe, sys::timed_out,
        sys::host_unreachable, sys::network_unreachable, sys::network_down, sys::network_reset, sys::not_connected}) {
    if (code == condition) return true;
  }
  return code == boost::asio::error::eof || code == boost::asio::error::host_not_found_try_again;
}

}  // namespace

bool is_transient(const boost::system::error_code& code) noexcept {
  if (code.category() == sqlstate_category()) return is_transient_sqlstate(static_cast<sqlstate>(code.value()));
  if (code.category() == error_category()) return is_transient_errc(static_cast<errc>(code.value()));
  return is_lost_connection(code);
}

}  // namespace pgcoro::detail
