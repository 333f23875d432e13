// One-shot statements: a connection is taken, used and given back.
#include <numeric>
#include <vector>

#include <pgcoro/pipeline.hpp>
#include <pgcoro/transaction.hpp>

#include "integration/pool_scene.hpp"

namespace pgcoro::test {
namespace {

pool_options sharing(std::size_t max_size, std::size_t depth) {
  pool_options options = options_for(max_size);
  options.max_pipeline_depth = depth;
  return options;
}

ASYNC_TEST(pool_one_shot, every_way_of_running_a_statement) {
  pool p(co_await asio::this_coro::executor, options_for(1));
  EXPECT_EQ((co_await p.query("SELECT $1::int4", 7)).size(), 1u);
  EXPECT_EQ((co_await p.fetch<int>("SELECT generate_series(1, 3)")).size(), 3u);
  EXPECT_EQ(co_await p.fetch_one<int>("SELECT $1::int4", 7), 7);
  EXPECT_FALSE(co_await p.fetch_optional<int>("SELECT 1 WHERE false"));
  co_await p.execute("DROP TABLE IF EXISTS pool_one_shot");
  co_await p.execute("CREATE TABLE pool_one_shot (n int)");
  const std::vector<int> numbers{1, 2, 3};
  EXPECT_EQ((co_await p.execute_many("INSERT INTO pool_one_shot VALUES ($1)", numbers)).rows_affected(), 3u);
  pipeline several;
  const auto sum = several.fetch_one<std::int64_t>("SELECT sum(n) FROM pool_one_shot");
  co_await p.run(several);
  EXPECT_EQ(sum.value(), 6);
  const auto doubled = co_await p.transaction([](transaction& tx) -> asio::awaitable<std::int64_t> {
    co_await tx.execute("UPDATE pool_one_shot SET n = n * 2");
    co_return co_await tx.fetch_one<std::int64_t>("SELECT sum(n) FROM pool_one_shot");
  });
  EXPECT_EQ(doubled, 12);
  co_await p.execute("DROP TABLE pool_one_shot");
  EXPECT_EQ(p.statistics().idle, 1u);
  co_await p.close(1s);
}

ASYNC_TEST(pool_one_shot, a_transaction_that_throws_is_rolled_back_and_the_connection_comes_back) {
  pool p(co_await asio::this_coro::executor, options_for(1));
  auto body = [](transaction& tx) -> asio::awaitable<void> {
    co_await tx.execute("CREATE TABLE pool_thrown (n int)");
    throw std::runtime_error("enough");
  };
  bool thrown = false;
  try {
    co_await p.transaction(body);
  } catch (const std::runtime_error& e) {
    thrown = std::string(e.what()) == "enough";
  }
  EXPECT_TRUE(thrown);
  EXPECT_TRUE(co_await p.fetch_one<bool>("SELECT to_regclass('pool_thrown') IS NULL"));
  EXPECT_EQ(p.statistics().opened, 1u);
  co_await p.close(1s);
}

ASYNC_TEST(pool_one_shot, refuses_what_would_leave_state_behind) {
  pool p(co_await asio::this_coro::executor, options_for(1));
  for (const char* sql : {"BEGIN", "SET work_mem = '1MB'", "LISTEN x", "CREATE TEMP TABLE t (n int)"}) {
    const error_info failed = co_await error_of(p.execute(sql));
    EXPECT_EQ(failed.code(), errc::session_state_left) << sql;
    EXPECT_TRUE(failed.safe_to_retry());
  }
  EXPECT_EQ(p.statistics().acquired, 0u);
}

ASYNC_TEST(pool_one_shot, a_transaction_it_did_not_see_coming_is_rolled_back_and_reported) {
  pool p(co_await asio::this_coro::executor, options_for(1));
  const error_info failed =
      co_await error_of(p.query({.mode = statement_mode::simple, .timeout = {}}, "SELECT 1; BEGIN; SELECT 2"));
  EXPECT_EQ(failed.code(), errc::session_state_left);
  EXPECT_EQ(co_await p.fetch_one<int>("SELECT 1"), 1);
  EXPECT_EQ(p.statistics().rollbacks, 1u);
  co_await p.close(1s);
}

ASYNC_TEST(pool_one_shot, an_error_of_the_statement_is_the_callers_and_the_connection_stays) {
  pool p(co_await asio::this_coro::executor, options_for(1));
  const error_info failed = co_await error_of(p.execute("SELECT 1/0"));
  EXPECT_EQ(failed.code(), sqlstate::division_by_zero);
  EXPECT_EQ(p.statistics().idle, 1u);
  EXPECT_EQ(p.statistics().closed_in_doubt, 0u);
  co_await p.close(1s);
}

ASYNC_TEST(pool_one_shot, its_deadline_counts_the_wait_for_a_connection) {
  pool p(co_await asio::this_coro::executor, options_for(1));
  pending slow = co_await start(p.execute("SELECT pg_sleep(0.15)"));
  const auto begin = std::chrono::steady_clock::now();
  const error_info failed = co_await error_of(p.execute({.mode = {}, .timeout = 250ms}, "SELECT pg_sleep(5)"));
  const auto took = std::chrono::steady_clock::now() - begin;
  EXPECT_EQ(failed.code(), errc::timeout);
  EXPECT_GE(took, 249ms);
  EXPECT_LT(took, 2s);
  EXPECT_FALSE(co_await slow.outcome());
  pending again = co_await start(p.execute("SELECT pg_sleep(1)"));
  const error_info never_ran = co_await error_of(p.execute({.mode = {}, .timeout = 50ms}, "SELECT 1"));
  EXPECT_EQ(never_ran.code(), errc::timeout);
  EXPECT_TRUE(never_ran.safe_to_retry());
  EXPECT_FALSE(co_await again.outcome());
  co_await p.close(1s);
}

ASYNC_TEST(pool_one_shot, many_coroutines_get_each_their_own_answer_plain_and_shared) {
  for (const std::size_t depth : {std::size_t{1}, std::size_t{16}}) {
    pool p(co_await asio::this_coro::executor, sharing(4, depth));
    int right = 0;
    auto client = [&](int id) -> asio::awaitable<void> {
      for (int i = 0; i < 20; ++i) {
        const int n = co_await p.fetch_one<int>("SELECT $1::int4 * 1000 + $2::int4", id, i);
        right += n == id * 1000 + i ? 1 : 0;
      }
    };
    std::vector<pending> all;
    for (int id = 0; id < 100; ++id) {
      pending next = co_await start(client(id));
      all.push_back(std::move(next));
    }
    for (pending& one : all) EXPECT_FALSE(co_await one.outcome());
    EXPECT_EQ(right, 2000);
    EXPECT_LE(p.statistics().opened, 4u);
    co_await p.close(1s);
  }
}

ASYNC_TEST(pool_one_shot, sharing_isolates_errors_and_leases_still_get_their_turn) {
  pool p(co_await asio::this_coro::executor, sharing(1, 8));
  std::vector<pending> all;
  for (int i = 0; i < 50; ++i) {
    pending next = co_await start(p.fetch_one<int>("SELECT 10 / $1::int4", i % 5));
    all.push_back(std::move(next));
    if (i == 25) {
      pending alone = co_await start([](pool& from) -> asio::awaitable<void> {
        const lease db = co_await from.acquire();
        co_await db->execute("BEGIN");
        co_await db->execute("SELECT pg_sleep(0.01)");
        co_await db->execute("ROLLBACK");
      }(p));
      all.push_back(std::move(alone));
    }
  }
  int failed = 0;
  for (pending& one : all) {
    const error_info outcome = co_await one.outcome();
    if (outcome) {
      EXPECT_EQ(outcome.code(), sqlstate::division_by_zero);
    }
    failed += outcome ? 1 : 0;
  }
  EXPECT_EQ(failed, 10);
  EXPECT_EQ(p.statistics().opened, 1u);
  co_await p.close(1s);
}

ASYNC_TEST(pool_one_shot, a_statement_given_up_on_a_shared_connection_holds_nobody_up_for_long) {
  pool p(co_await asio::this_coro::executor, sharing(2, 8));
  co_await p.warm_up();
  const error_info slow = co_await error_of(p.execute({.mode = {}, .timeout = 50ms}, "SELECT pg_sleep(20)"));
  EXPECT_EQ(slow.code(), errc::timeout);
  const auto begin = std::chrono::steady_clock::now();
  std::vector<pending> all;
  for (int i = 0; i < 20; ++i) {
    pending next = co_await start(p.fetch_one<int>("SELECT $1::int4", i));
    all.push_back(std::move(next));
  }
  for (pending& one : all) EXPECT_FALSE(co_await one.outcome());
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 5s);
  co_await p.close(6s);
}

}  // namespace
}  // namespace pgcoro::test
