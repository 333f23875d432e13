#include "error/server_error.hpp"

#include <utility>

namespace pgcoro::detail {
namespace {

bool ends_the_connection(const server_fields& fields) {
  return fields.severity == "FATAL" || fields.severity == "PANIC";
}

bool left_nothing_behind(sqlstate state, bool fatal) {
  switch (state) {
    case sqlstate::serialization_failure:
    case sqlstate::deadlock_detected: return true;
    case sqlstate::cannot_connect_now:
    case sqlstate::too_many_connections:
    case sqlstate::sqlserver_rejected_establishment_of_sqlconnection: return fatal;
    default: return false;
  }
}

}  // namespace

error_info make_server_error(server_fields fields, error_details context) {
  const sqlstate state = to_sqlstate(fields.sqlstate);
  const bool fatal = ends_the_connection(fields);
  context.code = state;
  context.message = fields.message;
  context.connection_usable = context.connection_usable && !fatal;
  context.safe_to_retry = context.safe_to_retry || left_nothing_behind(state, fatal);
  context.server = std::move(fields);
  return error_info(std::move(context));
}

}  // namespace pgcoro::detail
