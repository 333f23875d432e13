// The binary formats of time, microseconds since midnight in 64 bit, and of timetz, the same and the seconds west of
// UTC in 32 bit (time_send and timetz_send in PostgreSQL's date.c).
#include <pgcoro/types/time_of_day.hpp>
#include <pgcoro/types/timestamp.hpp>

#include "types/calendar.hpp"

namespace pgcoro {
namespace {

using std::chrono::hh_mm_ss;
using std::chrono::microseconds;

constexpr std::size_t time_size = 8;
constexpr std::size_t timetz_size = 12;
constexpr std::int64_t end_of_offsets = 16 * 3'600;

constexpr bool is_time(std::int64_t since_midnight) noexcept {
  return since_midnight >= 0 && since_midnight <= detail::microseconds_in_day;
}
constexpr bool is_offset(std::int64_t seconds) noexcept {
  return seconds > -end_of_offsets && seconds < end_of_offsets;
}

std::string print(std::int64_t since_midnight) {
  std::string made;
  detail::append_time(made, since_midnight);
  return made;
}

errc scan(std::string_view text, std::int64_t& since_midnight) noexcept {
  return detail::take_time(text, since_midnight) && text.empty() ? errc{} : errc::invalid_value;
}

errc read_time(protocol::bytes_view bytes, microseconds& out, const value_type&) noexcept {
  if (bytes.size() != time_size) return errc::invalid_value;
  out = microseconds(protocol::load_be<std::int64_t>(bytes.data()));
  return is_time(out.count()) ? errc{} : errc::invalid_value;
}

errc read_time_text(protocol::bytes_view bytes, microseconds& out, const value_type&) noexcept {
  std::int64_t since_midnight = 0;
  const errc failed = scan(protocol::as_text(bytes), since_midnight);
  out = microseconds(since_midnight);
  return failed;
}

errc write_time(const microseconds& value, protocol::buffer& out, const value_type&) {
  if (!is_time(value.count())) return errc::out_of_range;
  out.append_i64(value.count());
  return errc{};
}

errc write_time_text(const microseconds& value, protocol::buffer& out, const value_type&) {
  if (!is_time(value.count())) return errc::out_of_range;
  out.append(print(value.count()));
  return errc{};
}

errc read_timetz(protocol::bytes_view bytes, time_with_zone& out, const value_type&) noexcept {
  if (bytes.size() != timetz_size) return errc::invalid_value;
  const auto since_midnight = protocol::load_be<std::int64_t>(bytes.data());
  const std::int64_t west = protocol::load_be<std::int32_t>(bytes.data() + time_size);
  if (!is_time(since_midnight) || !is_offset(west)) return errc::invalid_value;
  out = {microseconds(since_midnight), std::chrono::seconds(-west)};
  return errc{};
}

errc read_timetz_text(protocol::bytes_view bytes, time_with_zone& out, const value_type&) noexcept {
  return parse(protocol::as_text(bytes), out);
}

bool is_sound(const time_with_zone& value) noexcept {
  return is_time(value.since_midnight.count()) && is_offset(value.offset.count());
}

errc write_timetz(const time_with_zone& value, protocol::buffer& out, const value_type&) {
  if (!is_sound(value)) return errc::out_of_range;
  out.append_i64(value.since_midnight.count());
  out.append_i32(static_cast<std::int32_t>(-value.offset.count()));
  return errc{};
}

errc write_timetz_text(const time_with_zone& value, protocol::buffer& out, const value_type&) {
  if (!is_sound(value)) return errc::out_of_range;
  out.append(to_string(value));
  return errc{};
}

[[noreturn]] void refuse() { throw_error(error_info(make_error_code(errc::out_of_range), "no time of day")); }

}  // namespace

std::string to_string(hh_mm_ss<microseconds> value) {
  const std::int64_t since_midnight = value.to_duration().count();
  if (!is_time(since_midnight)) refuse();
  return print(since_midnight);
}

std::string to_string(time_with_zone value) {
  if (!is_sound(value)) refuse();
  std::string made = print(value.since_midnight.count());
  detail::append_offset(made, value.offset.count());
  return made;
}

errc parse(std::string_view text, hh_mm_ss<microseconds>& out) noexcept {
  std::int64_t since_midnight = 0;
  const errc failed = scan(text, since_midnight);
  if (failed == errc{}) out = hh_mm_ss(microseconds(since_midnight));
  return failed;
}

errc parse(std::string_view text, time_with_zone& out) noexcept {
  std::int64_t since_midnight = 0, offset = 0;
  if (!detail::take_time(text, since_midnight) || !detail::take_offset(text, offset) || !text.empty())
    return errc::invalid_value;
  out = {microseconds(since_midnight), std::chrono::seconds(offset)};
  return is_offset(offset) ? errc{} : errc::out_of_range;
}

namespace detail {

decode_function<microseconds> time_codec::decoder(const value_type& from) noexcept {
  if (from.type != oids::time) return nullptr;
  return from.format == protocol::format::binary ? &read_time : &read_time_text;
}

encoding<microseconds> time_codec::encoder(const value_type& to) noexcept {
  if (to.type == oids::time && to.format == protocol::format::binary) return {protocol::format::binary, &write_time};
  if (to.type == oids::time || takes_time_text(to.type)) return {protocol::format::text, &write_time_text};
  return {};
}

}  // namespace detail

decode_function<time_with_zone> codec<time_with_zone>::decoder(const value_type& from) noexcept {
  if (from.type != oids::timetz) return nullptr;
  return from.format == protocol::format::binary ? &read_timetz : &read_timetz_text;
}

encoding<time_with_zone> codec<time_with_zone>::encoder(const value_type& to) noexcept {
  if (to.type == oids::timetz && to.format == protocol::format::binary)
    return {protocol::format::binary, &write_timetz};
  if (to.type == oids::timetz || detail::takes_time_text(to.type)) return {protocol::format::text, &write_timetz_text};
  return {};
}

}  // namespace pgcoro
