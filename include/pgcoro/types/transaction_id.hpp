// Transaction numbers: xid, which wraps around every four thousand million transactions, xid8, which never does, and
// cid, the number of a command in its transaction.
//
//   auto mine = co_await db.fetch_one<pgcoro::xid8>("SELECT pg_current_xact_id()");
//   auto status = co_await db.fetch_one<std::string>("SELECT pg_xact_status($1)", mine);
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include <pgcoro/config.hpp>
#include <pgcoro/detail/strong_integer_codec.hpp>

namespace pgcoro {

/// No order: which of two is the older depends on how many transactions ago they were.
struct xid {
  std::uint32_t value = 0;
  friend bool operator==(const xid&, const xid&) = default;
};

struct xid8 {
  std::uint64_t value = 0;
  friend auto operator<=>(const xid8&, const xid8&) = default;
};

struct cid {
  std::uint32_t value = 0;
  friend auto operator<=>(const cid&, const cid&) = default;
};

/// Decimal digits.
[[nodiscard]] PGCORO_DECL std::string to_string(xid value);
[[nodiscard]] PGCORO_DECL std::string to_string(xid8 value);
[[nodiscard]] PGCORO_DECL std::string to_string(cid value);

/// errc::invalid_value, errc::out_of_range.
[[nodiscard]] PGCORO_DECL errc parse(std::string_view text, xid& out) noexcept;
[[nodiscard]] PGCORO_DECL errc parse(std::string_view text, xid8& out) noexcept;
[[nodiscard]] PGCORO_DECL errc parse(std::string_view text, cid& out) noexcept;

template <>
struct codec<xid> : detail::strong_integer_codec<xid, oids::xid> {
  static constexpr std::string_view name = "pgcoro::xid";
};
template <>
struct codec<xid8> : detail::strong_integer_codec<xid8, oids::xid8> {
  static constexpr std::string_view name = "pgcoro::xid8";
};
template <>
struct codec<cid> : detail::strong_integer_codec<cid, oids::cid> {
  static constexpr std::string_view name = "pgcoro::cid";
};

}  // namespace pgcoro
