// What became of the rows of execute_each().
//
//   const pgcoro::many_report report = co_await db.execute_each("INSERT INTO t VALUES ($1, $2)", rows);
//   for (const pgcoro::row_failure& f : report.failures) log(f.row, f.error.what());
#pragma once

#include <cstdint>
#include <vector>

#include <pgcoro/error.hpp>

namespace pgcoro {

/// One element of the range that could not be sent or was refused by the server.
struct row_failure {
  std::uint64_t row = 0;  ///< its position in the range, from 0
  error_info error;
};

struct many_report {
  std::uint64_t succeeded = 0;        ///< executions
  std::uint64_t rows_affected = 0;    ///< by them
  std::vector<row_failure> failures;  ///< in the order of the range
};

}  // namespace pgcoro
