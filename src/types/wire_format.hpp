// Defines single_type_codec for a type that says how it stands on the wire:
//
//   template <>
//   struct wire_format<point> {
//     static void read(protocol::reader& in, point& out);                  // in.fail() where it is no value
//     static errc write(const point& value, protocol::buffer& out);
//   };
//   template struct single_type_codec<point, oids::point>;
//
// and that has `errc parse(std::string_view, T&)` and `std::string to_string(const T&)` beside it.
#pragma once

#include <string>
#include <string_view>

#include <pgcoro/detail/single_type_codec.hpp>
#include <pgcoro/protocol/reader.hpp>

namespace pgcoro::detail {

template <class T>
struct wire_format;

template <class T>
errc read_value(protocol::bytes_view bytes, T& out, const value_type&) {
  protocol::reader in(bytes);
  wire_format<T>::read(in, out);
  return in.finish("value") ? errc::invalid_value : errc{};
}

template <class T>
errc read_text_value(protocol::bytes_view bytes, T& out, const value_type&) {
  return parse(protocol::as_text(bytes), out);
}

template <class T>
errc write_value(const T& value, protocol::buffer& out, const value_type&) {
  return wire_format<T>::write(value, out);
}

template <class T>
errc write_text_value(const T& value, protocol::buffer& out, const value_type&) {
  out.append(std::string_view(to_string(value)));
  return errc{};
}

template <class T, oid Type>
decode_function<T> single_type_codec<T, Type>::decoder(const value_type& from) noexcept {
  if (from.type != Type) return nullptr;
  return from.format == protocol::format::binary ? &read_value<T> : &read_text_value<T>;
}

template <class T, oid Type>
encoding<T> single_type_codec<T, Type>::encoder(const value_type& to) noexcept {
  if (to.type == Type && to.format == protocol::format::binary) return {protocol::format::binary, &write_value<T>};
  if (to.type == Type || is_open_type(to.type) || is_text_type(to.type))
    return {protocol::format::text, &write_text_value<T>};
  return {};
}

}  // namespace pgcoro::detail
