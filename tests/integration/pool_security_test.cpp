// What must hold for a pool where a server, a network or a neighbour is not to be trusted.
#include <pgcoro/notification_hub.hpp>
#include <pgcoro/pipeline.hpp>

#include "integration/pool_scene.hpp"

namespace pgcoro::test {
namespace {

/// How many sessions of that name are not encrypted.
constexpr const char* in_the_clear =
    "SELECT count(*) FROM pg_stat_activity JOIN pg_stat_ssl USING (pid) WHERE application_name = $1 AND NOT ssl";
constexpr const char* end_all = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1";

ASYNC_TEST(pool_security, connections_that_replace_others_are_encrypted_as_the_options_say) {
  connection admin = co_await connect_to("DSN");
  pool p(co_await asio::this_coro::executor, options_for(2, "application_name=tls_pool", "TLS_DSN"));
  for (int round = 0; round < 3; ++round) {
    {
      const lease first = co_await p.acquire();
      const lease second = co_await p.acquire();
      EXPECT_TRUE(first->is_encrypted());
      EXPECT_TRUE(second->is_encrypted());
    }
    EXPECT_EQ(co_await admin.fetch_one<std::int64_t>(in_the_clear, "tls_pool"), 0);
    co_await admin.execute(end_all, "tls_pool");
    for (int i = 0; i < 200 && p.statistics().size > 0; ++i) co_await sleep_for(5ms);
  }
  EXPECT_EQ(p.statistics().opened, 6u);
  co_await p.close(1s);
}

ASYNC_TEST(pool_security, a_hub_that_comes_back_is_encrypted_as_the_options_say) {
  connection admin = co_await connect_to("DSN");
  notification_hub hub(co_await asio::this_coro::executor, options_of("TLS_DSN", "application_name=tls_hub"));
  subscription orders = co_await hub.subscribe("orders", 5s);
  co_await admin.execute(end_all, "tls_hub");
  const notification_event gap = co_await orders.next(5s);
  EXPECT_TRUE(gap.is_gap());
  EXPECT_EQ(co_await admin.fetch_one<std::int64_t>(in_the_clear, "tls_hub"), 0);
  EXPECT_EQ(co_await admin.fetch_one<std::int64_t>("SELECT count(*) FROM pg_stat_activity WHERE application_name = $1",
                                                   "tls_hub"),
            1);
  co_await hub.close();
}

ASYNC_TEST(pool_security, errors_show_no_password) {
  pool_options options = options_for(1, "password=not-the-right-one", "SCRAM_DSN");
  pool p(co_await asio::this_coro::executor, options);
  const error_info failed = co_await error_of(p.fetch_one<int>("SELECT 1"));
  EXPECT_EQ(failed.code(), sqlstate::invalid_password);
  EXPECT_EQ(failed.what().find("not-the-right-one"), std::string::npos) << failed.what();
}

ASYNC_TEST(pool_security, a_deadline_holds_while_rows_keep_coming) {
  pool p(co_await asio::this_coro::executor, options_for(1));
  const auto begin = std::chrono::steady_clock::now();
  const error_info failed =
      co_await error_of(p.execute({.mode = {}, .timeout = 100ms}, "SELECT generate_series(1, 1000000000)"));
  EXPECT_EQ(failed.code(), errc::timeout);
  EXPECT_EQ(co_await p.fetch_one<int>("SELECT 1"), 1) << "what is left of the rows is nobody's answer";
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 5s);
  EXPECT_EQ(p.statistics().opened, 1u);
  co_await p.close(1s);
}

ASYNC_TEST(pool_security, a_pipeline_that_was_given_up_leaves_nothing_to_the_next_one) {
  pool p(co_await asio::this_coro::executor, options_for(1));
  pipeline several;
  several.execute("SELECT pg_sleep(30)");
  for (int i = 0; i < 10; ++i) several.fetch_one<int>("SELECT 13");
  pending running = co_await start(p.run(several));
  co_await sleep_for(50ms);
  running.cancel();
  EXPECT_EQ((co_await running.outcome()).code(), asio::error::operation_aborted);
  for (int i = 0; i < 20; ++i) EXPECT_EQ(co_await p.fetch_one<int>("SELECT $1::int4", i), i);
  EXPECT_EQ(p.statistics().opened, 1u);
  co_await p.close(1s);
}

}  // namespace
}  // namespace pgcoro::test
