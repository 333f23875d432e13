// when_all, with_timeout, as_result and sync_wait on a server; written as users write it.
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/io_context.hpp>

#include <pgcoro/pgcoro.hpp>

#include "support/async_test.hpp"
#include "support/environment.hpp"

namespace pgcoro::test {
namespace {

const std::string long_text(200, 'x');

ASYNC_TEST(composed_statements, of_different_types_come_back_as_a_tuple) {
  connection db = co_await connect_to("DSN");
  auto [rows, number, none, done] = co_await when_all(
      db.query("SELECT generate_series(1, $1::int)", 3), db.fetch_one<std::int64_t>("SELECT $1::bigint", 7),
      db.fetch_optional<int>("SELECT 1 WHERE false"), db.execute("SELECT 1"));
  EXPECT_EQ(rows.size(), 3U);
  EXPECT_EQ(number, 7);
  EXPECT_FALSE(none);
  EXPECT_EQ(done.command_tag(), "SELECT 1");
}

// g++ 12 destroys some temporaries twice; these must not be among them. Strings are longer than what fits in place.
ASYNC_TEST(composed_statements, may_be_given_temporaries_of_every_kind) {
  connection db = co_await connect_to("DSN");
  const std::string sql = "SELECT $1::text || $2";
  for (int i = 0; i < 3; ++i) {
    auto [a, b, c] = co_await when_all(
        db.fetch_one<std::string>(sql, std::string(100, 'a'), long_text),
        db.fetch_one<std::string>("SELECT $1::text || $2", long_text + "b", std::string_view(long_text)),
        db.fetch_one<std::string>(std::string("SELECT ") + "$1::text || $2 || '" + std::string(50, 'c') + "'",
                                  std::optional<std::string>(long_text), "literal"));
    EXPECT_EQ(a, std::string(100, 'a') + long_text);
    EXPECT_EQ(b, long_text + "b" + long_text);
    EXPECT_EQ(c, long_text + "literal" + std::string(50, 'c'));

    const auto d = co_await with_timeout(db.fetch_one<std::string>("SELECT $1", std::string(100, 'd')), 30s);
    EXPECT_EQ(d, std::string(100, 'd'));
    const auto e = co_await as_result(db.fetch<std::string>({.timeout = 30s}, "SELECT $1", long_text + "e"));
    EXPECT_EQ(e.value().at(0), long_text + "e");
    auto [f, g] =
        co_await with_timeout(when_all(as_result(db.fetch_one<std::string>("SELECT $1", std::string(100, 'f'))),
                                       as_result(with_timeout(db.query("SELECT $1::text", long_text + "g"), 30s))),
                              30s);
    EXPECT_EQ(f.value(), std::string(100, 'f'));
    EXPECT_EQ(g.value()[0][0].as<std::string>(), long_text + "g");
  }
}

ASYNC_TEST(composed_statements, leave_each_other_alone_where_one_fails) {
  connection db = co_await connect_to("DSN");
  co_await db.execute_script("CREATE TEMP TABLE t (n int PRIMARY KEY)");
  const error_info failed =
      co_await error_of(when_all(db.execute("INSERT INTO t VALUES ($1)", 1), db.execute("INSERT INTO t VALUES ($1)", 1),
                                 db.execute("SELECT 1 / $1::int", 0), db.execute("INSERT INTO t VALUES ($1)", 2)));
  EXPECT_EQ(failed.code(), sqlstate::unique_violation) << "the first by position";
  const auto count = co_await db.fetch_one<std::int64_t>("SELECT count(*) FROM t");
  EXPECT_EQ(count, 2);
}

ASYNC_TEST(composed_statements, may_be_many_in_a_vector) {
  connection db = co_await connect_to("DSN");
  std::vector<asio::awaitable<int>> queries;
  for (int i = 0; i < 500; ++i) queries.push_back(db.fetch_one<int>("SELECT $1::int", i));
  const std::vector<int> values = co_await when_all(std::move(queries));
  for (int i = 0; i < 500; ++i) EXPECT_EQ(values.at(static_cast<std::size_t>(i)), i);
}

ASYNC_TEST(composed_statements, run_side_by_side_on_two_connections) {
  auto [a, b] = co_await when_all(connect_to("DSN"), connect_to("TCP_DSN"));
  // Each waits for the other's lock: only if both run at once do both come to their end.
  co_await a.execute("SELECT pg_advisory_lock(4711)");
  const auto unlock_soon = [&]() -> asio::awaitable<void> {
    co_await a.execute("SELECT pg_sleep(0.05)");
    co_await a.execute("SELECT pg_advisory_unlock(4711)");
  };
  co_await with_timeout(when_all(b.execute("SELECT pg_advisory_lock(4711)"), unlock_soon()), 30s);
}

ASYNC_TEST(composed_statements, are_cut_short_and_the_connection_serves_on) {
  connection db = co_await connect_to("DSN");
  const auto begin = std::chrono::steady_clock::now();
  const error_info failed = co_await error_of(
      with_timeout(when_all(db.execute("SELECT pg_sleep(60)"), db.execute("SELECT pg_sleep(60)")), 100ms));
  EXPECT_EQ(failed.code(), errc::timeout);
  const auto value = co_await db.fetch_one<int>("SELECT 1");
  EXPECT_EQ(value, 1);
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 30s);
}

ASYNC_TEST(composed_statements, are_cancelled_by_the_operators_of_asio) {
  using namespace asio::experimental::awaitable_operators;
  connection db = co_await connect_to("DSN");
  const auto first = co_await (when_all(db.execute("SELECT pg_sleep(60)"), db.execute("SELECT 1")) || sleep_for(50ms));
  EXPECT_EQ(first.index(), 1U);
  const auto value = co_await db.fetch_one<int>("SELECT 1");
  EXPECT_EQ(value, 1);
}

TEST(sync_wait_on_a_server, runs_one_operation_after_the_other) {
  asio::io_context context(1);
  auto db = sync_wait(context, connect(env("DSN")));
  sync_wait(context, db.execute_script("CREATE TEMP TABLE t (name text)"));
  sync_wait(context, db.execute("INSERT INTO t VALUES ($1)", long_text));
  EXPECT_EQ(sync_wait(context, db.fetch_one<std::string>("SELECT name FROM t")), long_text);
  EXPECT_THROW(sync_wait(context, db.execute("SELECT 1 / 0")), division_by_zero);
  EXPECT_EQ(sync_wait(context, db.fetch_one<int>("SELECT 1")), 1);
  sync_wait(context, db.close());
}

}  // namespace
}  // namespace pgcoro::test
