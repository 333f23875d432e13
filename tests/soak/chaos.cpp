// 200 coroutines on connections through a proxy that delays, splits, cuts and swallows, with deadlines and
// cancellations at random. What must hold all the same:
//
// - every operation ends within its deadline, and some slack for a busy machine;
// - every statement gets its own reply: each carries a token;
// - money is neither made nor lost, and a transfer has happened exactly where its commit said so.
//
//   eval "$(scripts/postgres.sh env)"; chaos SECONDS [SEED]
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

#include <pgcoro/connect_options.hpp>
#include <pgcoro/connection.hpp>
#include <pgcoro/pipeline.hpp>
#include <pgcoro/transaction.hpp>
#include <pgcoro/with_timeout.hpp>

#include "support/environment.hpp"
#include "support/fault_proxy.hpp"

namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using clock_type = std::chrono::steady_clock;
using pgcoro::test::fault_proxy;
using std::chrono::milliseconds;

constexpr int shared_connections = 20;
constexpr int readers_each = 8;
constexpr int tellers = 40;
constexpr int accounts = 30;
constexpr int first_balance = 1000;
constexpr auto slack = 10s;
constexpr auto connect_limit = 2s;

struct counts {
  std::uint64_t operations = 0, timeouts = 0, cancelled = 0, lost = 0, refused = 0, connects = 0;
  std::uint64_t committed = 0, not_committed = 0, in_doubt = 0, resolved_aborted = 0;
};

[[noreturn]] void fail(const std::string& what) { throw std::runtime_error(what); }

/// What all share.
struct world {
  asio::any_io_executor executor;
  fault_proxy& proxy;
  clock_type::time_point end;
  counts total;
  std::int64_t transfers = 0;
  std::vector<std::int64_t> committed;
  std::vector<std::int64_t> not_committed;

  bool running() const { return clock_type::now() < end; }

  pgcoro::connect_options options() const {
    pgcoro::connect_options made(pgcoro::test::env("TCP_DSN") + " port=" + std::to_string(proxy.port()));
    made.connect_timeout = connect_limit;
    made.cancel_timeout = 1s;
    made.command_timeout = 3s;
    return made;
  }
};

/// A connection that is made anew when it is lost.
struct line {
  std::shared_ptr<pgcoro::connection> db = std::make_shared<pgcoro::connection>();
  bool connecting = false;
};

asio::awaitable<void> sleep_for(clock_type::duration time) {
  asio::steady_timer timer(co_await asio::this_coro::executor, time);
  co_await timer.async_wait(asio::use_awaitable);
}

asio::awaitable<void> reconnect(world& w, line& l) {
  if (l.connecting) {
    co_await sleep_for(10ms);
    co_return;
  }
  l.connecting = true;
  const auto started = clock_type::now();
  try {
    auto made = co_await pgcoro::connect(w.options());
    l.db = std::make_shared<pgcoro::connection>(std::move(made));
    ++w.total.connects;
  } catch (const pgcoro::error&) {
  }
  l.connecting = false;
  if (clock_type::now() - started > connect_limit + slack) fail("connect outlived its deadline");
  co_await sleep_for(5ms);
}

void note(counts& total, const pgcoro::error& e) {
  if (e.code() == pgcoro::errc::timeout)
    ++total.timeouts;
  else if (e.code() == asio::error::operation_aborted)
    ++total.cancelled;
  else if (!e.connection_usable())
    ++total.lost;
  else if (e.info().server() || e.code() == pgcoro::errc::connect_failed)
    ++total.refused;
  else
    fail(std::string("an error that nobody expects: ") + e.what());
}

void expect(std::int64_t got, std::int64_t wanted) {
  if (got != wanted) fail("token " + std::to_string(wanted) + " came back as " + std::to_string(got));
}

/// Asks for what only it knows the answer to.
class reader {
 public:
  reader(world& w, line& l, std::uint64_t seed) : world_(w), line_(l), random_(seed) {}

