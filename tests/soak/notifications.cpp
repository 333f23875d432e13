// Notifications by the million through one hub: none is lost, each channel keeps its order, memory stays where it is.
//
//   notifications DSN [NOTIFICATIONS] [CHANNELS]      default: 1000000 over 1000
#include <algorithm>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <cstdlib>
#include <exception>
#include <fstream>
#include <iostream>
#include <stdexcept>
#include <string>
#include <unistd.h>
#include <vector>

#include <pgcoro/connection.hpp>
#include <pgcoro/notification_hub.hpp>
#include <pgcoro/sync_wait.hpp>

namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using clock_type = std::chrono::steady_clock;

/// Resident memory of this process in KiB.
long resident() {
  std::ifstream statm("/proc/self/statm");
  long pages = 0;
  statm >> pages >> pages;
  return pages * (sysconf(_SC_PAGESIZE) / 1024);
}

class run {
 public:
  run(std::string dsn, int total, int channels) : dsn_(std::move(dsn)), each_(total / channels), channels_(channels) {}

  asio::awaitable<void> operator()() {
    const auto executor = co_await asio::this_coro::executor;
    pgcoro::notification_hub hub(executor, dsn_);
    for (int c = 0; c < channels_; ++c) {
      pgcoro::subscription s = co_await hub.subscribe("soak " + std::to_string(c), 30s);
      asio::co_spawn(executor, take(std::move(s)), [this](const std::exception_ptr& failed) { ended(failed); });
    }
    const long before = resident();
    const auto began = clock_type::now();
    co_await send();
    while (left_ > 0) co_await wait_a_little();
    if (failure_) std::rethrow_exception(failure_);
    const std::chrono::duration<double> took = clock_type::now() - began;
    const double sent = static_cast<double>(each_) * channels_;
    std::cout << sent << " notifications over " << channels_ << " channels in " << took.count() << " s, "
              << sent / took.count() << " a second; reconnects " << hub.reconnects() << "; memory " << before
              << " KiB, at most " << most_ << " KiB\n";
    if (most_ > before + 32 * 1024) throw std::runtime_error("memory has grown by more than 32 MiB");
    if (most_ > most_of_first_half_ + 4 * 1024) throw std::runtime_error("memory goes on growing");
    co_await hub.close();
  }

 private:
  /// In as many rounds as there are notifications for each channel, several to a statement; never far ahead of those
  /// who take them, so that no queue overflows.
  asio::awaitable<void> send() {
    pgcoro::connection db = co_await pgcoro::connect(dsn_);
    constexpr int rounds = 10;
    for (int n = 0; n < each_ && !failure_; n += rounds) {
      const int last = std::min(n + rounds, each_) - 1;
      co_await db.execute(
          "SELECT pg_notify('soak ' || c, n::text) FROM generate_series($1::int, $2) n, generate_series(0, $3::int) c "
          "ORDER BY n",
          n, last, channels_ - 1);
      most_ = std::max(most_, resident());
      if (n < each_ / 2) most_of_first_half_ = most_;
      while (taken_ + 200'000 < static_cast<long>(last) * channels_ && !failure_) co_await wait_a_little();
    }
  }

  asio::awaitable<void> take(pgcoro::subscription from) {
    for (int expected = 0; expected < each_; ++expected) {
      const pgcoro::notification_event event = co_await from.next(60s);
      if (event.is_gap()) throw std::runtime_error("a gap in " + event.channel);
      if (event.payload != std::to_string(expected))
        throw std::runtime_error(event.channel + ": " + event.payload + " instead of " + std::to_string(expected));
      ++taken_;
    }
  }

  void ended(const std::exception_ptr& failed) {
    if (failed && !failure_) failure_ = failed;
    --left_;
  }

  static asio::awaitable<void> wait_a_little() {
    asio::steady_timer timer(co_await asio::this_coro::executor, 2ms);
    co_await timer.async_wait(asio::use_awaitable);
  }

  std::string dsn_;
  int each_;
  int channels_;
  int left_ = channels_;
  long taken_ = 0;
  long most_ = 0;  // resident memory, KiB
  long most_of_first_half_ = 0;
  std::exception_ptr failure_;
};

}  // namespace

int main(int argc, char** argv) try {
  if (argc < 2) throw std::runtime_error("usage: notifications DSN [NOTIFICATIONS] [CHANNELS]");
  asio::io_context context(1);
  run all(argv[1], argc > 2 ? std::atoi(argv[2]) : 1'000'000, argc > 3 ? std::atoi(argv[3]) : 1000);
  pgcoro::sync_wait(context, all());
} catch (const std::exception& e) {
  std::cerr << "notifications: " << e.what() << '\n';
  return 1;
}
