#include <pgcoro/types/timestamp.hpp>

#include "types/calendar.hpp"
#include "types/take_text.hpp"

namespace pgcoro {
namespace {

constexpr std::int64_t infinite = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t minus_infinite = std::numeric_limits<std::int64_t>::min();

std::string print(std::int64_t since_2000, bool with_offset) {
  if (since_2000 == infinite) return "infinity";
  if (since_2000 == minus_infinite) return "-infinity";
  std::string made;
  const std::int64_t days = detail::floor_quotient(since_2000, detail::microseconds_in_day);
  const bool is_bc = detail::append_date(made, days + detail::days_to_2000);
  made += ' ';
  detail::append_time(made, since_2000 - days * detail::microseconds_in_day);
  if (with_offset) detail::append_offset(made, 0);
  if (is_bc) made += " BC";
  return made;
}

errc scan(std::string_view text, bool with_offset, std::int64_t& since_2000) noexcept {
  since_2000 = text.starts_with('-') ? minus_infinite : infinite;
  if (text == "infinity" || text == "-infinity") return errc{};
  std::int64_t days = 0, time = 0, offset = 0;
  const bool is_bc = detail::take_bc(text);
  if (!detail::take_date(text, is_bc, days)) return errc::invalid_value;
  if (!detail::take(text, ' ') && !detail::take(text, 'T')) return errc::invalid_value;
  if (!detail::take_time(text, time)) return errc::invalid_value;
  if (with_offset && !detail::take_offset(text, offset)) return errc::invalid_value;
  if (!text.empty()) return errc::invalid_value;
  days -= detail::days_to_2000;
  time -= offset * detail::microseconds_in_second;
  if (__builtin_mul_overflow(days, detail::microseconds_in_day, &since_2000) ||
      __builtin_add_overflow(since_2000, time, &since_2000) || !detail::is_timestamp(since_2000))
    return errc::out_of_range;
  return errc{};
}

template <class Time>
errc scan(std::string_view text, bool with_offset, Time& out) noexcept {
  std::int64_t since_2000 = 0;
  const errc failed = scan(text, with_offset, since_2000);
  out = Time(std::chrono::microseconds(since_2000));
  return failed;
}

}  // namespace

std::string to_string(postgres_time value) { return print(value.time_since_epoch().count(), true); }
std::string to_string(postgres_local_time value) { return print(value.time_since_epoch().count(), false); }

errc parse(std::string_view text, postgres_time& out) noexcept { return scan(text, true, out); }
errc parse(std::string_view text, postgres_local_time& out) noexcept { return scan(text, false, out); }

namespace detail {

bool takes_time_text(oid type) noexcept {
  return is_open_type(type) || (is_text_type(type) && type != oids::json && type != oids::xml);
}

}  // namespace detail
}  // namespace pgcoro
