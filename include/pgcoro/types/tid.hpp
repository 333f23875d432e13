// tid: where a row's version lies in its table, the type of the system column ctid.
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include <pgcoro/config.hpp>
#include <pgcoro/detail/single_type_codec.hpp>

namespace pgcoro {

struct tid {
  std::uint32_t block = 0;
  std::uint16_t offset = 0;
  friend auto operator<=>(const tid&, const tid&) = default;
};

/// "(12,3)"
[[nodiscard]] PGCORO_DECL std::string to_string(const tid& value);
/// errc::invalid_value, errc::out_of_range.
[[nodiscard]] PGCORO_DECL errc parse(std::string_view text, tid& out) noexcept;

template <>
struct codec<tid> : detail::single_type_codec<tid, oids::tid> {
  static constexpr std::string_view name = "pgcoro::tid";
};

}  // namespace pgcoro
