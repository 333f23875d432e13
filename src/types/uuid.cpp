#include <array>

#include <pgcoro/types/uuid.hpp>

#include "types/hex_digit.hpp"
#include "types/take_text.hpp"

namespace pgcoro {
namespace {

using boost::uuids::uuid;

constexpr std::size_t text_size = 36;

/// Whether a hyphen stands in front of the byte.
constexpr bool follows_hyphen(std::size_t byte) noexcept { return byte == 4 || byte == 6 || byte == 8 || byte == 10; }

errc read_text(protocol::bytes_view bytes, uuid& out, const value_type&) noexcept {
  return parse(protocol::as_text(bytes), out);
}

errc write(const uuid& value, protocol::buffer& out, const value_type&) {
  out.append(std::as_bytes(std::span(value.data)));
  return errc{};
}

using uuid_text = std::array<char, text_size>;

uuid_text print(const uuid& value) noexcept {
  constexpr std::string_view digits = "0123456789abcdef";
  uuid_text text{};
  char* to = text.data();
  for (std::size_t i = 0; i < value.size(); ++i) {
    if (follows_hyphen(i)) *to++ = '-';
    *to++ = digits[value.data[i] / 16];
    *to++ = digits[value.data[i] % 16];
  }
  return text;
}

errc write_text(const uuid& value, protocol::buffer& out, const value_type&) {
  const uuid_text text = print(value);
  out.append(std::string_view(text.data(), text.size()));
  return errc{};
}

}  // namespace

errc parse(std::string_view text, uuid& out) noexcept {
  if (text.size() != text_size) return errc::invalid_value;
  const char* at = text.data();
  for (std::size_t i = 0; i < out.size(); ++i) {
    if (follows_hyphen(i) && *at++ != '-') return errc::invalid_value;
    const int high = detail::hex_digit(*at++);
    const int low = detail::hex_digit(*at++);
    if (high == detail::no_digit || low == detail::no_digit) return errc::invalid_value;
    out.data[i] = static_cast<std::uint8_t>(high * 16 + low);
  }
  return errc{};
}

namespace detail {

void append_text(const uuid& value, std::string& out) {
  const uuid_text text = print(value);
  out.append(text.data(), text.size());
}

}  // namespace detail

decode_function<uuid> codec<uuid>::decoder(const value_type& from) noexcept {
  if (from.type != oids::uuid) return nullptr;
  return from.format == protocol::format::binary ? common_decoder : &read_text;
}

encoding<uuid> codec<uuid>::encoder(const value_type& to) noexcept {
  if (to.type == oids::uuid && to.format == protocol::format::binary) return {protocol::format::binary, &write};
  const bool takes_text =
      detail::is_open_type(to.type) || (detail::is_text_type(to.type) && to.type != oids::json && to.type != oids::xml);
  if (to.type == oids::uuid || takes_text) return {protocol::format::text, &write_text};
  return {};
}

}  // namespace pgcoro
