// float and double, from and to float4 and float8; from integers that they hold exactly; to numeric and text.
//
// double also reads numeric, rounded to the nearest, as avg() and sum() answer it. float reads no float8: nearly every
// value would lose digits. A double sent as float4 is rounded, as the server's own assignment does.
#pragma once

#include <cmath>

#include <pgcoro/codec.hpp>
#include <pgcoro/detail/numbers.hpp>
#include <pgcoro/types/builtin_types.hpp>

namespace pgcoro {

template <class T>
  requires(std::same_as<T, float> || std::same_as<T, double>)
struct codec<T> {
 private:
  static constexpr bool is_double = std::same_as<T, double>;

  template <class Wire>
  static errc read(protocol::bytes_view bytes, T& out, const value_type&) noexcept {
    if (bytes.size() != sizeof(Wire)) [[unlikely]]
      return errc::invalid_value;
    out = static_cast<T>(protocol::load_be<Wire>(bytes.data()));
    return errc{};
  }

  template <class Wire>
  static errc read_integer(protocol::bytes_view bytes, T& out, const value_type&) noexcept {
    if (bytes.size() != sizeof(Wire)) return errc::invalid_value;
    return detail::to_exact_float(protocol::load_be<Wire>(bytes.data()), out) ? errc{} : errc::out_of_range;
  }

  template <class Number>
  static errc read_text(protocol::bytes_view bytes, T& out, const value_type&) noexcept {
    Number value = 0;
    const errc failure = detail::parse_float(protocol::as_text(bytes), value);
    out = static_cast<T>(value);
    return failure;
  }

  static errc read_integer_text(protocol::bytes_view bytes, T& out, const value_type&) noexcept {
    std::int64_t value = 0;
    if (const errc failure = detail::parse_integer(protocol::as_text(bytes), value); failure != errc{}) return failure;
    return detail::to_exact_float(value, out) ? errc{} : errc::out_of_range;
  }

  static decode_function<T> text_decoder(oid type) noexcept {
    switch (type) {
      case oids::float4:
        return &read_text<float>;
      case oids::float8:
      case oids::numeric:
        return is_double ? &read_text<double> : nullptr;
      default:
        return detail::is_integer_type(type) ? &read_integer_text : nullptr;
    }
  }

  template <class Wire>
  static errc write(const T& value, protocol::buffer& out, const value_type&) {
    const Wire converted = static_cast<Wire>(value);
    if constexpr (sizeof(Wire) < sizeof(T)) {
      // Infinity stays infinity and zero zero, but nothing else may become one: the server's float4 says the same.
      if (std::isinf(converted) != std::isinf(value) || (converted == 0) != (value == 0)) return errc::out_of_range;
    }
    out.append_be(converted);
    return errc{};
  }

  static errc write_text(const T& value, protocol::buffer& out, const value_type&) {
    detail::append_number(out, value);
    return errc{};
  }

 public:
  static constexpr std::string_view name = is_double ? "double" : "float";
  static constexpr oid declared_oid = is_double ? oids::float8 : oids::float4;
  static constexpr decode_function<T> common_decoder = &read<T>;

  static constexpr std::size_t common_size = sizeof(T);
  static errc common_store(T value, std::byte* to) noexcept {
    protocol::store_be(to, value);
    return errc{};
  }

  static decode_function<T> decoder(const value_type& from) noexcept {
    if (from.format == protocol::format::text) return text_decoder(from.type);
    switch (from.type) {
      case oids::float8:
        return is_double ? &read<double> : nullptr;
      case oids::float4:
        return &read<float>;
      case oids::int4:
        return &read_integer<std::int32_t>;
      case oids::int8:
        return &read_integer<std::int64_t>;
      case oids::int2:
        return &read_integer<std::int16_t>;
      case oids::oid_:
        return &read_integer<std::uint32_t>;
      default:
        return nullptr;
    }
  }

  static encoding<T> encoder(const value_type& to) noexcept {
    const bool binary = to.format == protocol::format::binary;
    if (to.type == oids::float8 && binary) return {protocol::format::binary, &write<double>};
    if (to.type == oids::float4 && binary) return {protocol::format::binary, &write<float>};
    if (to.type == oids::float8 || to.type == oids::float4 || to.type == oids::numeric || to.type == oids::jsonb ||
        detail::is_open_type(to.type) || detail::is_text_type(to.type))
      return {protocol::format::text, &write_text};
    return {};
  }
};

}  // namespace pgcoro
