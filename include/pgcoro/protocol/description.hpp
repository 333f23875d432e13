// What a statement's parameters and result columns are.
//
//   row_description columns;
//   if (auto e = parse(message.body, columns)) return e;
//   for (const column_description& c : columns.fields) add(c.name, c.type);
//
// Protocol documentation, "Extended Query" and "Message Formats": RowDescription, ParameterDescription, NoData.
#pragma once

#include <cstdint>
#include <string_view>

#include <pgcoro/protocol/empty_message.hpp>
#include <pgcoro/protocol/list.hpp>
#include <pgcoro/protocol/types.hpp>

namespace pgcoro::protocol {

/// A column of a result; see pgcoro::column for the form that owns its name.
struct column_description {
  std::string_view name{};
  oid table = 0;               ///< 0 where the column is no table's
  std::int16_t attribute = 0;  ///< number of the column in that table, else 0
  oid type = 0;
  std::int16_t type_size = 0;  ///< negative: variable width
  std::int32_t modifier = -1;
  protocol::format format = protocol::format::text;  ///< always text where a statement was described, not a portal
};
template <>
struct wire_element<column_description> {
  PGCORO_DECL static void read(reader& in, column_description& out) noexcept;
  PGCORO_DECL static void write(message_writer& out, const column_description& value);
};

struct row_description {
  static constexpr backend_type type = backend_type::row_description;
  list<column_description> fields{};
};

struct parameter_description {
  static constexpr backend_type type = backend_type::parameter_description;
  list<oid> types{};
};

/// In the place of RowDescription where a statement returns no rows.
struct no_data {
  static constexpr backend_type type = backend_type::no_data;
};

[[nodiscard]] PGCORO_DECL protocol_error parse(bytes_view body, row_description& out) noexcept;
[[nodiscard]] PGCORO_DECL protocol_error parse(bytes_view body, parameter_description& out) noexcept;

/// errc::embedded_nul, errc::too_many_parameters for more than 65 535 elements; nothing is written then.
[[nodiscard]] PGCORO_DECL errc write(buffer& to, const row_description& message);
[[nodiscard]] PGCORO_DECL errc write(buffer& to, const parameter_description& message);

}  // namespace pgcoro::protocol
