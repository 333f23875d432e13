// What a server has of types beyond those that every PostgreSQL has: enums, composites, domains, ranges, arrays of
// these, and the base types of extensions. Their OIDs differ from database to database; they are found by OID when a
// column or a parameter has one, and told apart by name.
//
//   if (const type_info* t = result.columns().registry->find(column.type)) print(t->schema, t->name);
//
// A registry never changes, so that decoders look at one without a lock.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <pgcoro/config.hpp>
#include <pgcoro/protocol/types.hpp>

namespace pgcoro {

enum class type_kind : char {
  base = 'b',  ///< one of an extension: hstore, geometry, vector …
  array = 'A',
  composite = 'c',
  domain = 'd',
  enumeration = 'e',
  multirange = 'm',
  pseudo = 'p',
  range = 'r',
};

/// A part of a composite type.
struct type_attribute {
  std::string name;
  oid type = 0;

  friend bool operator==(const type_attribute&, const type_attribute&) = default;
};

/// One type of a server.
struct type_info {
  oid type = 0;
  std::string schema;
  std::string name;
  type_kind kind = type_kind::base;
  /// Of an array its elements, of a domain the type that it restricts, of a range its bounds, of a multirange its
  /// range.
  oid part = 0;
  oid array = 0;                           ///< the array of this type; 0 where there is none
  char delimiter = ',';                    ///< of an array: what stands between two elements in its text
  std::vector<type_attribute> attributes;  ///< of a composite, in order
  std::vector<std::string> labels;         ///< of an enum, in order

  friend bool operator==(const type_info&, const type_info&) = default;
};

class PGCORO_DECL type_registry {
 public:
  /// Knows nothing.
  type_registry() noexcept = default;

  /// Null where the type is built in, or unknown. Valid as long as the registry.
  [[nodiscard]] const type_info* find(oid type) const noexcept;
  /// `name`: "hstore", or "public.hstore" where several schemas have the name. Null where it is not known.
  [[nodiscard]] const type_info* find(std::string_view name) const noexcept;

  /// All types, by OID.
  [[nodiscard]] std::span<const std::shared_ptr<const type_info>> types() const noexcept { return types_; }

  /// This one with more types. A new type takes the place of one that has its OID, or its schema and name: that one was
  /// dropped.
  [[nodiscard]] type_registry with(std::vector<type_info> types) const;
  /// This one without these types and those that are made of them.
  [[nodiscard]] type_registry without(std::span<const oid> types) const;

 private:
  void put(type_info type);

  std::vector<std::shared_ptr<const type_info>> types_;  ///< by OID
};

/// The name of a type for people: "int4", "shop.mood", "shop.mood[]"; without the schema where that is public.
/// "type with OID 16402" where nobody knows it; `registry` may be null.
PGCORO_DECL std::string type_name(oid type, const type_registry* registry);

}  // namespace pgcoro
