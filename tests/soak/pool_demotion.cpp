// A pool whose hosts are two servers that take writes. One of them is told to refuse them, by a reload, and ends no
// session. The pool must be gone from there within a second, without a write having been refused: idle, and under a
// load of statements that only read.
//
//   pool_demotion DSN FIRST_DSN       DSN names both hosts, this one first; scripts/failover.sh starts them
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <exception>
#include <iostream>
#include <stdexcept>
#include <string>
#include <vector>

#include <pgcoro/pool.hpp>
#include <pgcoro/sync_wait.hpp>
#include <pgcoro/transaction.hpp>

namespace {

namespace asio = boost::asio;
using clock_type = std::chrono::steady_clock;
using namespace std::chrono_literals;

constexpr std::size_t connections = 4;
constexpr clock_type::duration limit = 1s;

asio::awaitable<void> sleep_for(clock_type::duration time) {
  asio::steady_timer timer(co_await asio::this_coro::executor, time);
  co_await timer.async_wait(asio::use_awaitable);
}

double ms(clock_type::duration d) { return std::chrono::duration<double, std::milli>(d).count(); }

asio::awaitable<void> refuse_writes(std::string dsn, bool refused) {
  pgcoro::connection admin = co_await pgcoro::connect(std::move(dsn));
  co_await admin.execute("SET default_transaction_read_only = off");  // or nothing could be altered back
  if (refused)
    co_await admin.execute("ALTER SYSTEM SET default_transaction_read_only = on");
  else
    co_await admin.execute("ALTER SYSTEM RESET default_transaction_read_only");
  co_await admin.execute("SELECT pg_reload_conf()");
}

/// Every connection that the pool may have is open and free.
asio::awaitable<void> fill(pgcoro::pool& pool) {
  std::vector<pgcoro::lease> all;
  for (std::size_t i = 0; i < connections; ++i) {
    pgcoro::lease one = co_await pool.acquire();
    all.push_back(std::move(one));
  }
}

asio::awaitable<int> port_of(pgcoro::pool& pool) { return pool.fetch_one<int>("SELECT current_setting('port')::int"); }

/// Throws where it is refused.
asio::awaitable<void> write(pgcoro::pool& pool) {
  return pool.transaction([](pgcoro::transaction& t) -> asio::awaitable<void> {
    co_await t.execute("CREATE TABLE demotion (n int)");
    co_await t.execute("DROP TABLE demotion");
  });
}

struct load {
  std::size_t readers = 0;
  bool over = false;
};

asio::awaitable<void> read(pgcoro::pool& pool, load& of) {
  ++of.readers;
  while (!of.over) co_await pool.fetch_one<int>("SELECT 1");
  --of.readers;
}

/// How long the pool took to leave the server that it is connected to.
asio::awaitable<clock_type::duration> demote(pgcoro::pool& pool, const std::string& dsn, bool busy) {
  load reading;
  co_await fill(pool);
  const auto executor = co_await asio::this_coro::executor;
  for (std::size_t i = 0; busy && i < connections; ++i)
    asio::co_spawn(executor, read(pool, reading), [](const std::exception_ptr& failed) {
      if (failed) std::rethrow_exception(failed);
    });
  const int before = co_await port_of(pool);
  const auto left_before = pool.statistics().servers_left;
  co_await refuse_writes(dsn, true);
  const auto begin = clock_type::now();
  while (pool.statistics().servers_left == left_before && clock_type::now() - begin < 5 * limit)
    co_await sleep_for(1ms);
  const auto took = clock_type::now() - begin;
  for (std::size_t i = 0; i < 4 * connections; ++i) co_await write(pool);
  reading.over = true;
  while (reading.readers > 0) co_await sleep_for(1ms);
  const int now = co_await port_of(pool);
  if (now == before) throw std::runtime_error("the pool is where it was");
  co_await refuse_writes(dsn, false);
  co_return took;
}

asio::awaitable<void> play(std::string dsn, std::string first) {
  pgcoro::pool_options options;
  options.connect = dsn + " target_session_attrs=read-write";
  options.max_size = connections;
  pgcoro::pool pool(co_await asio::this_coro::executor, options);
  for (const bool busy : {false, true}) {
    pool.reset();
    const clock_type::duration took = co_await demote(pool, first, busy);
    std::cout << (busy ? "reading" : "idle") << ": left after " << ms(took) << " ms\n";
    if (took > limit) throw std::runtime_error("it took longer than a second");
  }
  co_await pool.close(5s);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::cerr << "usage: pool_demotion DSN FIRST_DSN\n";
    return 2;
  }
  try {
    asio::io_context context(1);
    pgcoro::sync_wait(context, play(argv[1], argv[2]));
  } catch (const std::exception& e) {
    std::cerr << "pool_demotion failed: " << e.what() << '\n';
    return 1;
  }
}
