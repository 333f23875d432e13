// PostgreSQL's money: a whole number of the currency's smallest unit.
//
// What the unit is (a cent, a yen), the database's lc_monetary decides; pgcoro does not know. The text of money is
// written in that locale, too: text is read where it looks as in the locales C and en_US ("-$1,234.56") and is
// errc::invalid_value in any other; none is sent, since the server would read "12.50" as 1250 where the point separates
// thousands. None of that concerns the binary format, which is what is used between pgcoro and a server wherever there
// is a choice.
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include <pgcoro/codec.hpp>
#include <pgcoro/config.hpp>
#include <pgcoro/types/builtin_types.hpp>

namespace pgcoro {

struct money {
  std::int64_t units = 0;  ///< cents, where the currency has them

  friend auto operator<=>(const money&, const money&) = default;
};

/// As in the locales C and en_US: "-$1,234.56".
[[nodiscard]] PGCORO_DECL std::string to_string(money value);
/// The reverse. errc::invalid_value, errc::out_of_range.
[[nodiscard]] PGCORO_DECL errc parse(std::string_view text, money& out) noexcept;

template <>
struct codec<money> {
 private:
  static errc read_common(protocol::bytes_view bytes, money& out, const value_type&) noexcept {
    if (bytes.size() != common_size) [[unlikely]]
      return errc::invalid_value;
    out.units = protocol::load_be<std::int64_t>(bytes.data());
    return errc{};
  }

 public:
  static constexpr std::string_view name = "pgcoro::money";
  static constexpr oid declared_oid = oids::money;
  static constexpr decode_function<money> common_decoder = &read_common;

  static constexpr std::size_t common_size = 8;
  static errc common_store(money value, std::byte* to) noexcept {
    protocol::store_be(to, value.units);
    return errc{};
  }

  PGCORO_DECL static decode_function<money> decoder(const value_type& from) noexcept;
  PGCORO_DECL static encoding<money> encoder(const value_type& to) noexcept;
};

}  // namespace pgcoro
