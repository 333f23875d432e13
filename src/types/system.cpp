#include <array>

#include <pgcoro/detail/numbers.hpp>
#include <pgcoro/types/lsn.hpp>
#include <pgcoro/types/quoted_char.hpp>
#include <pgcoro/types/tid.hpp>
#include <pgcoro/types/transaction_id.hpp>

#include "types/text_scanner.hpp"
#include "types/wire_format.hpp"

namespace pgcoro {
namespace {

using detail::text_scanner;

template <class T>
errc parse_digits(std::string_view text, T& out) noexcept {
  text_scanner in(text);
  out.value = in.integer<decltype(T::value)>();
  return in.finish();
}

void append_hex(std::string& out, std::uint32_t value) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  int shift = 28;
  while (shift > 0 && value >> shift == 0) shift -= 4;
  for (; shift >= 0; shift -= 4) out.push_back(digits[value >> shift & 15]);
}

constexpr bool is_ascii(char c) noexcept { return static_cast<unsigned char>(c) < 0x80; }

constexpr bool is_octal(char c, char greatest = '7') noexcept { return c >= '0' && c <= greatest; }

}  // namespace

std::string to_string(xid value) { return std::to_string(value.value); }
std::string to_string(xid8 value) { return std::to_string(value.value); }
std::string to_string(cid value) { return std::to_string(value.value); }

errc parse(std::string_view text, xid& out) noexcept { return parse_digits(text, out); }
errc parse(std::string_view text, xid8& out) noexcept { return parse_digits(text, out); }
errc parse(std::string_view text, cid& out) noexcept { return parse_digits(text, out); }

std::string to_string(lsn value) {
  std::string out;
  append_hex(out, static_cast<std::uint32_t>(value.value >> 32));
  out.push_back('/');
  append_hex(out, static_cast<std::uint32_t>(value.value));
  return out;
}

errc parse(std::string_view text, lsn& out) noexcept {
  const std::size_t slash = text.find('/');
  // Not more than eight digits a half, as the server has it; what is longer is no number too great but no LSN.
  if (slash > 8 || text.size() - slash > 9) return errc::invalid_value;
  text_scanner in(text);
  const auto high = in.integer<std::uint32_t>(16);
  in.expect('/');
  const auto low = in.integer<std::uint32_t>(16);
  out.value = std::uint64_t{high} << 32 | low;
  return in.finish();
}

std::string to_string(const tid& value) {
  return "(" + std::to_string(value.block) + "," + std::to_string(value.offset) + ")";
}

errc parse(std::string_view text, tid& out) noexcept {
  text_scanner in(text);
  in.expect('(');
  out.block = in.integer<std::uint32_t>();
  in.expect(',');
  out.offset = in.integer<std::uint16_t>();
  in.expect(')');
  return in.finish();
}

std::string to_string(quoted_char value) {
  if (value.value == '\0') return {};
  if (is_ascii(value.value)) return {value.value};
  const auto byte = static_cast<unsigned char>(value.value);
  const auto digit = [byte](int shift) { return static_cast<char>('0' + (byte >> shift & 7)); };
  return {'\\', digit(6), digit(3), digit(0)};
}

errc parse(std::string_view text, quoted_char& out) noexcept {
  if (text.size() == 4 && text[0] == '\\' && is_octal(text[1], '3') && is_octal(text[2]) && is_octal(text[3])) {
    out.value = static_cast<char>((text[1] - '0') * 64 + (text[2] - '0') * 8 + (text[3] - '0'));
    return errc{};
  }
  out.value = text.empty() ? '\0' : text[0];
  return text.size() > 1 ? errc::invalid_value : errc{};
}

namespace detail {
namespace {

template <class T>
struct integer_format {
  static void read(protocol::reader& in, T& out) noexcept {
    out.value = sizeof(T) == 8 ? static_cast<decltype(T::value)>(in.u64()) : in.u32();
  }
  static errc write(const T& value, protocol::buffer& out) {
    out.append_be(value.value);
    return errc{};
  }
};

}  // namespace

template <>
struct wire_format<xid> : integer_format<xid> {};
template <>
struct wire_format<xid8> : integer_format<xid8> {};
template <>
struct wire_format<cid> : integer_format<cid> {};
template <>
struct wire_format<lsn> : integer_format<lsn> {};

template <>
struct wire_format<tid> {
  static void read(protocol::reader& in, tid& out) noexcept {
    out.block = in.u32();
    out.offset = in.u16();
  }
  static errc write(const tid& value, protocol::buffer& out) {
    out.append_u32(value.block);
    out.append_u16(value.offset);
    return errc{};
  }
};

template <>
struct wire_format<quoted_char> {
  static void read(protocol::reader& in, quoted_char& out) noexcept { out.value = static_cast<char>(in.u8()); }
  static errc write(const quoted_char& value, protocol::buffer& out) {
    out.append_u8(static_cast<std::uint8_t>(value.value));
    return errc{};
  }
};

template struct single_type_codec<xid, oids::xid>;
template struct single_type_codec<xid8, oids::xid8>;
template struct single_type_codec<cid, oids::cid>;
template struct single_type_codec<lsn, oids::pg_lsn>;
template struct single_type_codec<tid, oids::tid>;
template struct single_type_codec<quoted_char, oids::char_>;

}  // namespace detail
}  // namespace pgcoro
