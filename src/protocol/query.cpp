#include <pgcoro/error.hpp>
#include <pgcoro/protocol/query.hpp>

namespace pgcoro::protocol {

namespace {

template <class T>
list<T> read_counted(reader& in) noexcept {
  const std::uint16_t count = in.u16();
  return list<T>::counted(in, count);
}

template <class T>
void write_counted(message_writer& out, const list<T>& elements) {
  out.count(elements.size(), errc::too_many_parameters);
  write_elements(out, elements);
}

template <class Message>
protocol_error parse_named(bytes_view body, Message& out) noexcept {
  reader in(body);
  out.target = static_cast<described>(in.u8());
  if (out.target != described::statement && out.target != described::portal)
    in.fail("neither a statement nor a portal", 0);
  out.name = in.cstring();
  return in.finish(name_of(Message::type));
}

template <class Message>
errc write_named(buffer& to, const Message& message) {
  message_writer out(to, Message::type);
  out.u8(static_cast<std::uint8_t>(message.target));
  out.cstring(message.name);
  return out.finish();
}

}  // namespace

protocol_error parse(bytes_view body, query_request& out) noexcept {
  reader in(body);
  out.sql = in.cstring();
  return in.finish("Query");
}

protocol_error parse(bytes_view body, parse_request& out) noexcept {
  reader in(body);
  out.statement = in.cstring();
  out.sql = in.cstring();
  out.parameter_types = read_counted<oid>(in);
  return in.finish("Parse");
}

protocol_error parse(bytes_view body, bind_request& out) noexcept {
  reader in(body);
  out.portal = in.cstring();
  out.statement = in.cstring();
  out.parameter_formats = read_counted<format>(in);
  out.parameters = read_counted<field>(in);
  out.result_formats = read_counted<format>(in);
  return in.finish("Bind");
}

protocol_error parse(bytes_view body, describe_request& out) noexcept { return parse_named(body, out); }

protocol_error parse(bytes_view body, close_request& out) noexcept { return parse_named(body, out); }

protocol_error parse(bytes_view body, execute_request& out) noexcept {
  reader in(body);
  out.portal = in.cstring();
  out.max_rows = in.i32();
  return in.finish("Execute");
}

protocol_error parse(bytes_view body, function_call& out) noexcept {
  reader in(body);
  out.function = in.u32();
  out.argument_formats = read_counted<format>(in);
  out.arguments = read_counted<field>(in);
  wire_element<format>::read(in, out.result_format);
  return in.finish("FunctionCall");
}

protocol_error parse(bytes_view body, function_call_response& out) noexcept {
  reader in(body);
  wire_element<field>::read(in, out.value);
  return in.finish("FunctionCallResponse");
}

errc write(buffer& to, const query_request& message) {
  message_writer out(to, message.type);
  out.cstring(message.sql);
  return out.finish();
}

errc write(buffer& to, const parse_request& message) {
  message_writer out(to, message.type);
  out.cstring(message.statement);
  out.cstring(message.sql);
  write_counted(out, message.parameter_types);
  return out.finish();
}

errc write(buffer& to, const bind_request& message) {
  message_writer out(to, message.type);
  out.cstring(message.portal);
  out.cstring(message.statement);
  write_counted(out, message.parameter_formats);
  write_counted(out, message.parameters);
  write_counted(out, message.result_formats);
  return out.finish();
}

errc write(buffer& to, const describe_request& message) { return write_named(to, message); }

errc write(buffer& to, const close_request& message) { return write_named(to, message); }

errc write(buffer& to, const execute_request& message) {
  message_writer out(to, message.type);
  out.cstring(message.portal);
  out.i32(message.max_rows);
  return out.finish();
}

errc write(buffer& to, const function_call& message) {
  message_writer out(to, message.type);
  out.u32(message.function);
  write_counted(out, message.argument_formats);
  write_counted(out, message.arguments);
  wire_element<format>::write(out, message.result_format);
  return out.finish();
}

errc write(buffer& to, const function_call_response& message) {
  message_writer out(to, message.type);
  wire_element<field>::write(out, message.value);
  return out.finish();
}

}  // namespace pgcoro::protocol
