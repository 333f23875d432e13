// interval as its three fields, and as a std::chrono::duration where it has but one.
//
//   pgcoro::interval month{.months = 1};
//   auto age = co_await db.fetch_one<pgcoro::interval>("SELECT age(born) FROM people WHERE id = $1", 7);
//   co_await db.execute("SELECT pg_sleep_for($1)", 1500ms);
//
// A month has no fixed number of days, and a day, where clocks change, none of hours. So a duration is read from an
// interval that has neither months nor days, and is errc::out_of_range otherwise, as it is where the interval is finer
// than the unit or infinite. What is finer than a microsecond is dropped when a duration is sent. A duration also goes
// from and to time, as the time since midnight.
#pragma once

#include <chrono>
#include <concepts>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>

#include <pgcoro/codec.hpp>
#include <pgcoro/config.hpp>
#include <pgcoro/detail/adapted_codec.hpp>
#include <pgcoro/types/builtin_types.hpp>
#include <pgcoro/types/time_of_day.hpp>

namespace pgcoro {

struct interval {
  std::int32_t months = 0;
  std::int32_t days = 0;
  std::chrono::microseconds time{};

  /// From PostgreSQL 17 on.
  [[nodiscard]] static constexpr interval infinity() noexcept {
    return {std::numeric_limits<std::int32_t>::max(), std::numeric_limits<std::int32_t>::max(),
            std::chrono::microseconds::max()};
  }
  [[nodiscard]] static constexpr interval minus_infinity() noexcept {
    return {std::numeric_limits<std::int32_t>::min(), std::numeric_limits<std::int32_t>::min(),
            std::chrono::microseconds::min()};
  }
  [[nodiscard]] constexpr bool is_finite() const noexcept { return *this != infinity() && *this != minus_infinity(); }

  /// Field by field. The server's = takes a month for 30 days and a day for 24 hours.
  friend constexpr bool operator==(const interval&, const interval&) = default;
};

/// In IntervalStyle postgres: "1 year 2 mons -3 days +04:05:06.789".
[[nodiscard]] PGCORO_DECL std::string to_string(const interval& value);
/// In any IntervalStyle. errc::invalid_value, errc::out_of_range.
[[nodiscard]] PGCORO_DECL errc parse(std::string_view text, interval& out) noexcept;

template <>
struct codec<interval> {
  static constexpr std::string_view name = "pgcoro::interval";
  static constexpr oid declared_oid = oids::interval;

  PGCORO_DECL static decode_function<interval> decoder(const value_type& from) noexcept;
  PGCORO_DECL static encoding<interval> encoder(const value_type& to) noexcept;
};

namespace detail {

/// The codec of interval for microseconds alone, and that of time.
struct duration_codec {
  PGCORO_DECL static decode_function<std::chrono::microseconds> decoder(const value_type& from) noexcept;
  PGCORO_DECL static encoding<std::chrono::microseconds> encoder(const value_type& to) noexcept;
};

struct by_way_of_microseconds {
  using wire = std::chrono::microseconds;
  using wire_codec = duration_codec;
  template <class Rep, class Period>
  static errc to_wire(std::chrono::duration<Rep, Period> from, std::chrono::microseconds& to) noexcept;
  /// Exactly, or rounded where Rep is a floating-point type.
  template <class Rep, class Period>
  static errc from_wire(std::chrono::microseconds from, std::chrono::duration<Rep, Period>& to) noexcept;
};

template <class Rep, class Period>
errc by_way_of_microseconds::from_wire(std::chrono::microseconds from,
                                       std::chrono::duration<Rep, Period>& to) noexcept {
  using target = std::chrono::duration<Rep, Period>;
  if constexpr (std::floating_point<Rep>) {
    to = std::chrono::duration_cast<target>(from);
    return errc{};
  } else {
    std::int64_t count = 0;
    if (!from_microseconds<Period>(from.count(), 0, count)) return errc::out_of_range;
    to = target(count);
    return errc{};
  }
}

template <class Rep, class Period>
errc by_way_of_microseconds::to_wire(std::chrono::duration<Rep, Period> from, std::chrono::microseconds& to) noexcept {
  if constexpr (std::floating_point<Rep>) {
    using exact = std::chrono::duration<double, std::micro>;
    constexpr double limit = 0x1p63;
    const double count = std::chrono::duration_cast<exact>(from).count();
    if (!(count >= -limit && count < limit)) return errc::out_of_range;
    to = std::chrono::round<std::chrono::microseconds>(exact(count));
    return errc{};
  } else {
    std::int64_t count = 0;
    if (!to_microseconds<Period>(from.count(), 0, count)) return errc::out_of_range;
    to = std::chrono::microseconds(count);
    return errc{};
  }
}

}  // namespace detail

template <class Rep, class Period>
  requires(detail::plain_duration<Rep, Period> || std::floating_point<Rep>)
struct codec<std::chrono::duration<Rep, Period>>
    : detail::adapted_codec<std::chrono::duration<Rep, Period>, detail::by_way_of_microseconds> {
  static constexpr std::string_view name = "a std::chrono::duration";
  static constexpr oid declared_oid = oids::interval;
};

}  // namespace pgcoro
