// Rows and results as text, for logs, tests and tools.
//
//   std::cout << result;            //  id | name
//   std::cout << result[0];         // ----+------
//   log(to_string(row["id"]));      //   7 | Ada
//
// Values are written as PostgreSQL writes them, bytes that have no text here as bytea; NULL is written as such. Nothing
// is cut off: think of what a result holds before it goes to a log.
#pragma once

#include <iosfwd>
#include <string>

#include <pgcoro/config.hpp>
#include <pgcoro/result.hpp>
#include <pgcoro/row.hpp>

namespace pgcoro {

/// The value alone; "NULL" where it is none.
PGCORO_DECL std::string to_string(const field_view& value);
/// (7, Ada, NULL)
PGCORO_DECL std::string to_string(const row_view& row);
/// A table with a heading, and the command's tag where there are no columns.
PGCORO_DECL std::string to_string(const result& rows);

PGCORO_DECL std::ostream& operator<<(std::ostream& out, const field_view& value);
PGCORO_DECL std::ostream& operator<<(std::ostream& out, const row_view& row);
PGCORO_DECL std::ostream& operator<<(std::ostream& out, const result& rows);

}  // namespace pgcoro
