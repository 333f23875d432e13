#include <charconv>
#include <string>

#include <pgcoro/error.hpp>
#include <pgcoro/protocol/error_response.hpp>

namespace pgcoro::protocol {

namespace {

std::string bounded(std::string_view text) {
  if (text.size() <= max_server_field) return std::string(text);
  std::size_t cut = max_server_field;
  const auto inside_character = [&] { return (static_cast<unsigned char>(text[cut]) & 0xc0) == 0x80; };
  // A character has four bytes at most; what has more continuation bytes is no UTF-8 and is cut anywhere.
  for (int i = 0; i < 3 && inside_character(); ++i) --cut;
  return std::string(text.substr(0, cut));
}

std::uint32_t number(std::string_view text) noexcept {
  std::uint32_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc{} && end == text.data() + text.size() ? value : 0;
}

errc write_fields(buffer& to, backend_type type, const list<error_field>& fields) {
  message_writer out(to, type);
  write_elements(out, fields);
  out.u8(0);
  return out.finish();
}

protocol_error parse_fields(bytes_view body, list<error_field>& fields, const char* name) noexcept {
  reader in(body);
  fields = list<error_field>::terminated(in);
  return in.finish(name);
}

}  // namespace

void wire_element<error_field>::read(reader& in, error_field& out) noexcept {
  out.code = static_cast<char>(in.u8());
  out.value = in.cstring();
}

void wire_element<error_field>::write(message_writer& out, const error_field& value) {
  if (value.code == '\0') out.fail(errc::invalid_value);
  out.u8(static_cast<std::uint8_t>(value.code));
  out.cstring(value.value);
}

protocol_error parse(bytes_view body, error_response& out) noexcept {
  return parse_fields(body, out.fields, "ErrorResponse");
}

protocol_error parse(bytes_view body, notice_response& out) noexcept {
  return parse_fields(body, out.fields, "NoticeResponse");
}

errc write(buffer& to, const error_response& message) { return write_fields(to, message.type, message.fields); }

errc write(buffer& to, const notice_response& message) { return write_fields(to, message.type, message.fields); }

server_fields to_server_fields(const list<error_field>& fields) {
  server_fields result;
  std::string_view localised_severity;
  for (const error_field& f : fields) {
    switch (f.code) {
      case 'S': localised_severity = f.value; break;
      case 'V': result.severity = bounded(f.value); break;
      case 'C': result.sqlstate = bounded(f.value); break;
      case 'M': result.message = bounded(f.value); break;
      case 'D': result.detail = bounded(f.value); break;
      case 'H': result.hint = bounded(f.value); break;
      case 'P': result.position = number(f.value); break;
      case 'p': result.internal_position = number(f.value); break;
      case 'q': result.internal_query = bounded(f.value); break;
      case 'W': result.where = bounded(f.value); break;
      case 's': result.schema_name = bounded(f.value); break;
      case 't': result.table_name = bounded(f.value); break;
      case 'c': result.column_name = bounded(f.value); break;
      case 'd': result.data_type_name = bounded(f.value); break;
      case 'n': result.constraint_name = bounded(f.value); break;
      case 'F': result.source_file = bounded(f.value); break;
      case 'L': result.source_line = number(f.value); break;
      case 'R': result.source_function = bounded(f.value); break;
      default: break;
    }
  }
  if (result.severity.empty()) result.severity = bounded(localised_severity);
  return result;
}

}  // namespace pgcoro::protocol
