// PostgreSQL's time: microseconds since the year 2000, from 4714 BC to 294276 AD.
//
//   pgcoro::postgres_time t = co_await db.fetch_one<pgcoro::postgres_time>("SELECT 'infinity'::timestamptz");
//   std::chrono::sys_seconds s;
//   if (pgcoro::convert(t, s) == pgcoro::errc{}) …        // out_of_range where it has a fraction of a second
//
// Most programs need std::chrono::sys_time alone. These types are for the whole range: in microseconds since 1970 the
// last thirty years of PostgreSQL's calendar do not fit 64 bits.
//
// max() is PostgreSQL's infinity and min() its -infinity, here as in std::chrono's types.
#pragma once

#include <chrono>
#include <concepts>
#include <cstdint>
#include <limits>
#include <ratio>

#include <pgcoro/config.hpp>
#include <pgcoro/error.hpp>

namespace pgcoro {

/// The clock of timestamptz: the system's, as PostgreSQL counts.
struct postgres_clock {
  using duration = std::chrono::microseconds;
  using rep = duration::rep;
  using period = duration::period;
  using time_point = std::chrono::time_point<postgres_clock>;
  static constexpr bool is_steady = false;

  /// 2000-01-01.
  static constexpr std::chrono::sys_days epoch{std::chrono::days(10'957)};

  [[nodiscard]] static time_point now() noexcept {
    const auto since = std::chrono::system_clock::now() - epoch;
    return time_point(std::chrono::floor<duration>(since));
  }
};

/// As std::chrono::local_t: the time on some clock on a wall.
struct postgres_local_t {};

using postgres_time = postgres_clock::time_point;
using postgres_local_time = std::chrono::time_point<postgres_local_t, postgres_clock::duration>;

namespace detail {

inline constexpr std::int64_t microseconds_to_2000 =
    std::chrono::microseconds(postgres_clock::epoch.time_since_epoch()).count();

/// In microseconds since 2000: 4714-11-24 BC, the first that PostgreSQL has, and 294277-01-01, the first it has not.
inline constexpr std::int64_t first_timestamp = -211'813'488'000'000'000;
inline constexpr std::int64_t end_of_timestamps = 9'223'371'331'200'000'000;

constexpr bool is_timestamp(std::int64_t since_2000) noexcept {
  return since_2000 >= first_timestamp && since_2000 < end_of_timestamps;
}

template <class T>
inline constexpr bool is_wide_integer = std::signed_integral<T> && sizeof(T) == 8;

/// A duration that has a whole number of microseconds, or of which a microsecond has a whole number: nanoseconds to
/// weeks. Not std::chrono::months and years: those are the averages of what PostgreSQL means by these words.
template <class Rep, class Period>
concept plain_duration =
    is_wide_integer<Rep> && std::ratio_less_equal_v<Period, std::chrono::weeks::period> &&
    (std::ratio_divide<Period, std::micro>::den == 1 || std::ratio_divide<Period, std::micro>::num == 1);

/// A plain_duration within the day, so that a time_point of it is a timestamp and no date.
template <class Rep, class Period>
concept timestamp_duration = plain_duration<Rep, Period> && std::ratio_less_v<Period, std::chrono::days::period>;

/// The counts of a unit in a microsecond, and the microseconds in the unit: one of them is 1.
template <class Period>
inline constexpr std::int64_t units_in_microsecond = std::ratio_divide<std::micro, Period>::num;
template <class Period>
inline constexpr std::int64_t microseconds_in_unit = std::ratio_divide<Period, std::micro>::num;

constexpr std::int64_t floor_quotient(std::int64_t a, std::int64_t b) noexcept { return a / b - (a % b < 0 ? 1 : 0); }

/// A count of Period that is exactly `microseconds` + `offset` long; false: there is none.
template <class Period>
constexpr bool from_microseconds(std::int64_t microseconds, std::int64_t offset, std::int64_t& out) noexcept {
  constexpr std::int64_t unit = microseconds_in_unit<Period>;
  if (microseconds % unit != 0 || offset % unit != 0) return false;
  return !__builtin_add_overflow(microseconds / unit, offset / unit, &out) &&
         !__builtin_mul_overflow(out, units_in_microsecond<Period>, &out);
}

/// The microseconds in `count` of Period, less `offset`, rounded down; false: they do not fit.
template <class Period>
constexpr bool to_microseconds(std::int64_t count, std::int64_t offset, std::int64_t& out) noexcept {
  constexpr std::int64_t unit = microseconds_in_unit<Period>;
  count = floor_quotient(count, units_in_microsecond<Period>);
  return !__builtin_sub_overflow(count, floor_quotient(offset, unit), &out) && !__builtin_mul_overflow(out, unit, &out);
}

/// The two clocks of PostgreSQL and those of std::chrono that they belong to.
template <class Clock>
struct wire_clock;
template <>
struct wire_clock<std::chrono::system_clock> {
  using type = postgres_clock;
};
template <>
struct wire_clock<std::chrono::local_t> {
  using type = postgres_local_t;
};

/// The type that stands for T on the wire.
template <class Clock>
using wire_time = std::chrono::time_point<typename wire_clock<Clock>::type, std::chrono::microseconds>;

}  // namespace detail

/// Between sys_time and postgres_time, and between local_time and postgres_local_time. Infinities stay infinities.
///
/// errc::out_of_range where `to` cannot hold the value: beyond its range, or finer than its unit.
template <class Clock, class Rep, class Period>
  requires detail::plain_duration<Rep, Period>
[[nodiscard]] constexpr errc convert(detail::wire_time<Clock> from,
                                     std::chrono::time_point<Clock, std::chrono::duration<Rep, Period>>& to) noexcept {
  using target = std::chrono::time_point<Clock, std::chrono::duration<Rep, Period>>;
  const std::int64_t since_2000 = from.time_since_epoch().count();
  std::int64_t count = 0;
  if (since_2000 == std::numeric_limits<std::int64_t>::max()) {
    to = target::max();
  } else if (since_2000 == std::numeric_limits<std::int64_t>::min()) {
    to = target::min();
  } else {
    if (!detail::from_microseconds<Period>(since_2000, detail::microseconds_to_2000, count)) return errc::out_of_range;
    to = target(std::chrono::duration<Rep, Period>(count));
  }
  return errc{};
}

/// The reverse. What is finer than a microsecond is dropped, so that the result is never later. errc::out_of_range
/// where PostgreSQL has no such time.
template <class Clock, class Rep, class Period>
  requires detail::plain_duration<Rep, Period>
[[nodiscard]] constexpr errc convert(std::chrono::time_point<Clock, std::chrono::duration<Rep, Period>> from,
                                     detail::wire_time<Clock>& to) noexcept {
  using source = std::chrono::time_point<Clock, std::chrono::duration<Rep, Period>>;
  using target = detail::wire_time<Clock>;
  if (from == source::max()) {
    to = target::max();
  } else if (from == source::min()) {
    to = target::min();
  } else {
    std::int64_t since_2000 = 0;
    if (!detail::to_microseconds<Period>(from.time_since_epoch().count(), detail::microseconds_to_2000, since_2000) ||
        !detail::is_timestamp(since_2000))
      return errc::out_of_range;
    to = target(std::chrono::microseconds(since_2000));
  }
  return errc{};
}

}  // namespace pgcoro
