// Many coroutines, one connection: their statements are pipelined in the order in which they were started.
#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <cstdint>
#include <iostream>
#include <numeric>
#include <string>
#include <vector>

#include <pgcoro/as_result.hpp>
#include <pgcoro/connection.hpp>
#include <pgcoro/sync_wait.hpp>
#include <pgcoro/when_all.hpp>

namespace asio = boost::asio;

asio::awaitable<void> two_at_once(pgcoro::connection& db) {
  const std::string name = "Ann";
  auto [greeting, sum] = co_await pgcoro::when_all(db.fetch_one<std::string>("SELECT 'hello, ' || $1", name),
                                                   db.fetch_one<std::int64_t>("SELECT $1::bigint + $2", 40, 2));
  std::cout << greeting << "; " << sum << '\n';
}

asio::awaitable<void> each_its_own_error(pgcoro::connection& db) {
  auto [good, bad] = co_await pgcoro::when_all(pgcoro::as_result(db.fetch_one<int>("SELECT 1")),
                                               pgcoro::as_result(db.fetch_one<int>("SELECT 1 / 0")));
  std::cout << good.value() << " and \"" << bad.error().message() << "\"\n";
}

// A coroutine with several statements of its own; they come between those of the others.
asio::awaitable<std::int64_t> worker(pgcoro::connection& db, int number) {
  std::int64_t sum = 0;
  for (int i = 0; i < 20; ++i) sum += co_await db.fetch_one<std::int64_t>("SELECT $1::bigint * $2", number, i);
  co_return sum;
}

asio::awaitable<void> a_hundred(pgcoro::connection& db) {
  std::vector<asio::awaitable<std::int64_t>> workers;
  for (int i = 0; i < 100; ++i) workers.push_back(worker(db, i));
  const auto begin = std::chrono::steady_clock::now();
  const std::vector<std::int64_t> sums = co_await pgcoro::when_all(std::move(workers));
  const auto took = std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - begin);
  std::cout << "100 coroutines with 20 statements each: " << std::accumulate(sums.begin(), sums.end(), std::int64_t{0})
            << ", " << static_cast<double>(took.count()) / 2000 << " us a statement\n";
}

asio::awaitable<void> run(const char* dsn) {
  auto db = co_await pgcoro::connect(dsn);
  co_await two_at_once(db);
  co_await each_its_own_error(db);
  co_await a_hundred(db);
}

int main(int argc, char** argv) try {
  asio::io_context context(1);
  pgcoro::sync_wait(context, run(argc > 1 ? argv[1] : ""));
} catch (const std::exception& e) {
  std::cerr << e.what() << '\n';
  return 1;
}
