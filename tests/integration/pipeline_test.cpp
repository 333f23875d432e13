// Several statements in one round trip.
#include <pgcoro/pipeline.hpp>

#include "support/async_test.hpp"
#include "support/environment.hpp"

namespace pgcoro::test {
namespace {

asio::awaitable<connection> connect_with_table() {
  connection db = co_await connect_to("DSN");
  co_await db.execute("CREATE TEMP TABLE t (n int PRIMARY KEY)");
  co_return db;
}

asio::awaitable<std::int64_t> rows_of(connection& db) {
  const auto count = co_await db.fetch_one<std::int64_t>("SELECT count(*) FROM t");
  co_return count;
}

ASYNC_TEST(pipeline, gives_each_statement_its_result) {
  connection db = co_await connect_with_table();
  pipeline p;
  auto insert = p.execute("INSERT INTO t VALUES ($1), ($2)", 1, 2);
  auto one = p.fetch_one<int>("SELECT n FROM t WHERE n = $1", 2);
  auto all = p.fetch<int>("SELECT n FROM t ORDER BY n");
  auto none = p.fetch_optional<int>("SELECT n FROM t WHERE n = $1", 99);
  auto rows = p.query("SELECT n, 'text' AS s FROM t");
  co_await db.run(p);
  EXPECT_EQ(insert.value().rows_affected(), 2u);
  EXPECT_EQ(one.value(), 2);
  EXPECT_EQ(all.value(), (std::vector<int>{1, 2}));
  EXPECT_EQ(none.value(), std::nullopt);
  EXPECT_EQ(rows.value()[0]["s"].as<std::string>(), "text");
}

ASYNC_TEST(pipeline, that_has_not_run_has_no_values) {
  connection db = co_await connect_with_table();
  pipeline p;
  auto one = p.fetch_one<int>("SELECT 1");
  EXPECT_THROW(one.value(), error);
  co_await db.run(p);
  EXPECT_EQ(one.value(), 1);
  co_await db.run(p);  // again
  EXPECT_EQ(one.value(), 1);
}

ASYNC_TEST(pipeline, atomic_is_one_transaction) {
  connection db = co_await connect_with_table();
  pipeline p;
  auto before = p.execute("INSERT INTO t VALUES (1)");
  auto fails = p.execute("INSERT INTO t VALUES (1)");
  auto after = p.execute("INSERT INTO t VALUES (2)");
  const error_info failed = co_await error_of(db.run(p));
  EXPECT_EQ(failed.code(), sqlstate::unique_violation);
  EXPECT_EQ(before.error().code(), sqlstate::unique_violation) << "it ran, and was undone with the rest";
  EXPECT_EQ(fails.error().code(), sqlstate::unique_violation);
  EXPECT_EQ(after.error().code(), errc::pipeline_aborted);
  EXPECT_EQ(co_await rows_of(db), 0);
}

ASYNC_TEST(pipeline, atomic_with_a_parameter_that_cannot_be_sent_runs_nothing) {
  connection db = co_await connect_with_table();
  pipeline p;
  auto fine = p.execute("INSERT INTO t VALUES (1)");
  p.execute("INSERT INTO t VALUES ($1)", std::int64_t{1} << 40);
  const error_info failed = co_await error_of(db.run(p));
  EXPECT_EQ(failed.code(), errc::out_of_range);
  EXPECT_TRUE(fine.error());
  EXPECT_EQ(co_await rows_of(db), 0);
}

ASYNC_TEST(pipeline, independent_statements_do_not_share_their_fate) {
  connection db = co_await connect_with_table();
  pipeline p(pipeline::independent);
  auto first = p.execute("INSERT INTO t VALUES (1)");
  auto fails = p.execute("INSERT INTO t VALUES (1)");
  auto syntax = p.query("SELEC");
  auto last = p.execute("INSERT INTO t VALUES (2)");
  co_await db.run(p);
  EXPECT_EQ(first.value().rows_affected(), 1u);
  EXPECT_EQ(fails.error().code(), sqlstate::unique_violation);
  EXPECT_EQ(syntax.error().code(), sqlstate::syntax_error);
  EXPECT_EQ(last.value().rows_affected(), 1u);
  EXPECT_EQ(co_await rows_of(db), 2);
}

ASYNC_TEST(pipeline, empty_is_a_round_trip) {
  connection db = co_await connect_with_table();
  pipeline atomic;
  co_await db.run(atomic);
  pipeline independent(pipeline::independent);
  co_await db.run(independent);
}

ASYNC_TEST(pipeline, of_thousands_works_cold_and_warm) {
  connection db = co_await connect_with_table();
  for (int round = 0; round < 2; ++round) {
    pipeline p;
    std::vector<pipeline_result<int>> values;
    for (int i = 0; i < 5000; ++i) values.push_back(p.fetch_one<int>("SELECT $1::int * 2", i));
    co_await db.run(p);
    for (int i = 0; i < 5000; ++i)
      if (values[static_cast<std::size_t>(i)].value() != 2 * i) ADD_FAILURE() << i;
  }
}

ASYNC_TEST(pipeline, may_hold_prepared_statements_and_those_of_unnamed_mode) {
  connection db = co_await connect_with_table();
  const statement twice = co_await db.prepare("SELECT $1::int * 2");
  pipeline p;
  auto a = p.fetch_one<int>(twice, 4);
  auto b = p.fetch_one<int>(twice, 5);
  auto c = p.fetch_one<std::string>("SELECT $1::text", "c");
  co_await db.run(p, {.mode = statement_mode::unnamed, .timeout = {}});
  EXPECT_EQ(a.value(), 8);
  EXPECT_EQ(b.value(), 10);
  EXPECT_EQ(c.value(), "c");
}

ASYNC_TEST(pipeline, in_simple_mode_is_refused) {
  connection db = co_await connect_with_table();
  pipeline p;
  p.execute("INSERT INTO t VALUES (1)");
  const error_info failed = co_await error_of(db.run(p, {.mode = statement_mode::simple, .timeout = {}}));
  EXPECT_EQ(failed.code(), errc::parameters_not_allowed);
}

ASYNC_TEST(pipeline, of_large_parameters_and_large_results_is_no_deadlock) {
  connection db = co_await connect_to("DSN");
  const std::string large(4 << 20, 'x');
  pipeline p;
  std::vector<pipeline_result<std::string>> echoes;
  for (int i = 0; i < 8; ++i) echoes.push_back(p.fetch_one<std::string>("SELECT repeat($1, 2)", large));
  co_await db.run(p);
  for (const auto& echo : echoes) EXPECT_EQ(echo.value().size(), 2 * large.size());
}

}  // namespace
}  // namespace pgcoro::test
