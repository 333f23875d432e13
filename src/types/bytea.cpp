#include <pgcoro/types/bytea.hpp>

namespace pgcoro::detail {
namespace {

constexpr int no_digit = -1;

constexpr int hex_digit(char c) noexcept {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return no_digit;
}

errc parse_hex(std::string_view digits, std::vector<std::byte>& out) {
  if (digits.size() % 2 != 0) return errc::invalid_value;
  out.reserve(digits.size() / 2);
  for (std::size_t i = 0; i < digits.size(); i += 2) {
    const int high = hex_digit(digits[i]);
    const int low = hex_digit(digits[i + 1]);
    if (high == no_digit || low == no_digit) return errc::invalid_value;
    out.push_back(static_cast<std::byte>(high * 16 + low));
  }
  return errc{};
}

/// The value of three octal digits, at most 377; no_digit where they are not that.
int octal(std::string_view digits) noexcept {
  if (digits.size() != 3 || digits[0] < '0' || digits[0] > '3') return no_digit;
  int value = 0;
  for (const char c : digits) {
    if (c < '0' || c > '7') return no_digit;
    value = value * 8 + (c - '0');
  }
  return value;
}

/// A backslash is written twice, a byte that is not printable as a backslash and three octal digits.
errc parse_escapes(std::string_view text, std::vector<std::byte>& out) {
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size();) {
    if (text[i] != '\\') {
      out.push_back(static_cast<std::byte>(text[i++]));
    } else if (text.substr(i + 1).starts_with('\\')) {
      out.push_back(std::byte{'\\'});
      i += 2;
    } else {
      const int value = octal(text.substr(i + 1, 3));
      if (value == no_digit) return errc::invalid_value;
      out.push_back(static_cast<std::byte>(value));
      i += 4;
    }
  }
  return errc{};
}

}  // namespace

errc parse_bytea(protocol::bytes_view text, std::vector<std::byte>& out, const value_type&) {
  out.clear();
  const std::string_view characters = protocol::as_text(text);
  return characters.starts_with("\\x") ? parse_hex(characters.substr(2), out) : parse_escapes(characters, out);
}

}  // namespace pgcoro::detail
