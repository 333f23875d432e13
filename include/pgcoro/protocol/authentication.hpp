// What a server asks to learn who the client is, and the client's answers.
//
//   authentication request;
//   if (auto e = parse(message.body, request)) return e;
//   switch (request.kind) { case authentication_kind::sasl: choose(request.mechanisms); … }
//
// Protocol documentation, "Start-up", "SASL Authentication" and "Message Formats": Authentication….
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include <pgcoro/protocol/list.hpp>

namespace pgcoro::protocol {

/// The code with which the body begins.
enum class authentication_kind : std::uint32_t {
  ok = 0,
  kerberos_v5 = 2,
  cleartext_password = 3,
  md5_password = 5,
  gss = 7,
  gss_continue = 8,
  sspi = 9,
  sasl = 10,
  sasl_continue = 11,
  sasl_final = 12,
};

/// Any authentication request. One type, since they share a type byte; `kind` says which members have a meaning. A kind
/// that is not listed is kept as it is, with its data, so that it can be refused by its number.
struct authentication {
  static constexpr backend_type type = backend_type::authentication;
  authentication_kind kind = authentication_kind::ok;
  std::array<std::byte, 4> salt{};      ///< md5_password
  list<std::string_view> mechanisms{};  ///< sasl, in the server's order of preference; may be empty
  bytes_view data{};                    ///< gss_continue, sasl_continue, sasl_final, and kinds that are not listed
};

/// Password in clear or as an md5 digest.
struct password_message {
  static constexpr frontend_type type = frontend_type::password;
  std::string_view password{};
};
/// The first message of a SASL exchange.
struct sasl_initial_response {
  static constexpr frontend_type type = frontend_type::password;
  std::string_view mechanism{};
  std::optional<bytes_view> data{};  ///< absent where the mechanism begins with the server
};
struct sasl_response {
  static constexpr frontend_type type = frontend_type::password;
  bytes_view data{};
};
/// A token for GSSAPI or SSPI.
struct gss_response {
  static constexpr frontend_type type = frontend_type::password;
  bytes_view data{};
};

[[nodiscard]] PGCORO_DECL protocol_error parse(bytes_view body, authentication& out) noexcept;
[[nodiscard]] PGCORO_DECL protocol_error parse(bytes_view body, password_message& out) noexcept;
[[nodiscard]] PGCORO_DECL protocol_error parse(bytes_view body, sasl_initial_response& out) noexcept;
[[nodiscard]] PGCORO_DECL protocol_error parse(bytes_view body, sasl_response& out) noexcept;
[[nodiscard]] PGCORO_DECL protocol_error parse(bytes_view body, gss_response& out) noexcept;

/// errc::embedded_nul, errc::message_too_large, and errc::invalid_value for an empty mechanism; nothing is written
/// then.
[[nodiscard]] PGCORO_DECL errc write(buffer& to, const authentication& message);
[[nodiscard]] PGCORO_DECL errc write(buffer& to, const password_message& message);
[[nodiscard]] PGCORO_DECL errc write(buffer& to, const sasl_initial_response& message);
[[nodiscard]] PGCORO_DECL errc write(buffer& to, const sasl_response& message);
[[nodiscard]] PGCORO_DECL errc write(buffer& to, const gss_response& message);

}  // namespace pgcoro::protocol
