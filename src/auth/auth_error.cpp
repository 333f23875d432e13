#include "auth/auth_error.hpp"

#include <utility>

namespace pgcoro::auth {

error_info make_auth_error(errc code, std::string message) {
  error_details details;
  details.code = make_error_code(code);
  details.message = std::move(message);
  details.stage = "authentication";
  details.connection_usable = false;
  return error_info(std::move(details));
}

std::string quoted(std::string_view untrusted) {
  constexpr std::size_t longest = 100;
  std::string text = "\"";
  for (char c : untrusted.substr(0, longest)) text += c >= ' ' && c <= '~' ? c : '?';
  if (untrusted.size() > longest) text += "...";
  text += '"';
  return text;
}

}  // namespace pgcoro::auth
