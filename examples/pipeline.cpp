// Several statements, one round trip.
#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <cstdint>
#include <iostream>
#include <string>

#include <pgcoro/connection.hpp>
#include <pgcoro/pipeline.hpp>
#include <pgcoro/sync_wait.hpp>

namespace asio = boost::asio;

asio::awaitable<void> atomic(pgcoro::connection& db) {
  // The default: one Sync and so one transaction. All of it happens, or nothing.
  pgcoro::pipeline p;
  p.execute("INSERT INTO accounts VALUES ($1, $2)", 1, 100);
  p.execute("INSERT INTO accounts VALUES ($1, $2)", 2, 0);
  auto total = p.fetch_one<std::int64_t>("SELECT sum(balance) FROM accounts");
  co_await db.run(p);
  std::cout << "in all: " << total.value() << '\n';

  p.clear();  // keeps its memory for the next use
  p.execute("UPDATE accounts SET balance = balance + 50 WHERE id = 2");
  auto failing = p.execute("UPDATE accounts SET balance = balance - 150 WHERE id = 1");
  auto behind = p.fetch_one<std::int64_t>("SELECT 1");
  try {
    co_await db.run(p);
  } catch (const pgcoro::error& e) {
    std::cout << "undone: " << e.what() << '\n';
    std::cout << "its own error: " << failing.error().code().message() << "; behind it: " << behind.error().message()
              << '\n';
  }
  const auto balance = co_await db.fetch_one<int>("SELECT balance FROM accounts WHERE id = 2");
  std::cout << "balance of 2 is still " << balance << '\n';
}

asio::awaitable<void> independent(pgcoro::connection& db) {
  // A Sync for each statement: an error in one leaves the others alone, and is found in its result.
  pgcoro::pipeline p(pgcoro::pipeline::independent);
  auto good = p.fetch_one<std::string>("SELECT 'good'");
  auto bad = p.fetch_one<int>("SELECT 1 / $1::int", 0);
  auto also_good = p.fetch<std::int64_t>("SELECT n FROM generate_series(1, 5) n");
  co_await db.run(p);
  std::cout << good.value() << ", " << bad.error().message() << ", " << also_good.value().size() << " rows\n";
}

asio::awaitable<void> run(const char* dsn) {
  auto db = co_await pgcoro::connect(dsn);
  co_await db.execute_script("CREATE TEMP TABLE accounts (id int PRIMARY KEY, balance int CHECK (balance >= 0))");
  co_await atomic(db);
  co_await independent(db);
}

int main(int argc, char** argv) try {
  asio::io_context context(1);
  pgcoro::sync_wait(context, run(argc > 1 ? argv[1] : ""));
} catch (const std::exception& e) {
  std::cerr << e.what() << '\n';
  return 1;
}
