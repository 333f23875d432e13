// One-shots of a pool that take more than one statement, or give rows and take them piece by piece.
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>
#include <tuple>
#include <vector>

#include <pgcoro/copy_bytes.hpp>
#include <pgcoro/copy_in.hpp>
#include <pgcoro/copy_out.hpp>
#include <pgcoro/insert_rows.hpp>
#include <pgcoro/notification_channel.hpp>
#include <pgcoro/row_stream.hpp>
#include <pgcoro/sql.hpp>
#include <pgcoro/types/basic.hpp>

#include "integration/pool_scene.hpp"

namespace pgcoro::test {
namespace {

using numbered = std::tuple<int, std::string>;

/// A pool and a table "pool_streams" of its own.
struct pool_with_table {
  explicit pool_with_table(const asio::any_io_executor& executor, std::size_t max_size = 1,
                           pool_options options = options_for(1))
      : pool(executor, sized(std::move(options), max_size)) {}

  asio::awaitable<void> begin() {
    co_await pool.execute("DROP TABLE IF EXISTS pool_streams");
    co_await pool.execute("CREATE TABLE pool_streams (id int PRIMARY KEY, name text)");
  }
  asio::awaitable<std::int64_t> rows() {
    co_return co_await pool.fetch_one<std::int64_t>("SELECT count(*) FROM pool_streams");
  }
  /// The one connection is there, free, and the one that it was.
  void expect_intact() const {
    const pool_statistics now = pool.statistics();
    EXPECT_EQ(now.idle, 1u);
    EXPECT_EQ(now.in_use, 0u);
    EXPECT_EQ(now.opened, 1u);
  }

  static pool_options sized(pool_options options, std::size_t max_size) {
    options.max_size = max_size;
    return options;
  }

