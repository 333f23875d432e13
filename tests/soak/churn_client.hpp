// One of the many who use a pool while everything goes wrong that can: an operation after the other, each with a
// deadline, some cancelled at a random moment. What comes back is checked, how it failed is counted.
#pragma once

#include <algorithm>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <cstdint>
#include <exception>
#include <map>
#include <random>
#include <stdexcept>
#include <string>
#include <vector>

#include <pgcoro/pool.hpp>
#include <pgcoro/row_stream.hpp>
#include <pgcoro/transaction.hpp>
#include <pgcoro/with_timeout.hpp>

namespace pgcoro::churn {

namespace asio = boost::asio;
using clock_type = std::chrono::steady_clock;
using std::chrono::milliseconds;
using namespace std::chrono_literals;

/// Nothing may take longer than its own deadline by this much, on a busy machine.
inline constexpr clock_type::duration grace = 10s;

struct counts {
  std::uint64_t operations = 0, ended = 0, timeouts = 0, cancelled = 0, lost = 0, unreachable = 0;
  std::uint64_t killed = 0, stopped = 0, halted = 0, restarts = 0, resets = 0, looks = 0;
  std::size_t most = 0;
  clock_type::duration latest{};            ///< the most by which an operation has outlived its deadline
  std::vector<clock_type::duration> waits;  ///< of those who got a connection
  std::map<std::string, std::uint64_t> others;
};

inline asio::awaitable<void> sleep_for(clock_type::duration time) {
  asio::steady_timer timer(co_await asio::this_coro::executor, time);
  co_await timer.async_wait(asio::use_awaitable);
}

inline void expect(std::int64_t got, std::int64_t wanted) {
  if (got != wanted)
    throw std::runtime_error("token " + std::to_string(wanted) + " came back as " + std::to_string(got));
}

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
    const auto late = clock_type::now() - started - limit;
    total_.latest = std::max(total_.latest, late);
    if (late > grace) throw std::runtime_error("an operation outlived its deadline");
    note(failure);
  }

  asio::awaitable<void> something(clock_type::duration limit) {
    const auto token = static_cast<std::int64_t>(random_() >> 2);
    const query_options options{.mode = {}, .timeout = limit};
    switch (random_() % 50) {
      case 0: return slow(options, token);
      case 1:
      case 2:
      case 3:
      case 4:
      case 5: return leased(limit, token);
      case 6:
      case 7:
      case 8: return left_dirty(limit, token);
      case 9:
      case 10:
      case 11: return with_timeout(transacted(token), limit);
      case 12:
      case 13: return with_timeout(streamed(limit, token), limit);
      default: return plain(options, token);
    }
  }

  asio::awaitable<void> plain(query_options options, std::int64_t token) {
    expect(co_await pool_.fetch_one<std::int64_t>(options, "SELECT $1::int8", token), token);
  }

  asio::awaitable<void> slow(query_options options, std::int64_t token) {
    const double seconds = static_cast<double>(random_() % 50) / 1000;
    const auto got =
        co_await pool_.fetch_one<std::int64_t>(options, "SELECT $1::int8 FROM pg_sleep($2)", token, seconds);
    expect(got, token);
  }

  asio::awaitable<lease> acquire(clock_type::duration limit) {
    const auto asked = clock_type::now();
    lease db = co_await pool_.acquire(limit);
    total_.waits.push_back(clock_type::now() - asked);
    co_return std::move(db);
  }

  asio::awaitable<void> leased(clock_type::duration limit, std::int64_t token) {
    const lease db = co_await acquire(limit);
    const query_options options{.mode = {}, .timeout = limit / 4};
    expect(co_await db->fetch_one<std::int64_t>(options, "SELECT $1::int8", token), token);
    expect(co_await db->fetch_one<std::int64_t>(options, "SELECT $1::int8 + 1", token), token + 1);
  }

  asio::awaitable<void> left_dirty(clock_type::duration limit, std::int64_t token) {
    const lease db = co_await acquire(limit);
    const query_options options{.mode = {}, .timeout = limit / 4};
    const auto before =
        co_await db->fetch_one<std::string>(options, "SELECT coalesce(current_setting('pgcoro.dirt', true), '')");
    if (!before.empty()) throw std::runtime_error("somebody's setting is still there: " + before);
    co_await db->execute(options, "SET pgcoro.dirt = 'left'");
    if (random_() % 2) co_await db->execute(options, "BEGIN");
    expect(co_await db->fetch_one<std::int64_t>(options, "SELECT $1::int8", token), token);
  }

  asio::awaitable<void> transacted(std::int64_t token) {
    auto body = [token](transaction& tx) -> asio::awaitable<void> {
      expect(co_await tx.fetch_one<std::int64_t>("SELECT $1::int8", token), token);
    };
    co_await pool_.transaction(body);
  }

  /// Read to the end, or dropped on the way.
  asio::awaitable<void> streamed(clock_type::duration limit, std::int64_t token) {
    const stream_options options{.rows = 50, .mode = {}, .timeout = limit};
    auto rows = co_await pool_.stream<std::int64_t>(options, "SELECT $1::int8 FROM generate_series(1, 500)", token);
    const bool to_the_end = random_() % 2 == 0;
    while (auto batch = co_await rows.next()) {
      for (const std::int64_t got : *batch) expect(got, token);
      if (!to_the_end) break;
    }
  }

  void note(const std::exception_ptr& failure) {
    if (!failure) {
      ++total_.ended;
      return;
    }
    try {
      std::rethrow_exception(failure);
    } catch (const boost::system::system_error& e) {
      count(e.code());
    }
  }

  /// What may become of an operation here; all else is remembered, and is a failure of the test.
  void count(const boost::system::error_code& code) {
    namespace net = boost::system::errc;
    if (code == errc::timeout)
      ++total_.timeouts;
    else if (code == asio::error::operation_aborted)
      ++total_.cancelled;
    else if (code == sqlstate::admin_shutdown || code == sqlstate::crash_shutdown || code == errc::connection_closed ||
             code == errc::in_doubt)
      ++total_.lost;
    else if (code == sqlstate::cannot_connect_now || code == net::connection_refused || code == net::connection_reset ||
             code == net::broken_pipe || code == net::no_such_file_or_directory)
      ++total_.unreachable;
    else
      ++total_.others[code.message()];
  }

  pgcoro::pool& pool_;
  std::mt19937_64 random_;
  counts& total_;
};

}  // namespace pgcoro::churn
