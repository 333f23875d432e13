// "char", in quotes: the one-byte type of the system catalogs (pg_class.relkind). char(n), without, is text.
//
//   auto kind = co_await db.fetch_one<pgcoro::quoted_char>("SELECT relkind FROM pg_class WHERE oid = $1", id);
//   if (kind.value == 'r') …
#pragma once

#include <compare>
#include <string>
#include <string_view>

#include <pgcoro/config.hpp>
#include <pgcoro/detail/single_type_codec.hpp>

namespace pgcoro {

struct quoted_char {
  char value = '\0';
  friend bool operator==(const quoted_char&, const quoted_char&) = default;
  /// As PostgreSQL does, by the byte without a sign.
  friend constexpr std::strong_ordering operator<=>(quoted_char a, quoted_char b) noexcept {
    return static_cast<unsigned char>(a.value) <=> static_cast<unsigned char>(b.value);
  }
};

/// The character; nothing for a zero byte; a backslash and three octal digits above 0x7f, as from PostgreSQL 16 on.
[[nodiscard]] PGCORO_DECL std::string to_string(quoted_char value);
/// The same, and a single byte above 0x7f. errc::invalid_value.
[[nodiscard]] PGCORO_DECL errc parse(std::string_view text, quoted_char& out) noexcept;

template <>
struct codec<quoted_char> : detail::single_type_codec<quoted_char, oids::char_> {
  static constexpr std::string_view name = "pgcoro::quoted_char";
};

}  // namespace pgcoro
