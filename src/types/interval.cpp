// The binary format of interval: microseconds in 64 bit, days and months in 32 bit each (interval_send in PostgreSQL's
// timestamp.c).
#include <pgcoro/types/interval.hpp>
#include <pgcoro/types/timestamp.hpp>

namespace pgcoro {
namespace {

using std::chrono::microseconds;

constexpr std::size_t interval_size = 16;

errc read(protocol::bytes_view bytes, interval& out, const value_type&) noexcept {
  if (bytes.size() != interval_size) return errc::invalid_value;
  const std::byte* const at = bytes.data();
  out.time = microseconds(protocol::load_be<std::int64_t>(at));
  out.days = protocol::load_be<std::int32_t>(at + 8);
  out.months = protocol::load_be<std::int32_t>(at + 12);
  return errc{};
}

errc read_text(protocol::bytes_view bytes, interval& out, const value_type&) noexcept {
  return parse(protocol::as_text(bytes), out);
}

errc write(const interval& value, protocol::buffer& out, const value_type&) {
  out.append_i64(value.time.count());
  out.append_i32(value.days);
  out.append_i32(value.months);
  return errc{};
}

errc write_text(const interval& value, protocol::buffer& out, const value_type&) {
  out.append(to_string(value));
  return errc{};
}

errc read_duration(protocol::bytes_view bytes, microseconds& out, const value_type& from) {
  interval value;
  if (const errc failed = codec<interval>::decoder(from)(bytes, value, from); failed != errc{}) return failed;
  out = value.time;
  return value.months == 0 && value.days == 0 ? errc{} : errc::out_of_range;
}

errc write_duration(const microseconds& value, protocol::buffer& out, const value_type& to) {
  return codec<interval>::encoder(to).write({0, 0, value}, out, to);
}

}  // namespace

decode_function<interval> codec<interval>::decoder(const value_type& from) noexcept {
  if (from.type != oids::interval) return nullptr;
  return from.format == protocol::format::binary ? &read : &read_text;
}

encoding<interval> codec<interval>::encoder(const value_type& to) noexcept {
  if (to.type == oids::interval && to.format == protocol::format::binary) return {protocol::format::binary, &write};
  if (to.type == oids::interval || detail::takes_time_text(to.type)) return {protocol::format::text, &write_text};
  return {};
}

namespace detail {

decode_function<microseconds> duration_codec::decoder(const value_type& from) noexcept {
  if (from.type == oids::time) return time_codec::decoder(from);
  return codec<interval>::decoder(from) != nullptr ? &read_duration : nullptr;
}

encoding<microseconds> duration_codec::encoder(const value_type& to) noexcept {
  if (to.type == oids::time) return time_codec::encoder(to);
  const encoding<interval> chosen = codec<interval>::encoder(to);
  return {chosen.format, chosen ? &write_duration : nullptr};
}

}  // namespace detail
}  // namespace pgcoro
