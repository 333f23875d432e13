#include <algorithm>
#include <cstddef>
#include <span>

#include <pgcoro/types/network.hpp>

#include "types/hex_digit.hpp"
#include "types/ip_text.hpp"
#include "types/text_scanner.hpp"
#include "types/wire_format.hpp"

namespace pgcoro {
namespace {

bool is_ip_type(oid type) noexcept { return type == oids::inet || type == oids::cidr; }

/// The first `bits` bits of a byte.
constexpr std::uint8_t leading(int bits) noexcept {
  return static_cast<std::uint8_t>(bits >= 8 ? 0xff : bits <= 0 ? 0 : 0xff00 >> bits);
}

bool is_network(const inet& value) noexcept { return network_of(value).network == value; }

errc parse_inet(std::string_view text, inet& out) noexcept {
  const std::size_t slash = text.find('/');
  if (!detail::parse_address(text.substr(0, slash), out)) return errc::invalid_value;
  if (slash == std::string_view::npos) return errc{};
  detail::text_scanner in(text.substr(slash + 1));
  out.prefix_length = in.integer<std::uint8_t>();
  return in.finish() == errc{} && out.prefix_length <= out.address_bits() ? errc{} : errc::invalid_value;
}

void append_prefix(std::string& out, const inet& value) {
  out.push_back('/');
  out.append(std::to_string(value.prefix_length));
}

// Hardware addresses

constexpr bool is_separator(char c) noexcept { return c == ':' || c == '-' || c == '.'; }

/// As many bytes as there are pairs of digits; 0 where the text is none of an address that fits.
std::size_t parse_pairs(std::string_view text, std::span<std::uint8_t> out) noexcept {
  std::size_t count = 0;
  char separator = '\0';
  while (!text.empty()) {
    if (count != 0 && is_separator(text[0])) {
      if (separator != '\0' && separator != text[0]) return 0;
      separator = text[0];
      text.remove_prefix(1);
    }
    if (count == out.size() || text.size() < 2) return 0;
    const int high = detail::hex_digit(text[0]);
    const int low = detail::hex_digit(text[1]);
    if (high == detail::no_digit || low == detail::no_digit) return 0;
    out[count++] = static_cast<std::uint8_t>(high * 16 + low);
    text.remove_prefix(2);
  }
  return count;
}

std::string join_pairs(std::span<const std::uint8_t> bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string out;
  for (const std::uint8_t byte : bytes) {
    if (!out.empty()) out.push_back(':');
    out.push_back(digits[byte >> 4]);
    out.push_back(digits[byte & 15]);
  }
  return out;
}

}  // namespace

std::strong_ordering operator<=>(const inet& a, const inet& b) noexcept {
  if (a.is_v6 != b.is_v6) return a.is_v6 <=> b.is_v6;
  const std::uint8_t common = std::min(a.prefix_length, b.prefix_length);
  const auto first = [common](inet value) {
    value.prefix_length = common;
    return network_of(value).network.bytes;
  };
  if (const auto networks = first(a) <=> first(b); networks != 0) return networks;
  if (a.prefix_length != b.prefix_length) return a.prefix_length <=> b.prefix_length;
  return a.bytes <=> b.bytes;
}

cidr network_of(const inet& host) noexcept {
  cidr made{host};
  int bits = host.prefix_length;
  for (std::uint8_t& byte : made.network.bytes) {
    byte &= leading(bits);
    bits -= 8;
  }
  return made;
}

std::string to_string(const inet& value) {
  std::string out;
  detail::append_address(out, value);
  if (!value.is_host()) append_prefix(out, value);
  return out;
}

std::string to_string(const cidr& value) {
  std::string out;
  detail::append_address(out, value.network);
  append_prefix(out, value.network);
  return out;
}

std::string to_string(const macaddr& value) { return join_pairs(value.bytes); }
std::string to_string(const macaddr8& value) { return join_pairs(value.bytes); }

errc parse(std::string_view text, inet& out) noexcept { return parse_inet(text, out); }

errc parse(std::string_view text, cidr& out) noexcept {
  if (const errc failure = parse_inet(text, out.network); failure != errc{}) return failure;
  return is_network(out.network) ? errc{} : errc::invalid_value;
}

errc parse(std::string_view text, macaddr& out) noexcept {
  return parse_pairs(text, out.bytes) == out.bytes.size() ? errc{} : errc::invalid_value;
}

errc parse(std::string_view text, macaddr8& out) noexcept {
  const std::size_t count = parse_pairs(text, out.bytes);
  if (count == 6)
    out.bytes = {out.bytes[0], out.bytes[1], out.bytes[2], 0xff, 0xfe, out.bytes[3], out.bytes[4], out.bytes[5]};
  return count == 6 || count == 8 ? errc{} : errc::invalid_value;
}

namespace detail {
namespace {

// The families' numbers on the wire, whatever the system's own are.
constexpr std::uint8_t family_v4 = 2;
constexpr std::uint8_t family_v6 = 3;

template <class Macaddr>
struct macaddr_format {
  static void read(protocol::reader& in, Macaddr& out) noexcept {
    for (std::uint8_t& byte : out.bytes) byte = in.u8();
  }
  static errc write(const Macaddr& value, protocol::buffer& out) {
    out.append(std::as_bytes(std::span(value.bytes)));
    return errc{};
  }
};

}  // namespace

/// Family, length of the prefix, whether it is a cidr, number of bytes, bytes.
template <>
struct wire_format<inet> {
  static void read(protocol::reader& in, inet& out) noexcept {
    const std::uint8_t family = in.u8();
    out = {};
    out.prefix_length = in.u8();
    const std::uint8_t is_cidr = in.u8();
    const std::size_t size = in.u8();
    out.is_v6 = family == family_v6;
    if ((family != family_v4 && family != family_v6) || size * 8 != static_cast<std::size_t>(out.address_bits()) ||
        out.prefix_length > out.address_bits() || is_cidr > 1)
      return in.fail("no address");
    for (std::size_t i = 0; i < size; ++i) out.bytes[i] = in.u8();
  }
  static errc write(const inet& value, protocol::buffer& out, bool is_cidr) {
    if (value.prefix_length > value.address_bits()) return errc::out_of_range;
    const auto size = static_cast<std::uint8_t>(value.address_bits() / 8);
    out.append_u8(value.is_v6 ? family_v6 : family_v4);
    out.append_u8(value.prefix_length);
    out.append_u8(is_cidr ? 1 : 0);
    out.append_u8(size);
    out.append(std::as_bytes(std::span(value.bytes).first(size)));
    return errc{};
  }
};

template <>
struct wire_format<macaddr> : macaddr_format<macaddr> {};
template <>
struct wire_format<macaddr8> : macaddr_format<macaddr8> {};

template struct single_type_codec<macaddr, oids::macaddr>;
template struct single_type_codec<macaddr8, oids::macaddr8>;

namespace {

/// The inet, where it may be sent as that type.
errc check(const inet& value, bool as_cidr) noexcept {
  const bool sendable = value.prefix_length <= value.address_bits() && (!as_cidr || is_network(value));
  return sendable ? errc{} : errc::out_of_range;
}

const inet& address_of(const inet& value) noexcept { return value; }
const inet& address_of(const cidr& value) noexcept { return value.network; }

template <class T>
constexpr bool must_be_network = std::is_same_v<T, cidr>;

template <class T>
errc write_ip(const T& value, protocol::buffer& out, const value_type& to) {
  const inet& address = address_of(value);
  const bool as_cidr = to.type == oids::cidr;
  const errc failure = check(address, as_cidr || must_be_network<T>);
  return failure != errc{} ? failure : wire_format<inet>::write(address, out, as_cidr);
}

template <class T>
errc write_ip_text(const T& value, protocol::buffer& out, const value_type& to) {
  const errc failure = check(address_of(value), to.type == oids::cidr || must_be_network<T>);
  return failure != errc{} ? failure : write_text_value(value, out, to);
}

template <class T>
encoding<T> ip_encoder(const value_type& to) noexcept {
  if (is_ip_type(to.type) && to.format == protocol::format::binary) return {protocol::format::binary, &write_ip<T>};
  if (is_ip_type(to.type) || is_open_type(to.type) || is_text_type(to.type))
    return {protocol::format::text, &write_ip_text<T>};
  return {};
}

/// An inet is a value of its own type, but not one that a cidr can be.
errc as_network(errc verdict, const cidr& value, const value_type& from) noexcept {
  if (verdict != errc{} || is_network(value.network)) return verdict;
  return from.type == oids::cidr ? errc::invalid_value : errc::out_of_range;
}

errc read_cidr(protocol::bytes_view bytes, cidr& out, const value_type& from) noexcept {
  return as_network(read_value<inet>(bytes, out.network, from), out, from);
}

errc read_cidr_text(protocol::bytes_view bytes, cidr& out, const value_type& from) noexcept {
  return as_network(parse(protocol::as_text(bytes), out.network), out, from);
}

}  // namespace
}  // namespace detail

decode_function<inet> codec<inet>::decoder(const value_type& from) noexcept {
  if (!is_ip_type(from.type)) return nullptr;
  return from.format == protocol::format::binary ? &detail::read_value<inet> : &detail::read_text_value<inet>;
}

decode_function<cidr> codec<cidr>::decoder(const value_type& from) noexcept {
  if (!is_ip_type(from.type)) return nullptr;
  return from.format == protocol::format::binary ? &detail::read_cidr : &detail::read_cidr_text;
}

encoding<inet> codec<inet>::encoder(const value_type& to) noexcept { return detail::ip_encoder<inet>(to); }
encoding<cidr> codec<cidr>::encoder(const value_type& to) noexcept { return detail::ip_encoder<cidr>(to); }

}  // namespace pgcoro
