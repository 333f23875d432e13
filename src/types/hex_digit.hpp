// Hexadecimal digits in the text of values.
#pragma once

namespace pgcoro::detail {

inline constexpr int no_digit = -1;

/// 0 to 15; no_digit for any other character.
constexpr int hex_digit(char c) noexcept {
  if (c >= '0' && c <= '9') return c - '0';
  const char lower = static_cast<char>(c | 0x20);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : no_digit;
}

}  // namespace pgcoro::detail
