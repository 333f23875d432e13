// Asio's addresses and networks, from and to inet and cidr.
//
//   auto peer = co_await db.fetch_one<boost::asio::ip::address>("SELECT inet_client_addr()");
//   co_await db.execute("INSERT INTO allowed VALUES ($1)", boost::asio::ip::make_network_v4("10.0.0.0/8"));
//
// An address is a host: one with a shorter prefix is errc::out_of_range, as is an IPv6 address where an IPv4 one is
// asked for. A network keeps the bits behind its prefix, and is errc::out_of_range for cidr where any is set. An IPv6
// scope has no place in the database: errc::out_of_range.
#pragma once

#include <algorithm>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/address_v4.hpp>
#include <boost/asio/ip/address_v6.hpp>
#include <boost/asio/ip/network_v4.hpp>
#include <boost/asio/ip/network_v6.hpp>
#include <string_view>

#include <pgcoro/detail/adapted_codec.hpp>
#include <pgcoro/types/network.hpp>

namespace pgcoro {
namespace detail {

/// errc::out_of_range where the one has no place for the other.
inline errc convert(const boost::asio::ip::address_v4& from, inet& out) noexcept {
  out = inet::v4(from.to_bytes());
  return errc{};
}
inline errc convert(const boost::asio::ip::address_v6& from, inet& out) noexcept {
  out = inet::v6(from.to_bytes());
  return from.scope_id() == 0 ? errc{} : errc::out_of_range;
}
inline errc convert(const boost::asio::ip::address& from, inet& out) noexcept {
  return from.is_v4() ? convert(from.to_v4(), out) : convert(from.to_v6(), out);
}
template <class Network>
  requires requires(const Network& network) { network.prefix_length(); }
errc convert(const Network& from, inet& out) noexcept {
  const errc failure = convert(from.address(), out);
  out.prefix_length = static_cast<std::uint8_t>(from.prefix_length());
  return failure;
}

inline boost::asio::ip::address_v4 v4_address(const inet& from) noexcept {
  boost::asio::ip::address_v4::bytes_type bytes{};
  std::copy_n(from.bytes.begin(), bytes.size(), bytes.begin());
  return boost::asio::ip::address_v4(bytes);
}

inline errc convert(const inet& from, boost::asio::ip::address_v4& out) noexcept {
  if (from.is_v6 || !from.is_host()) return errc::out_of_range;
  out = v4_address(from);
  return errc{};
}
inline errc convert(const inet& from, boost::asio::ip::address_v6& out) noexcept {
  if (!from.is_v6 || !from.is_host()) return errc::out_of_range;
  out = boost::asio::ip::address_v6(from.bytes);
  return errc{};
}
inline errc convert(const inet& from, boost::asio::ip::address& out) noexcept {
  if (!from.is_host()) return errc::out_of_range;
  if (from.is_v6)
    out = boost::asio::ip::address_v6(from.bytes);
  else
    out = v4_address(from);
  return errc{};
}
inline errc convert(const inet& from, boost::asio::ip::network_v4& out) noexcept {
  if (from.is_v6) return errc::out_of_range;
  out = {v4_address(from), from.prefix_length};
  return errc{};
}
inline errc convert(const inet& from, boost::asio::ip::network_v6& out) noexcept {
  if (!from.is_v6) return errc::out_of_range;
  out = {boost::asio::ip::address_v6(from.bytes), from.prefix_length};
  return errc{};
}

struct by_way_of_inet {
  using wire = inet;
  using wire_codec = codec<inet>;
  template <class T>
  static errc to_wire(const T& value, inet& out) noexcept {
    return convert(value, out);
  }
  template <class T>
  static errc from_wire(const inet& value, T& out) noexcept {
    return convert(value, out);
  }
};

template <class T>
struct asio_address_codec : adapted_codec<T, by_way_of_inet> {
  static constexpr oid declared_oid = oids::inet;
};

}  // namespace detail

template <>
struct codec<boost::asio::ip::address> : detail::asio_address_codec<boost::asio::ip::address> {
  static constexpr std::string_view name = "boost::asio::ip::address";
};
template <>
struct codec<boost::asio::ip::address_v4> : detail::asio_address_codec<boost::asio::ip::address_v4> {
  static constexpr std::string_view name = "boost::asio::ip::address_v4";
};
template <>
struct codec<boost::asio::ip::address_v6> : detail::asio_address_codec<boost::asio::ip::address_v6> {
  static constexpr std::string_view name = "boost::asio::ip::address_v6";
};
template <>
struct codec<boost::asio::ip::network_v4> : detail::asio_address_codec<boost::asio::ip::network_v4> {
  static constexpr std::string_view name = "boost::asio::ip::network_v4";
};
template <>
struct codec<boost::asio::ip::network_v6> : detail::asio_address_codec<boost::asio::ip::network_v6> {
  static constexpr std::string_view name = "boost::asio::ip::network_v6";
};

}  // namespace pgcoro
