// How a session asks its server for types that it does not know: which, with what statement, what the rows mean.
//
//   const std::vector<oid> asked = unknown_types(columns, parameter_types, *registry);
//   if (!asked.empty()) … run type_lookup_statement with `asked` as its parameter into a collect_sink<type_row> …
//   catalog.add(looked_up_types(sink.take()));
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <pgcoro/config.hpp>
#include <pgcoro/row_description.hpp>
#include <pgcoro/type_registry.hpp>

namespace pgcoro::detail {

/// The types of columns and parameters that are neither built in nor in the registry, each once. `columns` may be null.
PGCORO_DECL std::vector<oid> unknown_types(const row_description* columns, std::span<const oid> parameters,
                                           const type_registry& registry);

/// Answers a type_row for each type whose OID is in $1, an oid[], and for each that those are made of, but for the
/// built-in ones. For PostgreSQL 13 to 18; says where it stands that it means pg_catalog, whatever the search_path.
inline constexpr std::string_view type_lookup_statement = R"sql(
WITH RECURSIVE needed (type) AS (
  SELECT pg_catalog.unnest($1::pg_catalog.oid[])
  UNION
  SELECT part.type FROM needed n CROSS JOIN LATERAL (
    SELECT CASE t.typtype WHEN 'd' THEN t.typbasetype ELSE t.typelem END FROM pg_catalog.pg_type t
      WHERE t.oid OPERATOR(pg_catalog.=) n.type
    UNION ALL
    SELECT a.atttypid FROM pg_catalog.pg_type t
      JOIN pg_catalog.pg_attribute a ON a.attrelid OPERATOR(pg_catalog.=) t.typrelid
      WHERE t.oid OPERATOR(pg_catalog.=) n.type AND a.attnum OPERATOR(pg_catalog.>) 0 AND NOT a.attisdropped
    UNION ALL
    SELECT r.rngsubtype FROM pg_catalog.pg_range r WHERE r.rngtypid OPERATOR(pg_catalog.=) n.type
    UNION ALL
    SELECT r.rngtypid FROM pg_catalog.pg_range r
      WHERE (pg_catalog.to_jsonb(r) OPERATOR(pg_catalog.->>) 'rngmultitypid')::pg_catalog.oid
        OPERATOR(pg_catalog.=) n.type
  ) part (type) WHERE part.type OPERATOR(pg_catalog.>=) 10000
)
SELECT t.oid, s.nspname::pg_catalog.text, t.typname::pg_catalog.text,
  CASE WHEN e.oid IS NULL THEN t.typtype::pg_catalog.text ELSE 'A' END,
  CASE WHEN e.oid IS NULL THEN t.typdelim ELSE e.typdelim END::pg_catalog.text,
  CASE WHEN e.oid IS NOT NULL THEN e.oid
    WHEN t.typtype OPERATOR(pg_catalog.=) 'd' THEN t.typbasetype
    ELSE COALESCE(
      (SELECT r.rngsubtype FROM pg_catalog.pg_range r WHERE r.rngtypid OPERATOR(pg_catalog.=) t.oid),
      (SELECT r.rngtypid FROM pg_catalog.pg_range r
        WHERE (pg_catalog.to_jsonb(r) OPERATOR(pg_catalog.->>) 'rngmultitypid')::pg_catalog.oid
          OPERATOR(pg_catalog.=) t.oid),
      0::pg_catalog.oid) END,
  t.typarray,
  ARRAY(SELECT a.attname::pg_catalog.text FROM pg_catalog.pg_attribute a
    WHERE a.attrelid OPERATOR(pg_catalog.=) t.typrelid AND a.attnum OPERATOR(pg_catalog.>) 0 AND NOT a.attisdropped
    ORDER BY a.attnum),
  ARRAY(SELECT a.atttypid FROM pg_catalog.pg_attribute a
    WHERE a.attrelid OPERATOR(pg_catalog.=) t.typrelid AND a.attnum OPERATOR(pg_catalog.>) 0 AND NOT a.attisdropped
    ORDER BY a.attnum),
  ARRAY(SELECT l.enumlabel::pg_catalog.text FROM pg_catalog.pg_enum l
    WHERE l.enumtypid OPERATOR(pg_catalog.=) t.oid ORDER BY l.enumsortorder)
FROM needed n
  JOIN pg_catalog.pg_type t ON t.oid OPERATOR(pg_catalog.=) n.type
  JOIN pg_catalog.pg_namespace s ON s.oid OPERATOR(pg_catalog.=) t.typnamespace
  LEFT JOIN pg_catalog.pg_type e
    ON e.oid OPERATOR(pg_catalog.=) t.typelem AND e.typarray OPERATOR(pg_catalog.=) t.oid)sql";

/// One row of the answer, by position.
struct type_row {
  oid type = 0;
  std::string schema;
  std::string name;
  std::string kind;
  std::string delimiter;
  oid part = 0;
  oid array = 0;
  std::vector<std::string> attribute_names;
  std::vector<oid> attribute_types;
  std::vector<std::string> labels;
};

/// The answer as the catalogue takes it. A row that cannot be understood is a type of which nothing is known.
PGCORO_DECL std::vector<type_info> looked_up_types(std::vector<type_row> rows);

}  // namespace pgcoro::detail
