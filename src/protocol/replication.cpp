#include <pgcoro/error.hpp>
#include <pgcoro/protocol/replication.hpp>
#include <pgcoro/protocol/writer.hpp>

namespace pgcoro::protocol {

namespace {

template <class Message>
void read_kind(reader& in) noexcept {
  if (in.u8() != static_cast<std::uint8_t>(Message::kind)) in.fail("unexpected kind of message", 0);
}

// Zero or one; anything else would be lost on the way through a proxy.
bool read_flag(reader& in) noexcept {
  const std::size_t offset = in.offset();
  const std::uint8_t flag = in.u8();
  if (flag > 1) in.fail("neither zero nor one", offset);
  return flag != 0;
}

}  // namespace

protocol_error parse(bytes_view copied, primary_keepalive& out) noexcept {
  reader in(copied);
  read_kind<primary_keepalive>(in);
  out.server_end = in.u64();
  out.clock = in.i64();
  out.reply_requested = read_flag(in);
  return in.finish("Primary keepalive");
}

protocol_error parse(bytes_view copied, standby_status_update& out) noexcept {
  reader in(copied);
  read_kind<standby_status_update>(in);
  out.written = in.u64();
  out.flushed = in.u64();
  out.applied = in.u64();
  out.clock = in.i64();
  out.reply_requested = read_flag(in);
  return in.finish("Standby status update");
}

protocol_error parse(bytes_view copied, hot_standby_feedback& out) noexcept {
  reader in(copied);
  read_kind<hot_standby_feedback>(in);
  out.clock = in.i64();
  out.xmin = in.u32();
  out.xmin_epoch = in.u32();
  out.catalog_xmin = in.u32();
  out.catalog_xmin_epoch = in.u32();
  return in.finish("Hot standby feedback");
}

errc write(buffer& to, const xlog_data& message) {
  message_writer out(to, backend_type::copy_data);
  out.u8(static_cast<std::uint8_t>(message.kind));
  out.u64(message.start);
  out.u64(message.server_end);
  out.i64(message.clock);
  out.bytes(message.data);
  return out.finish();
}

errc write(buffer& to, const primary_keepalive& message) {
  message_writer out(to, backend_type::copy_data);
  out.u8(static_cast<std::uint8_t>(message.kind));
  out.u64(message.server_end);
  out.i64(message.clock);
  out.u8(message.reply_requested ? 1 : 0);
  return out.finish();
}

errc write(buffer& to, const standby_status_update& message) {
  message_writer out(to, frontend_type::copy_data);
  out.u8(static_cast<std::uint8_t>(message.kind));
  out.u64(message.written);
  out.u64(message.flushed);
  out.u64(message.applied);
  out.i64(message.clock);
  out.u8(message.reply_requested ? 1 : 0);
  return out.finish();
}

errc write(buffer& to, const hot_standby_feedback& message) {
  message_writer out(to, frontend_type::copy_data);
  out.u8(static_cast<std::uint8_t>(message.kind));
  out.i64(message.clock);
  out.u32(message.xmin);
  out.u32(message.xmin_epoch);
  out.u32(message.catalog_xmin);
  out.u32(message.catalog_xmin_epoch);
  return out.finish();
}

}  // namespace pgcoro::protocol
