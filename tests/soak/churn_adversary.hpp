// Does harm to a pool's server from a connection of its own, and counts what connections the server has.
#pragma once

#include <csignal>

#include "soak/churn_client.hpp"

namespace pgcoro::churn {

class adversary {
 public:
  adversary(pgcoro::pool& pool, std::size_t pool_size, std::string application, std::string dsn, std::uint64_t seed,
            bool stop, counts& total)
      : pool_(pool),
        pool_size_(pool_size),
        application_(std::move(application)),
        dsn_(std::move(dsn)),
        random_(seed),
        stop_(stop),
        total_(total) {}

  /// The server may be restarted meanwhile, by somebody else.
  asio::awaitable<void> run(clock_type::time_point until) {
    while (clock_type::now() < until) {
      bool away = false;
      try {
        connection db = co_await with_timeout(connect(dsn_), 5s);
        co_await note_start(db);
        co_await harm(db, until);
      } catch (const boost::system::system_error&) {
        away = true;
      }
      if (away) co_await sleep_for(50ms);
    }
  }

 private:
  asio::awaitable<void> harm(connection& db, clock_type::time_point until) {
    while (clock_type::now() < until) {
      co_await sleep_for(milliseconds(5 + random_() % 20));
      co_await look(db);
      if (random_() % 10 == 0) co_await kill_one(db);
      if (stop_ && random_() % 100 == 0) co_await stop_one(db);
      if (stop_ && random_() % 400 == 0) co_await halt_server(db);
      if (random_() % 200 == 0) reset();
    }
  }

  asio::awaitable<void> note_start(connection& db) {
    auto start = co_await db.fetch_one<std::string>("SELECT pg_postmaster_start_time()::text");
    if (!start_.empty() && start != start_) ++total_.restarts;
    start_ = std::move(start);
  }

  asio::awaitable<void> look(connection& db) {
    const auto n = co_await db.fetch_one<std::int64_t>(
        "SELECT count(*) FROM pg_stat_activity WHERE application_name = $1", application_);
    ++total_.looks;
    total_.most = std::max(total_.most, static_cast<std::size_t>(n));
    if (static_cast<std::size_t>(n) > pool_size_)
      throw std::runtime_error("the server has " + std::to_string(n) + " connections of a pool of " +
                               std::to_string(pool_size_));
  }

  asio::awaitable<void> kill_one(connection& db) {
    co_await db.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1 ORDER BY random() LIMIT 1",
        application_);
    ++total_.killed;
  }

  asio::awaitable<void> stop_one(connection& db) {
    co_await stop_for(300ms, co_await db.fetch<int>("SELECT pid FROM pg_stat_activity WHERE application_name = $1"
                                                    " ORDER BY random() LIMIT 1",
                                                    application_));
    ++total_.stopped;
  }

  /// The whole of it: who is served already, and who wants to connect.
  asio::awaitable<void> halt_server(connection& db) {
    co_await stop_for(1s, co_await db.fetch<int>("SELECT pid FROM pg_stat_activity WHERE application_name = $1"
                                                 " UNION ALL SELECT split_part(pg_read_file('postmaster.pid'),"
                                                 " chr(10), 1)::int",
                                                 application_));
    ++total_.halted;
  }

  asio::awaitable<void> stop_for(clock_type::duration time, std::vector<int> processes) {
    for (const int pid : processes) ::kill(pid, SIGSTOP);
    co_await sleep_for(time);
    for (const int pid : processes) ::kill(pid, SIGCONT);
  }

  void reset() {
    ++total_.resets;
    pool_.reset();
    pool_.resize(random_() % 3, pool_size_);
  }

  pgcoro::pool& pool_;
  std::size_t pool_size_;
  std::string application_;
  std::string dsn_;
  std::mt19937_64 random_;
  bool stop_;
  counts& total_;
  std::string start_;  // the server's, as it says
};

}  // namespace pgcoro::churn
