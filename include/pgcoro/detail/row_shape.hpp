// What a row becomes: the members that a C++ type is made of, and access to them as a tuple of references.
//
//   scalar       one column: any type that has a codec
//   tuple, pair  by position
//   struct       by position (Boost.PFR), or by name where it is described (BOOST_DESCRIBE_STRUCT)
#pragma once

#include <boost/describe/members.hpp>
#include <boost/pfr/core.hpp>
#include <cstddef>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>

#include <pgcoro/codec.hpp>

namespace pgcoro::detail {

template <class... M>
struct type_list {
  static constexpr std::size_t size = sizeof...(M);
};

template <class T>
concept described_struct = std::is_class_v<T> && boost::describe::has_describe_members<T>::value;

template <class T>
concept plain_struct = std::is_class_v<T> && std::is_aggregate_v<T> && !described_struct<T>;

template <class T>
concept has_codec = decodable<T> || encodable<T>;

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

template <class... M>
struct row_shape<std::tuple<M...>> {
  static constexpr bool by_name = false;
  using members = type_list<M...>;
  template <class Row>
  static Row& tie(Row& row) noexcept {
    return row;  // std::get is all that is asked of a tuple of references
  }
};

template <class First, class Second>
struct row_shape<std::pair<First, Second>> {
  static constexpr bool by_name = false;
  using members = type_list<First, Second>;
  template <class Row>
  static Row& tie(Row& row) noexcept {
    return row;
  }
};

template <class References>
struct without_references;
template <class... M>
struct without_references<std::tuple<M&...>> {
  using type = type_list<M...>;
};

template <class T>
  requires(!has_codec<T> && plain_struct<T>)
struct row_shape<T> {
  static constexpr bool by_name = false;
  template <class Row>
  static auto tie(Row& row) noexcept {
    return boost::pfr::structure_tie(row);
  }
  using members = typename without_references<decltype(boost::pfr::structure_tie(std::declval<T&>()))>::type;
};

template <class Descriptors>
struct described_members;

template <template <class...> class List, class... D>
struct described_members<List<D...>> {
  static constexpr std::string_view names[] = {D::name...};

  template <class Row>
  static auto tie(Row& row) noexcept {
    return std::tie(row.*D::pointer...);
  }
};

template <class T>
  requires(!has_codec<T> && described_struct<T>)
struct row_shape<T> {
 private:
  using described = described_members<
      boost::describe::describe_members<T, boost::describe::mod_public | boost::describe::mod_inherited>>;

 public:
  static constexpr bool by_name = true;
  static constexpr std::span<const std::string_view> names = described::names;
  template <class Row>
  static auto tie(Row& row) noexcept {
    return described::tie(row);
  }
  using members = typename without_references<decltype(described::tie(std::declval<T&>()))>::type;
};

}  // namespace pgcoro::detail
