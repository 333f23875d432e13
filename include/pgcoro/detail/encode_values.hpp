// Writes C++ values as the parameters of a Bind, each as the type that the statement has there.
#pragma once

#include <cstddef>
#include <span>
#include <utility>

#include <pgcoro/codec.hpp>
#include <pgcoro/detail/require_codec.hpp>
#include <pgcoro/protocol/bind_writer.hpp>
#include <pgcoro/types/basic.hpp>

namespace pgcoro::detail {

/// Which parameter could not be written, and why.
struct encode_failure {
  errc code{};
  std::size_t parameter = 0;  ///< from 0

  constexpr explicit operator bool() const noexcept { return code != errc{}; }
};

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
  return encode_chosen(value, {type, protocol::format::binary, registry}, out);
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

/// Writes the values in their order. errc::parameter_count_mismatch where the statement has another number of
/// parameters, type_mismatch, out_of_range; `out` is then to be dropped. Allocates nothing.
template <class... T>
[[nodiscard]] encode_failure encode_values(std::span<const oid> types, const type_registry* registry,
                                           protocol::bind_writer& out, const T&... values) {
  if (types.size() != sizeof...(T)) [[unlikely]]
    return {errc::parameter_count_mismatch, types.size()};
  encode_failure failure;
  std::size_t next = 0;
  [[maybe_unused]] const auto encode = [&](const auto& value) {
    failure = {encode_value(value, types[next], registry, out), next};
    ++next;
    return failure.code == errc{};
  };
  (void)(encode(values) && ...);
  return failure;
}

}  // namespace pgcoro::detail
