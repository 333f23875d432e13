// What a server reports as an error, a warning or a notice.
//
//   error_response report;
//   if (auto e = parse(message.body, report)) return e;
//   server_fields fields = to_server_fields(report.fields);
//
// Protocol documentation, "Error and Notice Message Fields".
#pragma once

#include <cstddef>
#include <string_view>

#include <pgcoro/protocol/list.hpp>

namespace pgcoro {
struct server_fields;
}

namespace pgcoro::protocol {

/// One field of a report.
struct error_field {
  char code = 0;  ///< 'S' severity, 'C' SQLSTATE, 'M' message …; not 0. Codes that are new must be ignored.
  std::string_view value{};
};
template <>
struct wire_element<error_field> {
  PGCORO_DECL static void read(reader& in, error_field& out) noexcept;
  PGCORO_DECL static void write(message_writer& out, const error_field& value);
};

struct error_response {
  static constexpr backend_type type = backend_type::error_response;
  list<error_field> fields{};
};
struct notice_response {
  static constexpr backend_type type = backend_type::notice_response;
  list<error_field> fields{};
};

[[nodiscard]] PGCORO_DECL protocol_error parse(bytes_view body, error_response& out) noexcept;
[[nodiscard]] PGCORO_DECL protocol_error parse(bytes_view body, notice_response& out) noexcept;

/// errc::embedded_nul; errc::invalid_value for a field whose code is 0, which would end the list.
[[nodiscard]] PGCORO_DECL errc write(buffer& to, const error_response& message);
[[nodiscard]] PGCORO_DECL errc write(buffer& to, const notice_response& message);

/// The greatest part of one field that to_server_fields() copies, in bytes.
inline constexpr std::size_t max_server_field = std::size_t{1} << 20;

/// Copies the fields. Of a field that comes twice the last counts; text is cut at `max_server_field` bytes, between
/// UTF-8 characters; numbers that are none are 0.
[[nodiscard]] PGCORO_DECL server_fields to_server_fields(const list<error_field>& fields);

}  // namespace pgcoro::protocol
