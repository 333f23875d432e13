// A pool for the life of a service: one-shot statements, leases, what happens to those who wait, and a quiet end.
#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/this_coro.hpp>
#include <chrono>
#include <cstdint>
#include <iostream>
#include <string>
#include <vector>

#include <pgcoro/as_result.hpp>
#include <pgcoro/pool.hpp>
#include <pgcoro/sync_wait.hpp>
#include <pgcoro/when_all.hpp>

namespace asio = boost::asio;
using namespace std::chrono_literals;

// A statement on whichever connection is free: most of a service is this.
asio::awaitable<std::int64_t> square(pgcoro::pool& pool, std::int64_t n) {
  co_return co_await pool.fetch_one<std::int64_t>("SELECT $1::bigint * $1", n);
}

asio::awaitable<void> fifty_requests(pgcoro::pool& pool) {
  std::vector<asio::awaitable<std::int64_t>> requests;
  for (std::int64_t n = 1; n <= 50; ++n) requests.push_back(square(pool, n));
  std::int64_t sum = 0;
  for (const std::int64_t value : co_await pgcoro::when_all(std::move(requests))) sum += value;
  std::cout << "50 requests on " << pool.statistics().size << " connections: " << sum << '\n';
}

// Several statements that belong together need a connection of their own for a while.
asio::awaitable<void> a_lease(pgcoro::pool& pool) {
  pgcoro::lease db = co_await pool.acquire();
  co_await db->execute("CREATE TEMP TABLE cart (item text)");
  co_await db->execute("INSERT INTO cart VALUES ('tea'), ('cups')");
  const auto items = co_await db->fetch<std::string>("SELECT item FROM cart ORDER BY item");
  std::cout << items.size() << " items in the cart\n";
  // Here the connection goes back. The temporary table is dropped before somebody else gets it.
}

asio::awaitable<void> whoever_waits_is_told_why_in_time(pgcoro::pool& pool) {
  std::vector<pgcoro::lease> all;
  while (all.size() < pool.statistics().max_size) all.push_back(co_await pool.acquire());
  const auto refused = co_await pgcoro::as_result(pool.acquire(20ms));
  if (!refused) std::cout << refused.error().message() << '\n';
}

asio::awaitable<void> run(const char* dsn) {
  pgcoro::pool_options options;
  options.connect = dsn;
  options.max_size = 4;
  pgcoro::pool pool(co_await asio::this_coro::executor, options);
  co_await pool.warm_up();  // fails now, not at the first request, where the server cannot be reached

  co_await fifty_requests(pool);
  co_await a_lease(pool);
  co_await whoever_waits_is_told_why_in_time(pool);
  co_await pool.close(5s);  // leases may come back for so long
}

int main(int argc, char** argv) try {
  asio::io_context context(1);
  pgcoro::sync_wait(context, run(argc > 1 ? argv[1] : ""));
} catch (const std::exception& e) {
  std::cerr << e.what() << '\n';
  return 1;
}
