// What a server says about the session rather than about a statement.
//
//   ready_for_query ready;
//   if (auto e = parse(message.body, ready)) return e;
//   idle = ready.status == transaction_status::idle;
//
// Protocol documentation, "Start-up", "Asynchronous Operations" and "Message Formats".
#pragma once

#include <cstdint>
#include <string_view>

#include <pgcoro/protocol/list.hpp>
#include <pgcoro/protocol/types.hpp>

namespace pgcoro::protocol {

/// What a CancelRequest must show.
struct backend_key_data {
  static constexpr backend_type type = backend_type::backend_key_data;
  std::uint32_t process_id = 0;
  bytes_view key{};  ///< 4 to 256 bytes; other lengths are refused
};

/// A setting that the client should know of, at the start and whenever it changes.
struct parameter_status {
  static constexpr backend_type type = backend_type::parameter_status;
  std::string_view name{};
  std::string_view value{};
};

/// The server speaks an older protocol, or does not know an option whose name begins with "_pq_.".
struct negotiate_protocol_version {
  static constexpr backend_type type = backend_type::negotiate_protocol_version;
  /// The newest version that the server offers, whole as servers send it (0x0003'0000 is 3.0), not the minor alone.
  std::uint32_t version = 0;
  list<std::string_view> unknown_options{};
};

struct ready_for_query {
  static constexpr backend_type type = backend_type::ready_for_query;
  transaction_status status = transaction_status::idle;
};

/// Somebody called NOTIFY on a channel that this session listens to.
struct notification_response {
  static constexpr backend_type type = backend_type::notification_response;
  std::uint32_t process_id = 0;  ///< of the server process that notified
  std::string_view channel{};
  std::string_view payload{};
};

[[nodiscard]] PGCORO_DECL protocol_error parse(bytes_view body, backend_key_data& out) noexcept;
[[nodiscard]] PGCORO_DECL protocol_error parse(bytes_view body, parameter_status& out) noexcept;
[[nodiscard]] PGCORO_DECL protocol_error parse(bytes_view body, negotiate_protocol_version& out) noexcept;
[[nodiscard]] PGCORO_DECL protocol_error parse(bytes_view body, notification_response& out) noexcept;

/// Inline: it ends every statement.
[[nodiscard]] inline protocol_error parse(bytes_view body, ready_for_query& out) noexcept {
  if (body.size() != 1) [[unlikely]]
    return {"ReadyForQuery", body.empty() ? "message ends early" : "trailing bytes", body.empty() ? 0u : 1u};
  const auto status = static_cast<transaction_status>(body[0]);
  if (status != transaction_status::idle && status != transaction_status::in_transaction &&
      status != transaction_status::failed) [[unlikely]]
    return {"ReadyForQuery", "unknown transaction status", 0};
  out.status = status;
  return {};
}

/// errc::embedded_nul, errc::message_too_large, errc::invalid_value for a key of a length that the protocol does not
/// have; nothing is written then.
[[nodiscard]] PGCORO_DECL errc write(buffer& to, const backend_key_data& message);
[[nodiscard]] PGCORO_DECL errc write(buffer& to, const parameter_status& message);
[[nodiscard]] PGCORO_DECL errc write(buffer& to, const negotiate_protocol_version& message);
[[nodiscard]] PGCORO_DECL errc write(buffer& to, const ready_for_query& message);
[[nodiscard]] PGCORO_DECL errc write(buffer& to, const notification_response& message);

}  // namespace pgcoro::protocol
