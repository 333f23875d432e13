// 256 coroutines on 8 connections, a one-row SELECT at a time: each on a connection of its own (pool), sharing busy
// ones (pool_pipelined), or split between two threads with a pool each (pool_threads).
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <latch>
#include <stdexcept>
#include <string_view>
#include <thread>
#include <vector>

#include <pgcoro/pool.hpp>

extern "C" {
#include "bench.h"
}

namespace {

namespace asio = boost::asio;
constexpr int clients = 256;
constexpr std::size_t connections = 8;

// What one thread does.
struct share {
  bench clock;
  int clients;
  std::size_t connections;
  std::size_t depth;
  std::latch* ready;  // every thread's pool is warm
  bool more = true;
};

asio::awaitable<void> client(pgcoro::pool& pool, share& mine) {
  std::int64_t i = 0;
  while (mine.more) {
    const auto value = co_await pool.fetch_one<std::int64_t>(BENCH_ONE_ROW_SQL, i);
    if (value != i++) throw std::runtime_error("wrong value");
    mine.more = mine.more && bench_more(&mine.clock, 1);
  }
}

void rethrow(const std::exception_ptr& failed) {
  if (failed) std::rethrow_exception(failed);
}

asio::awaitable<void> run(share& mine) {
  const auto executor = co_await asio::this_coro::executor;
  pgcoro::pool_options options;
  options.connect = mine.clock.dsn;
  options.min_size = options.max_size = mine.connections;
  options.max_pipeline_depth = mine.depth;
  pgcoro::pool pool(executor, options);
  co_await pool.warm_up();
  int running = mine.clients;
  asio::steady_timer all_done(executor, asio::steady_timer::time_point::max());
  mine.ready->arrive_and_wait();
  bench_start(&mine.clock);
  for (int i = 0; i < mine.clients; ++i)
    asio::co_spawn(executor, client(pool, mine), [&](const std::exception_ptr& failed) {
      rethrow(failed);
      if (--running == 0) all_done.cancel();
    });
  boost::system::error_code ignored;
  co_await all_done.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
}

void work(share& mine) {
  try {
    asio::io_context context(BOOST_ASIO_CONCURRENCY_HINT_UNSAFE_IO);  // run by one thread, as docs/guide.md advises
    asio::co_spawn(context, run(mine), rethrow);
    context.run();
  } catch (const std::exception& e) {
    std::cerr << "pgcoro_pool_bench: " << e.what() << '\n';
    std::exit(1);
  }
}

}  // namespace

int main(int argc, char** argv) {
  bench all = bench_arguments("pgcoro_pool", argc, argv);
  const std::string_view workload = all.workload;
  if (workload != "pool" && workload != "pool_pipelined" && workload != "pool_threads") return BENCH_UNSUPPORTED;
  const std::size_t threads = workload == "pool_threads" ? 2 : 1;
  std::latch ready(static_cast<std::ptrdiff_t>(threads));
  share one{all, clients / static_cast<int>(threads), connections / threads,
            workload == "pool_pipelined" ? clients / connections : 1, &ready};
  one.clock.operations /= static_cast<long>(threads);
  std::vector<share> shares(threads, one);
  {
    std::vector<std::jthread> others;
    for (std::size_t i = 1; i < threads; ++i) others.emplace_back([&mine = shares[i]] { work(mine); });
    work(shares[0]);
  }
  bench result = shares[0].clock;
  for (std::size_t i = 1; i < threads; ++i) result.done += shares[i].clock.done;
  bench_report(&result);
}
