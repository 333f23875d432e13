#include <pgcoro/error.hpp>
#include <pgcoro/protocol/data_row.hpp>

namespace pgcoro::protocol {

void wire_element<field>::read(reader& in, field& out) noexcept {
  const std::size_t offset = in.offset();
  const std::int32_t size = in.i32();
  out = {};
  if (size == -1) return;
  if (size < 0) return in.fail("negative size", offset);
  if (static_cast<std::size_t>(size) > in.remaining()) return in.fail("field reaches beyond the message", offset);
  out = {in.bytes(static_cast<std::size_t>(size)).data(), size};
}

void wire_element<field>::write(message_writer& out, const field& value) {
  if (value.is_null())
    out.i32(-1);
  else
    out.sized(value.bytes());
}

protocol_error parse(bytes_view body, data_row& out) noexcept {
  reader in(body);
  const std::uint16_t count = in.u16();
  out.fields = list<field>::counted(in, count);
  return in.finish("DataRow");
}

errc write(buffer& to, const data_row& message) {
  message_writer out(to, message.type);
  out.count(message.fields.size(), errc::too_many_parameters);
  write_elements(out, message.fields);
  return out.finish();
}

}  // namespace pgcoro::protocol
