// Enums that are described, from and to the labels of PostgreSQL's enums and text.
//
//   BOOST_DEFINE_ENUM_CLASS(mood, sad, ok, very_happy)       // or BOOST_DESCRIBE_ENUM behind an enum of your own
//
// is all there is to it. A label that is no C++ name takes a line more:
//
//   template <>
//   inline constexpr std::string_view pgcoro::enum_label<mood::very_happy> = "very happy";
//
// A label that the C++ type does not have is errc::invalid_value, as is a value without a name as a parameter. An enum
// that is a number in the database is a strong type of that, see pgcoro::underlying_codec.
#pragma once

#include <array>
#include <boost/describe/enumerators.hpp>
#include <string_view>
#include <type_traits>

#include <pgcoro/codec.hpp>
#include <pgcoro/detail/enum_labels.hpp>

namespace pgcoro {

/// The label of an enumerator where it differs from its name.
template <auto Value>
  requires std::is_enum_v<decltype(Value)>
inline constexpr std::string_view enum_label{};

namespace detail {

template <class T>
concept described_enum = std::is_enum_v<T> && boost::describe::has_describe_enumerators<T>::value;

template <class Enumerators>
struct enum_table;
template <template <class...> class List, class... E>
struct enum_table<List<E...>> {
  static_assert(sizeof...(E) != 0, "pgcoro: an enum without enumerators has no labels");
  static constexpr std::array values{E::value...};
  static constexpr std::array labels{
      (enum_label<E::value>.empty() ? std::string_view(E::name) : enum_label<E::value>)...};
};

}  // namespace detail

template <detail::described_enum T>
struct codec<T> {
  static decode_function<T> decoder(const value_type& from) noexcept {
    return detail::may_hold_labels(from) ? &read : nullptr;
  }
  static encoding<T> encoder(const value_type& to) noexcept {
    if (!detail::may_hold_labels(to)) return {};
    return {detail::label_format(to), &write};
  }

 private:
  using table = detail::enum_table<boost::describe::describe_enumerators<T>>;

  static errc read(protocol::bytes_view bytes, T& out, const value_type&) noexcept {
    const std::size_t found = detail::find_label(table::labels, protocol::as_text(bytes));
    if (found == detail::no_label) return errc::invalid_value;
    out = table::values[found];
    return errc{};
  }

  static errc write(const T& value, protocol::buffer& out, const value_type&) {
    for (std::size_t i = 0; i < table::values.size(); ++i) {
      if (table::values[i] != value) continue;
      out.append(table::labels[i]);
      return errc{};
    }
    return errc::invalid_value;
  }
};

}  // namespace pgcoro
