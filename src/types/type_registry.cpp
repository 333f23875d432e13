#include <algorithm>
#include <utility>

#include <pgcoro/type_registry.hpp>
#include <pgcoro/types/builtin_types.hpp>

namespace pgcoro {
namespace {

constexpr auto oid_of = [](const std::shared_ptr<const type_info>& t) noexcept { return t->type; };

bool has_name(const type_info& type, std::string_view name) noexcept {
  if (type.name == name) return true;
  return name.size() == type.schema.size() + 1 + type.name.size() && name.starts_with(type.schema) &&
         name[type.schema.size()] == '.' && name.ends_with(type.name);
}

bool is_made_of(const type_info& type, oid part) noexcept {
  return type.part == part || std::ranges::find(type.attributes, part, &type_attribute::type) != type.attributes.end();
}

/// Adds to `gone` whatever of `types` is made of what is in it.
void add_dependents(std::vector<oid>& gone, std::span<const std::shared_ptr<const type_info>> types) {
  for (std::size_t next = 0; next < gone.size(); ++next)
    for (const auto& t : types)
      if (is_made_of(*t, gone[next]) && std::ranges::find(gone, t->type) == gone.end()) gone.push_back(t->type);
}

}  // namespace

const type_info* type_registry::find(oid type) const noexcept {
  const auto found = std::ranges::lower_bound(types_, type, {}, oid_of);
  return found != types_.end() && (*found)->type == type ? found->get() : nullptr;
}

const type_info* type_registry::find(std::string_view name) const noexcept {
  const auto found = std::ranges::find_if(types_, [&](const auto& t) { return has_name(*t, name); });
  return found != types_.end() ? found->get() : nullptr;
}

void type_registry::put(type_info type) {
  std::erase_if(types_, [&](const auto& t) { return t->schema == type.schema && t->name == type.name; });
  const auto at = std::ranges::lower_bound(types_, type.type, {}, oid_of);
  auto shared = std::make_shared<const type_info>(std::move(type));
  if (at != types_.end() && (*at)->type == shared->type)
    *at = std::move(shared);
  else
    types_.insert(at, std::move(shared));
}

type_registry type_registry::with(std::vector<type_info> types) const {
  type_registry made = *this;
  for (type_info& t : types) made.put(std::move(t));
  return made;
}

type_registry type_registry::without(std::span<const oid> types) const {
  std::vector<oid> gone(types.begin(), types.end());
  add_dependents(gone, types_);
  type_registry made = *this;
  std::erase_if(made.types_, [&](const auto& t) { return std::ranges::find(gone, t->type) != gone.end(); });
  return made;
}

std::string type_name(oid type, const type_registry* registry) {
  const type_info* const known = registry != nullptr ? registry->find(type) : nullptr;
  if (known == nullptr) return type_name(type);
  const type_info* const element = known->kind == type_kind::array ? registry->find(known->part) : nullptr;
  if (element != nullptr && element->kind != type_kind::array) return type_name(element->type, registry) + "[]";
  return known->schema == "public" ? known->name : known->schema + "." + known->name;
}

}  // namespace pgcoro
