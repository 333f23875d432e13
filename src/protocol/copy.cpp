#include <pgcoro/error.hpp>
#include <pgcoro/protocol/copy.hpp>

namespace pgcoro::protocol {

namespace {

template <class Response>
protocol_error parse_response(bytes_view body, Response& out) noexcept {
  reader in(body);
  const std::uint8_t overall = in.u8();
  if (overall > 1) in.fail("unknown format", 0);
  out.overall = static_cast<format>(overall);
  const std::uint16_t count = in.u16();
  out.columns = list<format>::counted(in, count);
  return in.finish(name_of(Response::type));
}

template <class Response>
errc write_response(buffer& to, const Response& message) {
  message_writer out(to, Response::type);
  out.u8(static_cast<std::uint8_t>(message.overall));
  out.count(message.columns.size(), errc::too_many_parameters);
  write_elements(out, message.columns);
  return out.finish();
}

}  // namespace

protocol_error parse(bytes_view body, copy_in_response& out) noexcept { return parse_response(body, out); }

protocol_error parse(bytes_view body, copy_out_response& out) noexcept { return parse_response(body, out); }

protocol_error parse(bytes_view body, copy_both_response& out) noexcept { return parse_response(body, out); }

protocol_error parse(bytes_view body, copy_fail& out) noexcept {
  reader in(body);
  out.reason = in.cstring();
  return in.finish("CopyFail");
}

errc write(buffer& to, const copy_in_response& message) { return write_response(to, message); }

errc write(buffer& to, const copy_out_response& message) { return write_response(to, message); }

errc write(buffer& to, const copy_both_response& message) { return write_response(to, message); }

errc write(buffer& to, const copy_data& message) {
  message_writer out(to, message.type);
  out.bytes(message.data);
  return out.finish();
}

errc write(buffer& to, const copy_fail& message) {
  message_writer out(to, message.type);
  out.cstring(message.reason);
  return out.finish();
}

errc end_copy_data(buffer& to, copy_mark begun, std::uint64_t max_length) noexcept {
  const auto start = static_cast<std::size_t>(begun);
  const std::size_t length = to.size() - start - 1;
  if (length > max_length) {
    to.truncate(start);
    return errc::message_too_large;
  }
  store_be(to.begin_of_data() + start + 1, static_cast<std::uint32_t>(length));
  return errc{};
}

}  // namespace pgcoro::protocol
