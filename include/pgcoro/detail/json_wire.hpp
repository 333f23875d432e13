// What json and jsonb look like on the wire, for whoever reads or writes their text.
#pragma once

#include <string_view>

#include <pgcoro/codec.hpp>
#include <pgcoro/config.hpp>
#include <pgcoro/types/builtin_types.hpp>

namespace pgcoro::detail {

/// Whether the type is json or jsonb.
PGCORO_DECL bool is_json_type(oid type) noexcept;

/// Its text. Binary jsonb has the number of its format in front (jsonb_send in PostgreSQL's jsonb.c):
/// errc::invalid_value where that is not 1.
PGCORO_DECL errc json_text(protocol::bytes_view bytes, const value_type& from, std::string_view& out) noexcept;

/// Which format it is written in. False: not to that type.
PGCORO_DECL bool json_format(const value_type& to, protocol::format& out) noexcept;

/// Writes the text of a json or jsonb in that format.
PGCORO_DECL void write_json(std::string_view text, protocol::buffer& out, const value_type& to);

}  // namespace pgcoro::detail
