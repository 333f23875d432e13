// Integers of every width and sign, from and to int2, int4, int8 and oid; to float4, float8, numeric and text as well.
// What does not fit is errc::out_of_range, in both directions.
#pragma once

#include <type_traits>
#include <utility>

#include <pgcoro/codec.hpp>
#include <pgcoro/detail/numbers.hpp>
#include <pgcoro/types/builtin_types.hpp>

namespace pgcoro {
namespace detail {

template <integer T>
constexpr std::string_view integer_name() noexcept {
  constexpr std::string_view names[2][4] = {{"std::uint8_t", "std::uint16_t", "std::uint32_t", "std::uint64_t"},
                                            {"std::int8_t", "std::int16_t", "std::int32_t", "std::int64_t"}};
  return names[std::is_signed_v<T> ? 1 : 0][sizeof(T) == 8 ? 3 : sizeof(T) / 2];
}

/// The narrowest integer on the wire that holds every T; int8 for std::uint64_t, for want of a wider one.
template <integer T>
using wire_integer = std::conditional_t<
    std::in_range<std::int16_t>(std::numeric_limits<T>::max()), std::int16_t,
    std::conditional_t<std::in_range<std::int32_t>(std::numeric_limits<T>::max()), std::int32_t, std::int64_t>>;

/// Whether the text of an integer is input for the type: numbers, text, json, and those that are numbers underneath.
constexpr bool takes_integer_text(oid type) noexcept {
  return is_integer_type(type) || is_open_type(type) || is_text_type(type) || type == oids::numeric ||
         type == oids::float4 || type == oids::float8 || type == oids::jsonb || type == oids::xid ||
         type == oids::cid || type == oids::xid8 || is_reg_type(type);
}

}  // namespace detail

template <detail::integer T>
struct codec<T> {
 private:
  using common_wire = detail::wire_integer<T>;

  template <class Wire>
  static errc read(protocol::bytes_view bytes, T& out, const value_type&) noexcept {
    if (bytes.size() != sizeof(Wire)) [[unlikely]]
      return errc::invalid_value;
    const Wire value = protocol::load_be<Wire>(bytes.data());
    if (!std::in_range<T>(value)) [[unlikely]]
      return errc::out_of_range;
    out = static_cast<T>(value);
    return errc{};
  }

  static errc read_text(protocol::bytes_view bytes, T& out, const value_type&) noexcept {
    std::conditional_t<std::is_signed_v<T>, std::int64_t, std::uint64_t> value = 0;
    if (const errc failure = detail::parse_integer(protocol::as_text(bytes), value); failure != errc{}) return failure;
    if (!std::in_range<T>(value)) return errc::out_of_range;
    out = static_cast<T>(value);
    return errc{};
  }

  template <class Wire>
  static errc write(const T& value, protocol::buffer& out, const value_type&) {
    if (!std::in_range<Wire>(value)) [[unlikely]]
      return errc::out_of_range;
    out.append_be(static_cast<Wire>(value));
    return errc{};
  }

  template <class Float>
  static errc write_float(const T& value, protocol::buffer& out, const value_type&) {
    Float exact;
    if (!detail::to_exact_float(value, exact)) return errc::out_of_range;
    out.append_be(exact);
    return errc{};
  }

  static errc write_text(const T& value, protocol::buffer& out, const value_type&) {
    detail::append_number(out, std::conditional_t<std::is_signed_v<T>, std::int64_t, std::uint64_t>{value});
    return errc{};
  }

 public:
  static constexpr std::string_view name = detail::integer_name<T>();
  static constexpr oid declared_oid = sizeof(common_wire) == 2   ? oids::int2
                                      : sizeof(common_wire) == 4 ? oids::int4
                                                                 : oids::int8;
  static constexpr decode_function<T> common_decoder = &read<common_wire>;

  static constexpr std::size_t common_size = sizeof(common_wire);
  static errc common_store(T value, std::byte* to) noexcept {
    protocol::store_be(to, static_cast<common_wire>(value));
    return std::in_range<common_wire>(value) ? errc{} : errc::out_of_range;
  }

  static decode_function<T> decoder(const value_type& from) noexcept {
    if (from.format == protocol::format::text) return detail::is_integer_type(from.type) ? &read_text : nullptr;
    switch (from.type) {
      case oids::int4:
        return &read<std::int32_t>;
      case oids::int8:
        return &read<std::int64_t>;
      case oids::int2:
        return &read<std::int16_t>;
      case oids::oid_:
        return &read<std::uint32_t>;
      default:
        return nullptr;
    }
  }

  /// Where the type is one that we have no binary format for, the server gets text to make of it what it can.
  static encoding<T> encoder(const value_type& to) noexcept {
    if (to.format == protocol::format::binary) {
      switch (to.type) {
        case oids::int4:
          return {protocol::format::binary, &write<std::int32_t>};
        case oids::int8:
          return {protocol::format::binary, &write<std::int64_t>};
        case oids::int2:
          return {protocol::format::binary, &write<std::int16_t>};
        case oids::oid_:
          return {protocol::format::binary, &write<std::uint32_t>};
        case oids::float8:
          return {protocol::format::binary, &write_float<double>};
        case oids::float4:
          return {protocol::format::binary, &write_float<float>};
        default:
          break;
      }
    }
    if (detail::takes_integer_text(to.type)) return {protocol::format::text, &write_text};
    return {};
  }
};

}  // namespace pgcoro
