// COPY in both directions, and the stream of replication.
//
//   auto mark = begin_copy_data(out);  encode_rows(out);  end_copy_data(out, mark);
//   write(out, copy_done{});
//
// Protocol documentation, "COPY Operations" and "Message Formats".
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include <pgcoro/protocol/empty_message.hpp>
#include <pgcoro/protocol/list.hpp>
#include <pgcoro/protocol/types.hpp>

namespace pgcoro::protocol {

/// The server waits for COPY data.
struct copy_in_response {
  static constexpr backend_type type = backend_type::copy_in_response;
  format overall = format::text;  ///< text: rows end with newlines; binary: the binary COPY format
  list<format> columns{};
};
/// The server sends COPY data next.
struct copy_out_response {
  static constexpr backend_type type = backend_type::copy_out_response;
  format overall = format::text;
  list<format> columns{};
};
/// Both directions at once: replication.
struct copy_both_response {
  static constexpr backend_type type = backend_type::copy_both_response;
  format overall = format::text;
  list<format> columns{};
};

/// Data, from either side. A client may cut it anywhere; a server sends a row in each.
struct copy_data {
  static constexpr backend_type type = backend_type::copy_data;
  bytes_view data{};
};
/// The end of the data, from either side.
struct copy_done {
  static constexpr backend_type type = backend_type::copy_done;
};
/// The client gives up; the server answers with an error that quotes the reason.
struct copy_fail {
  static constexpr frontend_type type = frontend_type::copy_fail;
  std::string_view reason{};
};

[[nodiscard]] PGCORO_DECL protocol_error parse(bytes_view body, copy_in_response& out) noexcept;
[[nodiscard]] PGCORO_DECL protocol_error parse(bytes_view body, copy_out_response& out) noexcept;
[[nodiscard]] PGCORO_DECL protocol_error parse(bytes_view body, copy_both_response& out) noexcept;
[[nodiscard]] PGCORO_DECL protocol_error parse(bytes_view body, copy_fail& out) noexcept;
[[nodiscard]] inline protocol_error parse(bytes_view body, copy_data& out) noexcept {
  out.data = body;
  return {};
}

/// errc::embedded_nul, errc::message_too_large, errc::too_many_parameters for more than 65 535 columns; nothing is
/// written then.
[[nodiscard]] PGCORO_DECL errc write(buffer& to, const copy_in_response& message);
[[nodiscard]] PGCORO_DECL errc write(buffer& to, const copy_out_response& message);
[[nodiscard]] PGCORO_DECL errc write(buffer& to, const copy_both_response& message);
[[nodiscard]] PGCORO_DECL errc write(buffer& to, const copy_data& message);
[[nodiscard]] PGCORO_DECL errc write(buffer& to, const copy_fail& message);

/// Where a CopyData message begins in the buffer.
enum class copy_mark : std::size_t {};

/// Begins a CopyData message in place: whatever is appended before end_copy_data() is its data.
[[nodiscard]] inline copy_mark begin_copy_data(buffer& to) {
  const copy_mark mark{to.size()};
  *to.prepare(5) = static_cast<std::byte>(copy_data::type);
  to.commit(5);
  return mark;
}

/// Ends it. errc::message_too_large above the limit: the message is then cut out of the buffer.
[[nodiscard]] PGCORO_DECL errc end_copy_data(buffer& to, copy_mark begun,
                                             std::uint64_t max_length = max_message_length) noexcept;

}  // namespace pgcoro::protocol
