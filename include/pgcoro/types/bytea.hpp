// Bytes: std::vector<std::byte> owns them, std::span<const std::byte> points into the row or at the caller's memory.
//
// From and to bytea; and the binary format of types that are not built in, untouched (PostGIS geometry as EWKB).
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include <pgcoro/codec.hpp>
#include <pgcoro/config.hpp>
#include <pgcoro/types/builtin_types.hpp>

namespace pgcoro {
namespace detail {

/// Reads both text formats of bytea, "\x68656c6c6f" and "hell\157". Manual, "Binary Data Types".
PGCORO_DECL errc parse_bytea(protocol::bytes_view text, std::vector<std::byte>& out, const value_type& from);

constexpr bool holds_plain_bytes(oid type) noexcept { return type == oids::bytea || is_open_type(type); }

template <class T>
struct bytes_encoder {
  static constexpr oid declared_oid = oids::bytea;

  static encoding<T> encoder(const value_type& to) noexcept {
    if (to.format == protocol::format::text || !holds_plain_bytes(to.type)) return {};
    return {protocol::format::binary, &write};
  }

  static protocol::bytes_view wire_bytes(protocol::bytes_view value) noexcept { return value; }

 private:
  static errc write(const T& value, protocol::buffer& out, const value_type&) {
    out.append(protocol::bytes_view(value));
    return errc{};
  }
};

}  // namespace detail

template <>
struct codec<std::vector<std::byte>> : detail::bytes_encoder<std::vector<std::byte>> {
  static constexpr std::string_view name = "std::vector<std::byte>";

  static decode_function<std::vector<std::byte>> decoder(const value_type& from) noexcept {
    if (from.format == protocol::format::text) return from.type == oids::bytea ? &detail::parse_bytea : nullptr;
    return detail::holds_plain_bytes(from.type) ? &read : nullptr;
  }

 private:
  static errc read(protocol::bytes_view bytes, std::vector<std::byte>& out, const value_type&) {
    out.assign(bytes.begin(), bytes.end());
    return errc{};
  }

 public:
  static constexpr decode_function<std::vector<std::byte>> common_decoder = &read;
};

template <>
struct codec<std::span<const std::byte>> : detail::bytes_encoder<std::span<const std::byte>> {
  static constexpr std::string_view name = "std::span<const std::byte>";
  static constexpr bool is_view = true;

  /// No bytea in text format: its bytes are nowhere to point at.
  static decode_function<std::span<const std::byte>> decoder(const value_type& from) noexcept {
    return from.format == protocol::format::binary && detail::holds_plain_bytes(from.type) ? &read : nullptr;
  }

 private:
  static errc read(protocol::bytes_view bytes, std::span<const std::byte>& out, const value_type&) noexcept {
    out = bytes;
    return errc{};
  }
};

}  // namespace pgcoro
