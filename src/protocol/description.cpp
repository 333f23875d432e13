#include <pgcoro/error.hpp>
#include <pgcoro/protocol/description.hpp>

namespace pgcoro::protocol {

void wire_element<column_description>::read(reader& in, column_description& out) noexcept {
  out.name = in.cstring();
  out.table = in.u32();
  out.attribute = in.i16();
  out.type = in.u32();
  out.type_size = in.i16();
  out.modifier = in.i32();
  wire_element<format>::read(in, out.format);
}

void wire_element<column_description>::write(message_writer& out, const column_description& value) {
  out.cstring(value.name);
  out.u32(value.table);
  out.i16(value.attribute);
  out.u32(value.type);
  out.i16(value.type_size);
  out.i32(value.modifier);
  wire_element<format>::write(out, value.format);
}

protocol_error parse(bytes_view body, row_description& out) noexcept {
  reader in(body);
  const std::uint16_t count = in.u16();
  out.fields = list<column_description>::counted(in, count);
  return in.finish("RowDescription");
}

protocol_error parse(bytes_view body, parameter_description& out) noexcept {
  reader in(body);
  const std::uint16_t count = in.u16();
  out.types = list<oid>::counted(in, count);
  return in.finish("ParameterDescription");
}

errc write(buffer& to, const row_description& message) {
  message_writer out(to, message.type);
  out.count(message.fields.size(), errc::too_many_parameters);
  write_elements(out, message.fields);
  return out.finish();
}

errc write(buffer& to, const parameter_description& message) {
  message_writer out(to, message.type);
  out.count(message.types.size(), errc::too_many_parameters);
  write_elements(out, message.types);
  return out.finish();
}

}  // namespace pgcoro::protocol
