// Errors of conversions between columns or parameters and C++ types. Made when something failed, never on the way.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include <pgcoro/codec.hpp>
#include <pgcoro/config.hpp>
#include <pgcoro/error.hpp>
#include <pgcoro/protocol/data_row.hpp>
#include <pgcoro/row_description.hpp>

namespace pgcoro::detail {

/// errc::type_mismatch: values of the column cannot become a `cpp_type`.
PGCORO_DECL error_info column_type_mismatch(const column& from, std::string_view cpp_type,
                                            const type_registry* registry = nullptr);

/// errc::unexpected_null, out_of_range, invalid_value or what else a decoder answered.
PGCORO_DECL error_info column_conversion_error(errc why, const column& from, const protocol::field& value,
                                               std::string_view cpp_type, const type_registry* registry = nullptr);

/// errc::column_count_mismatch.
PGCORO_DECL error_info column_count_error(const row_description& from, std::size_t expected, std::string_view cpp_type);

/// errc::no_such_column: a member of `cpp_type` has no column of its name.
PGCORO_DECL error_info missing_column_error(std::string_view name, std::string_view cpp_type);

/// errc::column_count_mismatch: a column has no member of its name in `cpp_type`, or shares it with another column.
PGCORO_DECL error_info extra_column_error(std::string_view name, std::string_view cpp_type);

/// errc::no_such_column.
PGCORO_DECL error_info no_such_column_error(std::string_view name);
PGCORO_DECL error_info no_such_column_error(std::size_t index, std::size_t columns);

/// The value of column `index` in the body of a DataRow whose fields up to there are well formed.
PGCORO_DECL protocol::field field_at(protocol::bytes_view body, std::size_t index) noexcept;

}  // namespace pgcoro::detail
