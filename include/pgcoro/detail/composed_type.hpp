// What a type is made of, built in or not: one question, whoever knows the answer.
#pragma once

#include <string_view>

#include <pgcoro/codec.hpp>
#include <pgcoro/config.hpp>
#include <pgcoro/types/builtin_types.hpp>

namespace pgcoro {

struct type_info;

namespace detail {

/// Null where the type is built in, or not known.
PGCORO_DECL const type_info* registered_type(oid type, const type_registry* registry) noexcept;

/// Whether nothing is known of the type: it is to be inferred by the server, or it was not looked up.
PGCORO_DECL bool is_unknown_type(oid type, const type_registry* registry) noexcept;

/// The type that a domain restricts, domain or not; `type` itself where it is none. Values of both look alike.
PGCORO_DECL oid without_domain(oid type, const type_registry* registry) noexcept;
inline value_type without_domain(value_type type) noexcept {
  if (type.registry != nullptr && type.type >= oids::first_unfixed)
    type.type = without_domain(type.type, type.registry);
  return type;
}

/// The type of an array's elements; 0 where `type` is no array, or not known.
PGCORO_DECL oid element_type(oid type, const type_registry* registry) noexcept;
/// What stands between the elements of an array in text format.
PGCORO_DECL char element_delimiter(oid type, const type_registry* registry) noexcept;

/// The type of a range's bounds; 0 where `type` is no range, or not known.
PGCORO_DECL oid bound_type(oid type, const type_registry* registry) noexcept;
/// The ranges of a multirange; 0 where `type` is none, or not known.
PGCORO_DECL oid range_type(oid type, const type_registry* registry) noexcept;

/// Whether the binary format of the type is its text: that of the built-in text types, of enums and of citext.
PGCORO_DECL bool has_text_as_binary(const value_type& type) noexcept;

/// Whether `type` is a base type of that name: of an extension, in whatever schema that was installed.
PGCORO_DECL bool is_base_type(const value_type& type, std::string_view name) noexcept;

}  // namespace detail
}  // namespace pgcoro
