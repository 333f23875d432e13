// Dates of the proleptic Gregorian calendar, over PostgreSQL's whole range, and the text of dates, times and offsets.
//
// Years are astronomical: 0 is 1 BC. Each take_ function takes what it reads off the front of the text, and is false
// where that is not there.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace pgcoro::detail {

inline constexpr std::int64_t microseconds_in_second = 1'000'000;
inline constexpr std::int64_t microseconds_in_day = 86'400 * microseconds_in_second;
/// From 1970 to 2000.
inline constexpr std::int64_t days_to_2000 = 10'957;

struct civil_date {
  std::int64_t year;
  unsigned month;
  unsigned day;
};

/// `days` since 1970-01-01, at most some 10^12 either way.
[[nodiscard]] civil_date civil_of(std::int64_t days) noexcept;
/// The reverse.
[[nodiscard]] std::int64_t days_of(const civil_date& date) noexcept;

/// "2024-02-29". True: the year is BC, and " BC" belongs at the end.
bool append_date(std::string& out, std::int64_t days);
/// "04:05:06.789", of microseconds that are not negative; hours may have any number of digits.
void append_time(std::string& out, std::int64_t microseconds);
/// "+05:30": seconds east of UTC.
void append_offset(std::string& out, std::int64_t seconds);

/// " BC" at the end.
bool take_bc(std::string_view& text) noexcept;
bool take_date(std::string_view& text, bool is_bc, std::int64_t& days) noexcept;
/// From 00:00:00 to 24:00:00.
bool take_time(std::string_view& text, std::int64_t& microseconds) noexcept;
/// "+05:30:15", or Z.
bool take_offset(std::string_view& text, std::int64_t& seconds) noexcept;
/// ".789": microseconds; 0 where there is no point. False: a point without digits, or with more than six.
bool take_fraction(std::string_view& text, std::int64_t& microseconds) noexcept;

}  // namespace pgcoro::detail
