#include <pgcoro/error.hpp>
#include <pgcoro/protocol/startup.hpp>

#include "cancel_key.hpp"

namespace pgcoro::protocol {

namespace {

constexpr std::size_t least_initial_packet = 8;

bool is(const initial_packet& packet, initial_request request) noexcept {
  return packet.code == static_cast<std::uint32_t>(request);
}

protocol_error parse_request(const initial_packet& packet, initial_request request, const char* name) noexcept {
  reader in(packet.body);
  if (!is(packet, request)) in.fail("unexpected request code", 0);
  return in.finish(name);
}

errc write_request(buffer& to, initial_request request) {
  auto out = message_writer::untyped(to, max_initial_packet);
  out.u32(static_cast<std::uint32_t>(request));
  return out.finish();
}

}  // namespace

void wire_element<startup_parameter>::read(reader& in, startup_parameter& out) noexcept {
  out.name = in.cstring();
  out.value = in.cstring();
}

void wire_element<startup_parameter>::write(message_writer& out, const startup_parameter& value) {
  if (value.name.empty()) out.fail(errc::invalid_value);
  out.cstring(value.name);
  out.cstring(value.value);
}

frame_status next_initial(bytes_view unread, initial_packet& out, protocol_error& error) noexcept {
  if (unread.size() < 4) return frame_status::need_more;
  const auto length = load_be<std::uint32_t>(unread.data());
  if (length < least_initial_packet || length > max_initial_packet) {
    const bool too_large = length > max_initial_packet;
    error = {"StartupMessage", too_large ? "message too large" : "length below eight", 0, too_large};
    return frame_status::failed;
  }
  if (unread.size() < length) return frame_status::need_more;
  out.code = load_be<std::uint32_t>(unread.data() + 4);
  out.body = unread.subspan(least_initial_packet, length - least_initial_packet);
  return frame_status::complete;
}

protocol_error parse(const initial_packet& packet, startup_message& out) noexcept {
  reader in(packet.body);
  out.version = packet.code;
  if (packet.code >> 16 != protocol_3_0 >> 16) in.fail("unknown major version of the protocol", 0);
  out.parameters = list<startup_parameter>::terminated(in);
  return in.finish("StartupMessage");
}

protocol_error parse(const initial_packet& packet, ssl_request&) noexcept {
  return parse_request(packet, initial_request::ssl, "SSLRequest");
}

protocol_error parse(const initial_packet& packet, gss_encryption_request&) noexcept {
  return parse_request(packet, initial_request::gss_encryption, "GSSENCRequest");
}

protocol_error parse(const initial_packet& packet, cancel_request& out) noexcept {
  reader in(packet.body);
  if (!is(packet, initial_request::cancel)) in.fail("unexpected request code", 0);
  out.process_id = in.u32();
  out.key = read_cancel_key(in);
  return in.finish("CancelRequest");
}

errc write(buffer& to, const startup_message& message) {
  auto out = message_writer::untyped(to, max_initial_packet);
  out.u32(message.version);
  write_elements(out, message.parameters);
  out.u8(0);
  return out.finish();
}

errc write(buffer& to, const ssl_request&) { return write_request(to, initial_request::ssl); }

errc write(buffer& to, const gss_encryption_request&) { return write_request(to, initial_request::gss_encryption); }

errc write(buffer& to, const cancel_request& message) {
  auto out = message_writer::untyped(to, max_initial_packet);
  out.u32(static_cast<std::uint32_t>(initial_request::cancel));
  out.u32(message.process_id);
  write_cancel_key(out, message.key);
  return out.finish();
}

}  // namespace pgcoro::protocol
