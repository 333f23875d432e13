#include <utility>

#include <pgcoro/type_catalog.hpp>

namespace pgcoro {

type_catalog::type_catalog() : registry_(std::make_shared<const type_registry>()) {}

std::shared_ptr<const type_registry> type_catalog::registry() const {
  const std::lock_guard lock(mutex_);
  return registry_;
}

void type_catalog::add(std::vector<type_info> types) {
  const std::lock_guard lock(mutex_);
  registry_ = std::make_shared<const type_registry>(registry_->with(std::move(types)));
}

void type_catalog::forget(std::span<const oid> types) {
  const std::lock_guard lock(mutex_);
  registry_ = std::make_shared<const type_registry>(registry_->without(types));
}

}  // namespace pgcoro
