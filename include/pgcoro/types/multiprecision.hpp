// Boost.Multiprecision's integers and floats, from and to numeric and the integer types.
//
//   #include <boost/multiprecision/cpp_int.hpp>          // whichever numbers the program uses
//   #include <pgcoro/types/multiprecision.hpp>
//
//   auto exact = co_await db.fetch_one<boost::multiprecision::cpp_int>("SELECT factorial(100)");
//   auto rounded = co_await db.fetch_one<boost::multiprecision::cpp_dec_float_50>("SELECT 2::numeric / 3");
//
// Integers are exact: a numeric with a fraction, NaN, or one beyond a bounded type is errc::out_of_range. Floats are
// rounded to their precision, as double is.
#pragma once

#include <boost/multiprecision/number.hpp>
#include <limits>
#include <string>
#include <string_view>

#include <pgcoro/detail/adapted_codec.hpp>
#include <pgcoro/types/numeric.hpp>

namespace pgcoro {
namespace detail {

template <class T>
concept big_integer = boost::multiprecision::is_number<T>::value &&
                      boost::multiprecision::number_category<T>::value == boost::multiprecision::number_kind_integer;

template <class T>
concept big_float = boost::multiprecision::is_number<T>::value && boost::multiprecision::number_category<T>::value ==
                                                                      boost::multiprecision::number_kind_floating_point;

template <big_integer T>
errc from_numeric(const numeric& value, T& out) {
  if (!value.is_integral()) return errc::out_of_range;
  if constexpr (std::numeric_limits<T>::is_bounded) {
    static const numeric greatest(std::numeric_limits<T>::max().str());
    static const numeric least(std::numeric_limits<T>::min().str());
    if (value < least || value > greatest) return errc::out_of_range;
  } else if constexpr (!std::numeric_limits<T>::is_signed) {
    if (value.is_negative()) return errc::out_of_range;
  }
  const std::string text = to_string(value);
  out = T(text.substr(0, text.find('.')));
  return errc{};
}

template <big_float T>
errc from_numeric(const numeric& value, T& out) {
  using limits = std::numeric_limits<T>;
  if (value.is_nan()) {
    out = limits::quiet_NaN();
  } else if (value.is_infinite()) {
    out = limits::infinity();
    if (value.is_negative()) out = -out;
  } else {
    out = T(to_string(value));
    const T greatest = limits::max();  // cpp_dec_float's lowest() is not the least
    if (out > greatest || out < -greatest) return errc::out_of_range;
  }
  return errc{};
}

struct by_way_of_numeric {
  using wire = numeric;
  using wire_codec = codec<numeric>;
  template <class T>
  static errc to_wire(const T& value, numeric& out) {
    return parse(value.str(), out);
  }
  template <class T>
  static errc from_wire(const numeric& value, T& out) {
    return from_numeric(value, out);
  }
};

}  // namespace detail

template <class T>
  requires(detail::big_integer<T> || detail::big_float<T>)
struct codec<T> : detail::adapted_codec<T, detail::by_way_of_numeric> {
  static constexpr std::string_view name =
      detail::big_integer<T> ? "an integer of Boost.Multiprecision" : "a float of Boost.Multiprecision";
  static constexpr oid declared_oid = oids::numeric;
};

}  // namespace pgcoro
