// How statements are prepared: per connection, per call, and by hand.
#include "support/async_test.hpp"
#include "support/environment.hpp"

namespace pgcoro::test {
namespace {

asio::awaitable<std::int64_t> prepared_statements(connection& db) {
  const auto count = co_await db.fetch_one<std::int64_t>({.mode = statement_mode::simple, .timeout = {}},
                                                         "SELECT count(*) FROM pg_prepared_statements");
  co_return count;
}

constexpr query_options in_mode(statement_mode mode) { return {.mode = mode, .timeout = {}}; }

ASYNC_TEST(cached_mode, prepares_once_and_asks_for_binary) {
  connection db = co_await connect_to("DSN");
  for (int i = 0; i < 5; ++i) {
    const result r = co_await db.query("SELECT $1::int + 1 AS n", i);
    EXPECT_EQ(r[0][0].as<int>(), i + 1);
    EXPECT_EQ(r.columns().columns[0].format, protocol::format::binary);
  }
  EXPECT_EQ(co_await prepared_statements(db), 1);
}

ASYNC_TEST(cached_mode, capacity_one_keeps_one_statement) {
  connect_options options = options_of("DSN");
  options.statement_cache_capacity = 1;
  connection db = co_await connect(options);
  for (int i = 0; i < 10; ++i) {
    EXPECT_EQ(co_await db.fetch_one<int>("SELECT 1"), 1);
    EXPECT_EQ(co_await db.fetch_one<int>("SELECT 2"), 2);
    EXPECT_EQ(co_await db.fetch_one<int>("SELECT $1::int", 3), 3);
  }
  co_await db.ping();  // what was evicted is closed in front of the next request
  EXPECT_LE(co_await prepared_statements(db), 2);
}

ASYNC_TEST(cached_mode, capacity_zero_keeps_none) {
  connect_options options = options_of("DSN");
  options.statement_cache_capacity = 0;
  connection db = co_await connect(options);
  EXPECT_EQ(co_await db.fetch_one<int>("SELECT $1::int", 1), 1);
  EXPECT_EQ(co_await db.fetch_one<int>("SELECT $1::int", 2), 2);
  EXPECT_EQ(co_await prepared_statements(db), 0);
}

ASYNC_TEST(describe_each_mode, keeps_nothing_on_the_server) {
  connection db = co_await connect_to("DSN");
  for (int i = 0; i < 3; ++i) {
    const int n = co_await db.fetch_one<int>(in_mode(statement_mode::describe_each), "SELECT $1::int2 + 1", i);
    EXPECT_EQ(n, i + 1);
  }
  EXPECT_EQ(co_await prepared_statements(db), 0);
}

ASYNC_TEST(unnamed_mode, takes_the_types_from_cpp) {
  connection db = co_await connect_to("DSN");
  const std::string type = co_await db.fetch_one<std::string>(in_mode(statement_mode::unnamed),
                                                              "SELECT pg_typeof($1)::text", std::int64_t{1});
  EXPECT_EQ(type, "bigint");
  EXPECT_EQ(co_await prepared_statements(db), 0);
}

ASYNC_TEST(simple_mode, gives_the_same_values_from_text) {
  connect_options options = options_of("DSN");
  options.statement_mode = statement_mode::simple;
  connection db = co_await connect(options);
  using three = std::tuple<std::int64_t, double, std::string>;
  const three values = co_await db.fetch_one<three>("SELECT 9007199254740993, 0.1::float8, 'text'");
  EXPECT_EQ(values, three(9007199254740993, 0.1, "text"));
  const error_info refused = co_await error_of(db.query("SELECT $1::int", 1));
  EXPECT_EQ(refused.code(), errc::parameters_not_allowed);
  EXPECT_TRUE(refused.safe_to_retry());
  const int n = co_await db.fetch_one<int>(in_mode(statement_mode::cached), "SELECT $1::int", 1);
  EXPECT_EQ(n, 1) << "a call may differ from its connection";
}

ASYNC_TEST(simple_mode, of_several_statements_gives_the_error_of_the_second) {
  connection db = co_await connect_to("DSN");
  const error_info failed = co_await error_of(db.execute(in_mode(statement_mode::simple), "SELECT 1; SELECT 1/0"));
  EXPECT_EQ(failed.code(), sqlstate::division_by_zero);
  co_await db.ping();
}

ASYNC_TEST(prepare, tells_types_and_columns_and_runs) {
  connection db = co_await connect_to("DSN");
  const statement by_id = co_await db.prepare("SELECT relname::text AS name, oid FROM pg_class WHERE oid = $1");
  constexpr oid oid_type = 26, text_type = 25;
  EXPECT_EQ(by_id.parameter_types().size(), 1u);
  EXPECT_EQ(by_id.parameter_types()[0], oid_type);
  EXPECT_EQ(by_id.columns().columns.size(), 2u);
  EXPECT_EQ(by_id.columns().columns[0].name, "name");
  EXPECT_EQ(by_id.columns().columns[0].type, text_type);
  const result r = co_await db.query(by_id, 1259u);
  EXPECT_EQ(r[0]["name"].as<std::string>(), "pg_class");
  EXPECT_EQ(co_await prepared_statements(db), 1);
}

ASYNC_TEST(prepare, closes_the_statement_when_the_handle_goes) {
  connection db = co_await connect_to("DSN");
  {
    const statement gone = co_await db.prepare("SELECT 1");
    EXPECT_EQ(co_await prepared_statements(db), 1);
  }
  EXPECT_EQ(co_await prepared_statements(db), 0);
}

ASYNC_TEST(prepare, reports_a_statement_that_cannot_be_prepared) {
  connection db = co_await connect_to("DSN");
  const error_info failed = co_await error_of(db.prepare("SELECT * FROM no_such_table"));
  EXPECT_EQ(failed.code(), sqlstate::undefined_table);
  EXPECT_EQ(failed.statement(), "SELECT * FROM no_such_table");
  EXPECT_EQ(co_await prepared_statements(db), 0);
}

ASYNC_TEST(prepare, a_handle_outlives_its_connection) {
  connection db = co_await connect_to("DSN");
  const statement kept = co_await db.prepare("SELECT 1");
  co_await db.close();
  EXPECT_EQ(kept.sql(), "SELECT 1");
  const error_info failed = co_await error_of(db.query(kept));
  EXPECT_EQ(failed.code(), errc::connection_closed);
}

}  // namespace
}  // namespace pgcoro::test
