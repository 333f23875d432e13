#include "error/excerpt.hpp"

namespace pgcoro::detail {
namespace {

bool continues_a_character(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }

}  // namespace

std::string excerpt(std::string_view text, std::size_t limit) {
  std::size_t end = text.size();
  if (end > limit) {
    end = limit;
    // A character has at most three continuation bytes; what goes on for longer is not UTF-8 and is cut anywhere.
    for (int back = 0; back < 3 && end > 0 && continues_a_character(text[end]); ++back) --end;
  }
  std::string line(text.substr(0, end));
  for (char& c : line) {
    if (is_control(c)) c = ' ';
  }
  if (end < text.size()) line += "…";
  return line;
}

}  // namespace pgcoro::detail
