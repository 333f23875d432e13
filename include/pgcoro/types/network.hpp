// inet, cidr, macaddr and macaddr8 without a library. Asio's addresses: <pgcoro/types/asio_address.hpp>.
//
//   pgcoro::inet host = pgcoro::inet::v4({192, 168, 1, 5}, 24);           // 192.168.1.5/24
//   co_await db.execute("INSERT INTO hosts VALUES ($1, $2)", host, pgcoro::network_of(host));
//
// parse() takes what the server writes, for hardware addresses also what it reads.
#pragma once

#include <algorithm>
#include <array>
#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include <pgcoro/config.hpp>
#include <pgcoro/detail/single_type_codec.hpp>

namespace pgcoro {

/// An address, and how many of its leading bits are the network's.
struct inet {
  std::array<std::uint8_t, 16> bytes{};  ///< in network order; of an IPv4 address the first four, the others zero
  std::uint8_t prefix_length = 32;       ///< in bits, 32 at most for IPv4, 128 for IPv6
  bool is_v6 = false;

  static constexpr inet v4(std::array<std::uint8_t, 4> address, std::uint8_t prefix_length = 32) noexcept {
    inet made;
    std::ranges::copy(address, made.bytes.begin());
    made.prefix_length = prefix_length;
    return made;
  }
  static constexpr inet v6(std::array<std::uint8_t, 16> address, std::uint8_t prefix_length = 128) noexcept {
    return {address, prefix_length, true};
  }

  [[nodiscard]] constexpr int address_bits() const noexcept { return is_v6 ? 128 : 32; }
  /// It is one host: the prefix is the whole address.
  [[nodiscard]] constexpr bool is_host() const noexcept { return prefix_length == address_bits(); }

  friend bool operator==(const inet&, const inet&) = default;
  /// As PostgreSQL orders them: IPv4 first, then by network, by length of the prefix, by address.
  PGCORO_DECL friend std::strong_ordering operator<=>(const inet& a, const inet& b) noexcept;
};

/// A network: an address whose bits behind the prefix are zero. One where they are not is errc::out_of_range when sent.
struct cidr {
  inet network;
  friend auto operator<=>(const cidr&, const cidr&) = default;
};

/// The network that the host is in.
[[nodiscard]] PGCORO_DECL cidr network_of(const inet& host) noexcept;

/// A hardware address (EUI-48).
struct macaddr {
  std::array<std::uint8_t, 6> bytes{};
  friend auto operator<=>(const macaddr&, const macaddr&) = default;
};

/// A hardware address (EUI-64).
struct macaddr8 {
  std::array<std::uint8_t, 8> bytes{};
  friend auto operator<=>(const macaddr8&, const macaddr8&) = default;
};

[[nodiscard]] PGCORO_DECL std::string to_string(
    const inet& value);  ///< 192.168.1.5/24; the prefix only where it is not a host
[[nodiscard]] PGCORO_DECL std::string to_string(const cidr& value);      ///< 192.168.1.0/24; always with the prefix
[[nodiscard]] PGCORO_DECL std::string to_string(const macaddr& value);   ///< 08:00:2b:01:02:03
[[nodiscard]] PGCORO_DECL std::string to_string(const macaddr8& value);  ///< 08:00:2b:ff:fe:01:02:03

/// errc::invalid_value.
[[nodiscard]] PGCORO_DECL errc parse(std::string_view text, inet& out) noexcept;
/// errc::invalid_value, also where bits behind the prefix are set. All four numbers of an IPv4 address must be there.
[[nodiscard]] PGCORO_DECL errc parse(std::string_view text, cidr& out) noexcept;
/// Pairs of hexadecimal digits, with nothing, ':', '-' or '.' between them, the same throughout. errc::invalid_value.
[[nodiscard]] PGCORO_DECL errc parse(std::string_view text, macaddr& out) noexcept;
/// Likewise; six bytes get ff:fe put in the middle.
[[nodiscard]] PGCORO_DECL errc parse(std::string_view text, macaddr8& out) noexcept;

/// From inet and cidr, to both.
template <>
struct codec<inet> {
  static constexpr std::string_view name = "pgcoro::inet";
  static constexpr oid declared_oid = oids::inet;

  PGCORO_DECL static decode_function<inet> decoder(const value_type& from) noexcept;
  PGCORO_DECL static encoding<inet> encoder(const value_type& to) noexcept;
};

/// From inet and cidr, to both; errc::out_of_range where the inet is no network.
template <>
struct codec<cidr> {
  static constexpr std::string_view name = "pgcoro::cidr";
  static constexpr oid declared_oid = oids::cidr;

  PGCORO_DECL static decode_function<cidr> decoder(const value_type& from) noexcept;
  PGCORO_DECL static encoding<cidr> encoder(const value_type& to) noexcept;
};

template <>
struct codec<macaddr> : detail::single_type_codec<macaddr, oids::macaddr> {
  static constexpr std::string_view name = "pgcoro::macaddr";
};
template <>
struct codec<macaddr8> : detail::single_type_codec<macaddr8, oids::macaddr8> {
  static constexpr std::string_view name = "pgcoro::macaddr8";
};

}  // namespace pgcoro
