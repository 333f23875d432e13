// interval as text: written in IntervalStyle postgres, read in any (manual, "Interval Output").
//
//   postgres          1 year 2 mons -3 days +04:05:06.789
//   postgres_verbose  @ 1 year 2 mons -3 days 4 hours 5 mins 6.789 secs ago
//   sql_standard      +1-2 -3 +4:05:06.789
//   iso_8601          P1Y2M-3DT4H5M6.789S
#include <array>
#include <charconv>

#include <pgcoro/types/interval.hpp>

#include "types/calendar.hpp"
#include "types/take_text.hpp"

namespace pgcoro {
namespace {

using std::chrono::microseconds;

constexpr std::int64_t microseconds_in_minute = 60 * detail::microseconds_in_second;
constexpr std::int64_t microseconds_in_hour = 60 * microseconds_in_minute;

/// Adds up the parts of an interval. Once a sum leaves its range the sums have no meaning, and ok() is false.
class interval_sum {
 public:
  /// `sign`: 1, or -1 for an interval that is told by its opposite.
  explicit interval_sum(std::int64_t sign = 1) noexcept : sign_(sign) {}

  void add_months(std::int64_t count, std::int64_t months_each) noexcept { add(months_, count, months_each); }
  void add_days(std::int64_t count, std::int64_t days_each) noexcept { add(days_, count, days_each); }
  void add_time(std::int64_t count, std::int64_t microseconds_each) noexcept { add(time_, count, microseconds_each); }
  errc finish(interval& out) const noexcept {
    if (!fits_ || !std::in_range<std::int32_t>(months_) || !std::in_range<std::int32_t>(days_))
      return errc::out_of_range;
    out = {static_cast<std::int32_t>(months_), static_cast<std::int32_t>(days_), microseconds(time_)};
    return errc{};
  }

 private:
  void add(std::int64_t& sum, std::int64_t count, std::int64_t each) noexcept {
    std::int64_t product = 0;
    if (__builtin_mul_overflow(count, sign_ * each, &product) || __builtin_add_overflow(sum, product, &sum))
      fits_ = false;
  }

