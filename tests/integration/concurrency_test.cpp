// Several coroutines on one connection.
#include <algorithm>

#include "support/async_test.hpp"
#include "support/environment.hpp"

namespace pgcoro::test {
namespace {

ASYNC_TEST(shared_connection, runs_statements_in_the_order_in_which_they_were_started) {
  connection db = co_await connect_to("DSN");
  co_await db.execute("CREATE TEMP TABLE log (at serial, n int)");
  std::vector<pending> all;
  for (int i = 0; i < 300; ++i) {
    // Cached and not yet cached, with and without a description to wait for.
    std::string sql = "INSERT INTO log (n) VALUES ($1)";
    if (i % 3 != 0) sql += " -- " + std::to_string(i);
    pending next = co_await start(db.execute(std::move(sql), int(i)));
    all.push_back(std::move(next));
  }
  for (pending& p : all) {
    const error_info failed = co_await p.outcome();
    EXPECT_FALSE(failed) << failed.what();
  }
  const std::vector<int> order = co_await db.fetch<int>("SELECT n FROM log ORDER BY at");
  EXPECT_EQ(order.size(), 300u);
  EXPECT_TRUE(std::is_sorted(order.begin(), order.end()));
}

ASYNC_TEST(shared_connection, isolates_errors) {
  connection db = co_await connect_to("DSN");
  std::vector<pending> all;
  for (int i = 0; i < 100; ++i) {
    pending next = co_await start(db.fetch_one<int>("SELECT 10 / $1::int", i % 5));
    all.push_back(std::move(next));
  }
  for (int i = 0; i < 100; ++i) {
    const error_info failed = co_await all[static_cast<std::size_t>(i)].outcome();
    if (i % 5 == 0)
      EXPECT_EQ(failed.code(), sqlstate::division_by_zero);
    else
      EXPECT_FALSE(failed) << failed.what();
  }
}

ASYNC_TEST(shared_connection, answers_each_coroutine_with_its_own_rows) {
  connection db = co_await connect_to("DSN");
  int right = 0;
  auto client = [&](int id) -> asio::awaitable<void> {
    for (int i = 0; i < 50; ++i) {
      const int n = co_await db.fetch_one<int>("SELECT $1::int * 1000 + $2::int", id, i);
      right += n == id * 1000 + i ? 1 : 0;
    }
  };
  std::vector<pending> all;
  for (int id = 0; id < 20; ++id) {
    pending next = co_await start(client(id));
    all.push_back(std::move(next));
  }
  for (pending& p : all) EXPECT_FALSE(co_await p.outcome());
  EXPECT_EQ(right, 1000);
}

ASYNC_TEST(shared_connection, mixes_every_kind_of_operation) {
  connection db = co_await connect_to("DSN");
  const std::vector<int> numbers{1, 2, 3};
  co_await db.execute("CREATE TEMP TABLE t (n int)");
  std::vector<pending> all;
  for (int i = 0; i < 20; ++i) {
    pending script = co_await start(db.execute_script("INSERT INTO t VALUES (1); INSERT INTO t VALUES (2)"));
    pending ping = co_await start(db.ping());
    pending many = co_await start(db.execute_many("INSERT INTO t VALUES ($1)", numbers));
    pending prepare = co_await start(db.prepare("SELECT " + std::to_string(i)));
    pending query =
        co_await start(db.query({.mode = statement_mode::unnamed, .timeout = {}}, "SELECT $1::int", int(i)));
    all.push_back(std::move(script));
    all.push_back(std::move(ping));
    all.push_back(std::move(many));
    all.push_back(std::move(prepare));
    all.push_back(std::move(query));
  }
  for (pending& p : all) {
    const error_info failed = co_await p.outcome();
    EXPECT_FALSE(failed) << failed.what();
  }
  EXPECT_EQ(co_await db.fetch_one<std::int64_t>("SELECT count(*) FROM t"), 100);
}

}  // namespace
}  // namespace pgcoro::test
