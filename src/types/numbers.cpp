#include <charconv>
#include <cmath>
#include <system_error>
#include <utility>

#include <pgcoro/detail/numbers.hpp>

namespace pgcoro::detail {
namespace {

/// The number that the whole of `text` is.
template <class Number>
errc parse(std::string_view text, Number& out) noexcept {
  const char* const end = text.data() + text.size();
  const std::from_chars_result result = std::from_chars(text.data(), end, out);
  if (result.ec == std::errc::invalid_argument || result.ptr != end) return errc::invalid_value;
  return result.ec == std::errc{} ? errc{} : errc::out_of_range;
}

std::size_t copy(char* to, std::string_view text) noexcept { return text.copy(to, text.size()); }

template <class Integer>
std::size_t print_integer(char* to, Integer value) noexcept {
  return static_cast<std::size_t>(std::to_chars(to, to + longest_number, value).ptr - to);
}

/// float4out and float8out change to an exponent outside 1e-4 <= |value| < 10^digits10 (their Ryu code, d2s.c and
/// f2s.c).
template <class Float>
std::size_t print_float(char* to, Float value) noexcept {
  if (std::isnan(value)) return copy(to, "NaN");
  if (std::isinf(value)) return copy(to, value < 0 ? "-Infinity" : "Infinity");
  char* const end = to + longest_number;
  const char* const last = std::to_chars(to, end, value, std::chars_format::scientific).ptr;
  const std::string_view scientific(to, static_cast<std::size_t>(last - to));
  int exponent = 0;
  const char* digits = to + scientific.find('e') + 1;
  if (*digits == '+') ++digits;
  std::from_chars(digits, last, exponent);
  if (exponent < -4 || exponent >= std::numeric_limits<Float>::digits10) return scientific.size();
  return static_cast<std::size_t>(std::to_chars(to, end, value, std::chars_format::fixed).ptr - to);
}

}  // namespace

errc parse_integer(std::string_view text, std::int64_t& out) noexcept { return parse(text, out); }

errc parse_integer(std::string_view text, std::uint64_t& out) noexcept {
  if (!text.starts_with('-')) return parse(text, out);
  std::int64_t negative = 0;
  const errc failure = parse(text, negative);
  if (failure != errc{}) return failure;
  out = 0;
  return negative == 0 ? errc{} : errc::out_of_range;
}

errc parse_float(std::string_view text, float& out) noexcept { return parse(text, out); }
errc parse_float(std::string_view text, double& out) noexcept { return parse(text, out); }

std::size_t print_number(char* to, std::int64_t value) noexcept { return print_integer(to, value); }
std::size_t print_number(char* to, std::uint64_t value) noexcept { return print_integer(to, value); }
std::size_t print_number(char* to, float value) noexcept { return print_float(to, value); }
std::size_t print_number(char* to, double value) noexcept { return print_float(to, value); }

}  // namespace pgcoro::detail
