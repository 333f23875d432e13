// bool: from and to bool alone. Numbers are not truth values, in PostgreSQL neither.
#pragma once

#include <string_view>

#include <pgcoro/codec.hpp>
#include <pgcoro/config.hpp>
#include <pgcoro/types/builtin_types.hpp>

namespace pgcoro {

template <>
struct codec<bool> {
  static constexpr std::string_view name = "bool";
  static constexpr oid declared_oid = oids::bool_;

  static constexpr std::size_t common_size = 1;
  static errc common_store(bool value, std::byte* to) noexcept {
    *to = std::byte{value};
    return errc{};
  }

  PGCORO_DECL static decode_function<bool> decoder(const value_type& from) noexcept;
  /// Text types and json get "true" or "false", as a cast in SQL gives.
  PGCORO_DECL static encoding<bool> encoder(const value_type& to) noexcept;
};

}  // namespace pgcoro
