// What a row becomes: the columns that a C++ type is made of, and access to them as a tuple of references.
//
//   scalar       one column: any type that has a codec
//   tuple, pair  by position
//   struct       by position (Boost.PFR), or by name where it is described (BOOST_DESCRIBE_STRUCT)
#pragma once

#include <array>
#include <boost/describe/members.hpp>
#include <boost/pfr/core.hpp>
#include <concepts>
#include <cstddef>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>

#include <pgcoro/codec.hpp>

namespace pgcoro::detail {

template <class T>
inline constexpr bool is_tuple = false;
template <class... M>
inline constexpr bool is_tuple<std::tuple<M...>> = true;
template <class First, class Second>
inline constexpr bool is_tuple<std::pair<First, Second>> = true;

template <class T>
concept described_struct = std::is_class_v<T> && boost::describe::has_describe_members<T>::value;

template <class T>
concept plain_struct = std::is_class_v<T> && std::is_aggregate_v<T> && !described_struct<T>;

/// `members`: a std::tuple of the members' types. `tie(row)`: a std::tuple of references to them, to const where `row`
/// is. `by_name`: columns
/// are found by the names in `names`.
template <class T>
struct row_shape {
  static constexpr bool by_name = false;
  using members = std::tuple<T>;
  template <class Row>
  static std::tuple<Row&> tie(Row& row) noexcept {
    return {row};
  }
};

template <class... M>
struct row_shape<std::tuple<M...>> {
  static constexpr bool by_name = false;
  using members = std::tuple<M...>;
  template <class Row>
  static auto tie(Row& row) noexcept {
    return std::apply([](auto&... member) { return std::tie(member...); }, row);
  }
};

template <class First, class Second>
struct row_shape<std::pair<First, Second>> {
  static constexpr bool by_name = false;
  using members = std::tuple<First, Second>;
  template <class Row>
  static auto tie(Row& row) noexcept {
    return std::tie(row.first, row.second);
  }
};

template <class T>
  requires(!decodable<T> && !encodable<T> && plain_struct<T>)
struct row_shape<T> {
  static constexpr bool by_name = false;
  using members = decltype(boost::pfr::structure_to_tuple(std::declval<const T&>()));
  template <class Row>
  static auto tie(Row& row) noexcept {
    return boost::pfr::structure_tie(row);
  }
};

template <class Descriptors>
struct described_shape;

template <template <class...> class List, class... D>
struct described_shape<List<D...>> {
  static constexpr bool by_name = true;
  static constexpr std::array<std::string_view, sizeof...(D)> names{D::name...};

  template <class T>
  using members = std::tuple<std::remove_reference_t<decltype(std::declval<T&>().*D::pointer)>...>;
  template <class Row>
  static auto tie(Row& row) noexcept {
    return std::tie(row.*D::pointer...);
  }
};

template <class T>
  requires(!decodable<T> && !encodable<T> && described_struct<T>)
struct row_shape<T> {
 private:
  using shape = described_shape<
      boost::describe::describe_members<T, boost::describe::mod_public | boost::describe::mod_inherited>>;

 public:
  static constexpr bool by_name = true;
  static constexpr auto names = shape::names;
  using members = typename shape::template members<T>;
  template <class Row>
  static auto tie(Row& row) noexcept {
    return shape::tie(row);
  }
};

/// Number of columns that a T is read from.
template <class T>
inline constexpr std::size_t column_count = std::tuple_size_v<typename row_shape<T>::members>;

}  // namespace pgcoro::detail
