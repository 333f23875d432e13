#include <memory>

#include <pgcoro/detail/conversion_error.hpp>
#include <pgcoro/detail/match_columns.hpp>
#include <pgcoro/replication/tuple.hpp>

namespace pgcoro {
namespace detail {
namespace {

constexpr protocol::format formats[] = {protocol::format::text, protocol::format::binary};

/// Where a column is found and how its values are read, in either format.
tuple_plan plan_member(const member_type& member, const row_description* const (&columns)[2], std::uint16_t column) {
  tuple_plan plan;
  for (const protocol::format format : formats) {
    column_plan& as = plan.as[static_cast<std::size_t>(format)];
    const row_description& described = *columns[static_cast<std::size_t>(format)];
    as.column = column;
    if (column == no_column) continue;
    as.from = {described.columns[column].type, format, described.registry.get()};
    as.decoder = member.decoder(as.from);
  }
  return plan;
}

std::unique_ptr<tuple_layout> make_layout(const replication::relation& table, bool key_only, const row_type& type) {
  auto made = std::make_unique<tuple_layout>();
  made->type = &type;
  made->key_only = key_only;
  const row_description* const columns[] = {&table.description(key_only, protocol::format::text),
                                            &table.description(key_only, protocol::format::binary)};
  std::vector<column_plan> matched(type.members.size());
  made->refused = match_columns(type, *columns[0], matched);
  if (made->refused) return made;
  made->members.assign(columns[0]->columns.size(), no_column);
  for (std::size_t member = 0; member < matched.size(); ++member) {
    const std::uint16_t column = matched[member].column;
    made->plans.push_back(plan_member(*type.members[member], columns, column));
    if (column == no_column) continue;
    made->members[column] = static_cast<std::uint16_t>(member);
    const tuple_plan& plan = made->plans.back();
    if (plan.as[0].decoder != nullptr || plan.as[1].decoder != nullptr) continue;
    made->refused =
        column_type_mismatch(columns[0]->columns[column], type.members[member]->cpp_name(), columns[0]->registry.get());
    break;
  }
  return made;
}

}  // namespace

const tuple_layout& tuple_layout::of(const replication::relation& table, bool key_only, const row_type& type) {
  const tuple_layout* first = table.layouts_.load(std::memory_order_acquire);
  if (const tuple_layout* const known = find(first, key_only, type)) return *known;
  std::unique_ptr<tuple_layout> made = make_layout(table, key_only, type);
  do {
    // Another thread may have been faster.
    if (const tuple_layout* const known = find(first, key_only, type)) return *known;
    made->next = first;
  } while (!table.layouts_.compare_exchange_weak(first, made.get(), std::memory_order_acq_rel));
  return *made.release();
}

void tuple_layout::destroy_all(const tuple_layout* first) noexcept {
  while (first != nullptr) delete std::exchange(first, first->next);
}

error_info unchanged_error(std::string_view column) {
  error_details details;
  details.code = make_error_code(errc::not_available);
  details.column = column;
  details.message =
      "the UPDATE left a large value unchanged, and the server did not send it; use replication::maybe_unchanged, or "
      "ALTER TABLE … REPLICA IDENTITY FULL";
  return error_info(std::move(details));
}

error_info tuple_error(const replication::relation& table, const tuple_layout& layout, errc why, std::size_t member,
                       const tuple_value& value) {
  const row_description& columns = table.description(layout.key_only, value.format());
  const column& from = columns.columns[layout.plans[member].as[0].column];
  if (value.kind == value_kind::unchanged) return unchanged_error(from.name);
  const std::string cpp_type = layout.type->members[member]->cpp_name();
  if (why == errc::type_mismatch) return column_type_mismatch(from, cpp_type, columns.registry.get());
  return column_conversion_error(not_malformed(why), from, value.bytes, cpp_type, columns.registry.get());
}

tuple_value old_value(const replication::relation& table, const std::byte* old, std::size_t column) noexcept {
  tuple_reader reader(table, false, {old, 2});
  tuple_value value;
  for (std::size_t i = 0; i <= column; ++i) value = reader.next();
  return value;
}

void collect_values(const replication::relation& table, const tuple_layout& layout, const tuple_bytes& bytes,
                    std::span<tuple_value> values) noexcept {
  tuple_reader reader(table, layout.key_only, bytes.row);
  for (std::size_t column = 0; column < layout.members.size(); ++column) {
    tuple_value value = reader.next();
    const std::uint16_t member = layout.members[column];
    if (member == no_column) continue;
    if (value.kind == value_kind::unchanged && bytes.old != nullptr) [[unlikely]]
      value = old_value(table, bytes.old, column);
    values[member] = value;
  }
}

}  // namespace detail

namespace replication {

tuple_field tuple_view::operator[](std::size_t index) const {
  if (index >= size()) throw_error(detail::no_such_column_error(index, size()));
  detail::tuple_reader reader(*relation_, key_only_, bytes_.row);
  detail::tuple_value value;
  for (std::size_t i = 0; i <= index; ++i) value = reader.next();
  return {*relation_, key_only_, index, value};
}

tuple_field tuple_view::operator[](std::string_view name) const {
  const std::optional<std::size_t> index = description().find(name);
  if (!index) throw_error(detail::no_such_column_error(name));
  return (*this)[*index];
}

}  // namespace replication
}  // namespace pgcoro
