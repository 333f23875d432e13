#include <pgcoro/detail/composed_type.hpp>
#include <pgcoro/detail/conversion_error.hpp>
#include <pgcoro/type_registry.hpp>
#include <pgcoro/types/builtin_types.hpp>
#include <pgcoro/types/text.hpp>

namespace pgcoro::detail {
namespace {

error_info make_error(errc code, std::string column, std::string message) {
  error_details details;
  details.code = code;
  details.column = std::move(column);
  details.message = std::move(message);
  return error_info(std::move(details));
}

std::string counted(std::size_t n, std::string_view noun) {
  std::string text = std::to_string(n).append(" ").append(noun);
  if (n != 1) text.push_back('s');
  return text;
}

/// A label of an enum, which is neither long nor secret.
std::string shown_label(const column& from, const protocol::field& value, const type_registry* registry) {
  const type_info* const known = registered_type(from.type, registry);
  if (known == nullptr || known->kind != type_kind::enumeration || value.is_null()) return {};
  return " \"" + std::string(protocol::as_text(value.bytes())) + "\"";
}

/// " 70000", for numbers alone: other values may be long or secret.
std::string shown_value(const column& from, const protocol::field& value) {
  const bool number = is_integer_type(from.type) || from.type == oids::float4 || from.type == oids::float8 ||
                      from.type == oids::numeric;
  std::string text = " ";
  if (!number || append_text(value.bytes(), text, {from.type, from.format}) != errc{}) return {};
  return text;
}

}  // namespace

error_info column_type_mismatch(const column& from, std::string_view cpp_type, const type_registry* registry) {
  return make_error(errc::type_mismatch, from.name,
                    type_name(from.type, registry).append(" cannot be read as ").append(cpp_type));
}

error_info column_conversion_error(errc why, const column& from, const protocol::field& value,
                                   std::string_view cpp_type, const type_registry* registry) {
  const std::string type = type_name(from.type, registry);
  std::string message;
  switch (why) {
    case errc::unexpected_null:
      if (!value.is_null()) message.append("within " + type + ", ");
      message.append("NULL cannot be read as ").append(cpp_type).append("; use std::optional");
      break;
    case errc::out_of_range:
      message = type + shown_value(from, value);
      message.append(" is out of range for ").append(cpp_type);
      break;
    case errc::invalid_value: {
      const std::string label = shown_label(from, value, registry);
      message = label.empty() ? "the bytes are no value of " + type : type + label + " is no value";
      message.append(" for ").append(cpp_type);
      break;
    }
    default:
      message = type + " as ";
      message.append(cpp_type).append(": ").append(boost::system::error_code(why).message());
  }
  return make_error(why, from.name, std::move(message));
}

error_info column_count_error(const row_description& from, std::size_t expected, std::string_view cpp_type) {
  std::string message = "the row has " + counted(from.columns.size(), "column");
  message.append(", ").append(cpp_type).append(" takes ").append(std::to_string(expected));
  return make_error(errc::column_count_mismatch, {}, std::move(message));
}

error_info missing_column_error(std::string_view name, std::string_view cpp_type) {
  std::string message = "the row has no column for the member of ";
  message.append(cpp_type);
  return make_error(errc::no_such_column, std::string(name), std::move(message));
}

error_info extra_column_error(std::string_view name, std::string_view cpp_type) {
  std::string message(cpp_type);
  message.append(" has no member for the column, or another column of that name took it");
  return make_error(errc::column_count_mismatch, std::string(name), std::move(message));
}

error_info no_such_column_error(std::string_view name) {
  return make_error(errc::no_such_column, std::string(name), "the row has no column of that name");
}

error_info no_such_column_error(std::size_t index, std::size_t columns) {
  return make_error(errc::no_such_column, {},
                    "no column number " + std::to_string(index) + ": the row has " + counted(columns, "column"));
}

protocol::field field_at(protocol::bytes_view body, std::size_t index) noexcept {
  protocol::data_row_reader row(body);
  protocol::field field;
  for (std::size_t i = 0; i <= index; ++i)
    if (!row.next(field)) return {};
  return field;
}

}  // namespace pgcoro::detail
