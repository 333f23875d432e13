// The codec of a struct with one unsigned integer, `value`, whose binary format is that integer.
#pragma once

#include <pgcoro/detail/single_type_codec.hpp>

namespace pgcoro::detail {

template <class T, oid Type>
struct strong_integer_codec : single_type_codec<T, Type> {
 private:
  using integer = decltype(T::value);

  static errc read_common(protocol::bytes_view bytes, T& out, const value_type&) noexcept {
    if (bytes.size() != sizeof(integer)) [[unlikely]]
      return errc::invalid_value;
    out.value = protocol::load_be<integer>(bytes.data());
    return errc{};
  }

 public:
  static constexpr decode_function<T> common_decoder = &read_common;
  static constexpr std::size_t common_size = sizeof(integer);
  static errc common_store(const T& value, std::byte* to) noexcept {
    protocol::store_be(to, value.value);
    return errc{};
  }

  static decode_function<T> decoder(const value_type& from) noexcept {
    if (from.type == Type && from.format == protocol::format::binary) return common_decoder;
    return single_type_codec<T, Type>::decoder(from);
  }
};

}  // namespace pgcoro::detail
