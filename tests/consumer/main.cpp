// A user's program: the version of headers and library, a query, and a server's error caught by its type, which crosses
// the edge of a shared library.
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <cstdint>
#include <exception>
#include <iostream>

#include <pgcoro/connection.hpp>
#include <pgcoro/exceptions.hpp>
#include <pgcoro/version.hpp>

namespace asio = boost::asio;

namespace {

asio::awaitable<bool> unknown_table_is_reported(pgcoro::connection& db) {
  try {
    co_await db.execute("SELECT * FROM no_such_table");
  } catch (const pgcoro::undefined_table&) {
    co_return true;
  }
  co_return false;
}

asio::awaitable<void> use(const char* dsn, bool& good) {
  auto db = co_await pgcoro::connect(dsn);
  const auto sum = co_await db.fetch_one<std::int64_t>("SELECT $1::int8 + 1", 41);
  good = sum == 42;
  const bool reported = co_await unknown_table_is_reported(db);
  good = good && reported;
  co_await db.close();
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: consumer DSN\n";
    return 2;
  }
  asio::io_context context;
  bool good = false;
  std::exception_ptr failure;
  asio::co_spawn(context, use(argv[1], good), [&](std::exception_ptr thrown) { failure = thrown; });
  context.run();
  if (failure) std::rethrow_exception(failure);
  std::cout << "pgcoro " PGCORO_VERSION_STRING ": " << (good ? "works" : "does not work") << '\n';
  return good ? 0 : 1;
}
