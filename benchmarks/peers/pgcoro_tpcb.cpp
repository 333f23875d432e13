// pgbench's built-in script, "TPC-B (sort of)", on tables that pgbench has made. See benchmarks/run_tpcb.py.
//
//   pgcoro_tpcb DSN CLIENTS SECONDS SCALE [steps|pipeline]
//   pgcoro_tpcb DSN check
//
// steps: each statement waits for the one before, as pgbench's do; BEGIN rides in front of the first. pipeline: the
// five statements take one round trip, which pgbench does only with a script of its own. check: the sums of all tables
// are the same.
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <memory>
#include <random>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include <pgcoro/connection.hpp>
#include <pgcoro/pipeline.hpp>
#include <pgcoro/sync_wait.hpp>
#include <pgcoro/transaction.hpp>

namespace {

namespace asio = boost::asio;
using clock_type = std::chrono::steady_clock;

constexpr std::string_view update_account = "UPDATE pgbench_accounts SET abalance = abalance + $1 WHERE aid = $2";
constexpr std::string_view select_account = "SELECT abalance FROM pgbench_accounts WHERE aid = $1";
constexpr std::string_view update_teller = "UPDATE pgbench_tellers SET tbalance = tbalance + $1 WHERE tid = $2";
constexpr std::string_view update_branch = "UPDATE pgbench_branches SET bbalance = bbalance + $1 WHERE bid = $2";
constexpr std::string_view insert_history =
    "INSERT INTO pgbench_history (tid, bid, aid, delta, mtime) VALUES ($1, $2, $3, $4, CURRENT_TIMESTAMP)";

struct task {
  std::string dsn;
  int clients = 1;
  double seconds = 1;
  int scale = 1;
  bool pipelined = false;
};

struct draw {
  int aid, tid, bid, delta;
};

class client {
 public:
  client(const task& t, std::uint64_t seed) : task_(t), random_(seed) {}

  asio::awaitable<void> connect() { db_ = co_await pgcoro::connect(task_.dsn); }

  asio::awaitable<void> run(clock_type::time_point until) {
    while (clock_type::now() < until) {
      const draw d = next();
      if (task_.pipelined)
        co_await pipelined(d);
      else
        co_await steps(d);
      ++transactions;
    }
  }

  std::uint64_t transactions = 0;

 private:
  draw next() {
    const auto between = [&](int low, int high) { return std::uniform_int_distribution<int>(low, high)(random_); };
    return {between(1, 100'000 * task_.scale), between(1, 10 * task_.scale), between(1, task_.scale),
            between(-5000, 5000)};
  }

  asio::awaitable<void> steps(draw d) {
    auto tx = co_await db_.begin();
    co_await tx.execute(update_account, d.delta, d.aid);
    co_await tx.fetch_one<int>(select_account, d.aid);
    co_await tx.execute(update_teller, d.delta, d.tid);
    co_await tx.execute(update_branch, d.delta, d.bid);
    co_await tx.execute(insert_history, d.tid, d.bid, d.aid, d.delta);
    co_await tx.commit();
  }

  asio::awaitable<void> pipelined(draw d) {
    auto tx = co_await db_.begin();
    statements_.clear();
    statements_.execute(update_account, d.delta, d.aid);
    const auto balance = statements_.fetch_one<int>(select_account, d.aid);
    statements_.execute(update_teller, d.delta, d.tid);
    statements_.execute(update_branch, d.delta, d.bid);
    statements_.execute(insert_history, d.tid, d.bid, d.aid, d.delta);
    co_await tx.run(statements_);
    static_cast<void>(balance.value());
    co_await tx.commit();
  }

  const task& task_;
  std::mt19937_64 random_;
  pgcoro::connection db_;
  pgcoro::pipeline statements_;
};

void rethrow(const std::exception_ptr& failed) {
  if (failed) std::rethrow_exception(failed);
}

void measure(const task& t) {
  asio::io_context context(BOOST_ASIO_CONCURRENCY_HINT_UNSAFE_IO);  // run by one thread, as docs/guide.md advises
  std::vector<std::unique_ptr<client>> clients;
  for (int i = 0; i < t.clients; ++i) {
    clients.push_back(std::make_unique<client>(t, std::random_device{}()));
    pgcoro::sync_wait(context, clients.back()->connect());
  }
  const auto begin = clock_type::now();
  const auto until = begin + std::chrono::duration_cast<clock_type::duration>(std::chrono::duration<double>(t.seconds));
  std::size_t running = clients.size();
  for (const auto& c : clients)
    asio::co_spawn(context, c->run(until), [&](const std::exception_ptr& failed) {
      rethrow(failed);
      if (--running == 0) context.stop();
    });
  context.restart();
  context.run();
  const double elapsed = std::chrono::duration<double>(clock_type::now() - begin).count();
  std::uint64_t transactions = 0;
  for (const auto& c : clients) transactions += c->transactions;
  std::printf("{\"transactions\": %llu, \"tps\": %.1f}\n", static_cast<unsigned long long>(transactions),
              static_cast<double>(transactions) / elapsed);
}

/// Every transaction adds the same to one row of each table.
asio::awaitable<bool> sums_agree(std::string dsn) {
  auto db = co_await pgcoro::connect(dsn);
  const auto [accounts, tellers, branches, history] = co_await db.fetch_one<
      std::tuple<std::int64_t, std::int64_t, std::int64_t, std::int64_t>>(
      "SELECT (SELECT sum(abalance)::int8 FROM pgbench_accounts), (SELECT sum(tbalance)::int8 FROM pgbench_tellers),"
      " (SELECT sum(bbalance)::int8 FROM pgbench_branches),"
      " (SELECT coalesce(sum(delta), 0)::int8 FROM pgbench_history)");
  std::printf("{\"accounts\": %lld, \"tellers\": %lld, \"branches\": %lld, \"history\": %lld}\n",
              static_cast<long long>(accounts), static_cast<long long>(tellers), static_cast<long long>(branches),
              static_cast<long long>(history));
  co_return accounts == tellers&& tellers == branches&& branches == history;
}

}  // namespace

int main(int argc, char** argv) try {
  if (argc == 3 && std::string_view(argv[2]) == "check") {
    asio::io_context context(BOOST_ASIO_CONCURRENCY_HINT_UNSAFE_IO);  // run by one thread, as docs/guide.md advises
    return pgcoro::sync_wait(context, sums_agree(argv[1])) ? 0 : 1;
  }
  if (argc < 5) {
    std::fprintf(stderr,
                 "usage: pgcoro_tpcb DSN CLIENTS SECONDS SCALE [steps|pipeline]\n       pgcoro_tpcb DSN check\n");
    return 2;
  }
  task t;
  t.dsn = argv[1];
  t.clients = std::atoi(argv[2]);
  t.seconds = std::atof(argv[3]);
  t.scale = std::atoi(argv[4]);
  t.pipelined = argc > 5 && std::string_view(argv[5]) == "pipeline";
  measure(t);
} catch (const std::exception& e) {
  std::fprintf(stderr, "%s\n", e.what());
  return 1;
}
