#include <algorithm>

#include <pgcoro/error.hpp>
#include <pgcoro/protocol/authentication.hpp>

namespace pgcoro::protocol {

namespace {

errc write_token(buffer& to, bytes_view data) {
  message_writer out(to, frontend_type::password);
  out.bytes(data);
  return out.finish();
}

}  // namespace

protocol_error parse(bytes_view body, authentication& out) noexcept {
  reader in(body);
  out = {};
  out.kind = static_cast<authentication_kind>(in.u32());
  switch (out.kind) {
    case authentication_kind::ok:
    case authentication_kind::kerberos_v5:
    case authentication_kind::cleartext_password:
    case authentication_kind::gss:
    case authentication_kind::sspi: break;
    case authentication_kind::md5_password: std::ranges::copy(in.bytes(4), out.salt.begin()); break;
    case authentication_kind::sasl: out.mechanisms = list<std::string_view>::terminated(in); break;
    default: out.data = in.rest(); break;
  }
  return in.finish("Authentication");
}

protocol_error parse(bytes_view body, password_message& out) noexcept {
  reader in(body);
  out.password = in.cstring();
  return in.finish("PasswordMessage");
}

protocol_error parse(bytes_view body, sasl_initial_response& out) noexcept {
  reader in(body);
  const std::string_view mechanism = in.cstring();
  if (mechanism.empty()) in.fail("empty mechanism", 0);
  out.mechanism = mechanism;
  out.data.reset();
  const std::size_t offset = in.offset();
  const std::int32_t size = in.i32();
  if (size < -1) in.fail("negative size", offset);
  if (size >= 0) out.data = in.bytes(static_cast<std::size_t>(size));
  return in.finish("SASLInitialResponse");
}

protocol_error parse(bytes_view body, sasl_response& out) noexcept {
  out.data = body;
  return {};
}

protocol_error parse(bytes_view body, gss_response& out) noexcept {
  out.data = body;
  return {};
}

errc write(buffer& to, const authentication& message) {
  message_writer out(to, message.type);
  out.u32(static_cast<std::uint32_t>(message.kind));
  switch (message.kind) {
    case authentication_kind::ok:
    case authentication_kind::kerberos_v5:
    case authentication_kind::cleartext_password:
    case authentication_kind::gss:
    case authentication_kind::sspi: break;
    case authentication_kind::md5_password: out.bytes(message.salt); break;
    case authentication_kind::sasl:
      for (const std::string_view mechanism : message.mechanisms) {
        if (mechanism.empty()) out.fail(errc::invalid_value);
        out.cstring(mechanism);
      }
      out.u8(0);
      break;
    default: out.bytes(message.data); break;
  }
  return out.finish();
}

errc write(buffer& to, const password_message& message) {
  message_writer out(to, message.type);
  out.cstring(message.password);
  return out.finish();
}

errc write(buffer& to, const sasl_initial_response& message) {
  message_writer out(to, message.type);
  if (message.mechanism.empty()) out.fail(errc::invalid_value);
  out.cstring(message.mechanism);
  if (message.data)
    out.sized(*message.data);
  else
    out.i32(-1);
  return out.finish();
}

errc write(buffer& to, const sasl_response& message) { return write_token(to, message.data); }

errc write(buffer& to, const gss_response& message) { return write_token(to, message.data); }

}  // namespace pgcoro::protocol
