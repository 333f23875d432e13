// Leases: what a connection is like when somebody gets it.
#include <vector>

#include <pgcoro/row_stream.hpp>
#include <pgcoro/tracer.hpp>
#include <pgcoro/transaction.hpp>

#include "integration/pool_scene.hpp"

namespace pgcoro::test {
namespace {

asio::awaitable<int> backend_of(pool& p) {
  const lease db = co_await p.acquire();
  co_return co_await db->fetch_one<int>("SELECT pg_backend_pid()");
}

/// The one connection again, in whatever state it was left.
asio::awaitable<std::string> setting(pool& p, std::string name) {
  const lease db = co_await p.acquire();
  co_return co_await db->fetch_one<std::string>("SELECT current_setting($1)", name);
}

ASYNC_TEST(pool_lease, gives_the_same_connection_again) {
  pool p(co_await asio::this_coro::executor, options_for(3));
  const int first = co_await backend_of(p);
  const int second = co_await backend_of(p);
  EXPECT_EQ(first, second);
  EXPECT_EQ(p.statistics().opened, 1u);
  co_await p.close(1s);
}

ASYNC_TEST(pool_lease, warm_up_opens_min_size) {
  pool_options options = options_for(5);
  options.min_size = 3;
  pool p(co_await asio::this_coro::executor, options);
  co_await p.warm_up();
  EXPECT_EQ(p.statistics().idle, 3u);
  co_await p.close(1s);
}

ASYNC_TEST(pool_lease, warm_up_tells_at_once_what_waiting_would_not_change) {
  pool p(co_await asio::this_coro::executor, options_for(5, "dbname=no_such_database"));
  const error_info failed = co_await error_of(p.warm_up());
  EXPECT_EQ(failed.code(), sqlstate::invalid_catalog_name);
  EXPECT_EQ(failed.stage(), "acquire");
  EXPECT_TRUE(failed.safe_to_retry());
}

ASYNC_TEST(pool_lease, a_transaction_that_was_left_open_is_rolled_back) {
  pool p(co_await asio::this_coro::executor, options_for(1));
  {
    const lease db = co_await p.acquire();
    co_await db->execute("BEGIN");
    co_await db->execute("CREATE TABLE pool_left_open (n int)");
  }
  const bool there = co_await p.fetch_one<bool>("SELECT to_regclass('pool_left_open') IS NOT NULL");
  EXPECT_FALSE(there);
  EXPECT_EQ(p.statistics().rollbacks, 1u);
  EXPECT_EQ(p.statistics().opened, 1u);
  co_await p.close(1s);
}

ASYNC_TEST(pool_lease, a_transaction_that_is_dropped_with_its_lease_is_rolled_back_and_the_connection_kept) {
  pool p(co_await asio::this_coro::executor, options_for(1));
  const auto leave = [](pool& from, std::string sql) -> asio::awaitable<void> {
    const lease db = co_await from.acquire();
    transaction tx = co_await db->begin();
    co_await tx.execute("CREATE TABLE pool_dropped (n int)");
    co_await tx.execute(sql);
  };
  co_await leave(p, "SELECT 1");
  EXPECT_EQ((co_await error_of(leave(p, "SELECT 1/0"))).code(), sqlstate::division_by_zero);
  pending cancelled = co_await start(leave(p, "SELECT pg_sleep(30)"));
  co_await sleep_for(50ms);
  cancelled.cancel();
  EXPECT_EQ((co_await cancelled.outcome()).code(), asio::error::operation_aborted);
  EXPECT_TRUE(co_await p.fetch_one<bool>("SELECT to_regclass('pool_dropped') IS NULL"));
  EXPECT_EQ(p.statistics().opened, 1u);
}

ASYNC_TEST(pool_lease, a_transaction_that_outlives_its_lease_costs_the_connection_and_harms_nobody) {
  for (const bool sent : {true, false}) {
    pool p(co_await asio::this_coro::executor, options_for(1));
    transaction left;
    {
      const lease db = co_await p.acquire();
      left = co_await db->begin();
      if (sent) co_await left.execute("CREATE TABLE pool_outlived (n int)");
    }
    const lease db = co_await p.acquire();
    transaction own = co_await db->begin();
    co_await own.execute("CREATE TABLE pool_outlived (n int)");
    EXPECT_EQ((co_await error_of(left.execute("INSERT INTO pool_outlived VALUES (1)"))).code(),
              errc::connection_closed);
    EXPECT_TRUE(co_await error_of(left.commit()));
    left = transaction();
    EXPECT_EQ(co_await own.fetch_one<int>("SELECT count(*)::int FROM pool_outlived"), 0);
    co_await own.rollback();
    EXPECT_EQ(p.statistics().closed_in_doubt, 1u);
  }
}

ASYNC_TEST(pool_lease, a_stream_that_outlives_its_lease_costs_the_connection_and_harms_nobody) {
  pool p(co_await asio::this_coro::executor, options_for(1));
  row_stream<int> left;
  {
    const lease db = co_await p.acquire();
    left = co_await db->stream<int>("SELECT generate_series(1, 1000000)");
  }
  EXPECT_EQ(co_await p.fetch_one<int>("SELECT 7"), 7);
  error_info failed;
  while (!failed) failed = co_await error_of(left.next());
  EXPECT_EQ(failed.code(), errc::connection_closed) << failed.what();
  EXPECT_EQ(p.statistics().opened, 2u);
}

ASYNC_TEST(pool_lease, a_failed_transaction_is_rolled_back) {
  pool p(co_await asio::this_coro::executor, options_for(1));
  {
    const lease db = co_await p.acquire();
    co_await db->execute("BEGIN");
    (void)co_await error_of(db->execute("SELECT 1/0"));
  }
  EXPECT_EQ(co_await p.fetch_one<int>("SELECT 1"), 1);
  co_await p.close(1s);
}

ASYNC_TEST(pool_lease, settings_listens_temporary_tables_and_roles_are_discarded) {
  pool p(co_await asio::this_coro::executor, options_for(1));
  {
    const lease db = co_await p.acquire();
    co_await db->execute("SET work_mem = '123MB'");
    co_await db->execute("LISTEN pool_channel");
    co_await db->execute("CREATE TEMP TABLE pool_temp (n int)");
    co_await db->execute("SET ROLE pgcoro_trust");
    co_await db->execute("SELECT pg_advisory_lock(4711)");
  }
  const lease db = co_await p.acquire();
  EXPECT_NE(co_await db->fetch_one<std::string>("SHOW work_mem"), "123MB");
  EXPECT_EQ(co_await db->fetch_one<int>("SELECT count(*)::int4 FROM pg_listening_channels()"), 0);
  EXPECT_TRUE(co_await db->fetch_one<bool>("SELECT to_regclass('pool_temp') IS NULL"));
  EXPECT_EQ(co_await db->fetch_one<std::string>("SELECT current_user::text"), "postgres");
  EXPECT_EQ(co_await db->fetch_one<int>("SELECT count(*)::int4 FROM pg_locks WHERE locktype = 'advisory' AND "
                                        "pid = pg_backend_pid()"),
            0);
  EXPECT_EQ(p.statistics().discards, 1u);
  EXPECT_EQ(p.statistics().opened, 1u);
}

ASYNC_TEST(pool_lease, a_temporary_table_made_by_select_into_is_discarded) {
  pool p(co_await asio::this_coro::executor, options_for(1));
  {
    const lease db = co_await p.acquire();
    co_await db->execute("CREATE TEMP TABLE pool_ctas AS SELECT 1 AS n");
  }
  EXPECT_TRUE(co_await p.fetch_one<bool>("SELECT to_regclass('pool_ctas') IS NULL"));
  co_await p.close(1s);
}

ASYNC_TEST(pool_lease, prepared_statements_survive_the_discard) {
  pool p(co_await asio::this_coro::executor, options_for(1));
  for (int i = 0; i < 3; ++i) {
    const lease db = co_await p.acquire();
    co_await db->execute("SET work_mem = '1MB'");
    EXPECT_EQ(co_await db->fetch_one<int>("SELECT $1::int4 + 1000", i), i + 1000);
  }
  EXPECT_EQ(co_await p.fetch_one<int>("SELECT count(*)::int4 FROM pg_prepared_statements WHERE statement LIKE '%1000'"),
            1);
  co_await p.close(1s);
}

ASYNC_TEST(pool_lease, settings_of_the_connection_string_come_back) {
  pool_options options = options_for(1);
  options.connect.parameters["work_mem"] = "77MB";
  pool p(co_await asio::this_coro::executor, options);
  {
    const lease db = co_await p.acquire();
    co_await db->execute("SET work_mem = '123MB'");
  }
  EXPECT_EQ(co_await setting(p, "work_mem"), "77MB");
  co_await p.close(1s);
}

ASYNC_TEST(pool_lease, with_the_policy_rollback_settings_stay) {
  pool_options options = options_for(1);
  options.reset = reset_policy::rollback;
  pool p(co_await asio::this_coro::executor, options);
  {
    const lease db = co_await p.acquire();
    co_await db->execute("SET work_mem = '123MB'");
    co_await db->execute("BEGIN");
  }
  EXPECT_EQ(co_await setting(p, "work_mem"), "123MB");
  EXPECT_EQ(p.statistics().rollbacks, 1u);
  co_await p.close(1s);
}

ASYNC_TEST(pool_lease, with_the_policy_none_an_open_transaction_costs_the_connection) {
  pool_options options = options_for(1);
  options.reset = reset_policy::none;
  pool p(co_await asio::this_coro::executor, options);
  const int before = co_await backend_of(p);
  {
    const lease db = co_await p.acquire();
    co_await db->execute("BEGIN");
  }
  EXPECT_NE(co_await backend_of(p), before);
  EXPECT_EQ(p.statistics().closed_in_doubt, 1u);
  co_await p.close(1s);
}

ASYNC_TEST(pool_lease, discard_always_releases_advisory_locks_that_no_tag_tells_of) {
  pool_options options = options_for(1);
  options.reset = reset_policy::discard_always;
  pool p(co_await asio::this_coro::executor, options);
  co_await p.execute("SELECT pg_advisory_lock(4712), set_config('work_mem', '99MB', false)");
  EXPECT_EQ(
      co_await p.fetch_one<int>("SELECT count(*)::int4 FROM pg_locks WHERE locktype = 'advisory' AND objid = 4712"), 0);
  EXPECT_NE(co_await setting(p, "work_mem"), "99MB");
  co_await p.close(1s);
}

ASYNC_TEST(pool_lease, hooks_run_at_their_time_and_may_refuse) {
  pool_options options = options_for(1);
  int connected = 0;
  int taken = 0;
  int returned = 0;
  options.on_connect = [&](connection& db) -> asio::awaitable<void> {
    ++connected;
    co_await db.ping();
  };
  options.before_acquire = [&](connection&) -> asio::awaitable<bool> { co_return ++taken != 2; };
  options.after_release = [&](connection& db) -> asio::awaitable<bool> {
    co_await db.ping();
    co_return ++returned != 2;
  };
  pool p(co_await asio::this_coro::executor, options);
  const int first = co_await backend_of(p);
  EXPECT_EQ(connected, 1);
  const int second = co_await backend_of(p);  // before_acquire refuses once
  EXPECT_NE(first, second);
  EXPECT_EQ(connected, 2);
  EXPECT_NE(co_await backend_of(p), second) << "after_release refused";
  EXPECT_EQ(taken, 4);
  co_await p.close(1s);
}

ASYNC_TEST(pool_lease, a_hook_that_throws_on_connect_is_an_error_of_the_acquire) {
  pool_options options = options_for(1);
  options.acquire_timeout = 200ms;
  options.on_connect = [](connection&) -> asio::awaitable<void> {
    throw std::runtime_error("not today");
    co_return;
  };
  pool p(co_await asio::this_coro::executor, options);
  const error_info failed = co_await error_of(p.acquire());
  EXPECT_NE(failed.message().find("not today"), std::string::npos) << failed.what();
}

ASYNC_TEST(pool_lease, a_detached_connection_lives_on_and_makes_room) {
  pool p(co_await asio::this_coro::executor, options_for(1));
  lease taken = co_await p.acquire();
  connection own = taken.detach();
  EXPECT_FALSE(taken);
  const int mine = co_await own.fetch_one<int>("SELECT pg_backend_pid()");
  EXPECT_NE(co_await backend_of(p), mine);
  co_await p.close(1s);
  EXPECT_EQ(co_await own.fetch_one<int>("SELECT 1"), 1);
}

ASYNC_TEST(pool_lease, a_discarded_one_is_not_given_again) {
  pool p(co_await asio::this_coro::executor, options_for(1));
  const int before = co_await backend_of(p);
  lease db = co_await p.acquire();
  db.discard();
  EXPECT_NE(co_await backend_of(p), before);
  co_await p.close(1s);
}

ASYNC_TEST(pool_lease, reset_replaces_every_connection) {
  pool p(co_await asio::this_coro::executor, options_for(1));
  const int before = co_await backend_of(p);
  p.reset();
  EXPECT_NE(co_await backend_of(p), before);
  co_await p.close(1s);
}

ASYNC_TEST(pool_lease, close_waits_for_what_is_on_loan_and_then_no_longer) {
  pool p(co_await asio::this_coro::executor, options_for(2));
  lease kept = co_await p.acquire();
  {
    const lease other = co_await p.acquire();
  }
  const auto begin = std::chrono::steady_clock::now();
  co_await p.close(100ms);
  EXPECT_GE(std::chrono::steady_clock::now() - begin, 100ms);
  const error_info failed = co_await error_of(kept->execute("SELECT 1"));
  EXPECT_EQ(failed.code(), errc::connection_closed);
  EXPECT_EQ(p.statistics().size, 0u);
}

ASYNC_TEST(pool_lease, warns_where_it_may_outgrow_the_server_and_refuses_if_asked_to) {
  struct listener : tracer {
    span begin(const span_start&) noexcept override { return 0; }
    void end(span, const span_end&) noexcept override {}
    void warning(std::string_view text) noexcept override { heard = text; }
    std::string heard;
  };
  const auto heard = std::make_shared<listener>();
  pool_options options = options_for(10'000);
  options.tracer = heard;
  {
    pool lax(co_await asio::this_coro::executor, options);
    co_await lax.warm_up();
    EXPECT_NE(heard->heard.find("may open 10000 connections, the server admits "), std::string::npos) << heard->heard;
  }
  options.strict_sizing = true;
  pool strict(co_await asio::this_coro::executor, options);
  const error_info failed = co_await error_of(strict.warm_up());
  EXPECT_EQ(failed.code(), errc::pool_too_large);
}

}  // namespace
}  // namespace pgcoro::test
