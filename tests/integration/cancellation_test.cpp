// Statements that a real server is told to stop.
#include "support/async_test.hpp"
#include "support/environment.hpp"

namespace pgcoro::test {
namespace {

constexpr query_options within(std::chrono::steady_clock::duration time) { return {.mode = {}, .timeout = time}; }

/// Waits until the server executes a statement on that connection.
asio::awaitable<void> until_running(connection& observer, const connection& observed) {
  const auto pid = static_cast<std::int32_t>(observed.backend_process_id());
  for (bool active = false; !active;)
    active = co_await observer.fetch_one<bool>(
        "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE pid = $1 AND state = 'active' AND wait_event = 'PgSleep')",
        pid);
}

ASYNC_TEST(cancel, ends_the_running_statement) {
  connection observer = co_await connect_to("DSN");
  connection db = co_await connect_to("DSN");
  pending query = co_await start(db.query("SELECT pg_sleep(60)"));
  co_await until_running(observer, db);
  co_await db.cancel();
  EXPECT_EQ((co_await query.outcome()).code(), sqlstate::query_canceled);
  EXPECT_EQ(co_await db.fetch_one<int>("SELECT 1"), 1);
}

ASYNC_TEST(cancel, of_an_idle_connection_hits_nothing) {
  connection db = co_await connect_to("DSN");
  for (int i = 0; i < 20; ++i) {
    co_await db.cancel();
    EXPECT_EQ(co_await db.fetch_one<int>("SELECT 1"), 1);
  }
}

ASYNC_TEST(deadline, stops_the_statement_on_the_server) {
  connection observer = co_await connect_to("DSN");
  connection db = co_await connect_to("DSN");
  const error_info failed = co_await error_of(db.query(within(50ms), "SELECT pg_sleep(60)"));
  EXPECT_EQ(failed.code(), errc::timeout);
  EXPECT_TRUE(failed.connection_usable());
  EXPECT_EQ(co_await db.fetch_one<int>("SELECT 1"), 1) << "long before pg_sleep would have ended";
}

ASYNC_TEST(deadline, never_hits_the_next_statement) {
  connection db = co_await connect_to("DSN");
  for (int i = 0; i < 50; ++i) {
    // Ends in time or not, as it happens; what follows must never be cancelled in its stead.
    co_await error_of(db.query(within(std::chrono::microseconds(200 * i)), "SELECT pg_sleep(0.005)"));
    const error_info next = co_await error_of(db.query("SELECT pg_sleep(0.01)"));
    EXPECT_FALSE(next) << next.what();
  }
}

ASYNC_TEST(cancellation, of_one_of_several_statements_leaves_the_others) {
  connection db = co_await connect_to("DSN");
  pending first = co_await start(db.query("SELECT pg_sleep(0.2)"));
  pending second = co_await start(db.query("SELECT pg_sleep(0.1)"));
  pending third = co_await start(db.query("SELECT 3"));
  co_await settle();
  first.cancel();
  EXPECT_EQ((co_await first.outcome()).code(), asio::error::operation_aborted);
  const error_info two = co_await second.outcome();
  const error_info three = co_await third.outcome();
  EXPECT_FALSE(two) << two.what();
  EXPECT_FALSE(three) << three.what();
}

ASYNC_TEST(cancellation, at_random_moments_keeps_the_connection_in_step) {
  connection db = co_await connect_to("DSN");
  for (int i = 0; i < 100; ++i) {
    pending query = co_await start(db.query("SELECT generate_series(1, 20000)"));
    for (int turns = 0; turns < i % 7; ++turns) co_await settle();
    query.cancel();
    const error_info ended = co_await query.outcome();
    EXPECT_TRUE(!ended || ended.code() == asio::error::operation_aborted) << ended.what();
    EXPECT_EQ(co_await db.fetch_one<int>("SELECT $1::int", i), i);
  }
}

ASYNC_TEST(cancellation, of_many_rows_half_sent_leaves_none) {
  connection db = co_await connect_to("DSN");
  co_await db.execute("CREATE TEMP TABLE t (s text)");
  const std::vector<std::string> rows(20'000, std::string(1000, 'x'));
  const error_info failed = co_await error_of(db.execute_many(within(20ms), "INSERT INTO t VALUES ($1)", rows));
  EXPECT_EQ(failed.code(), errc::timeout);
  EXPECT_EQ(co_await db.fetch_one<std::int64_t>("SELECT count(*) FROM t"), 0);
}

ASYNC_TEST(lost_connection, terminated_by_an_administrator_says_so) {
  connection observer = co_await connect_to("DSN");
  connection db = co_await connect_to("DSN");
  pending query = co_await start(db.query("SELECT pg_sleep(60)"));
  co_await until_running(observer, db);
  co_await observer.execute("SELECT pg_terminate_backend($1)", static_cast<std::int32_t>(db.backend_process_id()));
  const error_info failed = co_await query.outcome();
  EXPECT_EQ(failed.code(), sqlstate::admin_shutdown) << failed.what();
  EXPECT_FALSE(failed.connection_usable());
  EXPECT_FALSE(db.is_open());
  const error_info later = co_await error_of(db.query("SELECT 1"));
  EXPECT_TRUE(later.safe_to_retry());
}

}  // namespace
}  // namespace pgcoro::test
