// Rows as C++ values: scalars, tuples, structs by position or by name.
#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/describe/class.hpp>
#include <cstdint>
#include <iostream>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include <pgcoro/connection.hpp>
#include <pgcoro/sync_wait.hpp>

namespace asio = boost::asio;

// An aggregate takes the columns by position.
struct city {
  std::string name;
  std::int64_t inhabitants;
};

// A described struct takes them by name, in whatever order they come.
struct person {
  std::string name;
  std::optional<std::string> nickname;  // NULL needs a place: an optional
  int born;
};
BOOST_DESCRIBE_STRUCT(person, (), (name, nickname, born))

asio::awaitable<void> run(const char* dsn) {
  auto db = co_await pgcoro::connect(dsn);

  const auto count = co_await db.fetch_one<std::int64_t>("SELECT count(*) FROM pg_class");
  std::cout << "a scalar: " << count << '\n';

  const auto [low, high] = co_await db.fetch_one<std::tuple<int, double>>("SELECT 1, 2.5::float8");
  std::cout << "a tuple: " << low << ' ' << high << '\n';

  const auto cities = co_await db.fetch<city>("VALUES ('Ulm', 126000::bigint), ('Bonn', 330000)");
  for (const city& c : cities) std::cout << "by position: " << c.name << ' ' << c.inhabitants << '\n';

  const auto people = co_await db.fetch<person>(
      "SELECT 1815 AS born, 'Ada' AS name, NULL AS nickname UNION ALL SELECT 1906, 'Grace', 'Amazing Grace'");
  for (const person& p : people)
    std::cout << "by name: " << p.name << ", " << p.born << ", " << p.nickname.value_or("no nickname") << '\n';

  const std::optional<city> none = co_await db.fetch_optional<city>("SELECT 'x', 1::bigint WHERE false");
  std::cout << "no row: " << (none ? "found" : "not found") << '\n';

  // What does not fit is an error that names the column, never a wrong value.
  const char* const unfit[] = {"SELECT NULL::text, 1::bigint", "SELECT 'Ulm'", "SELECT 'Ulm', true"};
  for (const char* sql : unfit) {
    try {
      co_await db.fetch<city>(sql);
    } catch (const pgcoro::error& e) {
      std::cout << e.what() << '\n';
    }
  }
}

int main(int argc, char** argv) try {
  asio::io_context context(1);
  pgcoro::sync_wait(context, run(argc > 1 ? argv[1] : ""));
} catch (const std::exception& e) {
  std::cerr << e.what() << '\n';
  return 1;
}
