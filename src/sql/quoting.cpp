#include <algorithm>
#include <array>
#include <cstddef>
#include <utility>

#include <pgcoro/error.hpp>
#include <pgcoro/identifier.hpp>

#include "error/excerpt.hpp"
#include "sql/composer.hpp"

namespace pgcoro {
namespace {

/// NAMEDATALEN - 1, as every server has it that was not built to have another.
constexpr std::size_t longest_identifier = 63;

constexpr char32_t no_character = 0xFFFFFFFF;

/// The first character of `text`, which is cut off; no_character where there is none in UTF-8 as RFC 3629 has it.
char32_t take_character(std::string_view& text) noexcept {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char first = byte(0);
  const std::size_t size = first < 0x80   ? 1
                           : first < 0xC2 ? 0
                           : first < 0xE0 ? 2
                           : first < 0xF0 ? 3
                           : first < 0xF5 ? 4
                                          : 0;
  if (size == 0 || text.size() < size) return no_character;
  char32_t made = size == 1 ? first : first & (0x7Fu >> size);
  for (std::size_t i = 1; i < size; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return no_character;
    made = made << 6 | (byte(i) & 0x3F);
  }
  constexpr std::array<char32_t, 5> least{0, 0, 0x80, 0x800, 0x10000};
  if (made < least[size] || made > 0x10FFFF || (made >= 0xD800 && made <= 0xDFFF)) return no_character;
  text.remove_prefix(size);
  return made;
}

/// Throws where it is no text that PostgreSQL takes.
void require_text(std::string_view text, const std::string& what) {
  std::string_view rest = text;
  while (!rest.empty()) {
    const char32_t next = take_character(rest);
    if (next != 0 && next != no_character) continue;
    std::string why = what;
    why += next == 0 ? " holds NUL at byte " : " is not UTF-8 at byte ";
    why += std::to_string(text.size() - rest.size() - (next == 0 ? 1 : 0));
    throw_error(detail::composition_error(std::move(why), {}));
  }
}

void append_doubling(std::string& to, std::string_view text, char quote) {
  to.push_back(quote);
  for (const char c : text) {
    if (c == quote) to.push_back(quote);
    to.push_back(c);
  }
  to.push_back(quote);
}

/// "\u20AC": ASCII in every encoding.
void append_escaped(std::string& to, char32_t character) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  const int count = character > 0xFFFF ? 8 : 4;
  to.append(count == 8 ? "\\U" : "\\u");
  for (int digit = count - 1; digit >= 0; --digit) to.push_back(digits[character >> (4 * digit) & 0xF]);
}

void append_escape_string(std::string& to, std::string_view text) {
  to.append("E'");
  while (!text.empty()) {
    const char32_t next = take_character(text);
    if (next >= 0x80) {
      append_escaped(to, next);
    } else {
      if (next == '\'' || next == '\\') to.push_back(static_cast<char>(next));
      to.push_back(static_cast<char>(next));
    }
  }
  to.push_back('\'');
}

}  // namespace

void identifier::append(std::string_view part) {
  if (part.empty()) throw_error(detail::composition_error("an identifier is empty", {}));
  require_text(part, "an identifier");
  if (part.size() > longest_identifier)
    throw_error(
        detail::composition_error("an identifier is longer than 63 bytes: \"" + detail::excerpt(part, 80) + "\"", {}));
  if (!text_.empty()) text_.push_back('.');
  append_doubling(text_, part, '"');
}

namespace detail {

std::string boolean_literal(bool value) { return value ? "TRUE" : "FALSE"; }

std::string number_literal(std::int64_t value) { return (value < 0 ? " " : "") + std::to_string(value); }

std::string number_literal(std::uint64_t value) { return std::to_string(value); }

std::string string_literal(std::string_view value) {
  require_text(value, "a literal");
  std::string text;
  text.reserve(value.size() + 2);
  if (value.find('\\') == std::string_view::npos)
    append_doubling(text, value, '\'');
  else
    append_escape_string(text, value);
  return text;
}

void throw_no_literal(errc why, const std::string& cpp_name) {
  throw_error(composition_error("a literal of " + cpp_name + ": " + boost::system::error_code(why).message(), {}));
}

}  // namespace detail
}  // namespace pgcoro
