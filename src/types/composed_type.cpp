#include <pgcoro/detail/composed_type.hpp>
#include <pgcoro/type_registry.hpp>
#include <pgcoro/types/builtin_composed.hpp>
#include <pgcoro/types/builtin_types.hpp>

namespace pgcoro::detail {
namespace {

/// What a registered type of that kind is made of; 0 where it is none of that kind.
oid registered_part(oid type, type_kind kind, const type_registry* registry) noexcept {
  const type_info* const known = registered_type(type, registry);
  return known != nullptr && known->kind == kind ? known->part : 0;
}

}  // namespace

const type_info* registered_type(oid type, const type_registry* registry) noexcept {
  return registry != nullptr ? registry->find(type) : nullptr;
}

bool is_unknown_type(oid type, const type_registry* registry) noexcept {
  return builtin_type_name(type).empty() && registered_type(type, registry) == nullptr;
}

oid without_domain(oid type, const type_registry* registry) noexcept {
  // No catalogue has a circle of domains, but what the server says is not to be trusted with a loop.
  constexpr int deepest = 32;
  for (int depth = 0; depth < deepest; ++depth) {
    const oid base = registered_part(type, type_kind::domain, registry);
    if (base == 0) break;
    type = base;
  }
  return type;
}

oid element_type(oid type, const type_registry* registry) noexcept {
  const oid element = part_of(builtin_arrays, type);
  return element != 0 ? element : registered_part(type, type_kind::array, registry);
}

char element_delimiter(oid type, const type_registry* registry) noexcept {
  if (type == oids::box_array) return ';';
  const type_info* const known = registered_type(type, registry);
  return known != nullptr ? known->delimiter : ',';
}

oid bound_type(oid type, const type_registry* registry) noexcept {
  const oid bound = part_of(builtin_ranges, type);
  return bound != 0 ? bound : registered_part(type, type_kind::range, registry);
}

oid range_type(oid type, const type_registry* registry) noexcept {
  const oid range = part_of(builtin_multiranges, type);
  return range != 0 ? range : registered_part(type, type_kind::multirange, registry);
}

bool has_text_as_binary(const value_type& type) noexcept {
  if (is_text_type(type.type)) return true;
  if (type.type < oids::first_unfixed) return false;
  const type_info* const known = registered_type(without_domain(type.type, type.registry), type.registry);
  return known != nullptr && (known->kind == type_kind::enumeration || is_base_type(type, "citext"));
}

bool is_base_type(const value_type& type, std::string_view name) noexcept {
  const type_info* const known = registered_type(type.type, type.registry);
  return known != nullptr && known->kind == type_kind::base && known->name == name;
}

}  // namespace pgcoro::detail
