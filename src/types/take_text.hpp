// Small steps for reading text: each takes what it recognises off the front. text_scanner remembers what failed, too.
#pragma once

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <string_view>
#include <system_error>

namespace pgcoro::detail {

constexpr bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }
constexpr char to_lower(char c) noexcept { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

/// ASCII letters alone; `lower` is in lower case.
inline bool equals_ignoring_case(std::string_view text, std::string_view lower) noexcept {
  return text.size() == lower.size() &&
         std::equal(text.begin(), text.end(), lower.begin(), [](char a, char b) { return to_lower(a) == b; });
}

inline bool take(std::string_view& text, char c) noexcept {
  if (!text.starts_with(c)) return false;
  text.remove_prefix(1);
  return true;
}

inline bool take(std::string_view& text, std::string_view word) noexcept {
  if (!text.starts_with(word)) return false;
  text.remove_prefix(word.size());
  return true;
}

/// The digits in front, perhaps none.
inline std::string_view take_digits(std::string_view& text) noexcept {
  std::size_t n = 0;
  while (n < text.size() && is_digit(text[n])) ++n;
  const std::string_view digits = text.substr(0, n);
  text.remove_prefix(n);
  return digits;
}

/// A number of at least `fewest` and at most `most` digits, as many as there are. False: there are others, or it does
/// not fit.
template <class Integer>
bool take_number(std::string_view& text, Integer& out, std::size_t fewest = 1, std::size_t most = 18) noexcept {
  const std::string_view digits = take_digits(text);
  if (digits.size() < fewest || digits.size() > most) return false;
  return std::from_chars(digits.data(), digits.data() + digits.size(), out).ec == std::errc{};
}

}  // namespace pgcoro::detail
