// Transactions, savepoints, retries and two-phase commits on a real server.
#include <optional>
#include <thread>

#include <pgcoro/connection.hpp>
#include <pgcoro/exceptions.hpp>
#include <pgcoro/pipeline.hpp>
#include <pgcoro/prepared_transaction.hpp>
#include <pgcoro/row_stream.hpp>
#include <pgcoro/transaction.hpp>
#include <pgcoro/when_all.hpp>
#include <pgcoro/with_timeout.hpp>

#include "support/async_test.hpp"
#include "support/environment.hpp"

namespace pgcoro::test {
namespace {

using status = protocol::transaction_status;

// g++ 12 takes no braces in an expression with co_await.
std::vector<int> only(int n) { return {n}; }
std::vector<int> none() { return {}; }

/// A connection with a table of its own, "numbers (n int primary key)".
asio::awaitable<connection> with_numbers() {
  connection db = co_await connect_to("DSN");
  co_await db.execute_script("CREATE TEMP TABLE numbers (n int PRIMARY KEY DEFERRABLE INITIALLY IMMEDIATE)");
  co_return db;
}

asio::awaitable<std::vector<int>> numbers(connection& db) { return db.fetch<int>("SELECT n FROM numbers ORDER BY n"); }

ASYNC_TEST(transactions, commit_keeps_what_was_done) {
  connection db = co_await with_numbers();
  transaction tx = co_await db.begin();
  EXPECT_EQ(db.transaction_status(), status::idle) << "nothing is sent before the first statement";
  co_await tx.execute("INSERT INTO numbers VALUES (1)");
  EXPECT_EQ(db.transaction_status(), status::in_transaction);
  co_await tx.commit();
  EXPECT_EQ(db.transaction_status(), status::idle);
  EXPECT_FALSE(tx.is_open());
  EXPECT_EQ(co_await numbers(db), only(1));
}

ASYNC_TEST(transactions, rollback_undoes_it) {
  connection db = co_await with_numbers();
  transaction tx = co_await db.begin();
  co_await tx.execute("INSERT INTO numbers VALUES (1)");
  co_await tx.rollback();
  EXPECT_EQ(co_await numbers(db), none());
}

ASYNC_TEST(transactions, dropped_is_rolled_back_before_anything_else_runs) {
  connection db = co_await with_numbers();
  {
    transaction tx = co_await db.begin();
    co_await tx.execute("INSERT INTO numbers VALUES (1)");
  }
  EXPECT_EQ(co_await numbers(db), none());
  EXPECT_EQ(db.transaction_status(), status::idle);
  transaction tx = co_await db.begin();
  co_await tx.execute("INSERT INTO numbers VALUES (1)");
  tx = transaction();  // assigned to is as good as dropped
  EXPECT_EQ(co_await numbers(db), none());
}

ASYNC_TEST(transactions, may_be_dropped_on_another_thread) {
  connection db = co_await with_numbers();
  auto tx = std::make_unique<transaction>(co_await db.begin());
  co_await tx->execute("INSERT INTO numbers VALUES (1)");
  std::thread([&] { tx.reset(); }).join();
  EXPECT_EQ(co_await numbers(db), none());
}

ASYNC_TEST(transactions, may_be_dropped_after_their_connection) {
  connection db = co_await with_numbers();
  transaction tx = co_await db.begin();
  co_await tx.execute("INSERT INTO numbers VALUES (1)");
  db = connection();
  EXPECT_EQ((co_await error_of(tx.execute("SELECT 1"))).code(), errc::connection_closed);
  const error_info failed = co_await error_of(tx.commit());
  EXPECT_EQ(failed.code(), errc::connection_closed);
  EXPECT_TRUE(failed.safe_to_retry()) << "COMMIT was never sent";
}

ASYNC_TEST(transactions, begin_as_the_options_say) {
  connection db = co_await connect_to("DSN");
  struct wanted {
    transaction_options options;
    std::string isolation, read_only, deferrable;
  };
  const std::vector<wanted> all = {
      {{}, "read committed", "off", "off"},
      {{.isolation = isolation::repeatable_read}, "repeatable read", "off", "off"},
      {{.isolation = isolation::read_uncommitted, .read_only = true}, "read uncommitted", "on", "off"},
      {{.isolation = isolation::read_committed, .read_only = false}, "read committed", "off", "off"},
      {{.isolation = isolation::serializable, .read_only = true, .deferrable = true}, "serializable", "on", "on"},
      {{.deferrable = false}, "read committed", "off", "off"},
  };
  for (const wanted& w : all) {
    transaction tx = co_await db.begin(w.options);
    const auto got = co_await tx.fetch_one<std::tuple<std::string, std::string, std::string>>(
        "SELECT current_setting('transaction_isolation'), current_setting('transaction_read_only'), "
        "current_setting('transaction_deferrable')");
    EXPECT_EQ(got, std::tuple(w.isolation, w.read_only, w.deferrable));
    co_await tx.commit();
  }
}

ASYNC_TEST(transactions, begin_in_front_of_whatever_comes_first) {
  connection db = co_await with_numbers();
  const auto in_transaction = [&](auto start) -> asio::awaitable<void> {
    transaction tx = co_await db.begin();
    co_await start(tx);
    EXPECT_EQ(db.transaction_status(), status::in_transaction);
    co_await tx.rollback();
    const std::vector<int> left = co_await numbers(db);
    EXPECT_TRUE(left.empty());
  };
  auto script = [](transaction& tx) -> asio::awaitable<void> {
    const auto done = co_await tx.execute_script("INSERT INTO numbers VALUES (1); INSERT INTO numbers VALUES (2)");
    EXPECT_EQ(done.size(), 2u) << "BEGIN is not the user's";
  };
  co_await in_transaction(script);
  auto many = [](transaction& tx) -> asio::awaitable<void> {
    const std::vector<int> rows = {1, 2, 3};
    co_await tx.execute_many("INSERT INTO numbers VALUES ($1)", rows);
  };
  co_await in_transaction(many);
  auto piped = [](transaction& tx) -> asio::awaitable<void> {
    pipeline both;
    both.execute("INSERT INTO numbers VALUES (1)");
    both.execute("INSERT INTO numbers VALUES (2)");
    co_await tx.run(both);
  };
  co_await in_transaction(piped);
  auto independent = [](transaction& tx) -> asio::awaitable<void> {
    pipeline both(pipeline::independent);
    both.execute("INSERT INTO numbers VALUES (1)");
    both.execute("INSERT INTO numbers VALUES (2)");
    co_await tx.run(both);
  };
  co_await in_transaction(independent);
  auto prepared = [](transaction& tx) -> asio::awaitable<void> {
    const statement insert = co_await tx.prepare("INSERT INTO numbers VALUES ($1)");
    co_await tx.execute(insert, 1);
  };
  co_await in_transaction(prepared);
  auto on_the_connection = [&](transaction&) -> asio::awaitable<void> {
    co_await db.execute("INSERT INTO numbers VALUES (1)");
  };
  co_await in_transaction(on_the_connection);
  for (const statement_mode mode : {statement_mode::describe_each, statement_mode::unnamed, statement_mode::simple}) {
    auto one = [mode](transaction& tx) -> asio::awaitable<void> {
      co_await tx.execute(query_options{.mode = mode}, "INSERT INTO numbers VALUES (1)");
    };
    co_await in_transaction(one);
  }
}

ASYNC_TEST(transactions, commit_of_a_failed_one_is_an_error) {
  connection db = co_await with_numbers();
  transaction tx = co_await db.begin();
  co_await tx.execute("INSERT INTO numbers VALUES (1)");
  EXPECT_EQ((co_await error_of(tx.execute("SELECT 1 / 0"))).code(), sqlstate::division_by_zero);
  const error_info failed = co_await error_of(tx.commit());
  EXPECT_EQ(failed.code(), errc::transaction_aborted);
  EXPECT_TRUE(failed.connection_usable());
  EXPECT_EQ(co_await numbers(db), none());
}

ASYNC_TEST(transactions, commit_that_a_deferred_constraint_refuses_gives_the_servers_error) {
  connection db = co_await with_numbers();
  transaction tx = co_await db.begin();
  co_await tx.execute_script("SET CONSTRAINTS ALL DEFERRED");
  co_await tx.execute("INSERT INTO numbers VALUES (1), (1)");
  EXPECT_EQ((co_await error_of(tx.commit())).code(), sqlstate::unique_violation);
  EXPECT_FALSE(tx.is_open());
  EXPECT_EQ(co_await numbers(db), none());
}

ASYNC_TEST(transactions, that_have_ended_say_so) {
  connection db = co_await with_numbers();
  transaction tx = co_await db.begin();
  co_await tx.execute("SELECT 1");
  co_await tx.commit();
  EXPECT_EQ((co_await error_of(tx.execute("INSERT INTO numbers VALUES (1)"))).code(), errc::transaction_misused);
  EXPECT_EQ((co_await error_of(tx.commit())).code(), errc::transaction_misused);
  EXPECT_EQ((co_await error_of(tx.rollback())).code(), errc::transaction_misused);
  EXPECT_EQ((co_await error_of(tx.begin())).code(), errc::transaction_misused);
  pipeline p;
  p.execute("SELECT 1");
  EXPECT_EQ((co_await error_of(tx.run(p))).code(), errc::transaction_misused);
  EXPECT_EQ(co_await numbers(db), none());
  transaction never;
  EXPECT_EQ((co_await error_of(never.commit())).code(), errc::transaction_misused);
}

ASYNC_TEST(transactions, one_at_a_time_on_a_connection) {
  connection db = co_await connect_to("DSN");
  transaction tx = co_await db.begin();
  EXPECT_EQ((co_await error_of(db.begin())).code(), errc::transaction_misused);
  co_await tx.commit();
  transaction next = co_await db.begin();
  co_await next.commit();
  co_await db.execute_script("BEGIN");
  EXPECT_EQ((co_await error_of(db.begin())).code(), errc::transaction_misused);
}

ASYNC_TEST(transactions, commit_with_statements_in_flight_is_refused_and_changes_nothing) {
  connection db = co_await with_numbers();
  transaction tx = co_await db.begin();
  co_await tx.execute("INSERT INTO numbers VALUES (1)");
  pending slow = co_await start(tx.execute("SELECT pg_sleep(0.05)"));
  EXPECT_EQ((co_await error_of(tx.commit())).code(), errc::transaction_misused);
  EXPECT_FALSE(co_await slow.outcome());
  EXPECT_TRUE(tx.is_open());
  co_await tx.commit();
  EXPECT_EQ(co_await numbers(db), only(1));
}

ASYNC_TEST(transactions, commit_while_a_row_stream_is_open_is_refused_and_changes_nothing) {
  connection db = co_await with_numbers();
  transaction tx = co_await db.begin();
  auto rows = co_await tx.stream<int>("INSERT INTO numbers SELECT generate_series(1, 100000) RETURNING n");
  EXPECT_EQ((co_await error_of(tx.commit())).code(), errc::connection_busy);
  EXPECT_TRUE(tx.is_open());
  std::size_t seen = 0;
  while (auto batch = co_await rows.next()) seen += batch->size();
  EXPECT_EQ(seen, 100000u);
  co_await tx.commit();
  EXPECT_EQ(co_await db.fetch_one<int>("SELECT count(*)::int FROM numbers"), 100000);
}

ASYNC_TEST(transactions, dropped_while_a_row_stream_is_open_are_rolled_back) {
  connection db = co_await with_numbers();
  const std::string endless = "SELECT generate_series(1, 1000000000)";  // made as it is sent
  {
    transaction tx = co_await db.begin();
    co_await tx.execute("INSERT INTO numbers VALUES (1)");
    auto rows = co_await tx.stream<int>(endless);
    co_await rows.next();
  }  // the stream first
  EXPECT_EQ(co_await numbers(db), none());
  {
    std::optional<transaction> tx(co_await db.begin());
    co_await tx->execute("INSERT INTO numbers VALUES (1)");
    auto rows = co_await tx->stream<int>(endless);
    co_await rows.next();
    tx.reset();
  }
  EXPECT_EQ(co_await numbers(db), none());
  EXPECT_EQ(db.transaction_status(), status::idle);
}

ASYNC_TEST(transactions, that_a_statement_of_their_own_has_ended_run_nothing_more) {
  connection db = co_await with_numbers();
  transaction tx = co_await db.begin();
  co_await tx.execute("INSERT INTO numbers VALUES (1)");
  co_await tx.execute_script("ROLLBACK");
  const error_info failed = co_await error_of(tx.execute("INSERT INTO numbers VALUES (2)"));
  EXPECT_EQ(failed.code(), errc::transaction_aborted);
  EXPECT_TRUE(failed.safe_to_retry());
  EXPECT_EQ((co_await error_of(tx.commit())).code(), errc::transaction_aborted);
  EXPECT_EQ(co_await numbers(db), none());
}

ASYNC_TEST(transactions, heal_a_stale_plan_of_their_first_statement) {
  connection db = co_await with_numbers();
  co_await db.query("SELECT * FROM numbers");
  co_await db.execute_script("ALTER TABLE numbers ADD COLUMN m int");
  transaction tx = co_await db.begin({.isolation = isolation::repeatable_read});
  const result rows = co_await tx.query("SELECT * FROM numbers");
  EXPECT_EQ(rows.columns().columns.size(), 2u);
  EXPECT_EQ(db.transaction_status(), status::in_transaction);
  EXPECT_EQ(co_await tx.fetch_one<std::string>("SELECT current_setting('transaction_isolation')"), "repeatable read");
  co_await tx.commit();
}

ASYNC_TEST(savepoints, keep_what_was_done_outside_when_rolled_back) {
  connection db = co_await with_numbers();
  transaction tx = co_await db.begin();
  co_await tx.execute("INSERT INTO numbers VALUES (1)");
  transaction inner = co_await tx.begin();
  EXPECT_TRUE(inner.is_savepoint());
  EXPECT_EQ((co_await error_of(inner.execute("INSERT INTO numbers VALUES (1)"))).code(), sqlstate::unique_violation);
  co_await inner.rollback();
  co_await tx.execute("INSERT INTO numbers VALUES (2)");
  {
    transaction dropped = co_await tx.begin();
    co_await dropped.execute("INSERT INTO numbers VALUES (3)");
  }
  transaction kept = co_await tx.begin();
  co_await kept.execute("INSERT INTO numbers VALUES (4)");
  transaction deeper = co_await kept.begin();
  co_await deeper.execute("INSERT INTO numbers VALUES (5)");
  co_await deeper.commit();
  co_await kept.commit();
  co_await tx.commit();
  const std::vector<int> expected = {1, 2, 4, 5};
  EXPECT_EQ(co_await numbers(db), expected);
}

ASYNC_TEST(savepoints, end_before_what_they_are_in) {
  connection db = co_await with_numbers();
  transaction tx = co_await db.begin();
  transaction inner = co_await tx.begin();
  co_await inner.execute("INSERT INTO numbers VALUES (1)");
  EXPECT_EQ((co_await error_of(tx.commit())).code(), errc::transaction_misused);
  EXPECT_EQ((co_await error_of(tx.begin())).code(), errc::transaction_misused);
  EXPECT_EQ((co_await error_of(inner.prepare_transaction("x"))).code(), errc::transaction_misused);
  co_await tx.execute("INSERT INTO numbers VALUES (2)");  // runs within the savepoint
  co_await tx.rollback();
  EXPECT_EQ((co_await error_of(inner.execute("INSERT INTO numbers VALUES (3)"))).code(), errc::transaction_misused);
  EXPECT_EQ(co_await numbers(db), none());
}

ASYNC_TEST(savepoints, may_be_moved_and_so_may_what_they_are_in) {
  connection db = co_await with_numbers();
  transaction first = co_await db.begin();
  transaction inner = co_await first.begin();
  transaction tx = std::move(first);
  transaction moved = std::move(inner);
  EXPECT_EQ((co_await error_of(tx.commit())).code(), errc::transaction_misused);
  co_await moved.execute("INSERT INTO numbers VALUES (1)");
  co_await moved.commit();
  co_await tx.commit();
  EXPECT_EQ(co_await numbers(db), only(1));
}

ASYNC_TEST(savepoints, that_cannot_be_committed_are_rolled_back_and_the_transaction_goes_on) {
  connection db = co_await with_numbers();
  transaction tx = co_await db.begin();
  transaction inner = co_await tx.begin();
  EXPECT_EQ((co_await error_of(inner.execute("SELECT 1 / 0"))).code(), sqlstate::division_by_zero);
  EXPECT_EQ((co_await error_of(inner.commit())).code(), sqlstate::in_failed_sql_transaction);
  co_await tx.execute("INSERT INTO numbers VALUES (1)");
  co_await tx.commit();
  EXPECT_EQ(co_await numbers(db), only(1));
}

ASYNC_TEST(transaction_function, yields_what_the_callable_yields_and_commits) {
  connection db = co_await with_numbers();
  const int got = co_await db.transaction([](pgcoro::transaction& tx) -> asio::awaitable<int> {
    co_await tx.execute("INSERT INTO numbers VALUES (7)");
    co_return co_await tx.fetch_one<int>("SELECT n FROM numbers");
  });
  EXPECT_EQ(got, 7);
  EXPECT_EQ(co_await numbers(db), only(7));
  co_await db.transaction([](auto& tx) -> asio::awaitable<void> { co_await tx.execute("DELETE FROM numbers"); });
  EXPECT_EQ(co_await numbers(db), none());
}

ASYNC_TEST(transaction_function, passes_exceptions_on_unchanged_after_a_rollback) {
  connection db = co_await with_numbers();
  auto failing = [](pgcoro::transaction& tx) -> asio::awaitable<void> {
    co_await tx.execute("INSERT INTO numbers VALUES (1)");
    throw std::out_of_range("mine");
  };
  std::string what;
  try {
    co_await db.transaction(failing);
  } catch (const std::out_of_range& e) {
    what = e.what();
  }
  EXPECT_EQ(what, "mine");
  EXPECT_EQ(db.transaction_status(), status::idle);
  EXPECT_EQ(co_await numbers(db), none());
}

ASYNC_TEST(transaction_function, lets_the_callable_roll_back) {
  connection db = co_await with_numbers();
  co_await db.transaction([](pgcoro::transaction& tx) -> asio::awaitable<void> {
    co_await tx.execute("INSERT INTO numbers VALUES (1)");
    co_await tx.rollback();
  });
  EXPECT_EQ(co_await numbers(db), none());
}

ASYNC_TEST(transaction_function, begins_again_as_often_as_it_may) {
  connection db = co_await connect_to("DSN");
  for (const char* state : {"40001", "40P01"}) {
    int calls = 0;
    auto fails_twice = [&](pgcoro::transaction& tx) -> asio::awaitable<int> {
      if (++calls < 3) co_await tx.execute_script("DO $$ BEGIN RAISE SQLSTATE '" + std::string(state) + "'; END $$");
      co_return calls;
    };
    EXPECT_EQ(co_await db.transaction(fails_twice), 3);
    calls = 0;
    EXPECT_EQ((co_await error_of(db.transaction(fails_twice, {.retries = 1}))).server()->sqlstate, state);
    EXPECT_EQ(calls, 2);
    calls = 0;
    EXPECT_EQ((co_await error_of(db.transaction(fails_twice, {.retry_time = 0s}))).server()->sqlstate, state);
    EXPECT_EQ(calls, 1);
  }
}

ASYNC_TEST(transaction_function, does_not_begin_again_after_other_errors) {
  connection db = co_await connect_to("DSN");
  int calls = 0;
  auto failing = [&](pgcoro::transaction& tx) -> asio::awaitable<void> {
    ++calls;
    co_await tx.execute("SELECT 1 / 0");
  };
  EXPECT_EQ((co_await error_of(db.transaction(failing))).code(), sqlstate::division_by_zero);
  EXPECT_EQ(calls, 1);
}

ASYNC_TEST(transaction_function, cancelled_rolls_back_and_is_not_tried_again) {
  connection db = co_await with_numbers();
  int calls = 0;
  auto slow = [&](pgcoro::transaction& tx) -> asio::awaitable<void> {
    ++calls;
    co_await tx.execute("INSERT INTO numbers VALUES (1)");
    co_await tx.execute("SELECT pg_sleep(60)");
  };
  EXPECT_EQ((co_await error_of(with_timeout(db.transaction(slow), 100ms))).code(), errc::timeout);
  EXPECT_EQ(calls, 1);
  EXPECT_EQ(co_await numbers(db), none());
  EXPECT_EQ(db.transaction_status(), status::idle);
}

ASYNC_TEST(transaction_function, settles_collisions_of_serializable_ones) {
  connection one = co_await connect_to("DSN");
  connection two = co_await connect_to("DSN");
  co_await one.execute_script(
      "DROP TABLE IF EXISTS tx_counter; CREATE TABLE tx_counter (n int); "
      "INSERT INTO tx_counter VALUES (0)");
  auto add = [](pgcoro::transaction& tx) -> asio::awaitable<void> {
    const int n = co_await tx.fetch_one<int>("SELECT n FROM tx_counter");
    co_await tx.execute("UPDATE tx_counter SET n = $1", n + 1);
  };
  auto ten_times = [&](connection& db) -> asio::awaitable<void> {
    for (int i = 0; i < 10; ++i) co_await db.transaction(add, {.isolation = isolation::serializable, .retries = 1000});
  };
  co_await when_all(ten_times(one), ten_times(two));
  EXPECT_EQ(co_await one.fetch_one<int>("SELECT n FROM tx_counter"), 20);
  co_await one.execute_script("DROP TABLE tx_counter");
}

ASYNC_TEST(two_phase, is_committed_or_rolled_back_by_any_session) {
  connection db = co_await connect_to("DSN");
  connection other = co_await connect_to("DSN");
  co_await db.execute_script("DROP TABLE IF EXISTS two_phase; CREATE TABLE two_phase (n int)");
  const std::string names[] = {"pgcoro'test\\1", "pgcoro test 2"};
  for (const std::string& gid : names) {
    transaction tx = co_await db.begin();
    co_await tx.execute("INSERT INTO two_phase VALUES (1)");
    co_await tx.prepare_transaction(gid);
    EXPECT_FALSE(tx.is_open());
    EXPECT_EQ(db.transaction_status(), status::idle);
  }
  const auto waiting = co_await other.prepared_transactions();
  EXPECT_EQ(waiting.size(), 2u);
  if (waiting.size() == 2) {
    EXPECT_EQ(waiting[0].gid, names[0]);
    EXPECT_EQ(waiting[1].gid, names[1]);
    EXPECT_EQ(waiting[1].database, "pgcoro_test");
    EXPECT_LT(std::chrono::system_clock::now() - waiting[1].prepared, 1h);
  }
  co_await other.commit_prepared(names[0]);
  co_await other.rollback_prepared(names[1]);
  EXPECT_EQ(co_await db.fetch_one<int>("SELECT count(*)::int FROM two_phase"), 1);
  EXPECT_TRUE((co_await db.prepared_transactions()).empty());
  EXPECT_EQ((co_await error_of(db.commit_prepared(names[0]))).code(), sqlstate::undefined_object);
  EXPECT_EQ((co_await error_of(db.commit_prepared(std::string("a\0b", 3)))).code(), errc::embedded_nul);
  co_await db.execute_script("DROP TABLE two_phase");
}

ASYNC_TEST(two_phase, prepares_a_transaction_in_which_nothing_has_run) {
  connection db = co_await connect_to("DSN");
  transaction tx = co_await db.begin();
  co_await tx.prepare_transaction("pgcoro empty");
  co_await db.rollback_prepared("pgcoro empty");
}

ASYNC_TEST(two_phase, of_a_failed_transaction_is_an_error) {
  connection db = co_await connect_to("DSN");
  transaction tx = co_await db.begin();
  co_await error_of(tx.execute("SELECT 1 / 0"));
  EXPECT_EQ((co_await error_of(tx.prepare_transaction("pgcoro failed"))).code(), errc::transaction_aborted);
  EXPECT_TRUE((co_await db.prepared_transactions()).empty());
}

}  // namespace
}  // namespace pgcoro::test
