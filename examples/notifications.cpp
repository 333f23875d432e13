// Notifications: on a connection that is at hand, and through a hub that lives as long as the program.
//
//   example_notifications postgresql://localhost/postgres
#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/this_coro.hpp>
#include <chrono>
#include <exception>
#include <iostream>

#include <pgcoro/pgcoro.hpp>

namespace asio = boost::asio;
using namespace std::chrono_literals;

/// One connection listens and sends: enough for a tool or a test.
asio::awaitable<void> simple(const char* dsn) {
  pgcoro::connection db = co_await pgcoro::connect(dsn);
  pgcoro::notification_channel jobs = co_await db.listen("example_jobs");
  co_await db.notify("example_jobs", "job 1: it's \"quoted\"");  // a parameter: nothing in it can do harm
  const pgcoro::notification n = co_await jobs.next(5s);
  std::cout << n.channel << ": " << n.payload << " from process " << n.process_id << '\n';
}

/// Handles orders until there are no more; after a gap it reads what there is.
asio::awaitable<int> handle_orders(pgcoro::subscription orders) {
  int handled = 0;
  for (;;) {
    const pgcoro::notification_event event = co_await orders.next(5s);
    if (event.is_gap()) {
      std::cout << "something was missed: the orders are read from the table\n";
      continue;
    }
    if (event.payload == "done") co_return handled;
    std::cout << "order " << event.payload << '\n';
    ++handled;
  }
}

asio::awaitable<void> service(const char* dsn) {
  const asio::any_io_executor executor = co_await asio::this_coro::executor;
  pgcoro::connect_options options(dsn);
  options.application_name = "example_hub";
  pgcoro::notification_hub hub(executor, options);

  // Any number of subscribers, one connection. Each gets every notification of its channel.
  pgcoro::subscription orders = co_await hub.subscribe("example_orders", 5s);
  pgcoro::subscription audit = co_await hub.subscribe("example_orders", 5s);

  pgcoro::connection shop = co_await pgcoro::connect(dsn);
  co_await shop.notify("example_orders", "17");
  const pgcoro::notification_event first = co_await audit.next(5s);
  std::cout << "the audit saw " << first.payload << '\n';

  // The server ends the hub's connection, as a restart or a failover would. What is sent before the hub is back is
  // lost; the gap says so.
  co_await shop.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1",
                        "example_hub");
  while (!(co_await audit.next(5s)).is_gap()) continue;

  co_await shop.notify("example_orders", "18");
  co_await shop.notify("example_orders", "done");
  const int handled = co_await handle_orders(std::move(orders));
  std::cout << handled << " orders handled\n";
  co_await hub.close();
}

int main(int argc, char** argv) try {
  const char* const dsn = argc > 1 ? argv[1] : "";
  asio::io_context context(1);
  pgcoro::sync_wait(context, simple(dsn));
  pgcoro::sync_wait(context, service(dsn));
} catch (const std::exception& e) {
  std::cerr << e.what() << '\n';
  return 1;
}
