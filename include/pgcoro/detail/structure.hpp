// What structs, tuples and pairs are made of, and access to it as a tuple of references: the same for rows and for
// values of composite types.
//
//   tuple, pair  by position
//   struct       by position (Boost.PFR), or by name where it is described (BOOST_DESCRIBE_STRUCT)
#pragma once

#include <array>
#include <boost/describe/members.hpp>
#include <boost/pfr/core.hpp>
#include <cstddef>
#include <span>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>

namespace pgcoro::detail {

template <class... M>
struct type_list {
  static constexpr std::size_t size = sizeof...(M);
};

template <class T>
inline constexpr bool is_std_array = false;
template <class T, std::size_t Size>
inline constexpr bool is_std_array<std::array<T, Size>> = true;

template <class T>
concept described_struct = std::is_class_v<T> && boost::describe::has_describe_members<T>::value;

template <class T>
concept plain_struct = std::is_class_v<T> && std::is_aggregate_v<T> && !described_struct<T> && !is_std_array<T>;

/// `members`: a type_list. `tie(value)`: a std::tuple of references to the members, to const where `value` is.
/// `by_name`: members are found by `names`.
template <class T>
struct structure;

template <class... M>
struct structure<std::tuple<M...>> {
  static constexpr bool by_name = false;
  using members = type_list<M...>;
  template <class Value>
  static Value& tie(Value& value) noexcept {
    return value;  // std::get is all that is asked of a tuple of references
  }
};

template <class First, class Second>
struct structure<std::pair<First, Second>> {
  static constexpr bool by_name = false;
  using members = type_list<First, Second>;
  template <class Value>
  static Value& tie(Value& value) noexcept {
    return value;
  }
};

template <class References>
struct without_references;
template <class... M>
struct without_references<std::tuple<M&...>> {
  using type = type_list<M...>;
};

template <plain_struct T>
struct structure<T> {
  static constexpr bool by_name = false;
  template <class Value>
  static auto tie(Value& value) noexcept {
    return boost::pfr::structure_tie(value);
  }
  using members = typename without_references<decltype(boost::pfr::structure_tie(std::declval<T&>()))>::type;
};

template <class Descriptors>
struct described_members;

template <template <class...> class List, class... D>
struct described_members<List<D...>> {
  static constexpr std::array<std::string_view, sizeof...(D)> names{D::name...};

  template <class Value>
  static auto tie(Value& value) noexcept {
    return std::tie(value.*D::pointer...);
  }
};

template <described_struct T>
struct structure<T> {
 private:
  using described = described_members<
      boost::describe::describe_members<T, boost::describe::mod_public | boost::describe::mod_inherited>>;

 public:
  static constexpr bool by_name = true;
  static constexpr std::span<const std::string_view> names = described::names;
  template <class Value>
  static auto tie(Value& value) noexcept {
    return described::tie(value);
  }
  using members = typename without_references<decltype(described::tie(std::declval<T&>()))>::type;
};

template <class T>
inline constexpr bool is_tuple = false;
template <class... M>
inline constexpr bool is_tuple<std::tuple<M...>> = sizeof...(M) != 0;
template <class First, class Second>
inline constexpr bool is_tuple<std::pair<First, Second>> = true;

/// T has a structure with a member in it.
template <class T>
concept structured = is_tuple<T> || ((plain_struct<T> || described_struct<T>) && !std::is_empty_v<T>);

/// The names of T's members; empty where it is known by position alone.
template <class T>
constexpr std::span<const std::string_view> member_names() noexcept {
  if constexpr (structure<T>::by_name)
    return structure<T>::names;
  else
    return {};
}

}  // namespace pgcoro::detail
