// The statements behind insert_rows.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <pgcoro/config.hpp>
#include <pgcoro/error.hpp>
#include <pgcoro/table.hpp>

namespace pgcoro::detail {

/// What the server says of a column.
struct insert_column {
  std::string type;
  bool unnests = false;  ///< an array of it comes apart into what was put in
  bool copies = false;   ///< binary COPY can write it, and does what INSERT would do
};

/// The table with the columns that rows of that kind have, in the order of the members. `names`: of the members, none
/// where they have no names; `count` of them. Throws errc::invalid_composition where they do not fit what the table was
/// given.
PGCORO_DECL table insert_target(const table& into, std::span<const std::string_view> names, std::size_t count);
/// Which member goes to each column.
PGCORO_DECL std::vector<std::size_t> insert_members(const table& target, std::span<const std::string_view> names);
/// Rows cannot go to the table in the way that was asked for.
PGCORO_DECL error_info insert_misfit(const table& into, const std::string& why);

/// INSERT INTO t (a, b) VALUES ($1, $2), ($3, $4)
PGCORO_DECL std::string insert_values_text(const table& target, std::size_t rows);
/// INSERT INTO t (a, b) SELECT * FROM unnest($1::integer[], $2::text[])
PGCORO_DECL std::string insert_unnest_text(const table& target, std::span<const insert_column> columns);
/// COPY t (a, b) FROM STDIN (FORMAT binary)
PGCORO_DECL std::string insert_copy_text(const table& target);

/// SELECT NULL::integer AS a, NULL::text AS b: gives the columns' types to who may not read the table.
PGCORO_DECL std::string insert_describing_text(const table& target, std::span<const insert_column> columns);

/// Gives an insert_column of each column, in order; those that are not there are missing. Parameters: table, names.
PGCORO_DECL std::string_view insert_columns_query() noexcept;

}  // namespace pgcoro::detail
