#include <pgcoro/detail/append_value.hpp>
#include <pgcoro/detail/composed_type.hpp>
#include <pgcoro/detail/json_wire.hpp>
#include <pgcoro/types/text.hpp>

namespace pgcoro {
namespace {

/// Whether the bytes of the value are its text.
bool comes_as_text(const value_type& from) noexcept {
  return from.format == protocol::format::text || detail::has_text_as_binary(from);
}

errc render(protocol::bytes_view bytes, std::string& out, const value_type& from) {
  out.clear();
  return detail::append_text(bytes, out, from);
}

errc point_at(protocol::bytes_view bytes, std::string_view& out, const value_type&) noexcept {
  out = protocol::as_text(bytes);
  return errc{};
}

errc point_at_json(protocol::bytes_view bytes, std::string_view& out, const value_type& from) noexcept {
  return detail::json_text(bytes, from, out);
}

template <class T>
errc write(const T& value, protocol::buffer& out, const value_type&) {
  return detail::append_value(out, protocol::as_bytes(value));
}

/// The bytes are the same either way where the type is text, but COPY BINARY and arrays take nothing but binary.
protocol::format format_of(const value_type& to) noexcept {
  return detail::has_text_as_binary(to) ? to.format : protocol::format::text;
}

}  // namespace

decode_function<std::string> codec<std::string>::decoder(const value_type& from) noexcept {
  if (comes_as_text(from)) return common_decoder;
  return detail::can_render(from.type) ? &render : nullptr;
}

encoding<std::string> codec<std::string>::encoder(const value_type& to) noexcept {
  return {format_of(to), &write<std::string>};
}

decode_function<std::string_view> codec<std::string_view>::decoder(const value_type& from) noexcept {
  if (comes_as_text(from)) return &point_at;
  return from.type == oids::jsonb || from.type == oids::jsonpath ? &point_at_json : nullptr;
}

encoding<std::string_view> codec<std::string_view>::encoder(const value_type& to) noexcept {
  return {format_of(to), &write<std::string_view>};
}

}  // namespace pgcoro
