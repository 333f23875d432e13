// The README's example.
#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <cstdint>
#include <iostream>
#include <optional>
#include <string>
#include <vector>

#include <pgcoro/connection.hpp>
#include <pgcoro/sync_wait.hpp>

struct user {
  std::int64_t id;
  std::string name;
  std::optional<std::string> email;
};

boost::asio::awaitable<void> five_lines(const char* dsn) {
  auto db = co_await pgcoro::connect(dsn);
  co_await db.execute_script(
      "CREATE TEMP TABLE users (id bigint PRIMARY KEY, name text, email text, age int, seen timestamptz);"
      "INSERT INTO users VALUES (1, 'Ann', 'ann@example.org', 34), (2, 'Bob', NULL, 51), (3, 'Cy', NULL, 19)");

  std::vector<user> users = co_await db.fetch<user>("SELECT id, name, email FROM users WHERE age > $1", 30);
  for (const user& u : users) std::cout << u.id << ' ' << u.name << ' ' << u.email.value_or("no address") << '\n';
  co_await db.execute("UPDATE users SET seen = now() WHERE age > $1", 30);
}

// The connection string comes first on the command line; what it does not say is taken from PGHOST, PGUSER …
int main(int argc, char** argv) try {
  boost::asio::io_context context(1);
  pgcoro::sync_wait(context, five_lines(argc > 1 ? argv[1] : ""));
} catch (const std::exception& e) {
  std::cerr << e.what() << '\n';
  return 1;
}
