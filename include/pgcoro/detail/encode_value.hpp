// Writes a C++ value as a parameter of a Bind, as the type that the statement has there.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <type_traits>

#include <pgcoro/codec.hpp>
#include <pgcoro/config.hpp>
#include <pgcoro/detail/composed_type.hpp>
#include <pgcoro/detail/numbers.hpp>
#include <pgcoro/detail/require_codec.hpp>
#include <pgcoro/protocol/bind_writer.hpp>
#include <pgcoro/types/basic.hpp>

namespace pgcoro::detail {

/// As the encoder chooses. Kept apart from the usual case, which is to be inlined.
template <class T>
[[gnu::noinline]] errc encode_chosen(const T& value, const value_type& to, protocol::bind_writer& out) {
  const encoding<T> chosen = codec<T>::encoder(to);
  if (!chosen) [[unlikely]]
    return errc::type_mismatch;
  if constexpr (requires { codec<T>::wire_bytes(value); }) {
    out.value(chosen.format, codec<T>::wire_bytes(value));
    return errc{};
  } else {
    const auto begun = out.begin_value(chosen.format);
    const errc failure = chosen.write(value, out.out(), to);
    out.end_value(begun);
    return failure;
  }
}

template <class T>
errc encode_not_null(const T& value, oid type, const type_registry* registry, protocol::bind_writer& out) {
  if constexpr (has_common_store<T>) {
    if (type == codec<T>::declared_oid) [[likely]] {
      std::byte* const at = out.value(protocol::format::binary, codec<T>::common_size);
      return at == nullptr ? errc{} : codec<T>::common_store(value, at);  // null: `out` knows why
    }
  }
  return encode_chosen(value, without_domain({type, protocol::format::binary, registry}), out);
}

template <class T>
errc encode_value(const T& value, oid type, const type_registry* registry, protocol::bind_writer& out) {
  if constexpr (!require_encodable<T>()) {
    return errc::type_mismatch;  // the message has been given
  } else if constexpr (nullable<T>::value) {
    const not_null_t<T>* const held = nullable<T>::get(value);
    if (held != nullptr) return encode_not_null(*held, type, registry, out);
    out.null_value();
    return errc{};
  } else {
    return encode_not_null(value, type, registry, out);
  }
}

/// The value of a number, for messages; empty for all else, which may be long or secret.
PGCORO_DECL std::string printed(std::int64_t value);
PGCORO_DECL std::string printed(std::uint64_t value);
PGCORO_DECL std::string printed(float value);
PGCORO_DECL std::string printed(double value);

template <class T>
std::string shown_number([[maybe_unused]] const T& value) {
  if constexpr (!std::is_same_v<T, not_null_t<T>>) {
    const auto* const held = nullable<T>::get(value);
    return held != nullptr ? shown_number(*held) : std::string();
  } else if constexpr (integer<T>) {
    return printed(std::conditional_t<std::is_signed_v<T>, std::int64_t, std::uint64_t>{value});
  } else if constexpr (std::is_same_v<T, float> || std::is_same_v<T, double>) {
    return printed(value);
  } else {
    return {};
  }
}

}  // namespace pgcoro::detail
