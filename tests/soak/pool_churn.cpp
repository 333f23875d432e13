// Many coroutines on a small pool while everything goes wrong that can: cancelled waits and statements, deadlines,
// backends that are killed or stand still, a pool that is reset and resized. Every operation must end within its
// deadline, the server must never have more than max_size connections of the pool, and in the end none may be missing.
//
//   pool_churn DSN SECONDS [SEED [COROUTINES [STOP]]]     STOP = 1: backends are also stopped with SIGSTOP for a while
#include <algorithm>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <map>
#include <memory>
#include <random>
#include <stdexcept>
#include <string>
#include <vector>

#include <pgcoro/pool.hpp>
#include <pgcoro/transaction.hpp>

namespace {

namespace asio = boost::asio;
using clock_type = std::chrono::steady_clock;
using std::chrono::milliseconds;
using namespace std::chrono_literals;

constexpr std::size_t pool_size = 10;
constexpr const char* application = "pgcoro_churn";
/// Nothing may take longer than its own deadline by this much, on a busy machine.
constexpr clock_type::duration grace = 10s;

struct counts {
  std::uint64_t operations = 0, ended = 0, timeouts = 0, cancelled = 0, lost = 0, refused = 0;
  std::uint64_t killed = 0, stopped = 0, resets = 0, looks = 0;
  std::size_t most = 0;
  std::map<std::string, std::uint64_t> others;
};

void rethrow(const std::exception_ptr& failed) {
  if (failed) std::rethrow_exception(failed);
}

asio::awaitable<void> sleep_for(clock_type::duration time) {
  asio::steady_timer timer(co_await asio::this_coro::executor, time);
  co_await timer.async_wait(asio::use_awaitable);
}

void expect(std::int64_t got, std::int64_t wanted) {
  if (got != wanted)
    throw std::runtime_error("token " + std::to_string(wanted) + " came back as " + std::to_string(got));
}

/// One client: an operation after the other, each with a deadline, some cancelled at a random moment.
class client {
 public:
  client(pgcoro::pool& pool, std::uint64_t seed, counts& total) : pool_(pool), random_(seed), total_(total) {}

  asio::awaitable<void> run(clock_type::time_point until) {
    while (clock_type::now() < until) {
      co_await one_operation();
      ++total_.operations;
    }
  }

