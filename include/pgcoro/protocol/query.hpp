// What a client asks for: the simple and the extended query protocol and the function call. Structs for proxies, test
// servers and everything that is not hot; the driver's own path is bind_writer.hpp and steady_state.hpp.
//
//   write(out, parse_request{.statement = "s1", .sql = "SELECT $1::int4"});
//   write(out, describe_request{.target = described::statement, .name = "s1"});
//   write(out, sync_request{});
//
// Protocol documentation, "Simple Query", "Extended Query", "Function Call" and "Message Formats".
#pragma once

#include <cstdint>
#include <string_view>

#include <pgcoro/protocol/data_row.hpp>
#include <pgcoro/protocol/empty_message.hpp>
#include <pgcoro/protocol/list.hpp>
#include <pgcoro/protocol/steady_state.hpp>
#include <pgcoro/protocol/types.hpp>

namespace pgcoro::protocol {

/// What Describe and Close are about.
enum class described : char { statement = 'S', portal = 'P' };

struct query_request {
  static constexpr frontend_type type = frontend_type::query;
  std::string_view sql{};
};
struct parse_request {
  static constexpr frontend_type type = frontend_type::parse;
  std::string_view statement{};  ///< its name; empty for the unnamed one
  std::string_view sql{};
  list<oid> parameter_types{};  ///< may be fewer than there are parameters; 0 leaves a type to the server
};
struct bind_request {
  static constexpr frontend_type type = frontend_type::bind;
  std::string_view portal{};
  std::string_view statement{};
  list<format> parameter_formats{};  ///< none: text; one: for all; else one each
  list<field> parameters{};
  list<format> result_formats{};  ///< likewise
};
struct describe_request {
  static constexpr frontend_type type = frontend_type::describe;
  described target = described::statement;
  std::string_view name{};
};
struct execute_request {
  static constexpr frontend_type type = frontend_type::execute;
  std::string_view portal{};
  std::int32_t max_rows = 0;  ///< 0: all
};
struct close_request {
  static constexpr frontend_type type = frontend_type::close;
  described target = described::statement;
  std::string_view name{};
};
struct sync_request {
  static constexpr frontend_type type = frontend_type::sync;
};
struct flush_request {
  static constexpr frontend_type type = frontend_type::flush;
};
struct terminate_request {
  static constexpr frontend_type type = frontend_type::terminate;
};
struct function_call {
  static constexpr frontend_type type = frontend_type::function_call;
  oid function = 0;
  list<format> argument_formats{};
  list<field> arguments{};
  format result_format = format::text;
};
struct function_call_response {
  static constexpr backend_type type = backend_type::function_call_response;
  field value{};
};

[[nodiscard]] PGCORO_DECL protocol_error parse(bytes_view body, query_request& out) noexcept;
[[nodiscard]] PGCORO_DECL protocol_error parse(bytes_view body, parse_request& out) noexcept;
[[nodiscard]] PGCORO_DECL protocol_error parse(bytes_view body, bind_request& out) noexcept;
[[nodiscard]] PGCORO_DECL protocol_error parse(bytes_view body, describe_request& out) noexcept;
[[nodiscard]] PGCORO_DECL protocol_error parse(bytes_view body, execute_request& out) noexcept;
[[nodiscard]] PGCORO_DECL protocol_error parse(bytes_view body, close_request& out) noexcept;
[[nodiscard]] PGCORO_DECL protocol_error parse(bytes_view body, function_call& out) noexcept;
[[nodiscard]] PGCORO_DECL protocol_error parse(bytes_view body, function_call_response& out) noexcept;

/// errc::embedded_nul, errc::too_many_parameters, errc::message_too_large; nothing is written then.
[[nodiscard]] PGCORO_DECL errc write(buffer& to, const query_request& message);
[[nodiscard]] PGCORO_DECL errc write(buffer& to, const parse_request& message);
[[nodiscard]] PGCORO_DECL errc write(buffer& to, const bind_request& message);
[[nodiscard]] PGCORO_DECL errc write(buffer& to, const describe_request& message);
[[nodiscard]] PGCORO_DECL errc write(buffer& to, const execute_request& message);
[[nodiscard]] PGCORO_DECL errc write(buffer& to, const close_request& message);
[[nodiscard]] PGCORO_DECL errc write(buffer& to, const function_call& message);
[[nodiscard]] PGCORO_DECL errc write(buffer& to, const function_call_response& message);

}  // namespace pgcoro::protocol
