// pg_lsn: a position in the write-ahead log, in bytes from its beginning.
//
//   auto now = co_await db.fetch_one<pgcoro::lsn>("SELECT pg_current_wal_lsn()");
//   std::int64_t behind = now - confirmed;
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include <pgcoro/config.hpp>
#include <pgcoro/detail/strong_integer_codec.hpp>

namespace pgcoro {

/// Zero is no position: the log does not begin there.
struct lsn {
  std::uint64_t value = 0;

  [[nodiscard]] constexpr bool is_valid() const noexcept { return value != 0; }

  friend auto operator<=>(const lsn&, const lsn&) = default;

  constexpr lsn& operator+=(std::uint64_t bytes) noexcept {
    value += bytes;
    return *this;
  }
  constexpr lsn& operator-=(std::uint64_t bytes) noexcept {
    value -= bytes;
    return *this;
  }
  friend constexpr lsn operator+(lsn position, std::uint64_t bytes) noexcept { return position += bytes; }
  friend constexpr lsn operator-(lsn position, std::uint64_t bytes) noexcept { return position -= bytes; }
  /// Bytes from `from` to `to`; less than 2^63 of them lie between any two positions of a log that exists.
  friend constexpr std::int64_t operator-(lsn to, lsn from) noexcept {
    return static_cast<std::int64_t>(to.value - from.value);
  }
};

/// Both halves in hexadecimal, "16/B374D848".
[[nodiscard]] PGCORO_DECL std::string to_string(lsn value);
/// Takes leading zeros, too. errc::invalid_value.
[[nodiscard]] PGCORO_DECL errc parse(std::string_view text, lsn& out) noexcept;

template <>
struct codec<lsn> : detail::strong_integer_codec<lsn, oids::pg_lsn> {
  static constexpr std::string_view name = "pgcoro::lsn";
};

}  // namespace pgcoro
