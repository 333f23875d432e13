// The statements behind insert_rows.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <pgcoro/config.hpp>
#include <pgcoro/table.hpp>

namespace pgcoro::detail {

/// So many rows are sent as one statement of their own. Each number of them is a statement that is prepared by itself.
inline constexpr std::size_t rows_as_values = 16;

/// The table with the columns that rows of that kind have. `names`: of the members, none where they have no names;
/// `count` of them. Throws errc::invalid_composition where they do not fit what the table was given.
PGCORO_DECL table insert_target(const table& into, std::span<const std::string_view> names, std::size_t count);
/// Which member goes to each column.
PGCORO_DECL std::vector<std::size_t> insert_members(const table& target, std::span<const std::string_view> names);

/// INSERT INTO t (a, b) VALUES ($1, $2), ($3, $4)
PGCORO_DECL std::string insert_values_text(const table& target, std::size_t rows);
/// INSERT INTO t (a, b) SELECT * FROM unnest($1::integer[], $2::text[])
PGCORO_DECL std::string insert_unnest_text(const table& target, std::span<const std::optional<std::string>> types);

/// Gives the type of each column, NULL for one that unnest would take apart. Parameters: table, names.
PGCORO_DECL std::string_view column_types_query() noexcept;

}  // namespace pgcoro::detail
