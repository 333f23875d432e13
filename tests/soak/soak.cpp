// Many coroutines on few connections, with cancellations, deadlines, errors and forgotten statements at random, for as
// long as asked. Each statement carries a token of its own and must get it back: a reply that went to the wrong
// statement, a lost wake-up or a connection that claims to live and does not ends the program with an error.
//
//   soak DSN SECONDS [SEED]
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <memory>
#include <random>
#include <stdexcept>
#include <string>
#include <vector>

#include <pgcoro/connection.hpp>
#include <pgcoro/pipeline.hpp>

namespace {

namespace asio = boost::asio;
using clock_type = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr int connections = 6;
constexpr int coroutines_each = 20;
/// No operation may take longer than its own deadline by this much, on a busy machine.
constexpr std::chrono::seconds grace{20};

struct counts {
  std::uint64_t operations = 0, timeouts = 0, errors = 0, reconnects = 0, lost = 0;
};

/// A connection that is made anew when it is lost.
struct shared_connection {
  std::string dsn;
  std::shared_ptr<pgcoro::connection> db;
};

class worker {
 public:
  worker(shared_connection& shared, std::uint64_t seed, counts& total)
      : shared_(shared), random_(seed), total_(total) {}

  asio::awaitable<void> run(clock_type::time_point until) {
    while (clock_type::now() < until) {
      co_await one_operation();
      ++total_.operations;
    }
  }

 private:
  asio::awaitable<void> one_operation() {
    const auto db = shared_.db;  // stays alive while it is used, whoever replaces it
    const auto started = clock_type::now();
    bool lost = false;
    try {
      co_await something(*db);
    } catch (const pgcoro::error& e) {
      note(e);
      lost = !db->is_open();
    }
    if (clock_type::now() - started > grace) throw std::runtime_error("an operation outlived its deadline");
    if (lost && shared_.db == db) co_await reconnect();
  }

  asio::awaitable<void> something(pgcoro::connection& db) {
    const std::int64_t token = static_cast<std::int64_t>(random_() >> 2);
    switch (random_() % 12) {
      case 0: co_await with_deadline(db, token); break;
      case 1: co_await pipelined(db, token); break;
      case 2: co_await refused(db); break;
      case 3: co_await many_rows(db, token); break;
      case 4: co_await forget_statements(db); break;
      default: co_await plain(db, token); break;
    }
  }

  asio::awaitable<void> plain(pgcoro::connection& db, std::int64_t token) {
    // A few different texts, so that statements are described, cached and evicted.
    const std::string sql = "SELECT $1::int8 + " + std::to_string(random_() % 20);
    const std::int64_t added = std::stoll(sql.substr(sql.rfind(' ')));
    expect(co_await db.fetch_one<std::int64_t>(sql, token), token + added);
  }

  asio::awaitable<void> with_deadline(pgcoro::connection& db, std::int64_t token) {
    const pgcoro::query_options options{.timeout = milliseconds(1 + random_() % 30)};
    const double seconds = static_cast<double>(random_() % 40) / 1000;
    const auto got = co_await db.fetch_one<std::int64_t>(options, "SELECT $1::int8 FROM pg_sleep($2)", token, seconds);
    expect(got, token);
  }

  asio::awaitable<void> pipelined(pgcoro::connection& db, std::int64_t token) {
    pgcoro::pipeline statements(random_() % 2 ? pgcoro::pipeline::atomic : pgcoro::pipeline::independent);
    std::vector<pgcoro::pipeline_result<std::int64_t>> results;
    for (std::int64_t i = 0; i < 10; ++i)
      results.push_back(statements.fetch_one<std::int64_t>("SELECT $1::int8", token + i));
    co_await db.run(statements);
    for (const auto& result : results) expect(result.value(), token++);
  }

  asio::awaitable<void> refused(pgcoro::connection& db) {
    co_await db.execute("SELECT 1 / $1::int4", 0);
    throw std::runtime_error("a division by zero went through");
  }

  asio::awaitable<void> many_rows(pgcoro::connection& db, std::int64_t token) {
    const auto rows = co_await db.fetch<std::int64_t>("SELECT $1::int8 + g FROM generate_series(0, $2) g", token, 500);
    if (rows.size() != 501) throw std::runtime_error("rows are missing");
    for (const std::int64_t row : rows) expect(row, token++);
  }

  // By the simple protocol: a prepared DEALLOCATE ALL forgets itself, and one that follows it would be healed only
  // once.
  asio::awaitable<void> forget_statements(pgcoro::connection& db) { co_await db.execute_script("DEALLOCATE ALL"); }

  asio::awaitable<void> reconnect() {
    ++total_.reconnects;
    auto fresh = std::make_shared<pgcoro::connection>();
    *fresh = co_await pgcoro::connect(shared_.dsn);
    shared_.db = std::move(fresh);
  }

  void note(const pgcoro::error& e) {
    if (e.code() == pgcoro::errc::timeout)
      ++total_.timeouts;
    else if (e.code() == pgcoro::sqlstate::division_by_zero)
      ++total_.errors;
    else if (!e.connection_usable())
      ++total_.lost;
    else
      throw;
  }

  static void expect(std::int64_t got, std::int64_t wanted) {
    if (got != wanted)
      throw std::runtime_error("token " + std::to_string(wanted) + " came back as " + std::to_string(got));
  }

  shared_connection& shared_;
  std::mt19937_64 random_;
  counts& total_;
};

void rethrow(const std::exception_ptr& failed) {
  if (failed) std::rethrow_exception(failed);
}

asio::awaitable<void> soak(std::string dsn, clock_type::time_point until, std::uint64_t seed, counts& total) {
  const auto executor = co_await asio::this_coro::executor;
  std::vector<std::unique_ptr<shared_connection>> shared;
  std::vector<std::unique_ptr<worker>> workers;
  asio::steady_timer all_done(executor, asio::steady_timer::time_point::max());
  int running = connections * coroutines_each;
  for (int i = 0; i < connections; ++i) {
    shared.push_back(std::make_unique<shared_connection>());
    shared.back()->dsn = dsn;
    shared.back()->db = std::make_shared<pgcoro::connection>();
    *shared.back()->db = co_await pgcoro::connect(dsn);
    for (int k = 0; k < coroutines_each; ++k) {
      workers.push_back(std::make_unique<worker>(*shared.back(), seed++, total));
      asio::co_spawn(executor, workers.back()->run(until), [&](const std::exception_ptr& failed) {
        rethrow(failed);
        if (--running == 0) all_done.cancel();
      });
    }
  }
  boost::system::error_code ignored;
  co_await all_done.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) {
    std::cerr << "usage: soak DSN SECONDS [SEED]\n";
    return 2;
  }
  const std::uint64_t seed = argc > 3 ? std::strtoull(argv[3], nullptr, 10) : std::random_device{}();
  std::cout << "seed " << seed << std::endl;
  try {
    asio::io_context context(1);
    counts total;
    const auto until = clock_type::now() + std::chrono::seconds(std::atoi(argv[2]));
    asio::co_spawn(context, soak(argv[1], until, seed, total), rethrow);
    context.run();
    std::cout << total.operations << " operations, " << total.timeouts << " past their deadline, " << total.errors
              << " refused by the server, " << total.lost << " on a lost connection, " << total.reconnects
              << " reconnects\n";
    return total.operations > 0 ? 0 : 1;
  } catch (const std::exception& e) {
    std::cerr << "soak failed: " << e.what() << '\n';
    return 1;
  }
}
