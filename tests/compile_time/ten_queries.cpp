// An ordinary source of a user, with ten queries; see scripts/check-compile-time.sh.
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include <pgcoro/connection.hpp>

namespace {

struct user {
  std::int64_t id;
  std::string name;
  std::optional<std::string> email;
};

boost::asio::awaitable<void> ten_queries(const char* dsn, std::int64_t id, const std::string& name) {
  auto db = co_await pgcoro::connect(dsn);
  auto all = co_await db.fetch<user>("SELECT id, name, email FROM users");
  auto one = co_await db.fetch_one<user>("SELECT id, name, email FROM users WHERE id = $1", id);
  auto named = co_await db.fetch_optional<user>("SELECT id, name, email FROM users WHERE name = $1", name);
  auto names = co_await db.fetch<std::string>("SELECT name FROM users WHERE id BETWEEN $1 AND $2", id, id + 10);
  auto count = co_await db.fetch_one<std::int64_t>("SELECT count(*) FROM users");
  auto pair = co_await db.fetch_one<std::tuple<std::int64_t, double>>("SELECT count(*), avg(age) FROM users");
  auto rows = co_await db.query("SELECT id, name FROM users WHERE age > $1", 20);
  co_await db.execute("INSERT INTO users (id, name) VALUES ($1, $2)", id, name);
  co_await db.execute("UPDATE users SET name = $2 WHERE id = $1", id, name);
  co_await db.execute("DELETE FROM users WHERE id = $1", id);
}

}  // namespace

int main(int argc, char** argv) {
  boost::asio::io_context context;
  boost::asio::co_spawn(context, ten_queries(argv[argc - 1], 1, "name"), boost::asio::detached);
  context.run();
}
