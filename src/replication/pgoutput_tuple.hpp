// The rows within messages of pgoutput, checked once.
#pragma once

#include <pgcoro/protocol/reader.hpp>
#include <pgcoro/replication/relation.hpp>

namespace pgcoro::detail {

/// A relation cannot have more columns (PostgreSQL: MaxTupleAttributeNumber).
inline constexpr std::size_t max_columns = 1664;

/// Reads a TupleData of that relation: the count of columns, the kind and the size of each value.
protocol::bytes_view read_tuple(protocol::reader& in, protocol::bytes_view message, const replication::relation& table);

/// Reads a Relation from its number on. Null where it is malformed.
std::shared_ptr<const replication::relation> read_relation_parts(protocol::reader& in,
                                                                 std::shared_ptr<const type_registry> types);

}  // namespace pgcoro::detail
