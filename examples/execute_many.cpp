// One statement with many rows of parameters: pipelined, in constant memory, all or nothing, or each on its own.
#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <cstdint>
#include <iostream>
#include <ranges>
#include <string>
#include <tuple>
#include <vector>

#include <pgcoro/connection.hpp>
#include <pgcoro/sync_wait.hpp>

namespace asio = boost::asio;

struct reading {
  int sensor;
  double value;
};

asio::awaitable<void> run(const char* dsn) {
  auto db = co_await pgcoro::connect(dsn);
  co_await db.execute_script("CREATE TEMP TABLE readings (sensor smallint, value float8)");

  // A range of structs, tuples or single values. One that is an lvalue is read while the operation runs.
  const std::vector<reading> readings = {{1, 20.5}, {2, 21.0}, {3, 19.5}};
  const auto inserted = co_await db.execute_many("INSERT INTO readings VALUES ($1, $2)", readings);
  std::cout << inserted.rows_affected() << " rows from structs\n";

  // Nothing is collected: rows may be made on the way.
  auto made = std::views::iota(0, 100'000) |
              std::views::transform([](int i) { return std::tuple(static_cast<short>(i % 100), i / 1000.0); });
  const auto more = co_await db.execute_many("INSERT INTO readings VALUES ($1, $2)", made);
  std::cout << more.rows_affected() << " rows from a view\n";

  std::vector<int> sensors = {1, 2};
  const auto deleted = co_await db.execute_many("DELETE FROM readings WHERE sensor = $1", sensors);
  std::cout << deleted.rows_affected() << " rows deleted by 2 executions\n";

  // A row that cannot be sent is named, and none of those before it is in the table.
  const std::vector<reading> wrong = {{50, 1.0}, {51, 2.0}, {100'000, 3.0}};
  try {
    co_await db.execute_many("INSERT INTO readings VALUES ($1, -$2::float8)", wrong);
  } catch (const pgcoro::error& e) {
    std::cout << e.what() << '\n';
  }
  const auto left = co_await db.fetch_one<std::int64_t>("SELECT count(*) FROM readings WHERE value < 0");
  std::cout << left << " rows of the failed call are there\n";

  // What the rows return.
  const auto doubled =
      co_await db.fetch_many<double>("INSERT INTO readings VALUES ($1, $2) RETURNING value * 2", readings);
  std::cout << "doubled: " << doubled.at(0) << ", " << doubled.at(1) << ", " << doubled.at(2) << '\n';

  // Each on its own: those that fail are reported, the others stay.
  const pgcoro::many_report report = co_await db.execute_each("INSERT INTO readings VALUES ($1, $2)", wrong);
  std::cout << report.succeeded << " succeeded\n";
  for (const pgcoro::row_failure& f : report.failures)
    std::cout << "row " << f.row << ": " << f.error.message() << '\n';
}

int main(int argc, char** argv) try {
  asio::io_context context(1);
  pgcoro::sync_wait(context, run(argc > 1 ? argv[1] : ""));
} catch (const std::exception& e) {
  std::cerr << e.what() << '\n';
  return 1;
}
