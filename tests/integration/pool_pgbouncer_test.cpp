// A PgBouncer between the pool and the server, pooling by transaction: what works in mode `unnamed`, and how what
// cannot work fails. scripts/pgbouncer.sh starts it.
#include <cstdlib>
#include <vector>

#include <pgcoro/copy_in.hpp>
#include <pgcoro/copy_out.hpp>
#include <pgcoro/insert_rows.hpp>
#include <pgcoro/pool.hpp>
#include <pgcoro/row_stream.hpp>
#include <pgcoro/tracer.hpp>
#include <pgcoro/transaction.hpp>

#include "support/async_test.hpp"
#include "support/environment.hpp"

namespace pgcoro::test {
namespace {

/// Where none runs the tests are skipped: scripts/test.sh and .ci/run start one.
bool pgbouncer_runs() { return std::getenv("PGCORO_TEST_PGBOUNCER_DSN") != nullptr; }

void skip() { GTEST_SKIP() << "no PgBouncer runs: scripts/pgbouncer.sh"; }

pool_options options_for(std::size_t max_size, statement_mode mode) {
  pool_options options;
  options.connect = options_of("PGBOUNCER_DSN");
  options.connect.statement_mode = mode;
  options.max_size = max_size;
  options.reset = reset_policy::rollback;  // there is no session whose state could be discarded
  return options;
}

ASYNC_TEST(pool_pgbouncer, statements_and_transactions_work_in_mode_unnamed) {
  if (!pgbouncer_runs()) co_return skip();
  pool p(co_await asio::this_coro::executor, options_for(10, statement_mode::unnamed));
  int right = 0;
  auto client = [&](int id) -> asio::awaitable<void> {
    for (int i = 0; i < 20; ++i)
      right += co_await p.fetch_one<int>("SELECT $1::int4 * 100 + $2::int4", id, i) == id * 100 + i ? 1 : 0;
  };
  std::vector<pending> all;
  for (int id = 0; id < 30; ++id) {
    pending next = co_await start(client(id));
    all.push_back(std::move(next));
  }
  for (pending& one : all) {
    const error_info failed = co_await one.outcome();
    EXPECT_FALSE(failed) << failed.what();
  }
  EXPECT_EQ(right, 600);
  auto body = [](transaction& tx) -> asio::awaitable<int> {
    co_await tx.execute("CREATE TEMP TABLE bounced (n int) ON COMMIT DROP");
    co_await tx.execute("INSERT INTO bounced VALUES ($1)", 7);
    co_return co_await tx.fetch_one<int>("SELECT n FROM bounced");
  };
  EXPECT_EQ(co_await p.transaction(body), 7);
  co_await p.close(2s);
}

ASYNC_TEST(pool_pgbouncer, several_statements_in_one_go_work) {
  if (!pgbouncer_runs()) co_return skip();
  pool_options options = options_for(2, statement_mode::unnamed);
  options.max_pipeline_depth = 8;
  pool p(co_await asio::this_coro::executor, options);
  std::vector<pending> all;
  for (int i = 0; i < 50; ++i) {
    pending next = co_await start(p.fetch_one<int>("SELECT $1::int4", i));
    all.push_back(std::move(next));
  }
  for (pending& one : all) {
    const error_info failed = co_await one.outcome();
    EXPECT_FALSE(failed) << failed.what();
  }
  co_await p.close(2s);
}

ASYNC_TEST(pool_pgbouncer, streams_copies_and_many_rows_work) {
  if (!pgbouncer_runs()) co_return skip();
  pool p(co_await asio::this_coro::executor, options_for(1, statement_mode::unnamed));
  co_await p.execute("DROP TABLE IF EXISTS pool_bounced");
  co_await p.execute("CREATE TABLE pool_bounced (n int4)");
  auto in = co_await p.copy_in<std::int32_t>(table("pool_bounced", "n"));
  for (std::int32_t n = 0; n < 5000; ++n)
    if (in.push(n)) co_await in.flush();
  EXPECT_EQ(co_await in.finish(), 5000u);
  const std::vector<std::int32_t> more{5000, 5001};
  EXPECT_EQ((co_await p.execute_many("INSERT INTO pool_bounced VALUES ($1)", more)).rows_affected(), 2u);
  EXPECT_EQ((co_await p.insert_rows(table("pool_bounced", "n"), more)).rows, 2u);
  std::int64_t seen = 0;
  auto rows = co_await p.stream<std::int32_t>("SELECT n FROM pool_bounced");
  while (auto batch = co_await rows.next()) seen += static_cast<std::int64_t>(batch->size());
  EXPECT_EQ(seen, 5004);
  seen = 0;
  auto out = co_await p.copy_out<std::int32_t>(table("pool_bounced"));
  while (auto batch = co_await out.next()) seen += static_cast<std::int64_t>(batch->size());
  EXPECT_EQ(seen, 5004);
  co_await p.execute("DROP TABLE pool_bounced");
  EXPECT_EQ(p.statistics().opened, 1u);
  co_await p.close(2s);
}

ASYNC_TEST(pool_pgbouncer, a_statement_that_is_cancelled_leaves_the_connection_fit) {
  if (!pgbouncer_runs()) co_return skip();
  pool p(co_await asio::this_coro::executor, options_for(1, statement_mode::unnamed));
  const error_info failed = co_await error_of(p.execute({.mode = {}, .timeout = 100ms}, "SELECT pg_sleep(20)"));
  EXPECT_EQ(failed.code(), errc::timeout);
  EXPECT_EQ(co_await p.fetch_one<int>("SELECT 1"), 1);
  co_await p.close(2s);
}

ASYNC_TEST(pool_pgbouncer, the_check_at_start_asks_pgbouncer_itself) {
  if (!pgbouncer_runs()) co_return skip();
  pool_options options = options_for(5000, statement_mode::unnamed);
  options.strict_sizing = true;
  pool p(co_await asio::this_coro::executor, options);
  const error_info failed = co_await error_of(p.warm_up());
  EXPECT_EQ(failed.code(), errc::pool_too_large);
  EXPECT_NE(failed.message().find("max_client_conn"), std::string::npos) << failed.message();
}

// Statements that the session keeps are not on the server connection that the next transaction gets. The driver
// prepares anew, once; where two clients come in each other's way, the server's error says what it is.
ASYNC_TEST(pool_pgbouncer, cached_statements_fail_with_an_error_that_names_the_cause) {
  if (!pgbouncer_runs()) co_return skip();
  pool p(co_await asio::this_coro::executor, options_for(10, statement_mode::cached));
  bool failed_clearly = false;
  for (int round = 0; round < 20 && !failed_clearly; ++round) {
    std::vector<pending> all;
    for (int i = 0; i < 20; ++i) {
      pending next = co_await start(p.fetch_one<int>("SELECT $1::int4 FROM pg_sleep(0.001)", i));
      all.push_back(std::move(next));
    }
    for (pending& one : all) {
      const error_info failed = co_await one.outcome();
      if (!failed) continue;
      EXPECT_TRUE(failed.code() == sqlstate::invalid_sql_statement_name ||
                  failed.code() == sqlstate::duplicate_prepared_statement)
          << failed.what();
      EXPECT_NE(std::string(failed.what()).find("prepared statement"), std::string::npos) << failed.what();
      failed_clearly = true;
    }
  }
  EXPECT_TRUE(failed_clearly);
  co_await p.close(2s);
}

}  // namespace
}  // namespace pgcoro::test
