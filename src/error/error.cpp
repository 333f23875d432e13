#include <cstddef>
#include <utility>

#include <pgcoro/error.hpp>

#include "error/excerpt.hpp"
#include "error/transient.hpp"

namespace pgcoro {
namespace {

constexpr std::size_t message_limit = 8000;  // a list of connection attempts is long
constexpr std::size_t detail_limit = 1000;

void append_quoted(std::string& line, std::string_view label, std::string_view name) {
  if (name.empty()) return;
  line.append(label).append("\"").append(detail::excerpt(name)).append("\"");
}

/// "authentication failed on db1:5432: "
std::string compose_prefix(const error_details& d) {
  std::string line;
  if (!d.stage.empty()) line.append(d.stage).append(" failed");
  if (!d.host.empty()) line.append(line.empty() ? "on " : " on ").append(d.host);
  if (!line.empty()) line.append(": ");
  return line;
}

void append_sqlstate(std::string& line, const error_details& d) {
  if (!d.server->sqlstate.empty()) line.append(" (").append(detail::excerpt(d.server->sqlstate)).append(")");
}

/// One line: where, what, what else the server says, and which column of which statement.
std::string compose(const error_details& d) {
  std::string line = compose_prefix(d);
  line.append(detail::excerpt(d.message, message_limit));
  if (d.server) {
    append_sqlstate(line, d);
    if (!d.server->detail.empty()) line.append("; detail: ").append(detail::excerpt(d.server->detail, detail_limit));
    if (!d.server->hint.empty()) line.append("; hint: ").append(detail::excerpt(d.server->hint, detail_limit));
    append_quoted(line, ", constraint ", d.server->constraint_name);
  }
  // A parameter, "$2", is named by the message itself.
  if (!d.column.starts_with('$')) append_quoted(line, ", column ", d.column);
  append_quoted(line, ", in statement ", d.statement);
  if (d.server && d.server->position != 0) {
    line.append(" at character ").append(std::to_string(d.server->position));
  }
  return line;
}

const error_details& no_error() noexcept {
  static const error_details none;
  return none;
}

}  // namespace

error_info::error_info(error_details details) {
  if (details.message.empty()) details.message = details.code.message();
  details.exception_text = compose(details);
  details_ = std::make_shared<const error_details>(std::move(details));
}

error_info::error_info(boost::system::error_code code, std::string message)
    : error_info([&] {
        error_details details;
        details.code = code;
        details.message = std::move(message);
        return details;
      }()) {}

const error_details& error_info::details() const noexcept { return details_ ? *details_ : no_error(); }

boost::system::error_code error_info::code() const noexcept { return details().code; }
const std::string& error_info::message() const noexcept { return details().message; }
const std::string& error_info::what() const noexcept { return details().exception_text; }
const server_fields* error_info::server() const noexcept { return details().server ? &*details().server : nullptr; }
const std::string& error_info::host() const noexcept { return details().host; }
const std::string& error_info::stage() const noexcept { return details().stage; }
const std::string& error_info::statement() const noexcept { return details().statement; }
const std::string& error_info::column() const noexcept { return details().column; }
bool error_info::connection_usable() const noexcept { return details().connection_usable; }
bool error_info::safe_to_retry() const noexcept { return details().safe_to_retry; }
bool error_info::is_transient() const noexcept { return detail::is_transient(details().code); }

error::error(error_info info) : boost::system::system_error(info.code()), info_(std::move(info)) {}

const char* error::what() const noexcept { return info_.what().c_str(); }

}  // namespace pgcoro
