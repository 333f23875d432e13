// What the values of a query's arguments are, as tables, so that packs of them are handled in the library.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <span>
#include <string>
#include <type_traits>
#include <utility>

#include <pgcoro/config.hpp>
#include <pgcoro/detail/cpp_name.hpp>
#include <pgcoro/detail/encode_value.hpp>
#include <pgcoro/detail/parameter.hpp>
#include <pgcoro/error.hpp>

namespace pgcoro::detail {

/// What can be done with a value of one type that is kept somewhere.
struct argument_type {
  errc (*encode)(const void* value, oid type, const type_registry*, protocol::bind_writer&);
  void (*relocate)(void* to, void* from) noexcept;  ///< null where copying the bytes does it
  void (*destroy)(void*) noexcept;                  ///< null where there is nothing to do
  detail::cpp_name cpp_name;
  std::string (*shown)(const void*);  ///< the value of a number; empty for all else, which may be long or secret
  oid declared;
};

/// What the codec is asked about: a value that is kept for an argument, seen through references and spellings.
template <class Kept>
using argument_value = std::remove_cvref_t<decltype(plain(value_of(std::declval<const Kept&>())))>;

template <class Kept>
struct argument_functions {
  using value = argument_value<Kept>;

  /// Copying the bytes moves it, and nothing has to be destroyed.
  static constexpr bool trivial =
      !std::is_move_constructible_v<Kept> ||
      (std::is_trivially_move_constructible_v<Kept> && std::is_trivially_destructible_v<Kept>);

  static errc encode(const void* kept, oid type, const type_registry* registry, protocol::bind_writer& out);
  static void relocate(void* to, void* from) noexcept {
    ::new (to) Kept(std::move(*static_cast<Kept*>(from)));
    std::destroy_at(static_cast<Kept*>(from));
  }
  static void destroy(void* kept) noexcept { std::destroy_at(static_cast<Kept*>(kept)); }
  static std::string shown(const void* kept);

  static constexpr argument_type table() noexcept {
    argument_type made{&encode, nullptr, nullptr, cpp_name_of<value>, &shown, declared_oid<not_null_t<value>>};
    if constexpr (!trivial) {
      made.relocate = &relocate;
      made.destroy = &destroy;
    }
    return made;
  }
};

template <class Kept>
errc argument_functions<Kept>::encode(const void* kept, oid type, const type_registry* registry,
                                      protocol::bind_writer& out) {
  return encode_value<value>(plain(value_of(*static_cast<const Kept*>(kept))), type, registry, out);
}
template <class Kept>
std::string argument_functions<Kept>::shown(const void* kept) {
  return shown_number<value>(plain(value_of(*static_cast<const Kept*>(kept))));
}

// Arguments that nearly every program passes, compiled in the library.
extern template struct PGCORO_DECL argument_functions<bool>;
extern template struct PGCORO_DECL argument_functions<std::int32_t>;
extern template struct PGCORO_DECL argument_functions<std::int64_t>;
extern template struct PGCORO_DECL argument_functions<double>;
extern template struct PGCORO_DECL argument_functions<std::string>;
extern template struct PGCORO_DECL argument_functions<std::string_view>;
extern template struct PGCORO_DECL argument_functions<borrowed<std::string>>;

template <class Kept>
inline constexpr argument_type argument_type_of = argument_functions<Kept>::table();

/// An argument and where it is.
struct argument_view {
  const argument_type* type;
  const void* value;
};

/// Writes all arguments as parameters of the given types, in their order. parameter_count_mismatch, type_mismatch or
/// out_of_range, naming the parameter; `out` then writes nothing. On success nothing is allocated but room in the
/// output.
[[nodiscard]] PGCORO_DECL error_info encode_arguments(std::span<const argument_view> arguments,
                                                      std::span<const oid> types, const type_registry* registry,
                                                      protocol::bind_writer& out);

}  // namespace pgcoro::detail
