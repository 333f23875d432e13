#include <bit>
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

/// What to_chars() wrote, "-1.25e+17", taken apart: 125 of 3 digits, and 17.
struct scientific {
  scientific(const char* text, const char* end) noexcept : size(static_cast<std::size_t>(end - text)) {
    for (; *text != 'e'; ++text) {
      if (*text < '0' || *text > '9') continue;
      number = number * 10 + static_cast<std::uint64_t>(*text - '0');
      ++digits;
    }
    ++text;
    std::from_chars(*text == '+' ? text + 1 : text, end, exponent);
  }

  std::size_t size;
  std::uint64_t number = 0;
  int digits = 0;
  int exponent = 0;
};

/// Whether the number lies exactly half way between `value`, as which it reads back, and the next Float. Half way there
/// is an odd multiple of half the distance between the two, and nothing else so near is. (Below a power of two the
/// distance is another; there no shortest number lies half way.)
template <class Float>
bool is_half_way(const scientific& printed, Float value) noexcept {
  constexpr int precision = std::numeric_limits<Float>::digits;
  // Below 2^precision what lies half way has a fraction, and more digits than the number itself.
  if (std::fabs(value) < std::ldexp(Float{1}, precision)) return false;
  const int factors_of_two = std::countr_zero(printed.number) + printed.exponent - (printed.digits - 1);
  return factors_of_two == std::ilogb(value) - precision;
}

/// float4out and float8out change to an exponent outside 1e-4 <= |value| < 10^digits10, and spend more digits where the
/// shortest number lies half way to another (their Ryu code, d2s.c and f2s.c).
template <class Float>
std::size_t print_float(char* to, Float value) noexcept {
  if (std::isnan(value)) return copy(to, "NaN");
  if (std::isinf(value)) return copy(to, value < 0 ? "-Infinity" : "Infinity");
  char* const end = to + longest_number;
  scientific printed(to, std::to_chars(to, end, value, std::chars_format::scientific).ptr);
  if (printed.exponent < -4 || printed.exponent >= std::numeric_limits<Float>::digits10) {
    for (int precision = printed.digits; is_half_way(printed, value); ++precision)
      printed = scientific(to, std::to_chars(to, end, value, std::chars_format::scientific, precision).ptr);
    return printed.size;
  }
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
