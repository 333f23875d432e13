#include <algorithm>
#include <numeric>
#include <vector>

#include <pgcoro/detail/conversion_error.hpp>
#include <pgcoro/detail/match_columns.hpp>
#include <pgcoro/detail/row_type.hpp>

namespace pgcoro::detail {
namespace {

std::size_t member_of_name(const row_type& type, std::string_view name) noexcept {
  return static_cast<std::size_t>(std::ranges::find(type.names, name) - type.names.begin());
}

/// So that the fields of a row can be handed out as they come.
void put_in_order(std::span<column_plan> plans) {
  std::vector<std::uint16_t> members(plans.size());
  std::iota(members.begin(), members.end(), std::uint16_t{0});
  std::ranges::sort(members, {}, [&](std::uint16_t member) { return plans[member].column; });
  for (std::size_t i = 0; i < plans.size(); ++i) plans[i].by_column = members[i];
}

/// Each member has a column, each column a member; or, where the type is lax, no more than one of each other.
error_info match_names(const row_type& type, const row_description& from, std::span<column_plan> plans) {
  for (column_plan& plan : plans) plan.column = no_column;
  for (std::size_t i = 0; i < from.columns.size(); ++i) {
    const std::size_t member = member_of_name(type, from.columns[i].name);
    if (type.lax && member == plans.size()) continue;
    if (member == plans.size() || plans[member].column != no_column)
      return extra_column_error(from.columns[i].name, type.cpp_name());
    plans[member].column = static_cast<std::uint16_t>(i);
  }
  if (type.lax) {
    put_in_order(plans);
    return {};
  }
  for (std::size_t member = 0; member < plans.size(); ++member)
    if (plans[member].column == no_column) return missing_column_error(type.names[member], type.cpp_name());
  return {};
}

error_info match_positions(const row_type& type, const row_description& from, std::span<column_plan> plans) {
  if (from.columns.size() != plans.size()) return column_count_error(from, plans.size(), type.cpp_name());
  for (std::size_t i = 0; i < plans.size(); ++i) plans[i].column = static_cast<std::uint16_t>(i);
  return {};
}

}  // namespace

error_info match_columns(const row_type& type, const row_description& columns, std::span<column_plan> plans) {
  return type.by_name() ? match_names(type, columns, plans) : match_positions(type, columns, plans);
}

error_info plan_columns(const row_type& type, const row_description& columns, std::span<column_plan> plans) {
  if (error_info e = match_columns(type, columns, plans)) return e;
  for (std::size_t member = 0; member < plans.size(); ++member) {
    column_plan& plan = plans[member];
    if (plan.column == no_column) continue;
    const column& from = columns.columns[plan.column];
    plan.from = {from.type, from.format, columns.registry.get()};
    plan.decoder = type.members[member]->decoder(plan.from);
    if (plan.decoder == nullptr) [[unlikely]]
      return column_type_mismatch(from, type.members[member]->cpp_name(), columns.registry.get());
  }
  return {};
}

error_info decode_error(const row_type& type, std::span<const column_plan> plans, decode_status status,
                        const row_description& columns, std::span<const std::byte> body) {
  if (status.malformed()) return error_info(errc::protocol_error, "a row that contradicts its description");
  const auto plan = std::ranges::find(plans, status.column, &column_plan::column);
  const member_type& member = *type.members[static_cast<std::size_t>(plan - plans.begin())];
  return column_conversion_error(status.code, columns.columns[status.column], field_at(body, status.column),
                                 member.cpp_name(), columns.registry.get());
}

void choose_formats(const row_type& type, const row_description& columns, std::span<protocol::format> out) noexcept {
  for (std::size_t i = 0; i < out.size(); ++i) {
    const column& c = columns.columns[i];
    const std::size_t member = type.by_name() ? member_of_name(type, c.name) : i;
    if (member >= type.members.size()) continue;
    const bool binary = type.members[member]->binary_where_known &&
                        type.members[member]->decoder({c.type, protocol::format::binary, columns.registry.get()});
    out[i] = binary ? protocol::format::binary : protocol::format::text;
  }
}

std::span<const protocol::format> formats_by_position(const row_type& type) noexcept {
  if (type.by_name()) return {};
  return {type.preferred_formats.data(), type.preferred_formats.size()};
}

}  // namespace pgcoro::detail
