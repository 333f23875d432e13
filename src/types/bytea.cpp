#include <pgcoro/detail/append_value.hpp>
#include <pgcoro/types/bytea.hpp>

#include "types/hex_digit.hpp"

namespace pgcoro {
namespace {

using byte_vector = std::vector<std::byte>;
using byte_span = std::span<const std::byte>;

errc parse_hex(std::string_view digits, byte_vector& out) {
  if (digits.size() % 2 != 0) return errc::invalid_value;
  out.reserve(digits.size() / 2);
  for (std::size_t i = 0; i < digits.size(); i += 2) {
    const int high = detail::hex_digit(digits[i]);
    const int low = detail::hex_digit(digits[i + 1]);
    if (high == detail::no_digit || low == detail::no_digit) return errc::invalid_value;
    out.push_back(static_cast<std::byte>(high * 16 + low));
  }
  return errc{};
}

/// The value of three octal digits, at most 377; no_digit where they are not that.
int octal(std::string_view digits) noexcept {
  if (digits.size() != 3 || digits[0] < '0' || digits[0] > '3') return detail::no_digit;
  int value = 0;
  for (const char c : digits) {
    if (c < '0' || c > '7') return detail::no_digit;
    value = value * 8 + (c - '0');
  }
  return value;
}

/// A backslash is written twice, a byte that is not printable as a backslash and three octal digits.
errc parse_escapes(std::string_view text, byte_vector& out) {
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size();) {
    if (text[i] != '\\') {
      out.push_back(static_cast<std::byte>(text[i++]));
    } else if (text.substr(i + 1).starts_with('\\')) {
      out.push_back(std::byte{'\\'});
      i += 2;
    } else {
      const int value = octal(text.substr(i + 1, 3));
      if (value == detail::no_digit) return errc::invalid_value;
      out.push_back(static_cast<std::byte>(value));
      i += 4;
    }
  }
  return errc{};
}

/// Both text formats, "\\x68656c6c6f" and "hell\\157". Manual, "Binary Data Types".
errc read_text(protocol::bytes_view bytes, byte_vector& out, const value_type&) {
  out.clear();
  const std::string_view text = protocol::as_text(bytes);
  return text.starts_with("\\x") ? parse_hex(text.substr(2), out) : parse_escapes(text, out);
}

errc read(protocol::bytes_view bytes, byte_vector& out, const value_type&) {
  out.assign(bytes.begin(), bytes.end());
  return errc{};
}

errc point_at(protocol::bytes_view bytes, byte_span& out, const value_type&) noexcept {
  out = bytes;
  return errc{};
}

template <class T>
errc write(const T& value, protocol::buffer& out, const value_type&) {
  return detail::append_value(out, value);
}

template <class T>
errc write_hex(const T& value, protocol::buffer& out, const value_type&) {
  constexpr std::string_view digits = "0123456789abcdef";
  if (value.size() > protocol::max_message_length / 2) return errc::message_too_large;
  out.append("\\x");
  char* to = reinterpret_cast<char*>(out.prepare(2 * value.size()));
  for (const std::byte b : value) {
    *to++ = digits[std::to_integer<std::size_t>(b >> 4)];
    *to++ = digits[std::to_integer<std::size_t>(b & std::byte{15})];
  }
  out.commit(2 * value.size());
  return errc{};
}

/// Whether the binary format is for us to pass on as it is.
bool is_plain_bytes(const value_type& type) noexcept {
  return type.format == protocol::format::binary && (type.type == oids::bytea || detail::is_open_type(type.type));
}

template <class T>
encoding<T> choose(const value_type& to) noexcept {
  if (is_plain_bytes(to)) return {protocol::format::binary, &write<T>};
  if (to.type == oids::bytea) return {protocol::format::text, &write_hex<T>};
  return {};
}

}  // namespace

decode_function<byte_vector> codec<byte_vector>::decoder(const value_type& from) noexcept {
  if (is_plain_bytes(from)) return &read;
  return from.type == oids::bytea ? &read_text : nullptr;
}

decode_function<byte_span> codec<byte_span>::decoder(const value_type& from) noexcept {
  return is_plain_bytes(from) ? &point_at : nullptr;
}

encoding<byte_vector> codec<byte_vector>::encoder(const value_type& to) noexcept { return choose<byte_vector>(to); }
encoding<byte_span> codec<byte_span>::encoder(const value_type& to) noexcept { return choose<byte_span>(to); }

}  // namespace pgcoro
