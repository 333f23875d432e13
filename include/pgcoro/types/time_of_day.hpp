// time as std::chrono::hh_mm_ss, timetz as pgcoro::time_with_zone. (A duration goes from and to time, too: see
// <pgcoro/types/interval.hpp>.)
//
// From 00:00:00 to 24:00:00, both included. What lies beyond is errc::out_of_range, as is a time that is finer than the
// unit asked for. What is finer than a microsecond is dropped when it is sent.
#pragma once

#include <chrono>
#include <compare>
#include <string>
#include <string_view>

#include <pgcoro/codec.hpp>
#include <pgcoro/config.hpp>
#include <pgcoro/detail/adapted_codec.hpp>
#include <pgcoro/types/builtin_types.hpp>
#include <pgcoro/types/postgres_clock.hpp>

namespace pgcoro {

/// A time of day, somewhere.
struct time_with_zone {
  std::chrono::microseconds since_midnight{};  ///< by the clocks there
  std::chrono::seconds offset{};               ///< of those clocks from UTC, east is positive; less than 16 hours

  friend bool operator==(const time_with_zone&, const time_with_zone&) = default;
  /// As the server orders them: by the time in UTC; of equal ones that further east comes first.
  friend std::strong_ordering operator<=>(const time_with_zone& a, const time_with_zone& b) noexcept {
    const auto in_utc = (a.since_midnight - a.offset).count() <=> (b.since_midnight - b.offset).count();
    return in_utc != 0 ? in_utc : b.offset.count() <=> a.offset.count();
  }
};

/// "04:05:06.789".
[[nodiscard]] PGCORO_DECL std::string to_string(std::chrono::hh_mm_ss<std::chrono::microseconds> value);
/// "04:05:06.789+05:30".
[[nodiscard]] PGCORO_DECL std::string to_string(time_with_zone value);

/// The reverse. errc::invalid_value, errc::out_of_range.
[[nodiscard]] PGCORO_DECL errc parse(std::string_view text,
                                     std::chrono::hh_mm_ss<std::chrono::microseconds>& out) noexcept;
[[nodiscard]] PGCORO_DECL errc parse(std::string_view text, time_with_zone& out) noexcept;

namespace detail {

/// The codec of time, for the microseconds since midnight. The encoder checks the range.
struct time_codec {
  PGCORO_DECL static decode_function<std::chrono::microseconds> decoder(const value_type& from) noexcept;
  PGCORO_DECL static encoding<std::chrono::microseconds> encoder(const value_type& to) noexcept;
};

template <class Unit>
struct by_way_of_time {
  using wire = std::chrono::microseconds;
  using wire_codec = time_codec;
  using time = std::chrono::hh_mm_ss<Unit>;

  static errc to_wire(const time& value, std::chrono::microseconds& out) noexcept {
    out = std::chrono::floor<std::chrono::microseconds>(value.to_duration());
    return errc{};
  }
  static errc from_wire(std::chrono::microseconds value, time& out) noexcept {
    std::int64_t count = 0;
    if (!from_microseconds<typename Unit::period>(value.count(), 0, count)) return errc::out_of_range;
    out = time(Unit(count));
    return errc{};
  }
};

}  // namespace detail

template <class Rep, class Period>
  requires detail::plain_duration<Rep, Period>
struct codec<std::chrono::hh_mm_ss<std::chrono::duration<Rep, Period>>>
    : detail::adapted_codec<std::chrono::hh_mm_ss<std::chrono::duration<Rep, Period>>,
                            detail::by_way_of_time<std::chrono::duration<Rep, Period>>> {
  static constexpr std::string_view name = "a std::chrono::hh_mm_ss";
  static constexpr oid declared_oid = oids::time;
};

template <>
struct codec<time_with_zone> {
  static constexpr std::string_view name = "pgcoro::time_with_zone";
  static constexpr oid declared_oid = oids::timetz;

  PGCORO_DECL static decode_function<time_with_zone> decoder(const value_type& from) noexcept;
  PGCORO_DECL static encoding<time_with_zone> encoder(const value_type& to) noexcept;
};

}  // namespace pgcoro
