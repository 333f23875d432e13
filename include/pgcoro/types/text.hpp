// std::string and std::string_view, from and to text of any kind.
//
// Decoding: the text types, and every type whose value comes in text format. std::string also takes the base types in
// binary and writes them as the server would. A std::string_view points into the row; only row_view and field_view give
// one. Encoding: any type; what is no text type gets the string as its input in text format.
#pragma once

#include <string>
#include <string_view>

#include <pgcoro/codec.hpp>
#include <pgcoro/config.hpp>
#include <pgcoro/types/builtin_types.hpp>

namespace pgcoro {
namespace detail {

/// Appends the server's text for a value of a base type (bool, bytea, int2/4/8, oid, float4/8, the text types) or for
/// any value in text format. errc::invalid_value where the bytes are none of the type; errc::type_mismatch where the
/// type is not among these.
PGCORO_DECL errc append_text(protocol::bytes_view bytes, std::string& out, const value_type& from);

/// Whether append_text() knows the binary format of the type.
PGCORO_DECL bool has_binary_text(oid type) noexcept;

/// What the encoders of all strings share.
template <class T>
struct text_encoder {
  static encoding<T> encoder(const value_type& to) noexcept {
    // The same bytes either way, but COPY BINARY and arrays take nothing else.
    if (to.format == protocol::format::binary && is_text_type(to.type)) return {protocol::format::binary, &write};
    return {protocol::format::text, &write};
  }

  /// The value's bytes as they stand, which saves the detour over a function.
  static protocol::bytes_view wire_bytes(std::string_view value) noexcept { return protocol::as_bytes(value); }

 private:
  static errc write(const T& value, protocol::buffer& out, const value_type&) {
    out.append(std::string_view(value));
    return errc{};
  }
};

}  // namespace detail

template <>
struct codec<std::string> : detail::text_encoder<std::string> {
  static constexpr std::string_view name = "std::string";

  static decode_function<std::string> decoder(const value_type& from) noexcept {
    if (from.format == protocol::format::text || detail::is_text_type(from.type)) return &read;
    return detail::has_binary_text(from.type) ? &render : nullptr;
  }

 private:
  static errc read(protocol::bytes_view bytes, std::string& out, const value_type&) {
    out.clear();  // and append: assign() has to reckon with bytes that lie inside `out`, which costs
    out.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    return errc{};
  }

  static errc render(protocol::bytes_view bytes, std::string& out, const value_type& from) {
    out.clear();
    return detail::append_text(bytes, out, from);
  }

 public:
  static constexpr decode_function<std::string> common_decoder = &read;
};

template <>
struct codec<std::string_view> : detail::text_encoder<std::string_view> {
  static constexpr std::string_view name = "std::string_view";
  static constexpr bool is_view = true;

  static decode_function<std::string_view> decoder(const value_type& from) noexcept {
    return from.format == protocol::format::text || detail::is_text_type(from.type) ? &read : nullptr;
  }

 private:
  static errc read(protocol::bytes_view bytes, std::string_view& out, const value_type&) noexcept {
    out = protocol::as_text(bytes);
    return errc{};
  }

 public:
  static constexpr decode_function<std::string_view> common_decoder = &read;
};

}  // namespace pgcoro
