// What the server sends without being asked: notices, notifications, parameters.
#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <iostream>

#include <pgcoro/connection.hpp>
#include <pgcoro/notification.hpp>
#include <pgcoro/sync_wait.hpp>

namespace asio = boost::asio;

asio::awaitable<void> run(const char* dsn) {
  auto db = co_await pgcoro::connect(dsn);

  // Handlers run on the connection's executor. Without one, notices are discarded.
  db.set_notice_handler([](const pgcoro::notice& n) {
    std::cout << n.severity << ' ' << n.sqlstate << ": " << n.message << (n.hint.empty() ? "" : " (" + n.hint + ")")
              << '\n';
  });
  co_await db.execute("DROP TABLE IF EXISTS there_is_no_such_table");
  co_await db.execute_script("DO $$ BEGIN RAISE WARNING 'nearly full' USING HINT = 'make room'; END $$");

  db.set_notification_handler(
      [](const pgcoro::notification& n) { std::cout << "on channel " << n.channel << ": " << n.payload << '\n'; });
  co_await db.execute("LISTEN example");
  co_await db.execute("SELECT pg_notify('example', 'number ' || n) FROM generate_series(1, 3) n");
  co_await db.ping();  // they have come with its reply at the latest

  co_await db.execute("SET TimeZone = 'Europe/Berlin'");
  std::cout << "the server reports TimeZone " << *db.parameter_status("TimeZone") << '\n';
}

int main(int argc, char** argv) try {
  asio::io_context context(1);
  pgcoro::sync_wait(context, run(argc > 1 ? argv[1] : ""));
} catch (const std::exception& e) {
  std::cerr << e.what() << '\n';
  return 1;
}
