#include <algorithm>
#include <utility>

#include <pgcoro/detail/composed_type.hpp>
#include <pgcoro/detail/type_lookup.hpp>
#include <pgcoro/types/builtin_types.hpp>

namespace pgcoro::detail {
namespace {

constexpr type_kind kinds[] = {type_kind::base,        type_kind::array,      type_kind::composite, type_kind::domain,
                               type_kind::enumeration, type_kind::multirange, type_kind::pseudo,    type_kind::range};

/// A kind that some later server may have is a base type to us: a name and bytes.
type_kind kind_of(std::string_view letter) noexcept {
  if (letter.size() != 1) return type_kind::base;
  const auto kind = static_cast<type_kind>(letter.front());
  return std::ranges::find(kinds, kind) != std::end(kinds) ? kind : type_kind::base;
}

type_info to_type_info(type_row&& row) {
  type_info made;
  made.type = row.type;
  made.schema = std::move(row.schema);
  made.name = std::move(row.name);
  made.kind = kind_of(row.kind);
  made.part = row.part;
  made.array = row.array;
  if (row.delimiter.size() == 1) made.delimiter = row.delimiter.front();
  const std::size_t attributes = std::min(row.attribute_names.size(), row.attribute_types.size());
  for (std::size_t i = 0; i < attributes; ++i)
    made.attributes.push_back({std::move(row.attribute_names[i]), row.attribute_types[i]});
  made.labels = std::move(row.labels);
  return made;
}

}  // namespace

std::vector<oid> unknown_types(const row_description* columns, std::span<const oid> parameters,
                               const type_registry& registry) {
  std::vector<oid> unknown;
  const auto look_at = [&](oid type) {
    if (type != oids::unspecified && is_unknown_type(type, &registry) &&
        std::ranges::find(unknown, type) == unknown.end())
      unknown.push_back(type);
  };
  if (columns != nullptr)
    for (const column& c : columns->columns) look_at(c.type);
  for (const oid type : parameters) look_at(type);
  return unknown;
}

std::vector<type_info> looked_up_types(std::vector<type_row> rows) {
  std::vector<type_info> made;
  made.reserve(rows.size());
  for (type_row& row : rows) made.push_back(to_type_info(std::move(row)));
  return made;
}

}  // namespace pgcoro::detail