  pgcoro::pool pool;
};

const std::vector<numbered> three{{1, "one"}, {2, "two"}, {3, "three"}};

// Several executions

ASYNC_TEST(pool_one_shot, takes_many_rows_in_every_way) {
  pool_with_table t(co_await asio::this_coro::executor);
  co_await t.begin();
  const auto ids = co_await t.pool.fetch_many<int>("INSERT INTO pool_streams VALUES ($1, $2) RETURNING id", three);
  EXPECT_EQ(ids, (std::vector<int>{1, 2, 3}));
  const std::vector<numbered> mixed{{3, "again"}, {4, "four"}};
  const many_report report = co_await t.pool.execute_each("INSERT INTO pool_streams VALUES ($1, $2)", mixed);
  EXPECT_EQ(report.succeeded, 1u);
  EXPECT_EQ(report.failures.size(), 1u);
  const std::vector<numbered> more{{5, "five"}, {6, "six"}};
  EXPECT_EQ((co_await t.pool.insert_rows(table("pool_streams", "id", "name"), more)).rows, 2u);
  EXPECT_EQ(co_await t.rows(), 6);
  t.expect_intact();
}

ASYNC_TEST(pool_one_shot, an_error_of_many_rows_is_the_callers_and_the_connection_stays) {
  pool_with_table t(co_await asio::this_coro::executor);
  co_await t.begin();
  const std::vector<numbered> twice{{1, "one"}, {1, "one"}};
  const char* const insert = "INSERT INTO pool_streams VALUES ($1, $2)";
  EXPECT_EQ((co_await error_of(t.pool.execute_many(insert, twice))).code(), sqlstate::unique_violation);
  EXPECT_EQ((co_await error_of(t.pool.fetch_many<int>(std::string(insert) + " RETURNING id", twice))).code(),
            sqlstate::unique_violation);
  EXPECT_EQ((co_await error_of(t.pool.insert_rows(table("pool_streams", "id", "name"), twice))).code(),
            sqlstate::unique_violation);
  EXPECT_EQ((co_await error_of(t.pool.execute_each("BEGIN", twice))).code(), errc::session_state_left);
  EXPECT_EQ(co_await t.rows(), 0);
  t.expect_intact();
}

ASYNC_TEST(pool_one_shot, runs_composed_statements_plain_and_shared) {
  for (const std::size_t depth : {std::size_t{1}, std::size_t{8}}) {
    pool_options options = options_for(1);
    options.max_pipeline_depth = depth;
    options.tags = {{"application", "test"}};
    pool_with_table t(co_await asio::this_coro::executor, 1, options);
    const std::string name = "O'Reilly";
    EXPECT_EQ(co_await t.pool.fetch_one<std::string>(sql("SELECT :name || :n::int4", arg("name", name), arg("n", 7))),
              "O'Reilly7");
    EXPECT_EQ((co_await error_of(t.pool.execute(sql("SET work_mem = '1MB'")))).code(), errc::session_state_left);
    EXPECT_EQ(t.pool.statistics().opened, 1u);
    co_await t.pool.close(1s);
  }
}

ASYNC_TEST(pool_one_shot, sends_notifications) {
  connection listener = co_await connect_to("DSN");
  notification_channel heard = co_await listener.listen("Pool's channel");
  pool_with_table t(co_await asio::this_coro::executor);
  co_await t.pool.notify("Pool's channel", "it's new");
  const notification news = co_await heard.next(5s);
  EXPECT_EQ(news.payload, "it's new");
  t.expect_intact();
}

// Row streams

ASYNC_TEST(pool_stream, has_a_connection_until_it_has_ended_and_no_longer) {
  pool_with_table t(co_await asio::this_coro::executor);
  auto rows = co_await t.pool.stream<int>({.rows = 10, .mode = {}, .timeout = {}}, "SELECT generate_series(1, 1000)");
  EXPECT_EQ((co_await error_of(t.pool.acquire(20ms))).code(), errc::timeout);
  std::int64_t sum = 0;
  while (auto batch = co_await rows.next())
    for (const int n : *batch) sum += n;
  EXPECT_EQ(sum, 500500);
  t.expect_intact();
  EXPECT_EQ(co_await t.pool.fetch_one<int>("SELECT 1"), 1) << "the stream's object is still there";
  EXPECT_FALSE(co_await rows.next());
}

ASYNC_TEST(pool_stream, that_is_dropped_gives_its_connection_back) {
  pool_with_table t(co_await asio::this_coro::executor);
  {
    auto rows = co_await t.pool.stream("SELECT generate_series(1, 100000000)");
    EXPECT_TRUE(co_await rows.next());
  }
  EXPECT_EQ(t.pool.statistics().recovering, 1u) << "what is left is cancelled in the background";
  EXPECT_EQ(co_await t.pool.fetch_one<int>("SELECT 1"), 1);
  t.expect_intact();
}

ASYNC_TEST(pool_stream, that_fails_gives_its_connection_back) {
  pool_with_table t(co_await asio::this_coro::executor);
  EXPECT_EQ((co_await error_of(t.pool.stream("SELECT no_such_column"))).code(), sqlstate::undefined_column);
  t.expect_intact();
  auto rows = co_await t.pool.stream<int>({.rows = 5, .mode = {}, .timeout = {}},
                                          "SELECT 1 / (20 - n) FROM generate_series(1, 20) n");
  error_info failed;
  for (int i = 0; i < 10 && !failed; ++i) failed = co_await error_of(rows.next());
  EXPECT_EQ(failed.code(), sqlstate::division_by_zero);
  t.expect_intact();
  EXPECT_EQ(co_await t.pool.fetch_one<int>("SELECT 1"), 1);
}

ASYNC_TEST(pool_stream, ends_with_the_pool) {
  pool_with_table t(co_await asio::this_coro::executor);
  auto rows = co_await t.pool.stream("SELECT generate_series(1, 100000000)");
  co_await t.pool.close(10ms);
  error_info failed;
  while (!failed) failed = co_await error_of(rows.next());
  EXPECT_EQ(failed.code(), errc::connection_closed);
}

// COPY

ASYNC_TEST(pool_copy, goes_in_and_out_as_values) {
  pool_with_table t(co_await asio::this_coro::executor);
  co_await t.begin();
  auto in = co_await t.pool.copy_in<int, std::string>(table("pool_streams", "id", "name"));
  EXPECT_EQ((co_await error_of(t.pool.acquire(20ms))).code(), errc::timeout) << "the COPY has the connection";
  for (int i = 0; i < 10000; ++i)
    if (in.push(i, "name")) co_await in.flush();
  EXPECT_EQ(co_await in.finish(), 10000u);
  t.expect_intact();
  auto out = co_await t.pool.copy_out<int, std::string>("SELECT id, name FROM pool_streams");
  std::size_t seen = 0;
  while (auto batch = co_await out.next()) seen += batch->size();
  EXPECT_EQ(seen, 10000u);
  t.expect_intact();
}

ASYNC_TEST(pool_copy, goes_in_and_out_as_bytes_of_memory_files_and_functions) {
  pool_with_table t(co_await asio::this_coro::executor);
  co_await t.begin();
  const std::string lines = "1\tone\n2\ttwo\n";
  const copy_totals in = co_await copy_in_from(t.pool, protocol::as_bytes(lines), "COPY pool_streams FROM STDIN");
  EXPECT_EQ(in.rows, 2u);
  std::string text;
  auto take = [&text](copy_bytes bytes) { text.append(protocol::as_text(bytes)); };
  EXPECT_EQ((co_await copy_out_to(t.pool, take, "COPY (TABLE pool_streams ORDER BY 1) TO STDOUT")).rows, 2u);
  EXPECT_EQ(text, lines);
  const auto file = std::filesystem::temp_directory_path() / ("pgcoro_pool_copy_" + std::to_string(::getpid()));
  EXPECT_EQ((co_await copy_out_to(t.pool, file, "COPY pool_streams TO STDOUT")).rows, 2u);
  co_await t.pool.execute("TRUNCATE pool_streams");
  EXPECT_EQ((co_await copy_in_from(t.pool, file, "COPY pool_streams FROM STDIN")).rows, 2u);
  std::filesystem::remove(file);
  EXPECT_EQ(co_await t.rows(), 2);
  t.expect_intact();
}

ASYNC_TEST(pool_copy, moves_a_table_between_two_pools) {
  pool_with_table from(co_await asio::this_coro::executor);
  pool_with_table to(co_await asio::this_coro::executor);
  co_await from.begin();
  const copy_totals moved =
      co_await copy_between(from.pool, "COPY (SELECT n, 'name' FROM generate_series(1, 5000) n) TO STDOUT", to.pool,
                            "COPY pool_streams FROM STDIN");
  EXPECT_EQ(moved.rows, 5000u);
  EXPECT_EQ(co_await from.rows(), 5000);
  from.expect_intact();
  to.expect_intact();
}

ASYNC_TEST(pool_copy, that_is_dropped_loads_nothing_and_gives_its_connection_back) {
  pool_with_table t(co_await asio::this_coro::executor);
  co_await t.begin();
  {
    auto in = co_await t.pool.copy_in<numbered>(table("pool_streams", "id", "name"));
    in.push(three.front());
    co_await in.flush();
  }
  EXPECT_EQ(co_await t.rows(), 0);
  t.expect_intact();
}

ASYNC_TEST(pool_copy, that_fails_gives_its_connection_back) {
  pool_with_table t(co_await asio::this_coro::executor);
  co_await t.begin();
  EXPECT_EQ((co_await error_of(t.pool.copy_in<int>(table("pool_no_such_table", "id")))).code(),
            sqlstate::undefined_table);
  EXPECT_EQ((co_await error_of(t.pool.copy_bytes_out("SELECT 1"))).code(), errc::copy_not_allowed);
  auto in = co_await t.pool.copy_in<int>(table("pool_streams", "id"));
  in.push(1);
  in.push(1);
  EXPECT_EQ((co_await error_of(in.finish())).code(), sqlstate::unique_violation);
  t.expect_intact();
}

ASYNC_TEST(pool_copy, that_is_cancelled_while_it_waits_or_is_opened_gives_its_connection_back) {
  pool_with_table t(co_await asio::this_coro::executor);
  co_await t.begin();
  connection other = co_await connect_to("DSN");
  co_await other.execute("BEGIN");
  co_await other.execute("LOCK TABLE pool_streams");
  pending opening = co_await start(t.pool.copy_in<int>(table("pool_streams", "id")));
  pending waiting = co_await start(t.pool.copy_in<int>(table("pool_streams", "id")));
  co_await sleep_for(30ms);
  waiting.cancel();
  EXPECT_EQ((co_await waiting.outcome()).code(), asio::error::operation_aborted);
  opening.cancel();
  EXPECT_EQ((co_await opening.outcome()).code(), asio::error::operation_aborted);
  co_await other.execute("ROLLBACK");
  EXPECT_EQ(co_await t.rows(), 0);
  t.expect_intact();
}

ASYNC_TEST(pool_copy, the_deadline_of_its_opening_counts_from_the_call) {
  pool_with_table t(co_await asio::this_coro::executor);
  co_await t.begin();
  connection other = co_await connect_to("DSN");
  co_await other.execute("BEGIN");
  co_await other.execute("LOCK TABLE pool_streams");
  pending slow = co_await start(t.pool.execute("SELECT pg_sleep(0.15)"));
  const auto begin = std::chrono::steady_clock::now();
  const error_info failed =
      co_await error_of(t.pool.copy_in<int>(table("pool_streams", "id"), query_options{.mode = {}, .timeout = 300ms}));
  const auto took = std::chrono::steady_clock::now() - begin;
  EXPECT_EQ(failed.code(), errc::timeout) << failed.what();
  EXPECT_GE(took, 299ms);
  EXPECT_LT(took, 445ms) << "150 ms of waiting are part of it";
  EXPECT_FALSE(co_await slow.outcome());
  co_await other.execute("ROLLBACK");
  EXPECT_EQ(co_await t.rows(), 0);
  t.expect_intact();
}

}  // namespace
}  // namespace pgcoro::test
