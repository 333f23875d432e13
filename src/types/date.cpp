// The binary format of date: days since 2000 in 32 bit (date_send in PostgreSQL's date.c).
#include <pgcoro/types/date.hpp>

#include "types/calendar.hpp"

namespace pgcoro {
namespace {

using std::chrono::days;
using std::chrono::local_days;
using std::chrono::sys_days;
using std::chrono::year;
using std::chrono::year_month_day;

/// A date on the wire.
using wire_days = std::int32_t;
constexpr wire_days infinite = std::numeric_limits<wire_days>::max();
constexpr wire_days minus_infinite = std::numeric_limits<wire_days>::min();
/// 4714-11-24 BC, and the first of the year 5874898.
constexpr std::int64_t first_date = -2'451'545;
constexpr std::int64_t end_of_dates = 2'145'031'949;

errc to_wire(std::int64_t since_1970, wire_days& out) noexcept {
  if (since_1970 < first_date + detail::days_to_2000 || since_1970 >= end_of_dates + detail::days_to_2000)
    return errc::out_of_range;
  out = static_cast<wire_days>(since_1970 - detail::days_to_2000);
  return errc{};
}

template <class Clock>
errc to_wire(std::chrono::time_point<Clock, days> value, wire_days& out) noexcept {
  out = value == value.max() ? infinite : minus_infinite;
  if (value == value.max() || value == value.min()) return errc{};
  return to_wire(value.time_since_epoch().count(), out);
}

errc to_wire(year_month_day value, wire_days& out) noexcept {
  if (!value.ok()) return errc::out_of_range;
  return to_wire(sys_days(value).time_since_epoch().count(), out);
}

template <class Clock>
errc from_wire(wire_days value, std::chrono::time_point<Clock, days>& out) noexcept {
  using point = std::chrono::time_point<Clock, days>;
  out = value == infinite         ? point::max()
        : value == minus_infinite ? point::min()
                                  : point(days(value + detail::days_to_2000));
  return errc{};
}

errc from_wire(wire_days value, year_month_day& out) noexcept {
  const sys_days first = year_month_day(year::min(), std::chrono::January, std::chrono::day(1));
  const sys_days last = year_month_day(year::max(), std::chrono::December, std::chrono::day(31));
  sys_days date;
  static_cast<void>(from_wire(value, date));
  if (date < first || date > last) return errc::out_of_range;
  out = year_month_day(date);
  return errc{};
}

template <class T>
errc read(protocol::bytes_view bytes, T& out, const value_type&) noexcept {
  if (bytes.size() != sizeof(wire_days)) return errc::invalid_value;
  return from_wire(protocol::load_be<wire_days>(bytes.data()), out);
}

template <class T>
errc read_text(protocol::bytes_view bytes, T& out, const value_type&) noexcept {
  return parse(protocol::as_text(bytes), out);
}

template <class T>
errc write(const T& value, protocol::buffer& out, const value_type&) {
  wire_days wire = 0;
  const errc failed = to_wire(value, wire);
  out.append_be(wire);
  return failed;
}

std::string print(wire_days value) {
  if (value == infinite) return "infinity";
  if (value == minus_infinite) return "-infinity";
  std::string made;
  if (detail::append_date(made, value + detail::days_to_2000)) made += " BC";
  return made;
}

template <class T>
errc write_text(const T& value, protocol::buffer& out, const value_type&) {
  wire_days wire = 0;
  const errc failed = to_wire(value, wire);
  if (failed == errc{}) out.append(print(wire));
  return failed;
}

template <class T>
std::string print_checked(T value) {
  wire_days wire = 0;
  if (const errc failed = to_wire(value, wire); failed != errc{})
    throw_error(error_info(make_error_code(failed), "no date of PostgreSQL"));
  return print(wire);
}

template <class T>
errc scan(std::string_view text, T& out) noexcept {
  if (text == "infinity") return from_wire(infinite, out);
  if (text == "-infinity") return from_wire(minus_infinite, out);
  std::int64_t since_1970 = 0;
  wire_days wire = 0;
  const bool is_bc = detail::take_bc(text);
  if (!detail::take_date(text, is_bc, since_1970) || !text.empty()) return errc::invalid_value;
  const errc failed = to_wire(since_1970, wire);
  return failed != errc{} ? failed : from_wire(wire, out);
}

/// A timestamp of that clock, where it is midnight.
template <class Clock>
struct midnight {
  using value = std::chrono::time_point<Clock, days>;
  using codec = detail::timestamp_codec<value, detail::wire_time<Clock>>;
};

template <class T>
constexpr bool is_time_point = true;
template <>
constexpr bool is_time_point<year_month_day> = false;

}  // namespace

std::string to_string(sys_days value) { return print_checked(value); }
std::string to_string(local_days value) { return print_checked(value); }
std::string to_string(year_month_day value) { return print_checked(value); }

errc parse(std::string_view text, sys_days& out) noexcept { return scan(text, out); }
errc parse(std::string_view text, local_days& out) noexcept { return scan(text, out); }
errc parse(std::string_view text, year_month_day& out) noexcept { return scan(text, out); }

namespace detail {

template <class T>
decode_function<T> date_codec<T>::decoder(const value_type& from) noexcept {
  if constexpr (is_time_point<T>)
    if (const auto found = midnight<typename T::clock>::codec::decoder(from)) return found;
  if (from.type != oids::date) return nullptr;
  return from.format == protocol::format::binary ? &read<T> : &read_text<T>;
}

template <class T>
encoding<T> date_codec<T>::encoder(const value_type& to) noexcept {
  if (to.type == oids::date && to.format == protocol::format::binary) return {protocol::format::binary, &write<T>};
  if (to.type == oids::date || takes_time_text(to.type)) return {protocol::format::text, &write_text<T>};
  if constexpr (is_time_point<T>) return midnight<typename T::clock>::codec::encoder(to);
  return {};
}

template struct date_codec<sys_days>;
template struct date_codec<local_days>;
template struct date_codec<year_month_day>;

}  // namespace detail
}  // namespace pgcoro
