// How a C++ type becomes a PostgreSQL value and back. One trait serves parameters, rows and COPY.
//
//   template <>
//   struct pgcoro::codec<celsius> {
//     static constexpr oid declared_oid = oids::float8;
//     static decode_function<celsius> decoder(const value_type& from) noexcept { return from.type == … ? &read :
//     nullptr; } static encoding<celsius> encoder(const value_type& to) noexcept { return {protocol::format::binary,
//     &write}; }
//   };
//
// `decoder` and `encoder` are asked once for a column or a parameter, and look at its type; the functions that they
// answer run for each value and look at its bytes alone. Members that a codec may have beside these two:
//   static constexpr oid declared_oid                     what a parameter is declared as where the server does not
//                                                         describe it first; absent: the server infers it, text is sent
//   static constexpr protocol::format preferred_format    what to ask the server for, where the column can be had in
//                                                         both formats; absent: binary if there is a declared_oid
//   static constexpr bool binary_where_known              ask for binary also where only text is preferred, once the
//                                                         column's type is known to have a decoder for it
//   static constexpr std::string_view name                the C++ type in error messages
//   static constexpr bool is_view                         decoded values point into the row
//   static constexpr decode_function<T> common_decoder    the decoder of the usual case, to be inlined
//   static constexpr std::size_t common_size              bytes of a declared_oid in binary, where they are always as
//   many static errc common_store(const T&, std::byte* to)     and what writes them, to be inlined
#pragma once

#include <concepts>
#include <cstddef>
#include <optional>
#include <type_traits>

#include <pgcoro/error.hpp>
#include <pgcoro/protocol/buffer.hpp>
#include <pgcoro/protocol/bytes.hpp>
#include <pgcoro/protocol/types.hpp>

namespace pgcoro {

/// What a server's types are beyond the built-in ones, by OID and by name.
class type_registry;

/// The PostgreSQL side of a conversion.
struct value_type {
  oid type = 0;
  protocol::format format = protocol::format::text;
  const type_registry* registry = nullptr;  ///< of the server that the value belongs to; null where none is known
};

/// Reads a value from its bytes (never NULL). errc{}; errc::out_of_range where `out` cannot hold the value;
/// errc::invalid_value where the bytes are no value of the type. `out` is valid in any case, and unspecified on error.
template <class T>
using decode_function = errc (*)(protocol::bytes_view bytes, T& out, const value_type& from);

/// Appends the bytes of a value to `out`. errc{} or errc::out_of_range; what was appended is dropped on error.
template <class T>
using encode_function = errc (*)(const T& value, protocol::buffer& out, const value_type& to);

/// What an encoder answers: the format it writes, and how. Null where T does not become a value of that type.
template <class T>
struct encoding {
  protocol::format format = protocol::format::text;
  encode_function<T> write = nullptr;

  constexpr explicit operator bool() const noexcept { return write != nullptr; }
};

/// Specialise for your own types.
///   static decode_function<T> decoder(const value_type& from)    null where T cannot hold values of that type
///   static encoding<T> encoder(const value_type& to)             `to.format` text: only text will do; binary: either
template <class T>
struct codec;

/// NULL is a state of T. Specialise for your own optional types with the members of this specialisation.
template <class T>
struct nullable {
  static constexpr bool value = false;
};

template <class T>
struct nullable<std::optional<T>> {
  static constexpr bool value = true;
  using inner = T;
  static void clear(std::optional<T>& to) noexcept { to.reset(); }
  static T& engage(std::optional<T>& to) { return to ? *to : to.emplace(); }
  static const T* get(const std::optional<T>& from) noexcept { return from ? &*from : nullptr; }
};

namespace detail {

template <class T>
struct not_null {
  using type = T;
};
template <class T>
  requires(nullable<T>::value)
struct not_null<T> {
  using type = typename nullable<T>::inner;
};

}  // namespace detail

/// codec<T> writes the usual case in place.
template <class T>
concept has_common_store = requires(const T& value, std::byte* to) {
  { codec<T>::common_store(value, to) } -> std::same_as<errc>;
  requires codec<T>::common_size != 0 && codec<T>::declared_oid != 0;
};

/// T without its NULL: what the codec is asked about.
template <class T>
using not_null_t = typename detail::not_null<T>::type;

/// codec<T> has a static member `decoder` that takes a value_type and answers a decode_function<T>.
template <class T>
concept has_decoder = requires(const value_type& from) {
  { codec<T>::decoder(from) } -> std::same_as<decode_function<T>>;
};

/// codec<T> has a static member `encoder` that takes a value_type and answers an encoding<T>.
template <class T>
concept has_encoder = requires(const value_type& to) {
  { codec<T>::encoder(to) } -> std::same_as<encoding<T>>;
};

/// T, or what it holds when it is not NULL, can be read from a column.
template <class T>
concept decodable = has_decoder<not_null_t<T>>;

/// T, or what it holds when it is not NULL, can be sent as a parameter.
template <class T>
concept encodable = has_encoder<not_null_t<T>>;

namespace detail {

template <class T>
inline constexpr bool is_view = false;
template <class T>
  requires requires { codec<T>::is_view; }
inline constexpr bool is_view<T> = codec<T>::is_view;

template <class T>
inline constexpr oid declared_oid = 0;
template <class T>
  requires requires { codec<T>::declared_oid; }
inline constexpr oid declared_oid<T> = codec<T>::declared_oid;

template <class T>
inline constexpr protocol::format preferred_format =
    declared_oid<T> != 0 ? protocol::format::binary : protocol::format::text;
template <class T>
  requires requires { codec<T>::preferred_format; }
inline constexpr protocol::format preferred_format<T> = codec<T>::preferred_format;

template <class T>
inline constexpr bool binary_where_known = preferred_format<T> == protocol::format::binary;
template <class T>
  requires requires { codec<T>::binary_where_known; }
inline constexpr bool binary_where_known<T> = codec<T>::binary_where_known;

}  // namespace detail
}  // namespace pgcoro