  asio::awaitable<void> run() {
    while (world_.running()) {
      const auto db = line_.db;  // stays alive while it is used, whoever replaces it
      if (!db->is_open()) {
        co_await reconnect(world_, line_);
        continue;
      }
      const auto started = clock_type::now();
      const milliseconds limit(5 + random_() % 400);
      try {
        co_await bounded(*db, limit);
      } catch (const pgcoro::error& e) {
        note(world_.total, e);
      }
      ++world_.total.operations;
      if (clock_type::now() - started > limit + slack) fail("an operation outlived its deadline");
    }
  }

 private:
  asio::awaitable<void> bounded(pgcoro::connection& db, milliseconds limit) {
    const auto token = static_cast<std::int64_t>(random_() >> 2);
    if (random_() % 2)
      co_await something(db, token, {.timeout = limit});
    else
      co_await pgcoro::with_timeout(something(db, token, {}), limit);  // a cancellation
  }

  asio::awaitable<void> something(pgcoro::connection& db, std::int64_t token, pgcoro::query_options options) {
    switch (random_() % 8) {
      case 0: co_await pipelined(db, token, options); break;
      case 1: co_await refused(db, options); break;
      case 2: co_await many_rows(db, token, options); break;
      case 3: co_await slow(db, token, options); break;
      case 4: co_await many_parameters(db, token, options); break;
      default: co_await plain(db, token, options); break;
    }
  }

  asio::awaitable<void> plain(pgcoro::connection& db, std::int64_t token, pgcoro::query_options options) {
    const auto added = static_cast<std::int64_t>(random_() % 20);  // a few different texts
    const std::string sql = "SELECT $1::int8 + " + std::to_string(added);
    const auto got = co_await db.fetch_one<std::int64_t>(options, sql, token);
    expect(got, token + added);
  }

  asio::awaitable<void> slow(pgcoro::connection& db, std::int64_t token, pgcoro::query_options options) {
    const double seconds = static_cast<double>(random_() % 100) / 1000;
    const auto got = co_await db.fetch_one<std::int64_t>(options, "SELECT $1::int8 FROM pg_sleep($2)", token, seconds);
    expect(got, token);
  }

  asio::awaitable<void> pipelined(pgcoro::connection& db, std::int64_t token, pgcoro::query_options options) {
    pgcoro::pipeline statements(random_() % 2 ? pgcoro::pipeline::atomic : pgcoro::pipeline::independent);
    std::vector<pgcoro::pipeline_result<std::int64_t>> results;
    for (std::int64_t i = 0; i < 10; ++i)
      results.push_back(statements.fetch_one<std::int64_t>("SELECT $1::int8", token + i));
    co_await db.run(statements, options);
    for (const auto& result : results) {
      if (result.error()) pgcoro::throw_error(result.error());
      expect(result.value(), token++);
    }
  }

  asio::awaitable<void> refused(pgcoro::connection& db, pgcoro::query_options options) {
    co_await db.execute(options, "SELECT 1 / $1::int4", 0);
    fail("a division by zero went through");
  }

  asio::awaitable<void> many_rows(pgcoro::connection& db, std::int64_t token, pgcoro::query_options options) {
    const auto rows =
        co_await db.fetch<std::int64_t>(options, "SELECT $1::int8 + g FROM generate_series(0, $2) g", token, 2000);
    if (rows.size() != 2001) fail("rows are missing");
    for (const std::int64_t row : rows) expect(row, token++);
  }

  asio::awaitable<void> many_parameters(pgcoro::connection& db, std::int64_t token, pgcoro::query_options options) {
    const std::vector<std::int64_t> rows(100, token);
    const auto done = co_await db.execute_many(options, "SELECT $1::int8", rows);
    expect(static_cast<std::int64_t>(done.rows_affected()), 100);
  }

  world& world_;
  line& line_;
  std::mt19937_64 random_;
};

/// Moves money from one account to another, on a connection of its own.
class teller {
 public:
  teller(world& w, std::uint64_t seed) : world_(w), random_(seed) {}

  asio::awaitable<void> run() {
    while (world_.running()) {
      if (!line_.db->is_open()) {
        co_await reconnect(world_, line_);
        continue;
      }
      co_await one_transfer();
      ++world_.total.operations;
    }
  }

