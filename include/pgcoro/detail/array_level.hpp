// The C++ types that are arrays: vectors, std::arrays and spans, within each other.
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <type_traits>
#include <vector>

namespace pgcoro::detail {

/// A C++ type that is a dimension of an array: a vector, std::array or span of anything but bytes.
template <class T>
struct array_level {
  static constexpr bool value = false;
};
template <class E>
struct array_level<std::vector<E>> {
  static constexpr bool value = !std::is_same_v<E, std::byte>;
  using element = E;
  static constexpr bool resizable = true;
};
template <class E, std::size_t Size>
struct array_level<std::array<E, Size>> {
  static constexpr bool value = Size != 0;
  using element = E;
  static constexpr bool resizable = false;
};
template <class E, std::size_t Extent>
struct array_level<std::span<E, Extent>> {
  static constexpr bool value = !std::is_same_v<std::remove_cv_t<E>, std::byte>;
  using element = std::remove_cv_t<E>;
};

template <class T>
concept array_like = array_level<T>::value;

/// What stands in the innermost dimension, and how many dimensions there are around it.
template <class T>
struct array_leaf {
  using type = T;
  static constexpr std::size_t depth = 0;
};
template <array_like T>
struct array_leaf<T> {
  using type = typename array_leaf<typename array_level<T>::element>::type;
  static constexpr std::size_t depth = array_leaf<typename array_level<T>::element>::depth + 1;
};
template <class T>
using array_leaf_t = typename array_leaf<T>::type;

}  // namespace pgcoro::detail
