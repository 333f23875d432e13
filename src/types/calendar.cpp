#include "types/calendar.hpp"

#include <array>
#include <charconv>

#include "types/take_text.hpp"

namespace pgcoro::detail {
namespace {

// The calendar repeats every 400 years. Years are counted from March on here, so that the leap day is the last of its
// year.
constexpr std::int64_t years_in_era = 400;
constexpr std::int64_t days_in_era = 146'097;
/// From the first of March of the year 0 to 1970.
constexpr std::int64_t days_to_1970 = 719'468;

constexpr std::int64_t floor_div(std::int64_t a, std::int64_t b) noexcept { return a / b - (a % b < 0 ? 1 : 0); }

/// Days from the first of March to the first of the month, which is 0 for March.
constexpr std::int64_t days_to_month(std::int64_t month) noexcept { return (153 * month + 2) / 5; }

constexpr bool is_leap(std::int64_t year) noexcept { return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0); }

constexpr unsigned days_in_month(std::int64_t year, unsigned month) noexcept {
  constexpr std::array<unsigned, 12> days{31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  return month == 2 && is_leap(year) ? 29 : days[month - 1];
}

void append_padded(std::string& out, std::int64_t value, std::size_t width) {
  std::array<char, 20> digits{};
  const char* const end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
  const auto size = static_cast<std::size_t>(end - digits.data());
  if (size < width) out.append(width - size, '0');
  out.append(digits.data(), size);
}

}  // namespace

civil_date civil_of(std::int64_t days) noexcept {
  days += days_to_1970;
  const std::int64_t era = floor_div(days, days_in_era);
  const std::int64_t day_of_era = days - era * days_in_era;
  // Without the leap days before it, a day lies in the year that 365 days each give.
  const std::int64_t year_of_era =
      (day_of_era - day_of_era / 1'460 + day_of_era / 36'524 - day_of_era / (days_in_era - 1)) / 365;
  const std::int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const std::int64_t month = (5 * day_of_year + 2) / 153;
  return {era * years_in_era + year_of_era + (month >= 10 ? 1 : 0),
          static_cast<unsigned>(month < 10 ? month + 3 : month - 9),
          static_cast<unsigned>(day_of_year - days_to_month(month) + 1)};
}

std::int64_t days_of(const civil_date& date) noexcept {
  const std::int64_t year = date.year - (date.month <= 2 ? 1 : 0);
  const std::int64_t month = date.month > 2 ? date.month - 3 : date.month + 9;
  const std::int64_t era = floor_div(year, years_in_era);
  const std::int64_t year_of_era = year - era * years_in_era;
  const std::int64_t day_of_era = 365 * year_of_era + year_of_era / 4 - year_of_era / 100 + days_to_month(month) +
                                  static_cast<std::int64_t>(date.day) - 1;
  return era * days_in_era + day_of_era - days_to_1970;
}

bool append_date(std::string& out, std::int64_t days) {
  const civil_date date = civil_of(days);
  const bool is_bc = date.year <= 0;
  append_padded(out, is_bc ? 1 - date.year : date.year, 4);
  out += '-';
  append_padded(out, date.month, 2);
  out += '-';
  append_padded(out, date.day, 2);
  return is_bc;
}

void append_time(std::string& out, std::int64_t microseconds) {
  const std::int64_t seconds = microseconds / microseconds_in_second;
  append_padded(out, seconds / 3'600, 2);
  out += ':';
  append_padded(out, seconds / 60 % 60, 2);
  out += ':';
  append_padded(out, seconds % 60, 2);
  const std::int64_t fraction = microseconds % microseconds_in_second;
  if (fraction == 0) return;
  out += '.';
  append_padded(out, fraction, 6);
  out.erase(out.find_last_not_of('0') + 1);
}

void append_offset(std::string& out, std::int64_t seconds) {
  out += seconds < 0 ? '-' : '+';
  if (seconds < 0) seconds = -seconds;
  append_padded(out, seconds / 3'600, 2);
  if (seconds % 3'600 == 0) return;
  out += ':';
  append_padded(out, seconds / 60 % 60, 2);
  if (seconds % 60 == 0) return;
  out += ':';
  append_padded(out, seconds % 60, 2);
}

bool take_bc(std::string_view& text) noexcept {
  if (!text.ends_with(" BC")) return false;
  text.remove_suffix(3);
  return true;
}

bool take_date(std::string_view& text, bool is_bc, std::int64_t& days) noexcept {
  civil_date date{};
  if (!take_number(text, date.year, 4, 7) || date.year == 0) return false;
  if (!take(text, '-') || !take_number(text, date.month, 2, 2)) return false;
  if (!take(text, '-') || !take_number(text, date.day, 2, 2)) return false;
  if (is_bc) date.year = 1 - date.year;
  if (date.month < 1 || date.month > 12 || date.day < 1 || date.day > days_in_month(date.year, date.month))
    return false;
  days = days_of(date);
  return true;
}

bool take_time(std::string_view& text, std::int64_t& microseconds) noexcept {
  std::int64_t hours = 0, minutes = 0, seconds = 0, fraction = 0;
  if (!take_number(text, hours, 2, 2) || !take(text, ':') || !take_number(text, minutes, 2, 2)) return false;
  if (take(text, ':') && (!take_number(text, seconds, 2, 2) || !take_fraction(text, fraction))) return false;
  if (minutes > 59 || seconds > 59) return false;
  microseconds = (hours * 3'600 + minutes * 60 + seconds) * microseconds_in_second + fraction;
  return microseconds <= microseconds_in_day;
}

bool take_offset(std::string_view& text, std::int64_t& seconds) noexcept {
  seconds = 0;
  if (take(text, 'Z')) return true;
  const bool west = take(text, '-');
  if (!west && !take(text, '+')) return false;
  std::int64_t hours = 0, minutes = 0;
  if (!take_number(text, hours, 2, 2)) return false;
  if (take(text, ':')) {
    if (!take_number(text, minutes, 2, 2) || minutes > 59) return false;
    if (take(text, ':') && (!take_number(text, seconds, 2, 2) || seconds > 59)) return false;
  }
  seconds += hours * 3'600 + minutes * 60;
  if (west) seconds = -seconds;
  return true;
}

bool take_fraction(std::string_view& text, std::int64_t& microseconds) noexcept {
  microseconds = 0;
  if (!take(text, '.')) return true;
  constexpr std::size_t most = 6;
  const std::size_t before = text.size();
  if (!take_number(text, microseconds, 1, most)) return false;
  for (std::size_t digits = before - text.size(); digits < most; ++digits) microseconds *= 10;
  return true;
}

}  // namespace pgcoro::detail
