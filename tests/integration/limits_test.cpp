// The ends of what can be sent and received.
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "support/async_test.hpp"
#include "support/environment.hpp"

namespace pgcoro::test {
namespace {

/// "($1),($2),…" for n parameters.
std::string values_list(std::size_t n) {
  std::string sql = "SELECT count(*), sum(v) FROM (VALUES ($1::int)";
  for (std::size_t i = 2; i <= n; ++i) sql += ",($" + std::to_string(i) + ")";
  return sql + ") t(v)";
}

using count_and_sum = std::tuple<std::int64_t, std::int64_t>;

template <std::size_t... I>
asio::awaitable<count_and_sum> ask_with(connection& db, const std::string& sql, std::index_sequence<I...>) {
  return db.fetch_one<count_and_sum>(sql, (static_cast<void>(I), 1)...);
}

ASYNC_TEST(limits, a_NUL_in_the_statement_is_refused_before_anything_is_sent) {
  connection db = co_await connect_to("DSN");
  const error_info sql = co_await error_of(db.query(std::string("SELECT 1\0; DROP TABLE t", 23)));
  EXPECT_EQ(sql.code(), errc::embedded_nul);
  EXPECT_TRUE(sql.safe_to_retry());
  const error_info script = co_await error_of(db.execute_script(std::string("SELECT 1\0; DROP TABLE t", 23)));
  EXPECT_EQ(script.code(), errc::embedded_nul);
  EXPECT_EQ(co_await db.fetch_one<int>("SELECT 1"), 1);
}

ASYNC_TEST(limits, a_NUL_in_a_parameter_is_the_servers_to_refuse_and_harms_nothing) {
  connection db = co_await connect_to("DSN");
  const std::string with_nul("a\0; DROP TABLE t", 17);
  const error_info refused = co_await error_of(db.query("SELECT $1::text", with_nul));
  EXPECT_EQ(refused.code(), sqlstate::character_not_in_repertoire) << refused.what();
  const auto size = co_await db.fetch_one<int>("SELECT length($1::bytea)", std::vector<std::byte>(5));
  EXPECT_EQ(size, 5);
}

ASYNC_TEST(limits, many_parameters_work) {
  connection db = co_await connect_to("DSN");
  constexpr std::size_t n = 100;
  const count_and_sum got = co_await ask_with(db, values_list(n), std::make_index_sequence<n>());
  EXPECT_EQ(got, count_and_sum(100, 100));
}

ASYNC_TEST(limits, as_many_parameters_as_the_protocol_can_count_are_described) {
  connection db = co_await connect_to("DSN");
  const statement most = co_await db.prepare(values_list(65'535));
  EXPECT_EQ(most.parameter_types().size(), 65'535u);
  const error_info too_few = co_await error_of(db.query(most, 1));
  EXPECT_EQ(too_few.code(), errc::parameter_count_mismatch);
}

ASYNC_TEST(limits, values_of_64_MiB_go_both_ways) {
  connection db = co_await connect_to("DSN");
  std::string large(64 << 20, 'x');
  large.back() = '!';
  const auto echo = co_await db.fetch_one<std::string>("SELECT $1::text", large);
  EXPECT_TRUE(echo == large);
  const std::vector<std::byte> bytes(8 << 20, std::byte{0});
  const auto binary = co_await db.fetch_one<std::vector<std::byte>>("SELECT $1::bytea", bytes);
  EXPECT_TRUE(binary == bytes);
  EXPECT_EQ(co_await db.fetch_one<int>("SELECT 1"), 1);
}

ASYNC_TEST(limits, a_message_above_max_message_size_ends_the_connection) {
  connect_options options = options_of("DSN");
  options.max_message_size = 1 << 20;
  connection db = co_await connect(options);
  const auto fits = co_await db.fetch_one<std::string>("SELECT repeat('x', 1000000)");
  EXPECT_EQ(fits.size(), 1'000'000u);
  const error_info failed = co_await error_of(db.query("SELECT repeat('x', 2000000)"));
  EXPECT_EQ(failed.code(), errc::message_too_large) << failed.what();
  EXPECT_FALSE(failed.connection_usable());
  EXPECT_FALSE(db.is_open());
}

ASYNC_TEST(limits, more_columns_than_anybody_needs) {
  connection db = co_await connect_to("DSN");
  std::string sql = "SELECT 0";
  for (int i = 1; i < 1664; ++i) sql += "," + std::to_string(i);
  const result r = co_await db.query(sql);
  EXPECT_EQ(r[0].size(), 1664u);
  EXPECT_EQ(r[0][1663].as<int>(), 1663);
}

ASYNC_TEST(limits, a_million_rows) {
  connection db = co_await connect_to("DSN");
  const auto all = co_await db.fetch<std::int64_t>("SELECT n FROM generate_series(1, 1000000::int8) n");
  EXPECT_EQ(all.size(), 1'000'000u);
  EXPECT_EQ(all.back(), 1'000'000);
}

ASYNC_TEST(deadlock, statements_with_large_parameters_and_large_results_side_by_side) {
  connection db = co_await connect_to("DSN");
  const std::string large(4 << 20, 'x');
  std::vector<pending> all;
  for (int i = 0; i < 10; ++i) {
    pending next = co_await start(db.query("SELECT repeat($1, 2), $1", large));
    all.push_back(std::move(next));
  }
  for (pending& p : all) {
    const error_info failed = co_await p.outcome();
    EXPECT_FALSE(failed) << failed.what();
  }
}

ASYNC_TEST(deadlock, many_rows_of_parameters_that_all_answer_with_notices) {
  connection db = co_await connect_to("DSN");
  co_await db.execute_script(
      "CREATE TEMP TABLE t (s text);"
      "CREATE FUNCTION pg_temp.shout() RETURNS trigger LANGUAGE plpgsql AS"
      " $$ BEGIN RAISE NOTICE '%', repeat('!', 2000); RETURN NEW; END $$;"
      "CREATE TRIGGER shout BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION pg_temp.shout()");
  const std::vector<std::string> rows(5000, std::string(2000, 'x'));
  const command_result done = co_await db.execute_many("INSERT INTO t VALUES ($1)", rows);
  EXPECT_EQ(done.rows_affected(), 5000u);
}

}  // namespace
}  // namespace pgcoro::test
