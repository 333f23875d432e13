// float and double, from and to float4 and float8; from integers that they hold exactly; to numeric and text.
//
// double also reads numeric, rounded to the nearest, as avg() and sum() answer it. float reads no float8: nearly every
// value would lose digits. A double sent as float4 is rounded, as the server's own assignment does.
#pragma once

#include <concepts>
#include <string_view>

#include <pgcoro/codec.hpp>
#include <pgcoro/config.hpp>
#include <pgcoro/types/builtin_types.hpp>

namespace pgcoro {

namespace detail {

template <class T>
struct PGCORO_DECL floating_codec {
 private:
  static errc read_common(protocol::bytes_view bytes, T& out, const value_type&) noexcept {
    if (bytes.size() != sizeof(T)) [[unlikely]]
      return errc::invalid_value;
    out = protocol::load_be<T>(bytes.data());
    return errc{};
  }

 public:
  static constexpr std::string_view name = std::same_as<T, double> ? "double" : "float";
  static constexpr oid declared_oid = std::same_as<T, double> ? oids::float8 : oids::float4;
  static constexpr decode_function<T> common_decoder = &read_common;

  static constexpr std::size_t common_size = sizeof(T);
  static errc common_store(T value, std::byte* to) noexcept {
    protocol::store_be(to, value);
    return errc{};
  }

  static decode_function<T> decoder(const value_type& from) noexcept;
  static encoding<T> encoder(const value_type& to) noexcept;
};

// Compiled in the library.
extern template struct floating_codec<float>;
extern template struct floating_codec<double>;

}  // namespace detail

template <class T>
  requires(std::same_as<T, float> || std::same_as<T, double>)
struct codec<T> : detail::floating_codec<T> {};

}  // namespace pgcoro
