// std::string and std::string_view, from and to text of any kind.
//
// Decoding: the text types, and every type whose value comes in text format. std::string also takes most other built-in
// types in binary and writes them as the server would. A std::string_view points into the row; only row_view and
// field_view give one. Encoding: any type; what is no text type gets the string as its input in text format.
#pragma once

#include <string>
#include <string_view>

#include <pgcoro/codec.hpp>
#include <pgcoro/config.hpp>
#include <pgcoro/types/builtin_types.hpp>

namespace pgcoro {
namespace detail {

/// Appends the server's text for a value of a type that can_render(), or for any value in text format.
/// errc::invalid_value where the bytes are none of the type; errc::type_mismatch where the type is not among these.
PGCORO_DECL errc append_text(protocol::bytes_view bytes, std::string& out, const value_type& from);

/// Whether append_text() knows the binary format of the type: of all but those whose text depends on settings of the
/// server (dates and times, money) or on its catalogs (regclass), and of what is made of other types.
PGCORO_DECL bool can_render(oid type) noexcept;

/// Of these the ones that query() asks for in binary: whoever reads one as a number saves the detour over its text.
PGCORO_DECL bool has_binary_text(oid type) noexcept;

}  // namespace detail

template <>
struct codec<std::string> {
 private:
  PGCORO_DECL static errc read_common(protocol::bytes_view bytes, std::string& out, const value_type&) {
    out.clear();  // and append: assign() has to reckon with bytes that lie inside `out`, which costs
    out.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    return errc{};
  }

 public:
  static constexpr std::string_view name = "std::string";
  static constexpr decode_function<std::string> common_decoder = &read_common;

  PGCORO_DECL static decode_function<std::string> decoder(const value_type& from) noexcept;
  PGCORO_DECL static encoding<std::string> encoder(const value_type& to) noexcept;
  /// What the encoder's function appends: written without the detour over it.
  static protocol::bytes_view wire_bytes(const std::string& value) noexcept { return protocol::as_bytes(value); }
};

template <>
struct codec<std::string_view> {
  static constexpr std::string_view name = "std::string_view";
  static constexpr bool is_view = true;

  PGCORO_DECL static decode_function<std::string_view> decoder(const value_type& from) noexcept;
  PGCORO_DECL static encoding<std::string_view> encoder(const value_type& to) noexcept;
  static protocol::bytes_view wire_bytes(std::string_view value) noexcept { return protocol::as_bytes(value); }
};

}  // namespace pgcoro
