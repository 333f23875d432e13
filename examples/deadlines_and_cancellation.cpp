// No operation needs the server's co-operation to end: each can have a deadline, each can be cancelled.
#include <boost/asio/awaitable.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <iostream>

#include <pgcoro/connect_options.hpp>
#include <pgcoro/connection.hpp>
#include <pgcoro/sync_wait.hpp>
#include <pgcoro/with_timeout.hpp>

namespace asio = boost::asio;
using namespace std::chrono_literals;

asio::awaitable<void> deadline_of_a_statement(pgcoro::connection& db) {
  try {
    co_await db.execute({.timeout = 100ms}, "SELECT pg_sleep(60)");
  } catch (const pgcoro::error& e) {  // errc::timeout; the server was told, too
    std::cout << "statement: " << e.what() << '\n';
  }
}

asio::awaitable<void> work(pgcoro::connection& db) {
  for (;;) co_await db.execute("SELECT pg_sleep(0.03)");
}

asio::awaitable<void> deadline_of_anything(pgcoro::connection& db) {
  try {
    co_await pgcoro::with_timeout(work(db), 100ms);
  } catch (const pgcoro::error& e) {
    std::cout << "coroutine: " << e.what() << '\n';
  }
}

asio::awaitable<void> whichever_is_first(pgcoro::connection& db) {
  using namespace asio::experimental::awaitable_operators;
  asio::steady_timer timer(co_await asio::this_coro::executor, 100ms);
  const auto first = co_await (db.query("SELECT pg_sleep(60)") || timer.async_wait(asio::use_awaitable));
  std::cout << "first: " << (first.index() == 0 ? "the query" : "the timer, and the query is cancelled") << '\n';
}

asio::awaitable<void> run(const char* dsn) {
  pgcoro::connect_options options(dsn);
  options.command_timeout = 10s;  // for each operation that has none of its own
  options.cancel_timeout = 2s;    // how long a cancelled one may take to end before the connection is given up
  auto db = co_await pgcoro::with_timeout(pgcoro::connect(options), 5s);

  co_await deadline_of_a_statement(db);
  co_await deadline_of_anything(db);
  co_await whichever_is_first(db);

  // The connection serves on: what comes next waits until the cancelled statement has ended.
  const auto begin = std::chrono::steady_clock::now();
  co_await db.ping();
  const auto waited = std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - begin);
  std::cout << "answers again after " << waited.count() << " ms\n";
}

int main(int argc, char** argv) try {
  asio::io_context context(1);
  pgcoro::sync_wait(context, run(argc > 1 ? argv[1] : ""));
} catch (const std::exception& e) {
  std::cerr << e.what() << '\n';
  return 1;
}
