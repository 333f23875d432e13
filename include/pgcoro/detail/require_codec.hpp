// Compile-time checks whose messages say what to do instead.
#pragma once

#include <concepts>
#include <type_traits>

#include <pgcoro/codec.hpp>

namespace pgcoro::detail {

template <class T>
inline constexpr bool is_character = std::same_as<T, char> || std::same_as<T, wchar_t> || std::same_as<T, char8_t> ||
                                     std::same_as<T, char16_t> || std::same_as<T, char32_t>;

/// What can be no value of the database, with or without a codec. True where T is not one of these.
template <class T>
constexpr bool require_value_type() {
  using value = not_null_t<T>;
  static_assert(!is_character<value>,
                "pgcoro: a character has no PostgreSQL type: use std::string or std::string_view for text, "
                "std::int8_t or int for a number");
  static_assert(!std::is_pointer_v<value>,
                "pgcoro: a pointer is no value: pass what it points to, std::optional<T> where it may be NULL, "
                "std::string or std::string_view for text");
  static_assert(!std::is_reference_v<value> && !std::is_const_v<value>,
                "pgcoro: a value read from or written to the database has a plain type, no reference and no const");
  constexpr bool twice_nullable = nullable<value>::value && !std::same_as<value, T>;
  static_assert(!twice_nullable, "pgcoro: one NULL is enough: std::optional<T>, not an optional of an optional");
  return !is_character<value> && !std::is_pointer_v<value> && !std::is_reference_v<value> && !std::is_const_v<value> &&
         !twice_nullable;
}

template <class T>
constexpr bool require_decodable() {
  if constexpr (require_value_type<T>()) {
    static_assert(decodable<T> || !std::is_enum_v<not_null_t<T>>,
                  "pgcoro: no codec for this enum: describe it with BOOST_DESCRIBE_ENUM if it is labels in the "
                  "database, or give it pgcoro::underlying_codec if it is a number");
    static_assert(decodable<T> || std::is_enum_v<not_null_t<T>>,
                  "pgcoro: no codec reads this type: include its header from <pgcoro/types/>, or specialise "
                  "pgcoro::codec<T> with `static decode_function<T> decoder(const value_type&)`");
    return decodable<T>;
  } else {
    return false;
  }
}

template <class T>
constexpr bool require_encodable() {
  if constexpr (require_value_type<T>()) {
    static_assert(encodable<T> || !std::is_enum_v<not_null_t<T>>,
                  "pgcoro: no codec for this enum: describe it with BOOST_DESCRIBE_ENUM if it is labels in the "
                  "database, or give it pgcoro::underlying_codec if it is a number");
    static_assert(encodable<T> || std::is_enum_v<not_null_t<T>>,
                  "pgcoro: no codec writes this type: include its header from <pgcoro/types/>, or specialise "
                  "pgcoro::codec<T> with `static encoding<T> encoder(const value_type&)`");
    return encodable<T>;
  } else {
    return false;
  }
}

/// Values that outlive the row they were read from.
template <class T>
constexpr bool require_owning() {
  static_assert(!is_view<not_null_t<T>>,
                "pgcoro: a std::string_view or std::span would dangle once the row is gone: fetch std::string or "
                "std::vector<std::byte>, or use query() and read views from its result");
  return !is_view<not_null_t<T>>;
}

}  // namespace pgcoro::detail
