// Which column becomes which member of a row, before anything is asked of their types.
#pragma once

#include <span>

#include <pgcoro/config.hpp>
#include <pgcoro/detail/row_type.hpp>
#include <pgcoro/error.hpp>
#include <pgcoro/row_description.hpp>

namespace pgcoro::detail {

/// Sets `column`, and `by_column` where the type is lax, of each member's plan. column_count_mismatch, no_such_column.
PGCORO_DECL error_info match_columns(const row_type& type, const row_description& columns,
                                     std::span<column_plan> plans);

}  // namespace pgcoro::detail