 private:
  asio::awaitable<void> one_transfer() {
    const std::int64_t id = ++world_.transfers;
    const int from = static_cast<int>(random_() % accounts);
    const int to = static_cast<int>((static_cast<std::uint64_t>(from) + 1 + random_() % (accounts - 1)) % accounts);
    const int amount = static_cast<int>(1 + random_() % 50);
    const pgcoro::transaction_options options{.isolation = pgcoro::isolation::serializable,
                                              .resolve_in_doubt = random_() % 2 == 0,
                                              .in_doubt_timeout = 5s,
                                              .retries = 20,
                                              .retry_time = 3s};
    const bool cancelled = random_() % 8 == 0;
    const milliseconds limit(random_() % 100);
    auto body = [&](pgcoro::transaction& tx) { return move_money(tx, id, from, to, amount); };
    const auto started = clock_type::now();
    try {
      if (cancelled)
        co_await pgcoro::with_timeout(line_.db->transaction(body, options), limit);
      else
        co_await line_.db->transaction(body, options);
      ++world_.total.committed;
      world_.committed.push_back(id);
    } catch (const pgcoro::error& e) {
      settle(e, id, cancelled);
    }
    // Statements, retries and the question about the outcome, each with its own limit.
    if (clock_type::now() - started > 20s + slack) fail("a transaction outlived its deadline");
  }

  void settle(const pgcoro::error& e, std::int64_t id, bool cancelled) {
    if (e.code() == pgcoro::errc::in_doubt || (cancelled && !e.info().server())) {
      ++world_.total.in_doubt;
      return;
    }
    if (e.code() == pgcoro::errc::transaction_aborted)
      ++world_.total.resolved_aborted;
    else
      note(world_.total, e);
    ++world_.total.not_committed;
    world_.not_committed.push_back(id);
  }

  static asio::awaitable<void> move_money(pgcoro::transaction& tx, std::int64_t id, int from, int to, int amount) {
    const int balance = co_await tx.fetch_one<int>("SELECT balance FROM chaos_accounts WHERE id = $1", from);
    const int moved = std::min(balance, amount);
    {
      auto savepoint = co_await tx.begin();
      co_await savepoint.execute("UPDATE chaos_accounts SET balance = balance - 1 WHERE id = $1", to);
    }  // dropped
    pgcoro::pipeline both;
    both.execute("UPDATE chaos_accounts SET balance = $1 WHERE id = $2", balance - moved, from);
    both.execute("UPDATE chaos_accounts SET balance = balance + $1 WHERE id = $2", moved, to);
    both.execute("INSERT INTO chaos_ledger VALUES ($1)", id);
    co_await tx.run(both);
  }

  world& world_;
  line line_;
  std::mt19937_64 random_;
};

asio::awaitable<void> check_sum(pgcoro::connection& direct) {
  const auto sum = co_await direct.fetch_one<std::int64_t>("SELECT sum(balance)::int8 FROM chaos_accounts");
  if (sum != accounts * first_balance) fail("the accounts hold " + std::to_string(sum));
}

asio::awaitable<void> check_ledger(pgcoro::connection& direct, const world& w) {
  // Transactions in doubt may still be under way on the server: their locks are waited for.
  co_await direct.execute_script("BEGIN; LOCK TABLE chaos_ledger, chaos_accounts; COMMIT");
  co_await check_sum(direct);
  const auto missing = co_await direct.fetch<std::int64_t>(
      "SELECT id FROM unnest($1::int8[]) id WHERE NOT EXISTS (SELECT FROM chaos_ledger l WHERE l.id = id.id)",
      w.committed);
  if (!missing.empty()) fail(std::to_string(missing.size()) + " transfers were committed and are not there");
  const auto present = co_await direct.fetch<std::int64_t>(
      "SELECT l.id FROM chaos_ledger l WHERE l.id = ANY($1::int8[])", w.not_committed);
  if (!present.empty()) fail(std::to_string(present.size()) + " transfers failed and are there");
}

