#include "client/utility_text.hpp"

#include <pgcoro/error.hpp>

namespace pgcoro::detail {

std::string quoted_literal(std::string_view text) {
  const bool escaped = text.find('\\') != std::string_view::npos;
  std::string quoted = escaped ? "E'" : "'";
  for (const char c : text) {
    if (c == '\'' || c == '\\') quoted += c;
    quoted += c;
  }
  return quoted += '\'';
}

std::string text_about_gid(std::string_view command, std::string_view gid) {
  if (gid.find('\0') != std::string_view::npos)
    throw_error(error_info(make_error_code(errc::embedded_nul), "the name of a prepared transaction contains NUL"));
  return std::string(command) + quoted_literal(gid);
}

}  // namespace pgcoro::detail
