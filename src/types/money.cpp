#include <array>
#include <charconv>
#include <limits>

#include <pgcoro/types/money.hpp>

#include "types/take_text.hpp"

namespace pgcoro {
namespace {

constexpr std::uint64_t units_in_whole = 100;
constexpr std::size_t digits_in_group = 3;

errc read_text(protocol::bytes_view bytes, money& out, const value_type&) noexcept {
  return parse(protocol::as_text(bytes), out);
}

errc write(const money& value, protocol::buffer& out, const value_type&) {
  out.append_be(value.units);
  return errc{};
}

bool shift_in(std::string_view digits, std::uint64_t& value) noexcept {
  for (const char c : digits)
    if (__builtin_mul_overflow(value, std::uint64_t{10}, &value) ||
        __builtin_add_overflow(value, static_cast<std::uint64_t>(c - '0'), &value))
      return false;
  return true;
}

}  // namespace

std::string to_string(money value) {
  const bool negative = value.units < 0;
  const auto bits = static_cast<std::uint64_t>(value.units);
  const std::uint64_t magnitude = negative ? 0 - bits : bits;
  std::string made = std::to_string(magnitude / units_in_whole);
  for (std::size_t at = made.size(); at > digits_in_group;) made.insert(at -= digits_in_group, 1, ',');
  const std::uint64_t rest = magnitude % units_in_whole;
  made += '.';
  made += static_cast<char>('0' + rest / 10);
  made += static_cast<char>('0' + rest % 10);
  return (negative ? "-$" : "$") + made;
}

errc parse(std::string_view text, money& out) noexcept {
  const bool negative = detail::take(text, '-');
  if (!detail::take(text, '$')) return errc::invalid_value;
  std::uint64_t magnitude = 0;
  std::string_view digits = detail::take_digits(text);
  if (digits.empty() || digits.size() > digits_in_group) return errc::invalid_value;
  bool fits = shift_in(digits, magnitude);
  while (detail::take(text, ',')) {
    digits = detail::take_digits(text);
    if (digits.size() != digits_in_group) return errc::invalid_value;
    fits = fits && shift_in(digits, magnitude);
  }
  if (!detail::take(text, '.')) return errc::invalid_value;
  digits = detail::take_digits(text);
  if (digits.size() != 2 || !text.empty()) return errc::invalid_value;
  constexpr auto greatest = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  if (!fits || !shift_in(digits, magnitude) || magnitude > greatest + (negative ? 1 : 0)) return errc::out_of_range;
  out.units = static_cast<std::int64_t>(negative ? 0 - magnitude : magnitude);
  return errc{};
}

decode_function<money> codec<money>::decoder(const value_type& from) noexcept {
  if (from.type != oids::money) return nullptr;
  return from.format == protocol::format::binary ? common_decoder : &read_text;
}

encoding<money> codec<money>::encoder(const value_type& to) noexcept {
  if (to.type != oids::money || to.format != protocol::format::binary) return {};
  return {protocol::format::binary, &write};
}

}  // namespace pgcoro
