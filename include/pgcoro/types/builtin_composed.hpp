// What PostgreSQL's own arrays, ranges and multiranges are made of: as fixed as their OIDs.
#pragma once

#include <cstddef>

#include <pgcoro/protocol/types.hpp>
#include <pgcoro/types/builtin_types.hpp>

namespace pgcoro::detail {

struct composed_type {
  oid type;
  oid part;
};

/// By type, for part_of().
template <std::size_t Size>
constexpr bool is_sorted(const composed_type (&table)[Size]) noexcept {
  for (std::size_t i = 1; i < Size; ++i)
    if (table[i].type < table[i - 1].type) return false;
  return true;
}

/// Arrays and the types of their elements, by array; int2vector and oidvector are arrays too.
inline constexpr composed_type builtin_arrays[] = {
    {oids::int2vector, oids::int2},
    {oids::oidvector, oids::oid_},
    {oids::xml_array, oids::xml},
    {oids::json_array, oids::json},
    {oids::xid8_array, oids::xid8},
    {oids::line_array, oids::line},
    {oids::cidr_array, oids::cidr},
    {oids::circle_array, oids::circle},
    {oids::macaddr8_array, oids::macaddr8},
    {oids::money_array, oids::money},
    {oids::bool_array, oids::bool_},
    {oids::bytea_array, oids::bytea},
    {oids::char_array, oids::char_},
    {oids::name_array, oids::name},
    {oids::int2_array, oids::int2},
    {oids::int2vector_array, oids::int2vector},
    {oids::int4_array, oids::int4},
    {oids::regproc_array, oids::regproc},
    {oids::text_array, oids::text},
    {oids::tid_array, oids::tid},
    {oids::xid_array, oids::xid},
    {oids::cid_array, oids::cid},
    {oids::oidvector_array, oids::oidvector},
    {oids::bpchar_array, oids::bpchar},
    {oids::varchar_array, oids::varchar},
    {oids::int8_array, oids::int8},
    {oids::point_array, oids::point},
    {oids::lseg_array, oids::lseg},
    {oids::path_array, oids::path},
    {oids::box_array, oids::box},
    {oids::float4_array, oids::float4},
    {oids::float8_array, oids::float8},
    {oids::polygon_array, oids::polygon},
    {oids::oid_array, oids::oid_},
    {oids::aclitem_array, oids::aclitem},
    {oids::macaddr_array, oids::macaddr},
    {oids::inet_array, oids::inet},
    {oids::timestamp_array, oids::timestamp},
    {oids::date_array, oids::date},
    {oids::time_array, oids::time},
    {oids::timestamptz_array, oids::timestamptz},
    {oids::interval_array, oids::interval},
    {oids::numeric_array, oids::numeric},
    {oids::cstring_array, oids::cstring},
    {oids::timetz_array, oids::timetz},
    {oids::bit_array, oids::bit},
    {oids::varbit_array, oids::varbit},
    {oids::refcursor_array, oids::refcursor},
    {oids::regprocedure_array, oids::regprocedure},
    {oids::regoper_array, oids::regoper},
    {oids::regoperator_array, oids::regoperator},
    {oids::regclass_array, oids::regclass},
    {oids::regtype_array, oids::regtype},
    {oids::record_array, oids::record},
    {oids::txid_snapshot_array, oids::txid_snapshot},
    {oids::uuid_array, oids::uuid},
    {oids::pg_lsn_array, oids::pg_lsn},
    {oids::tsvector_array, oids::tsvector},
    {oids::tsquery_array, oids::tsquery},
    {oids::regconfig_array, oids::regconfig},
    {oids::regdictionary_array, oids::regdictionary},
    {oids::jsonb_array, oids::jsonb},
    {oids::int4range_array, oids::int4range},
    {oids::numrange_array, oids::numrange},
    {oids::tsrange_array, oids::tsrange},
    {oids::tstzrange_array, oids::tstzrange},
    {oids::daterange_array, oids::daterange},
    {oids::int8range_array, oids::int8range},
    {oids::jsonpath_array, oids::jsonpath},
    {oids::regnamespace_array, oids::regnamespace},
    {oids::regrole_array, oids::regrole},
    {oids::regcollation_array, oids::regcollation},
    {oids::pg_snapshot_array, oids::pg_snapshot},
    {oids::int4multirange_array, oids::int4multirange},
    {oids::nummultirange_array, oids::nummultirange},
    {oids::tsmultirange_array, oids::tsmultirange},
    {oids::tstzmultirange_array, oids::tstzmultirange},
    {oids::datemultirange_array, oids::datemultirange},
    {oids::int8multirange_array, oids::int8multirange},
};
static_assert(is_sorted(builtin_arrays));

/// Ranges and the types of their bounds, by range.
inline constexpr composed_type builtin_ranges[] = {
    {oids::int4range, oids::int4},        {oids::numrange, oids::numeric}, {oids::tsrange, oids::timestamp},
    {oids::tstzrange, oids::timestamptz}, {oids::daterange, oids::date},   {oids::int8range, oids::int8},
};
static_assert(is_sorted(builtin_ranges));

/// Multiranges and their ranges, by multirange.
inline constexpr composed_type builtin_multiranges[] = {
    {oids::int4multirange, oids::int4range}, {oids::nummultirange, oids::numrange},
    {oids::tsmultirange, oids::tsrange},     {oids::tstzmultirange, oids::tstzrange},
    {oids::datemultirange, oids::daterange}, {oids::int8multirange, oids::int8range},
};
static_assert(is_sorted(builtin_multiranges));

/// What `type` is made of; 0 where the table does not have it.
template <std::size_t Size>
constexpr oid part_of(const composed_type (&table)[Size], oid type) noexcept {
  std::size_t first = 0;
  for (std::size_t last = Size; first != last;) {
    const std::size_t middle = (first + last) / 2;
    if (table[middle].type < type)
      first = middle + 1;
    else
      last = middle;
  }
  return first != Size && table[first].type == type ? table[first].part : 0;
}

/// The last type in the table that is made of `part`: the array proper, not the vector; 0 where there is none.
template <class Table>
constexpr oid made_of(const Table& table, oid part) noexcept {
  oid found = 0;
  for (const composed_type& t : table)
    if (t.part == part && part != 0) found = t.type;
  return found;
}

}  // namespace pgcoro::detail
