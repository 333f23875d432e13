// The newest registry of one database's types, shared by its connections.
//
//   std::shared_ptr<const type_registry> known = catalog.registry();
#pragma once

#include <memory>
#include <mutex>
#include <span>
#include <vector>

#include <pgcoro/config.hpp>
#include <pgcoro/type_registry.hpp>

namespace pgcoro {

/// What is known of one database's types, shared by its connections. Every function may be called from any thread.
class PGCORO_DECL type_catalog {
 public:
  type_catalog();

  /// All that is known now; never null.
  [[nodiscard]] std::shared_ptr<const type_registry> registry() const;

  void add(std::vector<type_info> types);
  /// Types that turned out to have been changed or dropped: they are asked for again where they are met again.
  void forget(std::span<const oid> types);

 private:
  mutable std::mutex mutex_;
  std::shared_ptr<const type_registry> registry_;
};

}  // namespace pgcoro
