// bool: from and to bool alone. Numbers are not truth values, in PostgreSQL neither.
#pragma once

#include <pgcoro/codec.hpp>
#include <pgcoro/types/builtin_types.hpp>

namespace pgcoro {

template <>
struct codec<bool> {
  static constexpr std::string_view name = "bool";
  static constexpr oid declared_oid = oids::bool_;

  static decode_function<bool> decoder(const value_type& from) noexcept {
    if (from.type != oids::bool_) return nullptr;
    return from.format == protocol::format::binary ? &read : &read_text;
  }

  /// Text types and json get "true" or "false", as a cast in SQL gives.
  static encoding<bool> encoder(const value_type& to) noexcept {
    if (to.type == oids::bool_ && to.format == protocol::format::binary) return {protocol::format::binary, &write};
    if (to.type == oids::bool_ || detail::is_open_type(to.type) || detail::is_text_type(to.type) ||
        to.type == oids::jsonb)
      return {protocol::format::text, &write_text};
    return {};
  }

 private:
  static errc read(protocol::bytes_view bytes, bool& out, const value_type&) noexcept {
    if (bytes.size() != 1 || bytes[0] > std::byte{1}) [[unlikely]]
      return errc::invalid_value;
    out = bytes[0] != std::byte{0};
    return errc{};
  }

  static errc read_text(protocol::bytes_view bytes, bool& out, const value_type&) noexcept {
    const std::string_view text = protocol::as_text(bytes);
    out = text == "t";
    return out || text == "f" ? errc{} : errc::invalid_value;
  }

  static errc write(const bool& value, protocol::buffer& out, const value_type&) {
    out.append_u8(value ? 1 : 0);
    return errc{};
  }

  static errc write_text(const bool& value, protocol::buffer& out, const value_type&) {
    out.append(value ? std::string_view("true") : std::string_view("false"));
    return errc{};
  }

 public:
  static constexpr decode_function<bool> common_decoder = &read;

  static constexpr std::size_t common_size = 1;
  static errc common_store(bool value, std::byte* to) noexcept {
    *to = std::byte{value};
    return errc{};
  }
};

}  // namespace pgcoro
