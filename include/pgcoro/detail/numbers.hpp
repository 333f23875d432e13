// Conversions between numbers that never lose a value in silence, and numbers as text.
#pragma once

#include <concepts>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>

#include <pgcoro/config.hpp>
#include <pgcoro/error.hpp>
#include <pgcoro/protocol/buffer.hpp>

namespace pgcoro::detail {

/// Integers in the sense of arithmetic: neither bool nor a character.
template <class T>
concept integer =
    std::integral<T> && !std::same_as<T, bool> && !std::same_as<T, char> && !std::same_as<T, wchar_t> &&
    !std::same_as<T, char8_t> && !std::same_as<T, char16_t> && !std::same_as<T, char32_t> && sizeof(T) <= 8;

/// Whether `value` is a number that Float holds exactly; `out` is the nearest one in any case.
template <std::floating_point Float, integer Integer>
constexpr bool to_exact_float(Integer value, Float& out) noexcept {
  // One above the greatest Integer, which is a power of two and therefore exact: converting back is defined below it.
  constexpr Integer half = std::numeric_limits<Integer>::max() / 2 + 1;
  constexpr Float limit = Float{2} * static_cast<Float>(half);
  out = static_cast<Float>(value);
  return out < limit && static_cast<Integer>(out) == value;
}

/// Reads decimal digits with an optional minus. errc::out_of_range, errc::invalid_value.
PGCORO_DECL errc parse_integer(std::string_view text, std::int64_t& out) noexcept;
PGCORO_DECL errc parse_integer(std::string_view text, std::uint64_t& out) noexcept;

/// Reads what float4out, float8out and numeric_out write, also NaN and Infinity, rounded to the nearest.
PGCORO_DECL errc parse_float(std::string_view text, float& out) noexcept;
PGCORO_DECL errc parse_float(std::string_view text, double& out) noexcept;

/// The longest text that print_number() writes, in characters; "-2.2250738585072014e-308" has 24.
inline constexpr std::size_t longest_number = 32;

/// Writes a number as the server does. Floats get the fewest digits that lie nearer to the number than to any other.
/// `to` has room for longest_number characters; the answer is how many were written.
PGCORO_DECL std::size_t print_number(char* to, std::int64_t value) noexcept;
PGCORO_DECL std::size_t print_number(char* to, std::uint64_t value) noexcept;
PGCORO_DECL std::size_t print_number(char* to, float value) noexcept;
PGCORO_DECL std::size_t print_number(char* to, double value) noexcept;

template <class Number>
void append_number(protocol::buffer& to, Number value) {
  to.commit(print_number(reinterpret_cast<char*>(to.prepare(longest_number)), value));
}

template <class Number>
void append_number(std::string& to, Number value) {
  char text[longest_number];
  to.append(text, print_number(text, value));
}

}  // namespace pgcoro::detail
