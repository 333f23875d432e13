// What a row becomes: the members that a C++ type is made of, and access to them as a tuple of references.
//
//   scalar               one column: any type with a codec of its own, and structs that are declared to be values
//   tuple, pair, struct  a column for each member, see structure
#pragma once

#include <tuple>
#include <type_traits>

#include <pgcoro/codec.hpp>
#include <pgcoro/detail/structure.hpp>
#include <pgcoro/types/composite.hpp>

namespace pgcoro {

/// Whether rows become a described struct as far as they go: columns without a member are ignored, members without a
/// column keep their defaults. Set it in one line:
///   template <>
///   inline constexpr bool pgcoro::is_lax<user> = true;
template <class T>
inline constexpr bool is_lax = false;

namespace detail {

template <class T>
concept has_codec = decodable<T> || encodable<T>;

/// T is a row where rows are fetched or sent as T.
template <class T>
inline constexpr bool is_row = false;
template <class... M>
inline constexpr bool is_row<std::tuple<M...>> = !is_composite<std::tuple<M...>>;
template <class T>
  requires has_composite_codec<T>
inline constexpr bool is_row<T> = !is_composite<T> && !nullable<T>::value;
template <class T>
  requires((plain_struct<T> || described_struct<T>) && std::is_empty_v<T> && !has_codec<T>)
inline constexpr bool is_row<T> = true;  // and refused as one: it has no member

/// `members`: a type_list. `tie(row)`: a std::tuple of references to the members, to const where `row` is.
/// `by_name`: columns are found by `names`.
template <class T>
struct row_shape {
  static constexpr bool by_name = false;
  using members = type_list<T>;
  template <class Row>
  static std::tuple<Row&> tie(Row& row) noexcept {
    return std::tuple<Row&>(row);
  }
};

template <class T>
  requires is_row<T>
struct row_shape<T> : structure<T> {};

template <class T>
constexpr bool find_lax() noexcept {
  static_assert(!is_lax<T> || row_shape<T>::by_name,
                "pgcoro: only rows whose columns are found by name can be lax: describe the struct with "
                "BOOST_DESCRIBE_STRUCT");
  return is_lax<T>;
}
template <class T>
inline constexpr bool row_is_lax = find_lax<T>();

}  // namespace detail
}  // namespace pgcoro
