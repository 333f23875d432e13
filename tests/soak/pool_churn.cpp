// Many coroutines on a small pool while everything goes wrong that can: cancelled waits and statements, deadlines,
// backends that are killed or stand still, a server that stands still or is restarted (by scripts/soak.sh), a pool that
// is reset and resized. Every operation must end within its deadline, the server must never have more than max_size
// connections of the pool, and in the end none may be missing.
//
//   pool_churn DSN SECONDS [SEED [COROUTINES [STOP]]]     STOP = 1: the server and its processes are also stopped with
//                                                         SIGSTOP for a while; they must be ours
#include <boost/asio/io_context.hpp>
#include <cstdlib>
#include <iostream>
#include <memory>

#include "soak/churn_adversary.hpp"
#include "soak/churn_client.hpp"

namespace pgcoro::churn {
namespace {

constexpr std::size_t pool_size = 10;
constexpr const char* application = "pgcoro_churn";

struct settings {
  std::string dsn;
  clock_type::time_point until;
  std::uint64_t seed;
  int coroutines;
  bool stop;
};

void rethrow(const std::exception_ptr& failed) {
  if (failed) std::rethrow_exception(failed);
}

pool_options options_for(const std::string& dsn) {
  pool_options options;
  options.connect = dsn + " application_name=" + application;
  options.connect.cancel_timeout = 2s;
  options.max_size = pool_size;
  options.max_waiters = 1'000'000;
  options.acquire_timeout = 5s;
  options.return_timeout = 3s;
  options.close_timeout = 10s;  // longer than anything is stopped: the server has as many connections as we count
  options.max_lifetime = 5s;
  options.jitter = 0.5;
  return options;
}

/// Clients and adversary, until all have ended.
asio::awaitable<void> run_all(pool& p, const settings& what, counts& total) {
  const auto executor = co_await asio::this_coro::executor;
  asio::steady_timer all_done(executor, clock_type::time_point::max());
  int running = what.coroutines + 1;
  const auto ended = [&](const std::exception_ptr& failed) {
    rethrow(failed);
    if (--running == 0) all_done.cancel();
  };
  std::uint64_t seed = what.seed;
  std::vector<std::unique_ptr<client>> clients;
  for (int i = 0; i < what.coroutines; ++i) {
    clients.push_back(std::make_unique<client>(p, ++seed, total));
    asio::co_spawn(executor, clients.back()->run(what.until), ended);
  }
  adversary harm(p, pool_size, application, what.dsn, ++seed, what.stop, total);
  asio::co_spawn(executor, harm.run(what.until), ended);
  boost::system::error_code ignored;
  while (running > 0) co_await all_done.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
}

/// Every connection can still be had, all at once, and then all are closed.
asio::awaitable<void> expect_intact(pool& p) {
  p.resize(0, pool_size);
  std::vector<lease> all;
  for (std::size_t i = 0; i < pool_size; ++i) {
    lease one = co_await p.acquire(20s);
    all.push_back(std::move(one));
  }
  all.clear();
  co_await p.close(10s);
  const pool_statistics s = p.statistics();
  if (s.size != 0 || s.waiting != 0) throw std::runtime_error("something is left in the pool");
}

double in_ms(clock_type::duration time) { return std::chrono::duration<double, std::milli>(time).count(); }

void report_waits(std::vector<clock_type::duration>& waits) {
  if (waits.empty()) return;
  std::sort(waits.begin(), waits.end());
  const auto at = [&](double part) { return in_ms(waits[static_cast<std::size_t>(part * double(waits.size() - 1))]); };
  std::cout << "waits for a lease: p50 " << at(0.5) << " ms, p99 " << at(0.99) << " ms, p99/p50 " << at(0.99) / at(0.5)
            << ", longest " << at(1) << " ms, of " << waits.size() << '\n';
}

asio::awaitable<void> churn(settings what, counts& total) {
  pool p(co_await asio::this_coro::executor, options_for(what.dsn));
  co_await run_all(p, what, total);
  co_await expect_intact(p);
  const pool_statistics s = p.statistics();
  report_waits(total.waits);
  std::cout << "opened " << s.opened << " (" << s.open_failures << " attempts failed), lost " << s.closed_lost
            << ", in doubt " << s.closed_in_doubt << ", rollbacks " << s.rollbacks << ", discards " << s.discards
            << '\n';
}

void report(const settings& what, const counts& total) {
  std::cout << total.operations << " operations of " << what.coroutines << " coroutines: " << total.ended
            << " ended well, " << total.timeouts << " past their deadline, " << total.cancelled << " cancelled, "
            << total.lost << " on a lost connection, " << total.unreachable << " with the server away\n"
            << total.killed << " backends killed, " << total.stopped << " stopped; the server stopped " << total.halted
            << " times, restarted " << total.restarts << " times; " << total.resets << " resets; at most " << total.most
            << " connections in " << total.looks << " looks; the latest end was " << in_ms(total.latest)
            << " ms after its deadline\n";
  for (const auto& [error, n] : total.others) std::cout << "UNEXPECTED: " << n << " x " << error << '\n';
}

}  // namespace
}  // namespace pgcoro::churn

int main(int argc, char** argv) {
  using namespace pgcoro::churn;
  if (argc < 3) {
    std::cerr << "usage: pool_churn DSN SECONDS [SEED [COROUTINES [STOP]]]\n";
    return 2;
  }
  const settings what{.dsn = argv[1],
                      .until = clock_type::now() + std::chrono::seconds(std::atoi(argv[2])),
                      .seed = argc > 3 ? std::strtoull(argv[3], nullptr, 10) : std::random_device{}(),
                      .coroutines = argc > 4 ? std::atoi(argv[4]) : 10'000,
                      .stop = argc > 5 && std::atoi(argv[5]) != 0};
  std::cout << "seed " << what.seed << std::endl;
  try {
    asio::io_context context(1);
    counts total;
    asio::co_spawn(context, churn(what, total), rethrow);
    context.run();
    report(what, total);
    return total.ended > 0 && total.others.empty() ? 0 : 1;
  } catch (const std::exception& e) {
    std::cerr << "pool_churn failed: " << e.what() << '\n';
    return 1;
  }
}
