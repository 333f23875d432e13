// timestamptz as std::chrono::sys_time, timestamp as std::chrono::local_time; both with PostgreSQL's full range as
// postgres_time and postgres_local_time.
//
//   auto created = co_await db.fetch_one<std::chrono::sys_time<std::chrono::microseconds>>("SELECT now()");
//   co_await db.execute("UPDATE t SET seen = $1", std::chrono::system_clock::now());
//
// Infinity is max() and -infinity min(). A value that is finer than the unit asked for, or beyond its range
// (nanoseconds reach from 1677 to 2262), is errc::out_of_range. A value that is finer than a microsecond is sent as the
// microsecond that it lies in.
//
// A timestamp is no point in time until somebody says in which time zone, and so neither type converts to the other.
#pragma once

#include <chrono>
#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>

#include <pgcoro/codec.hpp>
#include <pgcoro/config.hpp>
#include <pgcoro/types/builtin_types.hpp>
#include <pgcoro/types/postgres_clock.hpp>

namespace pgcoro {

/// As the server writes it in time zone UTC: "2024-02-29 12:30:00.5+00", "0044-03-15 00:00:00+00 BC", "infinity".
[[nodiscard]] PGCORO_DECL std::string to_string(postgres_time value);
/// The same without a time zone.
[[nodiscard]] PGCORO_DECL std::string to_string(postgres_local_time value);
/// Throws pgcoro::error with out_of_range where PostgreSQL has no such time.
template <class Clock, class Rep, class Period>
  requires detail::timestamp_duration<Rep, Period>
[[nodiscard]] std::string to_string(std::chrono::time_point<Clock, std::chrono::duration<Rep, Period>> value)
  requires requires { typename detail::wire_time<Clock>; }
{
  detail::wire_time<Clock> converted;
  if (const errc failed = convert(value, converted); failed != errc{})
    throw_error(error_info(make_error_code(failed), "no timestamp of PostgreSQL"));
  return to_string(converted);
}

/// DateStyle ISO, or RFC 3339. The offset from UTC must be there for a postgres_time and must not for the other.
/// errc::invalid_value, errc::out_of_range.
[[nodiscard]] PGCORO_DECL errc parse(std::string_view text, postgres_time& out) noexcept;
[[nodiscard]] PGCORO_DECL errc parse(std::string_view text, postgres_local_time& out) noexcept;
template <class Clock, class Rep, class Period>
  requires detail::timestamp_duration<Rep, Period>
[[nodiscard]] errc parse(std::string_view text,
                         std::chrono::time_point<Clock, std::chrono::duration<Rep, Period>>& out) noexcept
  requires requires { typename detail::wire_time<Clock>; }
{
  detail::wire_time<Clock> value;
  const errc failed = parse(text, value);
  return failed != errc{} ? failed : convert(value, out);
}

namespace detail {

template <class WireTime>
inline constexpr oid timestamp_type = std::same_as<WireTime, postgres_time> ? oids::timestamptz : oids::timestamp;

/// Where the server infers the type, or wants text.
PGCORO_DECL bool takes_time_text(oid type) noexcept;

/// T: WireTime, or what it is convertible to.
template <class T, class WireTime>
struct timestamp_codec {
 private:
  static errc read_common(protocol::bytes_view bytes, T& out, const value_type&) noexcept {
    if (bytes.size() != common_size) [[unlikely]]
      return errc::invalid_value;
    return from_wire(WireTime(std::chrono::microseconds(protocol::load_be<std::int64_t>(bytes.data()))), out);
  }
  static errc read_text(protocol::bytes_view bytes, T& out, const value_type&) noexcept {
    WireTime value;
    const errc failed = parse(protocol::as_text(bytes), value);
    return failed != errc{} ? failed : from_wire(value, out);
  }
  static errc from_wire(WireTime value, T& out) noexcept {
    if constexpr (std::same_as<T, WireTime>) {
      out = value;
      return errc{};
    } else {
      return convert(value, out);
    }
  }
  static errc to_wire(T value, WireTime& out) noexcept {
    if constexpr (std::same_as<T, WireTime>) {
      out = value;
      const bool known = value == T::max() || value == T::min() || is_timestamp(value.time_since_epoch().count());
      return known ? errc{} : errc::out_of_range;
    } else {
      return convert(value, out);
    }
  }
  static errc write(const T& value, protocol::buffer& out, const value_type&) {
    const errc failed = common_store(value, out.prepare(common_size));
    out.commit(common_size);
    return failed;
  }
  static errc write_text(const T& value, protocol::buffer& out, const value_type&) {
    WireTime converted;
    const errc failed = to_wire(value, converted);
    if (failed == errc{}) out.append(to_string(converted));
    return failed;
  }

 public:
  static constexpr std::string_view name =
      std::same_as<WireTime, postgres_time> ? "a std::chrono::sys_time" : "a std::chrono::local_time";
  static constexpr oid declared_oid = timestamp_type<WireTime>;
  static constexpr decode_function<T> common_decoder = &read_common;

  static constexpr std::size_t common_size = 8;
  static errc common_store(const T& value, std::byte* to) noexcept {
    WireTime converted;
    const errc failed = to_wire(value, converted);
    protocol::store_be(to, static_cast<std::int64_t>(converted.time_since_epoch().count()));
    return failed;
  }

  static decode_function<T> decoder(const value_type& from) noexcept {
    if (from.type != timestamp_type<WireTime>) return nullptr;
    return from.format == protocol::format::binary ? &read_common : &read_text;
  }
  static encoding<T> encoder(const value_type& to) noexcept {
    if (to.type == timestamp_type<WireTime> && to.format == protocol::format::binary)
      return {protocol::format::binary, &write};
    if (to.type == timestamp_type<WireTime> || takes_time_text(to.type)) return {protocol::format::text, &write_text};
    return {};
  }
};

}  // namespace detail

template <>
struct codec<postgres_time> : detail::timestamp_codec<postgres_time, postgres_time> {};
template <>
struct codec<postgres_local_time> : detail::timestamp_codec<postgres_local_time, postgres_local_time> {};

template <class Clock, class Rep, class Period>
  requires(detail::timestamp_duration<Rep, Period> && requires { typename detail::wire_time<Clock>; })
struct codec<std::chrono::time_point<Clock, std::chrono::duration<Rep, Period>>>
    : detail::timestamp_codec<std::chrono::time_point<Clock, std::chrono::duration<Rep, Period>>,
                              detail::wire_time<Clock>> {};

}  // namespace pgcoro
