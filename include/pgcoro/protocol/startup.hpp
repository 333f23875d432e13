// The packets with which a client opens a connection. They have a length but no type byte.
//
//   write(out, startup_message{.version = protocol_3_2, .parameters = parameters});
//
// Protocol documentation, "Start-up" and "Message Formats": StartupMessage, SSLRequest, GSSENCRequest, CancelRequest.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include <pgcoro/protocol/framer.hpp>
#include <pgcoro/protocol/list.hpp>

namespace pgcoro::protocol {

/// Major version in the upper half, minor in the lower.
inline constexpr std::uint32_t protocol_3_0 = 0x0003'0000;
inline constexpr std::uint32_t protocol_3_2 = 0x0003'0002;

/// What stands in a version's place in the requests that begin no session.
enum class initial_request : std::uint32_t {
  cancel = 80877102,
  ssl = 80877103,
  gss_encryption = 80877104,
};

/// The greatest packet that opens a connection, length word included; the server's limit.
inline constexpr std::size_t max_initial_packet = 10'000;

/// The bounds of a key that cancels; 4 exactly before protocol 3.2.
inline constexpr std::size_t min_cancel_key = 4;
inline constexpr std::size_t max_cancel_key = 256;

struct startup_parameter {
  std::string_view name{};  ///< not empty
  std::string_view value{};
};
template <>
struct wire_element<startup_parameter> {
  PGCORO_DECL static void read(reader& in, startup_parameter& out) noexcept;
  PGCORO_DECL static void write(message_writer& out, const startup_parameter& value);
};

struct startup_message {
  std::uint32_t version = protocol_3_0;
  list<startup_parameter> parameters{};
};
struct ssl_request {};
struct gss_encryption_request {};
struct cancel_request {
  std::uint32_t process_id = 0;
  bytes_view key{};  ///< 4 to 256 bytes, as BackendKeyData gave it
};

/// One packet at the front of a connection.
struct initial_packet {
  std::uint32_t code = 0;  ///< an initial_request, else the version of a startup_message
  bytes_view body{};       ///< what follows the code
  [[nodiscard]] std::size_t size() const noexcept { return 8 + body.size(); }
};

/// Finds the packet at the front of `unread`, as a server does; `error` is set where the answer is `failed`.
[[nodiscard]] PGCORO_DECL frame_status next_initial(bytes_view unread, initial_packet& out,
                                                    protocol_error& error) noexcept;

[[nodiscard]] PGCORO_DECL protocol_error parse(const initial_packet& packet, startup_message& out) noexcept;
[[nodiscard]] PGCORO_DECL protocol_error parse(const initial_packet& packet, ssl_request& out) noexcept;
[[nodiscard]] PGCORO_DECL protocol_error parse(const initial_packet& packet, gss_encryption_request& out) noexcept;
[[nodiscard]] PGCORO_DECL protocol_error parse(const initial_packet& packet, cancel_request& out) noexcept;

/// errc::embedded_nul for a NUL in a name or value, errc::invalid_value for an empty name, which would end the list,
/// errc::message_too_large above the server's limit. Nothing is written then.
[[nodiscard]] PGCORO_DECL errc write(buffer& to, const startup_message& message);
PGCORO_DECL errc write(buffer& to, const ssl_request& message);
PGCORO_DECL errc write(buffer& to, const gss_encryption_request& message);
/// errc::invalid_value for a key of a length that the protocol does not have.
[[nodiscard]] PGCORO_DECL errc write(buffer& to, const cancel_request& message);

}  // namespace pgcoro::protocol
