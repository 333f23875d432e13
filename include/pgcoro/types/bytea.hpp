// Bytes: std::vector<std::byte> owns them, std::span<const std::byte> points into the row or at the caller's memory.
//
// From and to bytea; and the binary format of types that are not built in, untouched (PostGIS geometry as EWKB).
#pragma once

#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

#include <pgcoro/codec.hpp>
#include <pgcoro/config.hpp>
#include <pgcoro/types/builtin_types.hpp>

namespace pgcoro {

template <>
struct codec<std::vector<std::byte>> {
  static constexpr std::string_view name = "std::vector<std::byte>";
  static constexpr oid declared_oid = oids::bytea;

  PGCORO_DECL static decode_function<std::vector<std::byte>> decoder(const value_type& from) noexcept;
  PGCORO_DECL static encoding<std::vector<std::byte>> encoder(const value_type& to) noexcept;
  /// What the encoder's function appends: written without the detour over it.
  static protocol::bytes_view wire_bytes(protocol::bytes_view value) noexcept { return value; }
};

template <>
struct codec<std::span<const std::byte>> {
  static constexpr std::string_view name = "std::span<const std::byte>";
  static constexpr oid declared_oid = oids::bytea;
  static constexpr bool is_view = true;

  /// No bytea in text format: its bytes are nowhere to point at.
  PGCORO_DECL static decode_function<std::span<const std::byte>> decoder(const value_type& from) noexcept;
  PGCORO_DECL static encoding<std::span<const std::byte>> encoder(const value_type& to) noexcept;
  static protocol::bytes_view wire_bytes(protocol::bytes_view value) noexcept { return value; }
};

}  // namespace pgcoro
