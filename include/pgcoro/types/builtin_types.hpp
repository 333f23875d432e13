// What is fixed about PostgreSQL's own types: their OIDs and names. All others get their OIDs from each database.
#pragma once

#include <string>
#include <string_view>

#include <pgcoro/config.hpp>
#include <pgcoro/protocol/types.hpp>

namespace pgcoro {

/// OIDs of the types that the base codecs know; the same in every PostgreSQL (its catalog pg_type).
namespace oids {
inline constexpr oid unspecified = 0;  ///< as a parameter's type: the server infers it
inline constexpr oid bool_ = 16;
inline constexpr oid bytea = 17;
inline constexpr oid char_ = 18;  ///< "char", one byte; not char(n), which is bpchar
inline constexpr oid name = 19;
inline constexpr oid int8 = 20;
inline constexpr oid int2 = 21;
inline constexpr oid int4 = 23;
inline constexpr oid text = 25;
inline constexpr oid oid_ = 26;
inline constexpr oid xid = 28;
inline constexpr oid cid = 29;
inline constexpr oid json = 114;
inline constexpr oid xml = 142;
inline constexpr oid float4 = 700;
inline constexpr oid float8 = 701;
inline constexpr oid unknown = 705;
inline constexpr oid bpchar = 1042;
inline constexpr oid varchar = 1043;
inline constexpr oid numeric = 1700;
inline constexpr oid refcursor = 1790;
inline constexpr oid cstring = 2275;
inline constexpr oid jsonb = 3802;
inline constexpr oid xid8 = 5069;

/// OIDs from here on differ from database to database (PostgreSQL's FirstGenbkiObjectId).
inline constexpr oid first_unfixed = 10'000;
}  // namespace oids

/// Name of a built-in type as SQL spells it ("int4", "timestamptz[]"); empty for any other.
PGCORO_DECL std::string_view builtin_type_name(oid type) noexcept;

/// The same, or "type with OID 16402" where the type is not built in.
PGCORO_DECL std::string type_name(oid type);

namespace detail {

/// Whether the type's binary format is its text: text, varchar, char(n), name, "char", json, xml …
constexpr bool is_text_type(oid type) noexcept {
  switch (type) {
    case oids::text:
    case oids::varchar:
    case oids::bpchar:
    case oids::name:
    case oids::char_:
    case oids::json:
    case oids::xml:
    case oids::unknown:
    case oids::refcursor:
    case oids::cstring: return true;
    default: return false;
  }
}

/// Whether values of the type are int2, int4, int8 or oid.
constexpr bool is_integer_type(oid type) noexcept {
  return type == oids::int4 || type == oids::int8 || type == oids::int2 || type == oids::oid_;
}

/// Whether the type is one of those that name an object of the catalogs and are its OID underneath (regclass …).
constexpr bool is_reg_type(oid type) noexcept {
  return type == 24 || (type >= 2202 && type <= 2206) || type == 3734 || type == 3769 || type == 4089 || type == 4096 ||
         type == 4191;
}

/// Whether the server may know more of the type than we do: it is to be inferred, or is no built-in type.
constexpr bool is_open_type(oid type) noexcept { return type == oids::unspecified || type >= oids::first_unfixed; }

}  // namespace detail
}  // namespace pgcoro
