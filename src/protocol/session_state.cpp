#include <pgcoro/error.hpp>
#include <pgcoro/protocol/session_state.hpp>

#include "cancel_key.hpp"

namespace pgcoro::protocol {

protocol_error parse(bytes_view body, backend_key_data& out) noexcept {
  reader in(body);
  out.process_id = in.u32();
  out.key = read_cancel_key(in);
  return in.finish("BackendKeyData");
}

protocol_error parse(bytes_view body, parameter_status& out) noexcept {
  reader in(body);
  out.name = in.cstring();
  out.value = in.cstring();
  return in.finish("ParameterStatus");
}

protocol_error parse(bytes_view body, negotiate_protocol_version& out) noexcept {
  reader in(body);
  out.version = in.u32();
  const std::size_t offset = in.offset();
  const std::int32_t count = in.i32();
  if (count < 0) in.fail("negative count", offset);
  out.unknown_options = list<std::string_view>::counted(in, count < 0 ? 0 : static_cast<std::size_t>(count));
  return in.finish("NegotiateProtocolVersion");
}

protocol_error parse(bytes_view body, notification_response& out) noexcept {
  reader in(body);
  out.process_id = in.u32();
  out.channel = in.cstring();
  out.payload = in.cstring();
  return in.finish("NotificationResponse");
}

errc write(buffer& to, const backend_key_data& message) {
  message_writer out(to, message.type);
  out.u32(message.process_id);
  write_cancel_key(out, message.key);
  return out.finish();
}

errc write(buffer& to, const parameter_status& message) {
  message_writer out(to, message.type);
  out.cstring(message.name);
  out.cstring(message.value);
  return out.finish();
}

errc write(buffer& to, const negotiate_protocol_version& message) {
  message_writer out(to, message.type);
  out.u32(message.version);
  if (message.unknown_options.size() > max_value_size) out.fail(errc::message_too_large);
  out.u32(static_cast<std::uint32_t>(message.unknown_options.size()));
  write_elements(out, message.unknown_options);
  return out.finish();
}

errc write(buffer& to, const ready_for_query& message) {
  message_writer out(to, message.type);
  out.u8(static_cast<std::uint8_t>(message.status));
  return out.finish();
}

errc write(buffer& to, const notification_response& message) {
  message_writer out(to, message.type);
  out.u32(message.process_id);
  out.cstring(message.channel);
  out.cstring(message.payload);
  return out.finish();
}

}  // namespace pgcoro::protocol
