// date as std::chrono::sys_days, local_days or year_month_day.
//
// sys_days and local_days hold every date of PostgreSQL, 4714 BC to 5874897 AD; infinity is max() and -infinity min().
// They also go from and to timestamptz and timestamp, respectively, where it is midnight. year_month_day knows neither
// the infinities nor years beyond 32767: errc::out_of_range.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include <pgcoro/codec.hpp>
#include <pgcoro/config.hpp>
#include <pgcoro/types/builtin_types.hpp>
#include <pgcoro/types/timestamp.hpp>

namespace pgcoro {

/// "2024-02-29", "0044-03-15 BC", "infinity".
[[nodiscard]] PGCORO_DECL std::string to_string(std::chrono::sys_days value);
[[nodiscard]] PGCORO_DECL std::string to_string(std::chrono::local_days value);
[[nodiscard]] PGCORO_DECL std::string to_string(std::chrono::year_month_day value);

/// The reverse: DateStyle ISO. errc::invalid_value, errc::out_of_range.
[[nodiscard]] PGCORO_DECL errc parse(std::string_view text, std::chrono::sys_days& out) noexcept;
[[nodiscard]] PGCORO_DECL errc parse(std::string_view text, std::chrono::local_days& out) noexcept;
[[nodiscard]] PGCORO_DECL errc parse(std::string_view text, std::chrono::year_month_day& out) noexcept;

namespace detail {

template <class T>
struct date_codec {
  static constexpr std::string_view name = std::same_as<T, std::chrono::sys_days>     ? "std::chrono::sys_days"
                                           : std::same_as<T, std::chrono::local_days> ? "std::chrono::local_days"
                                                                                      : "std::chrono::year_month_day";
  static constexpr oid declared_oid = oids::date;

  PGCORO_DECL static decode_function<T> decoder(const value_type& from) noexcept;
  PGCORO_DECL static encoding<T> encoder(const value_type& to) noexcept;
};

// Compiled in the library.
extern template struct date_codec<std::chrono::sys_days>;
extern template struct date_codec<std::chrono::local_days>;
extern template struct date_codec<std::chrono::year_month_day>;

}  // namespace detail

template <>
struct codec<std::chrono::sys_days> : detail::date_codec<std::chrono::sys_days> {};
template <>
struct codec<std::chrono::local_days> : detail::date_codec<std::chrono::local_days> {};
template <>
struct codec<std::chrono::year_month_day> : detail::date_codec<std::chrono::year_month_day> {};

}  // namespace pgcoro
