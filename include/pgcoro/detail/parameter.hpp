// What an argument of a query is kept as until it is sent.
//
// Bound: rvalues and small trivial values are owned, other lvalues are kept by reference, text and bytes as views.
// Owned: everything is copied or moved in, views become what they point to.
#pragma once

#include <concepts>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include <pgcoro/codec.hpp>

namespace pgcoro {
namespace detail {

/// The argument of a parameter that is NULL whatever its type: std::nullopt or nullptr.
struct sql_null {};

/// An lvalue that outlives the query.
template <class T>
class borrowed {
 public:
  explicit borrowed(const T& value) noexcept : value_(&value) {}
  const T& get() const noexcept { return *value_; }

 private:
  const T* value_;
};

template <class T>
const T& value_of(const T& kept) noexcept {
  return kept;
}
template <class T>
const T& value_of(const borrowed<T>& kept) noexcept {
  return kept.get();
}

template <class T>
inline constexpr bool is_small =
    sizeof(T) <= 32 && std::is_trivially_copy_constructible_v<T> && std::is_trivially_destructible_v<T>;

template <class A>
concept c_array_of_char = std::is_array_v<A> && std::same_as<std::remove_cv_t<std::remove_extent_t<A>>, char>;

template <class T>
concept byte_span =
    std::same_as<T, std::span<std::byte, T::extent>> || std::same_as<T, std::span<const std::byte, T::extent>>;

/// Text in an array ends with its first NUL, or with the array.
template <std::size_t Size>
constexpr std::string_view text_in(const char (&array)[Size]) noexcept {
  const std::string_view whole(array, Size);
  return whole.substr(0, whole.find('\0'));
}

/// Brings the many spellings of text, bytes and NULL to those that have codecs; all else passes.
template <class A>
constexpr decltype(auto) plain(A&& argument) noexcept {
  using type = std::remove_cvref_t<A>;
  if constexpr (std::same_as<type, std::nullopt_t> || std::same_as<type, std::nullptr_t>) {
    return sql_null();
  } else if constexpr (c_array_of_char<std::remove_reference_t<A>>) {
    return text_in(argument);
  } else if constexpr (std::same_as<type, const char*> || std::same_as<type, char*>) {
    return argument == nullptr ? std::optional<std::string_view>() : std::optional<std::string_view>(argument);
  } else if constexpr (byte_span<type>) {
    return std::span<const std::byte>(argument);
  } else {
    return std::forward<A>(argument);
  }
}

/// The type that owns what a view points to.
template <class T>
struct owner {
  using type = T;
};
template <>
struct owner<std::string_view> {
  using type = std::string;
};
template <>
struct owner<std::span<const std::byte>> {
  using type = std::vector<std::byte>;
};
template <class T>
struct owner<std::optional<T>> {
  using type = std::optional<typename owner<T>::type>;
};

/// A: what plain() gives, an lvalue reference or a value.
template <class A>
auto keep_bound(A&& argument) {
  using type = std::remove_cvref_t<A>;
  if constexpr (std::is_lvalue_reference_v<A> && !is_small<type>)
    return borrowed<type>(argument);
  else
    return type(std::forward<A>(argument));
}

template <class A>
auto keep_owned(A&& argument) {
  using type = std::remove_cvref_t<A>;
  using owned = typename owner<type>::type;
  if constexpr (std::same_as<owned, type>)
    return type(std::forward<A>(argument));
  else if constexpr (nullable<type>::value)
    return argument ? owned(std::in_place, argument->begin(), argument->end()) : owned();
  else
    return owned(argument.begin(), argument.end());
}

}  // namespace detail

template <>
struct nullable<detail::sql_null> {
  static constexpr bool value = true;
  using inner = std::string_view;
  static const std::string_view* get(const detail::sql_null&) noexcept { return nullptr; }
};

}  // namespace pgcoro