void rethrow(const std::exception_ptr& failed) {
  if (failed) std::rethrow_exception(failed);
}

asio::awaitable<void> chaos(world& w, std::uint64_t seed) {
  auto direct = co_await pgcoro::connect(pgcoro::test::env("DSN"));
  co_await direct.execute_script(
      "DROP TABLE IF EXISTS chaos_accounts, chaos_ledger;"
      "CREATE TABLE chaos_accounts (id int PRIMARY KEY, balance int NOT NULL);"
      "CREATE TABLE chaos_ledger (id int8 PRIMARY KEY);"
      "INSERT INTO chaos_accounts SELECT g, " +
      std::to_string(first_balance) + " FROM generate_series(0, " + std::to_string(accounts - 1) + ") g");

  std::vector<std::unique_ptr<line>> lines;
  std::vector<std::unique_ptr<reader>> readers;
  std::vector<std::unique_ptr<teller>> all_tellers;
  asio::steady_timer all_done(w.executor, asio::steady_timer::time_point::max());
  int running = 0;
  const auto spawn = [&](asio::awaitable<void> task) {
    ++running;
    asio::co_spawn(w.executor, std::move(task), [&](const std::exception_ptr& failed) {
      rethrow(failed);
      if (--running == 0) all_done.cancel();
    });
  };
  for (int i = 0; i < shared_connections; ++i) {
    lines.push_back(std::make_unique<line>());
    for (int k = 0; k < readers_each; ++k) {
      readers.push_back(std::make_unique<reader>(w, *lines.back(), seed++));
      spawn(readers.back()->run());
    }
  }
  for (int i = 0; i < tellers; ++i) {
    all_tellers.push_back(std::make_unique<teller>(w, seed++));
    spawn(all_tellers.back()->run());
  }
  while (w.running()) {
    co_await sleep_for(1s);
    co_await check_sum(direct);
  }
  boost::system::error_code ignored;
  if (running > 0) co_await all_done.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
  all_tellers.clear();
  lines.clear();
  w.proxy.behave();
  co_await check_ledger(direct, w);
  co_await direct.execute_script("DROP TABLE chaos_accounts, chaos_ledger");
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) {
    std::cerr << "usage: chaos SECONDS [SEED]\n";
    return 2;
  }
  const std::uint64_t seed = argc > 2 ? std::strtoull(argv[2], nullptr, 10) : std::random_device{}();
  std::cout << "seed " << seed << std::endl;
  try {
    asio::io_context context(1);
    const auto port = static_cast<unsigned short>(std::stoi(pgcoro::test::env("PORT")));
    fault_proxy proxy(context.get_executor(), {asio::ip::make_address(pgcoro::test::env("HOST")), port},
                      {.delay = 0.02, .split = 0.05, .cut = 0.001, .hole = 0.0005}, seed);
    world w{context.get_executor(), proxy, clock_type::now() + std::chrono::seconds(std::atoi(argv[1])), {}, 0, {}, {}};
    bool done = false;
    asio::co_spawn(context, chaos(w, seed), [&](const std::exception_ptr& failed) {
      rethrow(failed);
      done = true;
      context.stop();
    });
    context.run();
    const counts& c = w.total;
    const auto& f = proxy.counts();
    std::cout << c.operations << " operations on " << c.connects << " connections: " << c.timeouts
              << " past their deadline, " << c.cancelled << " cancelled, " << c.lost << " on a lost connection, "
              << c.refused << " refused by the server\n"
              << w.transfers << " transfers: " << c.committed << " committed, " << c.not_committed << " not ("
              << c.resolved_aborted << " aborted), " << c.in_doubt << " in doubt\n"
              << "proxy: " << f.pieces << " pieces, " << f.delays << " delayed, " << f.splits << " split, " << f.cuts
              << " cuts, " << f.holes << " holes\n";
    return done && c.committed > 0 ? 0 : 1;
  } catch (const std::exception& e) {
    std::cerr << "chaos failed: " << e.what() << '\n';
    return 1;
  }
}