  std::int64_t sign_;
  std::int64_t months_ = 0;
  std::int64_t days_ = 0;
  std::int64_t time_ = 0;
  bool fits_ = true;
};

/// A sign and digits, and digits after a point.
struct signed_number {
  bool has_sign = false;
  bool negative = false;
  std::int64_t whole = 0;     ///< with the sign
  std::int64_t fraction = 0;  ///< microseconds, with the sign
};

bool take_signed(std::string_view& text, signed_number& out) noexcept {
  out.negative = text.starts_with('-');
  out.has_sign = out.negative || text.starts_with('+');
  if (out.has_sign) text.remove_prefix(1);
  if (!detail::take_number(text, out.whole) || !detail::take_fraction(text, out.fraction)) return false;
  if (out.negative) {
    out.whole = -out.whole;
    out.fraction = -out.fraction;
  }
  return true;
}

bool add_unit(interval_sum& to, const signed_number& number, std::string_view unit) noexcept {
  if (unit.size() > 1) unit = unit.ends_with('s') ? unit.substr(0, unit.size() - 1) : unit;
  if (unit == "sec") {
    to.add_time(number.whole, detail::microseconds_in_second);
    to.add_time(number.fraction, 1);
    return true;
  }
  if (number.fraction != 0) return false;
  if (unit == "year")
    to.add_months(number.whole, 12);
  else if (unit == "mon")
    to.add_months(number.whole, 1);
  else if (unit == "day")
    to.add_days(number.whole, 1);
  else if (unit == "hour")
    to.add_time(number.whole, microseconds_in_hour);
  else if (unit == "min")
    to.add_time(number.whole, microseconds_in_minute);
  else
    return false;
  return true;
}

/// ":05" or ":05:06.789" after the hours.
bool add_clock(interval_sum& to, const signed_number& hours, std::string_view& text) noexcept {
  std::int64_t minutes = 0, seconds = 0, fraction = 0;
  if (hours.fraction != 0 || !detail::take(text, ':') || !detail::take_number(text, minutes, 2, 2)) return false;
  if (detail::take(text, ':') && (!detail::take_number(text, seconds, 2, 2) || !detail::take_fraction(text, fraction)))
    return false;
  if (minutes > 59 || seconds > 59) return false;
  const std::int64_t sign = hours.negative ? -1 : 1;
  to.add_time(hours.whole, microseconds_in_hour);
  to.add_time(minutes, sign * microseconds_in_minute);
  to.add_time(seconds, sign * detail::microseconds_in_second);
  to.add_time(fraction, sign);
  return true;
}

/// "-2" after the years.
bool add_years_and_months(interval_sum& to, const signed_number& years, std::string_view& text) noexcept {
  std::int64_t months = 0;
  if (years.fraction != 0 || !detail::take(text, '-') || !detail::take_number(text, months)) return false;
  to.add_months(years.whole, 12);
  to.add_months(months, years.negative ? -1 : 1);
  return true;
}

std::string_view take_word(std::string_view& text) noexcept {
  std::size_t n = 0;
  while (n < text.size() && text[n] >= 'a' && text[n] <= 'z') ++n;
  const std::string_view word = text.substr(0, n);
  text.remove_prefix(n);
  return word;
}

/// Every style but iso_8601. A sign in front of the first number without a unit holds for all that have none of their
/// own:
/// "-3 4:05:06" is three days and four hours ago.
errc parse_words(std::string_view text, interval& out) noexcept {
  const bool verbose = detail::take(text, "@ ");
  const bool ago = verbose && text.ends_with(" ago");
  if (ago) text.remove_suffix(4);
  interval_sum sum(ago ? -1 : 1);
  bool all_negative = false;
  do {
    signed_number number;
    if (!take_signed(text, number)) return errc::invalid_value;
    if (!number.has_sign && all_negative) {
      number.negative = true;
      number.whole = -number.whole;
    }
    if (text.starts_with(':')) {
      if (!add_clock(sum, number, text)) return errc::invalid_value;
    } else if (text.starts_with('-')) {
      if (!add_years_and_months(sum, number, text)) return errc::invalid_value;
    } else if (text.size() > 1 && text[0] == ' ' && text[1] >= 'a' && text[1] <= 'z') {
      text.remove_prefix(1);
      if (!add_unit(sum, number, take_word(text))) return errc::invalid_value;
      continue;  // its sign is its own
    } else {
      const bool is_zero = number.whole == 0 && number.fraction == 0 && text.empty();
      if (!is_zero && (number.fraction != 0 || text.empty())) return errc::invalid_value;
      sum.add_days(number.whole, 1);
    }
    all_negative = number.negative;
  } while (detail::take(text, ' '));
  if (!text.empty()) return errc::invalid_value;
  return sum.finish(out);
}

bool add_designated(interval_sum& to, const signed_number& number, char designator, bool in_time) noexcept {
  switch (designator) {
    case 'Y': return !in_time && add_unit(to, number, "year");
    case 'M': return add_unit(to, number, in_time ? "min" : "mon");
    case 'W': to.add_days(number.whole, 7); return !in_time && number.fraction == 0;
    case 'D': return !in_time && add_unit(to, number, "day");
    case 'H': return in_time && add_unit(to, number, "hour");
    case 'S': return in_time && add_unit(to, number, "sec");
    default: return false;
  }
}

errc parse_iso_8601(std::string_view text, interval& out) noexcept {
  interval_sum sum;
  bool in_time = false;
  text.remove_prefix(1);  // P
  do {
    if (!in_time && detail::take(text, 'T')) in_time = true;
    signed_number number;
    if (!take_signed(text, number) || text.empty()) return errc::invalid_value;
    if (!add_designated(sum, number, text.front(), in_time)) return errc::invalid_value;
    text.remove_prefix(1);
  } while (!text.empty());
  return sum.finish(out);
}

/// Writes the parts of an interval the way EncodeInterval in PostgreSQL's datetime.c does: a part behind a negative one
/// has a sign in any case.
class interval_printer {
 public:
  void part(std::int64_t value, std::string_view unit) {
    if (value == 0) return;
    separate();
    if (after_negative_ && value > 0) text_ += '+';
    text_ += std::to_string(value);
    text_ += ' ';
    text_ += unit;
    if (value != 1) text_ += 's';
    after_negative_ = value < 0;
  }
  void time(std::int64_t value) {
    if (value == 0 && !text_.empty()) return;
    separate();
    if (value < 0)
      text_ += '-';
    else if (after_negative_)
      text_ += '+';
    append_magnitude(value);
  }
  std::string take() { return std::move(text_); }

 private:
  void separate() {
    if (!text_.empty()) text_ += ' ';
  }
  void append_magnitude(std::int64_t value) {
    if (value == std::numeric_limits<std::int64_t>::min()) {
      text_ += "2562047788:00:54.775808";  // it has no positive counterpart
      return;
    }
    detail::append_time(text_, value < 0 ? -value : value);
  }

  std::string text_;
  bool after_negative_ = false;
};

}  // namespace

std::string to_string(const interval& value) {
  if (value == interval::infinity()) return "infinity";
  if (value == interval::minus_infinity()) return "-infinity";
  interval_printer out;
  out.part(value.months / 12, "year");
  out.part(value.months % 12, "mon");
  out.part(value.days, "day");
  out.time(value.time.count());
  return out.take();
}

errc parse(std::string_view text, interval& out) noexcept {
  if (text == "infinity") {
    out = interval::infinity();
    return errc{};
  }
  if (text == "-infinity") {
    out = interval::minus_infinity();
    return errc{};
  }
  return text.starts_with('P') ? parse_iso_8601(text, out) : parse_words(text, out);
}

}  // namespace pgcoro
