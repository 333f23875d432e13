#include "session/protocol_violation.hpp"

#include <string>
#include <utility>

#include "error/excerpt.hpp"

namespace pgcoro::detail {
namespace {

error_info fatal(errc code, std::string message) {
  error_details details;
  details.code = make_error_code(code);
  details.message = std::move(message);
  details.connection_usable = false;
  return error_info(std::move(details));
}

}  // namespace

error_info protocol_violation(const protocol::protocol_error& e) { return fatal(e.code(), e.to_string()); }

error_info not_allowed_here(const protocol::message_view& m) {
  return fatal(errc::protocol_error, std::string(protocol::name_of(m.backend())) + ": not allowed here");
}

error_info unasked_error(const error_info& reported) {
  return fatal(errc::protocol_error, "ErrorResponse that answers nothing: " + reported.message());
}

error_info check_parameter(std::string_view name, std::string_view value) {
  if (name != "client_encoding" || value == "UTF8") return {};
  return fatal(errc::unsupported_server,
               "client_encoding became \"" + excerpt(value, 64) + "\"; only UTF8 is supported");
}

}  // namespace pgcoro::detail
