// 256 coroutines on a pool of 8, a one-row SELECT at a time: each on a connection of its own (pool), or sharing busy
// ones (pool_pipelined).
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cstdint>
#include <exception>
#include <iostream>
#include <stdexcept>
#include <string_view>

#include <pgcoro/pool.hpp>

extern "C" {
#include "bench.h"
}

namespace {

namespace asio = boost::asio;
constexpr int clients = 256;
constexpr std::size_t connections = 8;

asio::awaitable<void> client(pgcoro::pool& pool, bench& b, bool& more) {
  std::int64_t i = 0;
  while (more) {
    const auto value = co_await pool.fetch_one<std::int64_t>(BENCH_ONE_ROW_SQL, i);
    if (value != i++) throw std::runtime_error("wrong value");
    more = more && bench_more(&b, 1);
  }
}

void rethrow(const std::exception_ptr& failed) {
  if (failed) std::rethrow_exception(failed);
}

asio::awaitable<void> run(bench& b, std::size_t depth) {
  const auto executor = co_await asio::this_coro::executor;
  pgcoro::pool_options options;
  options.connect = b.dsn;
  options.min_size = options.max_size = connections;
  options.max_pipeline_depth = depth;
  pgcoro::pool pool(executor, options);
  co_await pool.warm_up();
  bool more = true;
  int running = clients;
  asio::steady_timer all_done(executor, asio::steady_timer::time_point::max());
  bench_start(&b);
  for (int i = 0; i < clients; ++i)
    asio::co_spawn(executor, client(pool, b, more), [&](const std::exception_ptr& failed) {
      rethrow(failed);
      if (--running == 0) all_done.cancel();
    });
  boost::system::error_code ignored;
  co_await all_done.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
  bench_report(&b);
}

}  // namespace

int main(int argc, char** argv) {
  bench b = bench_arguments("pgcoro_pool", argc, argv);
  const std::string_view workload = b.workload;
  if (workload != "pool" && workload != "pool_pipelined") return BENCH_UNSUPPORTED;
  try {
    asio::io_context context(BOOST_ASIO_CONCURRENCY_HINT_UNSAFE_IO);  // run by one thread, as docs/guide.md advises
    asio::co_spawn(context, run(b, workload == "pool" ? 1 : clients / connections), rethrow);
    context.run();
  } catch (const std::exception& e) {
    std::cerr << "pgcoro_pool_bench: " << e.what() << '\n';
    return 1;
  }
}
