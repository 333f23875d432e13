// What `arguments` does to the values it keeps, one table of functions for each list of types.
#pragma once

#include <array>
#include <concepts>
#include <cstddef>
#include <new>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>

#include <pgcoro/config.hpp>
#include <pgcoro/detail/cpp_name.hpp>
#include <pgcoro/detail/encode_values.hpp>
#include <pgcoro/detail/numbers.hpp>
#include <pgcoro/detail/parameter.hpp>
#include <pgcoro/error.hpp>

namespace pgcoro::detail {

/// Where the values stand: in place, or, where they are too many or may not be moved freely, on the heap.
struct argument_storage {
  static constexpr std::size_t size = 8 * sizeof(void*);
  alignas(void*) std::byte bytes[size];
};

struct argument_operations {
  encode_failure (*encode)(const argument_storage&, std::span<const oid>, const type_registry*, protocol::bind_writer&);
  error_info (*explain)(const argument_storage&, encode_failure, std::span<const oid>);
  void (*relocate)(argument_storage& to, argument_storage& from) noexcept;  ///< null where copying the bytes does it
  void (*destroy)(argument_storage&) noexcept;                              ///< null where there is nothing to do
  std::span<const oid> declared;
};

/// "parameter $2 (std::int32_t → int2): value 70000 is out of range"; safe to retry, since nothing was sent.
PGCORO_DECL error_info parameter_error(encode_failure failure, std::span<const oid> types, std::size_t arguments,
                                       std::string_view cpp_type, std::string_view value);

/// The value of a number, for messages; empty for all else, which may be long or secret.
template <class T>
std::string shown_number([[maybe_unused]] const T& value) {
  std::string text;
  if constexpr (nullable<T>::value) {
    if (const auto* const held = nullable<T>::get(value)) text = shown_number(*held);
  } else if constexpr (integer<T>) {
    append_number(text, std::conditional_t<std::is_signed_v<T>, std::int64_t, std::uint64_t>{value});
  } else if constexpr (std::same_as<T, float> || std::same_as<T, double>) {
    append_number(text, value);
  }
  return text;
}

template <class... T>
error_info explain_encode_failure(encode_failure failure, std::span<const oid> types, const T&... values) {
  std::string name;
  std::string number;
  std::size_t next = 0;
  [[maybe_unused]] const auto look = [&]<class Value>(const Value& value) {
    if (next++ != failure.parameter) return;
    name = cpp_name<Value>();
    number = shown_number(value);
  };
  (look(values), ...);
  return parameter_error(failure, types, sizeof...(T), name, number);
}

template <class... T>
class argument_pack {
  using values = std::tuple<T...>;
  static constexpr bool in_place = sizeof(values) <= argument_storage::size && alignof(values) <= alignof(void*) &&
                                   std::is_nothrow_move_constructible_v<values>;
  static constexpr bool trivial_to_move =
      !in_place || (std::is_trivially_move_constructible_v<values> && std::is_trivially_destructible_v<values>);
  static constexpr bool trivial_to_destroy = in_place && std::is_trivially_destructible_v<values>;

 public:
  static void construct(argument_storage& at, T&&... value) {
    if constexpr (in_place)
      ::new (static_cast<void*>(at.bytes)) values(std::move(value)...);
    else
      ::new (static_cast<void*>(at.bytes)) values*(new values(std::move(value)...));
  }

  static constexpr argument_operations operations() noexcept {
    argument_operations made{&encode, &explain, nullptr, nullptr, declared};
    if constexpr (!trivial_to_move) made.relocate = &relocate;
    if constexpr (!trivial_to_destroy) made.destroy = &destroy;
    return made;
  }

 private:
  template <class Kept>
  using argument = std::remove_cvref_t<decltype(value_of(std::declval<const Kept&>()))>;

  static constexpr std::array<oid, sizeof...(T)> declared{declared_oid<not_null_t<argument<T>>>...};

  static values& in(argument_storage& at) noexcept {
    if constexpr (in_place)
      return *std::launder(reinterpret_cast<values*>(at.bytes));
    else
      return **std::launder(reinterpret_cast<values**>(at.bytes));
  }
  static const values& in(const argument_storage& at) noexcept { return in(const_cast<argument_storage&>(at)); }

  static encode_failure encode(const argument_storage& at, std::span<const oid> types, const type_registry* registry,
                               protocol::bind_writer& out) {
    return std::apply([&](const T&... kept) { return encode_values(types, registry, out, value_of(kept)...); }, in(at));
  }

  static error_info explain(const argument_storage& at, encode_failure failure, std::span<const oid> types) {
    return std::apply([&](const T&... kept) { return explain_encode_failure(failure, types, value_of(kept)...); },
                      in(at));
  }

  static void relocate(argument_storage& to, argument_storage& from) noexcept {
    ::new (static_cast<void*>(to.bytes)) values(std::move(in(from)));
    in(from).~values();
  }

  static void destroy(argument_storage& at) noexcept {
    if constexpr (in_place)
      in(at).~values();
    else
      delete &in(at);
  }
};

template <class... T>
inline constexpr argument_operations operations_of = argument_pack<T...>::operations();

}  // namespace pgcoro::detail