 private:
  asio::awaitable<void> one_operation() {
    const auto executor = co_await asio::this_coro::executor;
    const clock_type::duration limit = milliseconds(500 + random_() % 4000);
    asio::cancellation_signal signal;
    asio::steady_timer done(executor, clock_type::time_point::max());
    std::exception_ptr failure;
    bool ended = false;
    asio::co_spawn(executor, something(limit), asio::bind_cancellation_slot(signal.slot(), [&](std::exception_ptr e) {
                     failure = std::move(e);
                     ended = true;
                     done.cancel();
                   }));
    const auto started = clock_type::now();
    const bool cancel = random_() % 8 == 0;
    if (cancel && !ended) {
      co_await sleep_for(std::chrono::microseconds(random_() % 20'000));
      if (!ended) signal.emit(asio::cancellation_type::terminal);
    }
    boost::system::error_code ignored;
    while (!ended) co_await done.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
    if (clock_type::now() - started > limit + grace) throw std::runtime_error("an operation outlived its deadline");
    note(failure);
  }

  asio::awaitable<void> something(clock_type::duration limit) {
    const auto token = static_cast<std::int64_t>(random_() >> 2);
    const pgcoro::query_options options{.mode = {}, .timeout = limit};
    switch (random_() % 10) {
      case 0: return slow(options, token);
      case 1: return leased(limit, token);
      case 2: return left_dirty(limit, token);
      case 3: return transacted(token);
      default: return plain(options, token);
    }
  }

  asio::awaitable<void> plain(pgcoro::query_options options, std::int64_t token) {
    expect(co_await pool_.fetch_one<std::int64_t>(options, "SELECT $1::int8", token), token);
  }

  asio::awaitable<void> slow(pgcoro::query_options options, std::int64_t token) {
    const double seconds = static_cast<double>(random_() % 50) / 1000;
    const auto got =
        co_await pool_.fetch_one<std::int64_t>(options, "SELECT $1::int8 FROM pg_sleep($2)", token, seconds);
    expect(got, token);
  }

  asio::awaitable<void> leased(clock_type::duration limit, std::int64_t token) {
    const pgcoro::lease db = co_await pool_.acquire(limit);
    const pgcoro::query_options options{.mode = {}, .timeout = limit};
    expect(co_await db->fetch_one<std::int64_t>(options, "SELECT $1::int8", token), token);
    expect(co_await db->fetch_one<std::int64_t>(options, "SELECT $1::int8 + 1", token), token + 1);
  }

  asio::awaitable<void> left_dirty(clock_type::duration limit, std::int64_t token) {
    const pgcoro::lease db = co_await pool_.acquire(limit);
    const pgcoro::query_options options{.mode = {}, .timeout = limit};
    const auto before =
        co_await db->fetch_one<std::string>(options, "SELECT coalesce(current_setting('pgcoro.dirt', true), '')");
    if (!before.empty()) throw std::runtime_error("somebody's setting is still there: " + before);
    co_await db->execute(options, "SET pgcoro.dirt = 'left'");
    if (random_() % 2) co_await db->execute(options, "BEGIN");
    expect(co_await db->fetch_one<std::int64_t>(options, "SELECT $1::int8", token), token);
  }

  asio::awaitable<void> transacted(std::int64_t token) {
    auto body = [token](pgcoro::transaction& tx) -> asio::awaitable<void> {
      const pgcoro::query_options options{.mode = {}, .timeout = 2s};
      expect(co_await tx.fetch_one<std::int64_t>(options, "SELECT $1::int8", token), token);
    };
    co_await pool_.transaction(body);
  }

  void note(const std::exception_ptr& failure) {
    if (!failure) {
      ++total_.ended;
      return;
    }
    try {
      std::rethrow_exception(failure);
    } catch (const boost::system::system_error& e) {
      if (e.code() == pgcoro::errc::timeout)
        ++total_.timeouts;
      else if (e.code() == asio::error::operation_aborted)
        ++total_.cancelled;
      else if (e.code() == pgcoro::sqlstate::admin_shutdown || e.code() == pgcoro::errc::connection_closed)
        ++total_.lost;
      else
        ++total_.others[e.code().message() + ": " + std::string(e.what()).substr(0, 100)];
    }
  }

  pgcoro::pool& pool_;
  std::mt19937_64 random_;
  counts& total_;
};

/// Does harm from a connection of its own, and counts what the server has.
class adversary {
 public:
  adversary(pgcoro::pool& pool, std::string dsn, std::uint64_t seed, bool stop, counts& total)
      : pool_(pool), dsn_(std::move(dsn)), random_(seed), stop_(stop), total_(total) {}

  asio::awaitable<void> run(clock_type::time_point until) {
    pgcoro::connection db = co_await pgcoro::connect(dsn_);
    while (clock_type::now() < until) {
      co_await sleep_for(milliseconds(5 + random_() % 20));
      co_await look(db);
      if (random_() % 10 == 0) co_await kill_one(db);
      if (stop_ && random_() % 100 == 0) co_await stop_one(db);
      if (random_() % 200 == 0) reset();
    }
  }

 private:
  asio::awaitable<void> look(pgcoro::connection& db) {
    const auto n = co_await db.fetch_one<std::int64_t>(
        "SELECT count(*) FROM pg_stat_activity WHERE application_name = $1", application);
    ++total_.looks;
    total_.most = std::max(total_.most, static_cast<std::size_t>(n));
    if (static_cast<std::size_t>(n) > pool_size)
      throw std::runtime_error("the server has " + std::to_string(n) + " connections of a pool of " +
                               std::to_string(pool_size));
  }

  asio::awaitable<void> kill_one(pgcoro::connection& db) {
    co_await db.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1 ORDER BY random() LIMIT 1",
        application);
    ++total_.killed;
  }

  asio::awaitable<void> stop_one(pgcoro::connection& db) {
    const auto pid = co_await db.fetch_optional<int>(
        "SELECT pid FROM pg_stat_activity WHERE application_name = $1 ORDER BY random() LIMIT 1", application);
    if (!pid || ::kill(*pid, SIGSTOP) != 0) co_return;
    ++total_.stopped;
    co_await sleep_for(300ms);
    ::kill(*pid, SIGCONT);
  }

  void reset() {
    ++total_.resets;
    pool_.reset();
    pool_.resize(random_() % 3, pool_size);
  }

  pgcoro::pool& pool_;
  std::string dsn_;
  std::mt19937_64 random_;
  bool stop_;
  counts& total_;
};

asio::awaitable<void> churn(std::string dsn, clock_type::time_point until, std::uint64_t seed, int coroutines,
                            bool stop, counts& total) {
  const auto executor = co_await asio::this_coro::executor;
  pgcoro::pool_options options;
  options.connect = dsn + " application_name=" + application;
  options.connect.cancel_timeout = 1s;
  options.max_size = pool_size;
  options.max_waiters = 1'000'000;
  options.acquire_timeout = 5s;
  options.return_timeout = 2s;
  options.max_lifetime = 5s;
  options.jitter = 0.5;
  pgcoro::pool pool(executor, options);

  asio::steady_timer all_done(executor, clock_type::time_point::max());
  int running = coroutines + 1;
  const auto ended = [&](const std::exception_ptr& failed) {
    rethrow(failed);
    if (--running == 0) all_done.cancel();
  };
  std::vector<std::unique_ptr<client>> clients;
  for (int i = 0; i < coroutines; ++i) {
    clients.push_back(std::make_unique<client>(pool, ++seed, total));
    asio::co_spawn(executor, clients.back()->run(until), ended);
  }
  adversary harm(pool, dsn, ++seed, stop, total);
  asio::co_spawn(executor, harm.run(until), ended);
  boost::system::error_code ignored;
  while (running > 0) co_await all_done.async_wait(asio::redirect_error(asio::use_awaitable, ignored));

  // Every connection can still be had, all at once.
  pool.resize(0, pool_size);
  std::vector<pgcoro::lease> all;
  for (std::size_t i = 0; i < pool_size; ++i) {
    pgcoro::lease one = co_await pool.acquire(20s);
    all.push_back(std::move(one));
  }
  all.clear();
  co_await pool.close(10s);
  const pgcoro::pool_statistics s = pool.statistics();
  if (s.size != 0 || s.waiting != 0) throw std::runtime_error("something is left in the pool");
  const auto us = [](std::chrono::microseconds t) { return std::to_string(t.count()) + " us"; };
  std::cout << "waits: p50 < " << us(s.acquire_wait.percentile(0.5)) << ", p99 < "
            << us(s.acquire_wait.percentile(0.99)) << "; opened " << s.opened << ", lost " << s.closed_lost
            << ", in doubt " << s.closed_in_doubt << ", rollbacks " << s.rollbacks << ", discards " << s.discards
            << '\n';
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) {
    std::cerr << "usage: pool_churn DSN SECONDS [SEED [COROUTINES [STOP]]]\n";
    return 2;
  }
  const std::uint64_t seed = argc > 3 ? std::strtoull(argv[3], nullptr, 10) : std::random_device{}();
  const int coroutines = argc > 4 ? std::atoi(argv[4]) : 1000;
  const bool stop = argc > 5 && std::atoi(argv[5]) != 0;
  std::cout << "seed " << seed << std::endl;
  try {
    asio::io_context context(1);
    counts total;
    const auto until = clock_type::now() + std::chrono::seconds(std::atoi(argv[2]));
    asio::co_spawn(context, churn(argv[1], until, seed, coroutines, stop, total), rethrow);
    context.run();
    std::cout << total.operations << " operations of " << coroutines << " coroutines: " << total.ended
              << " ended well, " << total.timeouts << " past their deadline, " << total.cancelled << " cancelled, "
              << total.lost << " on a lost connection; " << total.killed << " backends killed, " << total.stopped
              << " stopped, " << total.resets << " resets; at most " << total.most << " connections in " << total.looks
              << " looks\n";
    for (const auto& [what, n] : total.others) std::cout << n << " x " << what << '\n';
    return total.ended > 0 ? 0 : 1;
  } catch (const std::exception& e) {
    std::cerr << "pool_churn failed: " << e.what() << '\n';
    return 1;
  }
}
