// Transactions: committed, dropped, with savepoints, retried, prepared.
#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <iostream>
#include <string>

#include <pgcoro/connection.hpp>
#include <pgcoro/exceptions.hpp>
#include <pgcoro/pipeline.hpp>
#include <pgcoro/prepared_transaction.hpp>
#include <pgcoro/sync_wait.hpp>
#include <pgcoro/transaction.hpp>
#include <pgcoro/when_all.hpp>

namespace asio = boost::asio;

asio::awaitable<void> print_balances(pgcoro::connection& db, const char* when) {
  const auto balances = co_await db.fetch<int>("SELECT balance FROM example_accounts ORDER BY id");
  std::cout << when << ':';
  for (const int balance : balances) std::cout << ' ' << balance;
  std::cout << '\n';
}

asio::awaitable<void> by_hand(pgcoro::connection& db) {
  auto tx = co_await db.begin();  // no round trip: BEGIN rides in front of the first statement
  co_await tx.execute("UPDATE example_accounts SET balance = balance - 10 WHERE id = 1");

  // A savepoint: what fails in it leaves the rest of the transaction alone.
  auto savepoint = co_await tx.begin();
  try {
    co_await savepoint.execute("UPDATE example_accounts SET balance = balance - 1000 WHERE id = 2");
    co_await savepoint.commit();
  } catch (const pgcoro::check_violation&) {
    std::cout << "account 2 has too little\n";
  }
  if (savepoint.is_open()) co_await savepoint.rollback();

  co_await tx.execute("UPDATE example_accounts SET balance = balance + 10 WHERE id = 3");
  co_await tx.commit();
  co_await print_balances(db, "committed");

  {
    auto forgotten = co_await db.begin();
    co_await forgotten.execute("DELETE FROM example_accounts");
  }  // rolled back, before anything else can run on this connection
  co_await print_balances(db, "dropped");
}

asio::awaitable<int> transfer(pgcoro::transaction& tx, int from, int to, int amount) {
  const auto balance = co_await tx.fetch_one<int>("SELECT balance FROM example_accounts WHERE id = $1", from);
  if (balance < amount) throw std::runtime_error("too little in account " + std::to_string(from));
  pgcoro::pipeline both;
  both.execute("UPDATE example_accounts SET balance = balance - $1 WHERE id = $2", amount, from);
  both.execute("UPDATE example_accounts SET balance = balance + $1 WHERE id = $2", amount, to);
  co_await tx.run(both);
  co_return balance - amount;
}

asio::awaitable<void> by_callable(pgcoro::connection& db, pgcoro::connection& other) {
  // Committed when it returns, rolled back when it throws, tried again on 40001 and 40P01. The two collide.
  auto one = [](pgcoro::transaction& tx) { return transfer(tx, 1, 2, 25); };
  auto two = [](pgcoro::transaction& tx) { return transfer(tx, 2, 1, 5); };
  const pgcoro::transaction_options options{.isolation = pgcoro::isolation::serializable, .retries = 20};
  const auto [left, right] = co_await pgcoro::when_all(db.transaction(one, options), other.transaction(two, options));
  std::cout << "left over: " << (left > 0 && right > 0 ? "something" : "nothing") << '\n';
  co_await print_balances(db, "after both");

  try {
    co_await db.transaction([](pgcoro::transaction& tx) { return transfer(tx, 1, 2, 1'000'000); });
  } catch (const std::runtime_error& e) {
    std::cout << "rolled back, the exception is yours: " << e.what() << '\n';
  }
}

asio::awaitable<void> in_two_phases(pgcoro::connection& db) {
  auto tx = co_await db.begin();
  co_await tx.execute("UPDATE example_accounts SET balance = balance + 1");
  try {
    co_await tx.prepare_transaction("example-7");
  } catch (const pgcoro::object_not_in_prerequisite_state& e) {
    std::cout << e.what() << '\n';  // max_prepared_transactions is 0
    co_return;
  }
  const auto waiting = co_await db.prepared_transactions();
  for (const pgcoro::prepared_transaction& p : waiting) std::cout << "prepared: " << p.gid << '\n';
  co_await db.commit_prepared("example-7");  // from any session
  co_await print_balances(db, "in two phases");
}

asio::awaitable<void> run(const char* dsn) {
  auto db = co_await pgcoro::connect(dsn);
  auto other = co_await pgcoro::connect(dsn);
  co_await db.execute_script(
      "DROP TABLE IF EXISTS example_accounts;"
      "CREATE TABLE example_accounts (id int PRIMARY KEY, balance int NOT NULL CHECK (balance >= 0));"
      "INSERT INTO example_accounts VALUES (1, 100), (2, 100), (3, 100)");
  co_await by_hand(db);
  co_await by_callable(db, other);
  co_await in_two_phases(db);

  // Where the connection is lost while COMMIT is under way, the server is asked what became of it.
  auto tx = co_await db.begin({.resolve_in_doubt = true});
  co_await tx.execute("DROP TABLE example_accounts");
  co_await tx.commit();
}

int main(int argc, char** argv) try {
  asio::io_context context(1);
  pgcoro::sync_wait(context, run(argc > 1 ? argv[1] : ""));
} catch (const std::exception& e) {
  std::cerr << e.what() << '\n';
  return 1;
}
