#include "types/lexeme.hpp"

namespace pgcoro::detail {
namespace {

constexpr std::string_view special_characters("'\\\0", 3);

}  // namespace

void append_lexeme(std::string& out, std::string_view lexeme) {
  out.push_back('\'');
  for (const char c : lexeme) {
    if (c == '\'' || c == '\\') out.push_back(c);
    out.push_back(c);
  }
  out.push_back('\'');
}

void scan_lexeme(text_scanner& in, std::string& out) {
  out.clear();
  in.expect('\'');
  while (!in.at_end()) {
    const std::string_view plain = in.rest().substr(0, in.rest().find_first_of(special_characters));
    out.append(plain);
    in.skip(plain.size());
    const char special = in.peek();
    in.skip(in.at_end() ? 0 : 1);
    if (special != '\0' && in.accept(special))
      out.push_back(special);
    else if (special == '\'')
      return;
    else
      break;  // a NUL, a backslash before another character, or the end
  }
  in.fail();
}

bool is_lexeme(std::string_view text, std::size_t max_size) noexcept {
  return !text.empty() && text.size() <= max_size && text.find('\0') == std::string_view::npos;
}

}  // namespace pgcoro::detail
