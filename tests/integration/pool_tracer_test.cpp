// What a tracer hears.
#include <string>
#include <vector>

#include <pgcoro/copy_bytes.hpp>
#include <pgcoro/notification_channel.hpp>
#include <pgcoro/pipeline.hpp>
#include <pgcoro/pool.hpp>
#include <pgcoro/row_stream.hpp>
#include <pgcoro/transaction.hpp>

#include "support/async_test.hpp"
#include "support/environment.hpp"
#include "support/notebook.hpp"

namespace pgcoro::test {
namespace {

pool_options options_for(const std::shared_ptr<notebook>& notes) {
  pool_options options;
  options.connect = options_of("DSN");
  options.max_size = 1;
  options.check_size = false;
  options.tracer = notes;
  return options;
}

ASYNC_TEST(pool_tracer, hears_of_the_connect_the_wait_and_the_statement_in_this_order) {
  const auto notes = std::make_shared<notebook>();
  pool p(co_await asio::this_coro::executor, options_for(notes));
  co_await p.execute("SELECT 1");
  const std::vector<std::string> all{"connect", "acquire", "query SELECT 1"};
  EXPECT_EQ(notes->ended, all);
  EXPECT_NE(notes->host.find(".s.PGSQL."), std::string::npos);
  co_await p.close(1s);
}

ASYNC_TEST(pool_tracer, hears_of_pipelines_scripts_and_transactions) {
  const auto notes = std::make_shared<notebook>();
  {
    pool p(co_await asio::this_coro::executor, options_for(notes));
    pipeline two;
    two.execute("SELECT 1");
    two.execute("SELECT 2");
    co_await p.run(two);
    EXPECT_TRUE(notes->has("pipeline"));
    co_await p.transaction([](transaction& tx) -> asio::awaitable<void> { co_await tx.execute("SELECT 3"); });
    EXPECT_TRUE(notes->has("query SELECT 3"));
    EXPECT_TRUE(notes->has("transaction"));
    const lease db = co_await p.acquire();
    co_await db->execute_script("SELECT 4; SELECT 5");
    EXPECT_TRUE(notes->has("query SELECT 4; SELECT 5"));
    co_await db->execute("LISTEN trace");
    EXPECT_TRUE(notes->has("listen LISTEN trace"));
  }
  co_await settle();
  EXPECT_EQ(notes->open, 0) << "every span has an end";
}

ASYNC_TEST(pool_tracer, hears_of_streams_and_copies_when_they_end) {
  const auto notes = std::make_shared<notebook>();
  pool p(co_await asio::this_coro::executor, options_for(notes));
  auto rows = co_await p.stream<int>({.rows = 1, .mode = {}, .timeout = {}}, "SELECT generate_series(1, 1000000)");
  EXPECT_FALSE(notes->has("query SELECT generate_series(1, 1000000)"));
  rows = {};
  EXPECT_EQ(notes->open, 0);
  auto drop = [](copy_bytes) {};
  static_cast<void>(co_await copy_out_to(p, drop, "COPY (SELECT 1) TO STDOUT"));
  EXPECT_TRUE(notes->has("copy COPY (SELECT 1) TO STDOUT"));
  EXPECT_EQ(notes->open, 0);
  co_await p.close(1s);
}

ASYNC_TEST(pool_tracer, hears_of_listening) {
  const auto notes = std::make_shared<notebook>();
  pool p(co_await asio::this_coro::executor, options_for(notes));
  {
    const lease db = co_await p.acquire();
    const notification_channel orders = co_await db->listen("orders");
    EXPECT_TRUE(notes->has("listen LISTEN \"orders\""));
  }
  co_await p.execute("SELECT 1");
  EXPECT_TRUE(notes->has("listen UNLISTEN \"orders\""));
  co_await p.close(1s);
}

ASYNC_TEST(pool_tracer, hears_with_what_they_failed) {
  const auto notes = std::make_shared<notebook>();
  pool p(co_await asio::this_coro::executor, options_for(notes));
  (void)co_await error_of(p.execute("SELECT 1/0"));
  EXPECT_TRUE(notes->has("query SELECT 1/0 failed: division_by_zero"));
  const lease held = co_await p.acquire();
  (void)co_await error_of(p.acquire(1ms));
  EXPECT_TRUE(notes->has("acquire failed: the deadline passed"));
}

ASYNC_TEST(pool_tracer, a_connection_without_a_pool_has_one_too) {
  const auto notes = std::make_shared<notebook>();
  connect_options options = options_of("DSN");
  options.tracer = notes;
  connection db = co_await connect(options);
  co_await db.execute("SELECT 1");
  const std::vector<std::string> all{"connect", "query SELECT 1"};
  EXPECT_EQ(notes->ended, all);
}

ASYNC_TEST(pool_tags, are_seen_by_the_server_and_do_not_keep_statements_from_being_cached) {
  pool_options options;
  options.connect = options_of("DSN");
  options.max_size = 1;
  options.tags = {{"application", "shop"}, {"route", "/orders"}};
  pool p(co_await asio::this_coro::executor, options);
  for (int i = 0; i < 3; ++i) {
    const auto seen =
        co_await p.fetch_one<std::string>("SELECT query FROM pg_stat_activity WHERE pid = pg_backend_pid()");
    EXPECT_NE(seen.find("/*application='shop',route='%2Forders'*/"), std::string::npos) << seen;
  }
  EXPECT_EQ(co_await p.fetch_one<int>(
                "SELECT count(*)::int4 FROM pg_prepared_statements WHERE statement LIKE 'SELECT query%'"),
            1);
  co_await p.close(1s);
}

}  // namespace
}  // namespace pgcoro::test
