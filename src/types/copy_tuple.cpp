#include <pgcoro/detail/copy_tuple.hpp>
#include <pgcoro/type_registry.hpp>
#include <pgcoro/types/builtin_types.hpp>

namespace pgcoro::detail {
namespace {

constexpr std::string_view signature("PGCOPY\n\377\r\n\0", 11);

error_info not_written(errc code, std::string_view column, std::string message) {
  error_details details;
  details.code = code;
  details.column = column;
  details.stage = "COPY";
  details.message = std::move(message);
  return error_info(std::move(details));
}

std::string arrow(const copy_member& member, const column& column, const type_registry* registry) {
  std::string text = "column \"" + column.name + "\" (" + member.cpp_name() + " → ";
  return text.append(type_name(column.type, registry)).append(")");
}

}  // namespace

error_info plan_copy(std::span<const copy_member* const> members, const row_description& columns,
                     protocol::format format, std::span<copy_column> out) {
  if (members.size() != columns.columns.size())
    return not_written(errc::column_count_mismatch, {},
                       "COPY has " + std::to_string(columns.columns.size()) + " columns, rows of " +
                           std::to_string(members.size()) + " values were given");
  for (std::size_t i = 0; i < members.size(); ++i) {
    const column& column = columns.columns[i];
    out[i].to = {column.type, format, columns.registry.get()};
    if (!members[i]->plan(out[i]))
      return not_written(errc::type_mismatch, column.name,
                         arrow(*members[i], column, columns.registry.get()) + ": no conversion to its " +
                             (format == protocol::format::binary ? "binary" : "text") + " format");
  }
  return {};
}

error_info copy_value_error(errc why, std::uint64_t row, const copy_member& member, const column& column,
                            const type_registry* registry, const void* value) {
  std::string message = "row " + std::to_string(row) + ", " + arrow(member, column, registry) + ": ";
  const std::string shown = why == errc::out_of_range ? member.shown(value) : std::string();
  if (!shown.empty())
    message.append("value ").append(shown).append(" is out of range");
  else
    message.append(make_error_code(why).message());
  return not_written(why, column.name, std::move(message));
}

void write_copy_header(protocol::buffer& out) {
  out.append(signature);
  out.append_u32(0);
  out.append_u32(0);
}

void write_copy_trailer(protocol::buffer& out) { out.append_i16(-1); }

}  // namespace pgcoro::detail
