// How statements are run: cached unless you ask for something else.
#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <cstdint>
#include <iostream>
#include <string>
#include <string_view>

#include <pgcoro/connect_options.hpp>
#include <pgcoro/connection.hpp>
#include <pgcoro/sync_wait.hpp>

namespace asio = boost::asio;
using pgcoro::statement_mode;

asio::awaitable<void> results(pgcoro::connection& db) {
  // A result owns its rows; rows and string_views point into it.
  const pgcoro::result r =
      co_await db.query("SELECT n, 'row ' || n AS label FROM generate_series($1::int, $2) n", 1, 3);
  for (pgcoro::row_view row : r)
    std::cout << row["n"].as<std::int32_t>() << ": " << row[1].as<std::string_view>() << '\n';
  std::cout << r.command_tag() << ", " << r.columns().columns.size() << " columns\n";
}

asio::awaitable<void> modes(pgcoro::connection& db) {
  // cached, the default: Parse and Describe on first use, one round trip afterwards.
  const auto a = co_await db.fetch_one<std::int64_t>("SELECT $1::bigint * 2", 21);
  // describe_each: nothing stays on the server; two round trips.
  const auto b =
      co_await db.fetch_one<std::int64_t>({.mode = statement_mode::describe_each}, "SELECT $1::bigint * 2", 21);
  // unnamed: one round trip, parameter types as C++ has them; what a transaction-pooling PgBouncer needs.
  const auto c =
      co_await db.fetch_one<std::int64_t>({.mode = statement_mode::unnamed}, "SELECT $1 * 2", std::int64_t{21});
  // simple: the simple protocol, everything as text, no parameters.
  const auto d = co_await db.fetch_one<std::int64_t>({.mode = statement_mode::simple}, "SELECT 21 * 2");
  std::cout << "four modes, one answer: " << a << ' ' << b << ' ' << c << ' ' << d << '\n';
}

asio::awaitable<void> handles(pgcoro::connection& db) {
  // A handle is for a statement that must not be evicted from the cache, or whose types you want to know beforehand.
  const pgcoro::statement add = co_await db.prepare("SELECT $1::int + $2::int AS sum");
  std::cout << add.parameter_types().size() << " parameters, first column \"" << add.columns().columns.at(0).name
            << "\"\n";
  const auto sum = co_await db.fetch_one<int>(add, 40, 2);
  std::cout << sum << '\n';
}

asio::awaitable<void> scripts(pgcoro::connection& db) {
  // Several statements in one string run as one transaction, without parameters.
  const auto done = co_await db.execute_script("CREATE TEMP TABLE t (n int); INSERT INTO t VALUES (1), (2); TABLE t");
  for (const pgcoro::command_result& command : done) std::cout << command.command_tag() << '\n';
}

asio::awaitable<void> run(const char* dsn) {
  pgcoro::connect_options options(dsn);
  options.statement_cache_capacity = 100;  // and options.statement_mode: the mode of all statements
  auto db = co_await pgcoro::connect(options);
  co_await results(db);
  co_await modes(db);
  co_await handles(db);
  co_await scripts(db);
}

int main(int argc, char** argv) try {
  asio::io_context context(1);
  pgcoro::sync_wait(context, run(argc > 1 ? argv[1] : ""));
} catch (const std::exception& e) {
  std::cerr << e.what() << '\n';
  return 1;
}
