#include <pgcoro/types/boolean.hpp>

namespace pgcoro {
namespace {

errc read(protocol::bytes_view bytes, bool& out, const value_type&) noexcept {
  if (bytes.size() != 1 || bytes[0] > std::byte{1}) return errc::invalid_value;
  out = bytes[0] != std::byte{0};
  return errc{};
}

errc read_text(protocol::bytes_view bytes, bool& out, const value_type&) noexcept {
  const std::string_view text = protocol::as_text(bytes);
  out = text == "t";
  return out || text == "f" ? errc{} : errc::invalid_value;
}

errc write(const bool& value, protocol::buffer& out, const value_type&) {
  out.append_u8(value ? 1 : 0);
  return errc{};
}

errc write_text(const bool& value, protocol::buffer& out, const value_type&) {
  out.append(value ? std::string_view("true") : std::string_view("false"));
  return errc{};
}

}  // namespace

decode_function<bool> codec<bool>::decoder(const value_type& from) noexcept {
  if (from.type != oids::bool_) return nullptr;
  return from.format == protocol::format::binary ? &read : &read_text;
}

encoding<bool> codec<bool>::encoder(const value_type& to) noexcept {
  if (to.type == oids::bool_ && to.format == protocol::format::binary) return {protocol::format::binary, &write};
  if (to.type == oids::bool_ || to.type == oids::jsonb || detail::is_open_type(to.type) ||
      detail::is_text_type(to.type))
    return {protocol::format::text, &write_text};
  return {};
}

}  // namespace pgcoro
