// A pool whose hosts are a primary and its standby, under load, when the primary is killed and the standby promoted.
// Writes must go on within a second of the promotion, and none may be tried on the server that is read-only.
//
//   pool_failover DSN STANDBY_DSN PRIMARY_PID      DSN names both hosts; scripts/failover.sh starts them
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <map>
#include <stdexcept>
#include <string>

#include <pgcoro/pool.hpp>

namespace {

namespace asio = boost::asio;
using clock_type = std::chrono::steady_clock;
using namespace std::chrono_literals;

constexpr int writers = 32;
constexpr clock_type::duration limit = 1s;

struct story {
  clock_type::time_point killed = clock_type::time_point::max();
  clock_type::time_point asked = clock_type::time_point::max();     // the standby, to take over
  clock_type::time_point promoted = clock_type::time_point::max();  // it has
  clock_type::time_point first_write = clock_type::time_point::max();
  std::uint64_t written = 0, written_after = 0, read_only = 0;
  std::map<std::string, std::uint64_t> errors;
  bool over = false;
};

void rethrow(const std::exception_ptr& failed) {
  if (failed) std::rethrow_exception(failed);
}

asio::awaitable<void> sleep_for(clock_type::duration time) {
  asio::steady_timer timer(co_await asio::this_coro::executor, time);
  co_await timer.async_wait(asio::use_awaitable);
}

asio::awaitable<void> writer(pgcoro::pool& pool, int number, story& told) {
  const pgcoro::query_options options{.mode = {}, .timeout = 2s};
  while (!told.over) {
    bool failed = false;
    try {
      co_await pool.execute(options, "INSERT INTO failover_log (writer) VALUES ($1)", number);
      const auto now = clock_type::now();
      ++told.written;
      if (told.asked != clock_type::time_point::max()) {
        ++told.written_after;
        told.first_write = std::min(told.first_write, now);
      }
    } catch (const pgcoro::error& e) {
      failed = true;
      if (e.code() == pgcoro::sqlstate::read_only_sql_transaction) ++told.read_only;
      ++told.errors[e.code().message()];
    }
    if (failed) co_await sleep_for(10ms);
  }
}

asio::awaitable<void> director(std::string standby_dsn, int primary, story& told) {
  pgcoro::connection standby = co_await pgcoro::connect(standby_dsn);
  co_await sleep_for(2s);
  if (::kill(primary, SIGKILL) != 0) throw std::runtime_error("cannot kill the primary");
  told.killed = clock_type::now();
  co_await sleep_for(700ms);
  told.asked = clock_type::now();
  co_await standby.execute("SELECT pg_promote(true, 30)");
  while (co_await standby.fetch_one<bool>("SELECT pg_is_in_recovery()")) co_await sleep_for(5ms);
  told.promoted = clock_type::now();
  co_await sleep_for(3s);
  told.over = true;
}

asio::awaitable<void> play(std::string dsn, std::string standby_dsn, int primary, story& told) {
  const auto executor = co_await asio::this_coro::executor;
  pgcoro::pool_options options;
  options.connect = dsn + " target_session_attrs=read-write";
  options.max_size = 8;
  pgcoro::pool pool(executor, options);
  co_await pool.execute("DROP TABLE IF EXISTS failover_log");
  co_await pool.execute("CREATE TABLE failover_log (id bigserial, writer int)");
  for (int i = 0; i < writers; ++i) asio::co_spawn(executor, writer(pool, i, told), rethrow);
  co_await director(std::move(standby_dsn), primary, told);
  co_await pool.close(5s);
}

double ms(clock_type::duration d) { return std::chrono::duration<double, std::milli>(d).count(); }

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) {
    std::cerr << "usage: pool_failover DSN STANDBY_DSN PRIMARY_PID\n";
    return 2;
  }
  try {
    asio::io_context context(1);
    story told;
    asio::co_spawn(context, play(argv[1], argv[2], std::atoi(argv[3]), told), rethrow);
    context.run();
    std::cout << told.written << " writes, " << told.written_after << " of them after the promotion; "
              << "the first one " << ms(told.first_write - told.asked) << " ms after it was asked for, which took "
              << ms(told.promoted - told.asked) << " ms; " << ms(told.first_write - told.killed)
              << " ms after the kill; " << told.read_only << " refused as read-only\n";
    for (const auto& [what, n] : told.errors) std::cout << "  " << n << " x " << what << '\n';
    if (told.written_after == 0 || told.first_write - told.promoted > limit)
      throw std::runtime_error("writes did not go on within a second");
    if (told.read_only > 0) throw std::runtime_error("a write was tried on a read-only server");
  } catch (const std::exception& e) {
    std::cerr << "pool_failover failed: " << e.what() << '\n';
    return 1;
  }
}
