// Cancelled waits, killed backends, servers that are away: nobody loses a turn, nothing leaks.
#include <csignal>
#include <vector>

#include "integration/pool_scene.hpp"

namespace pgcoro::test {
namespace {

asio::awaitable<void> use_once(pool& p) { EXPECT_EQ(co_await p.fetch_one<int>("SELECT 1"), 1); }

/// Every connection is there and free.
asio::awaitable<void> expect_intact(pool& p, std::size_t max_size) {
  std::vector<lease> all;
  for (std::size_t i = 0; i < max_size; ++i) {
    lease one = co_await p.acquire(5s);
    all.push_back(std::move(one));
  }
  EXPECT_EQ(p.statistics().size, max_size);
  all.clear();
  co_await settle();
  EXPECT_EQ(p.statistics().waiting, 0u);
}

// Cancelling an acquire at every point, one by one

ASYNC_TEST(pool_cancel, while_the_connection_is_being_opened) {
  pool p(co_await asio::this_coro::executor, options_for(1));
  pending wait = co_await start(p.acquire());
  EXPECT_EQ(p.statistics().opening, 1u);
  wait.cancel();
  const error_info failed = co_await wait.outcome();
  EXPECT_EQ(failed.code(), asio::error::operation_aborted);
  EXPECT_TRUE(failed.safe_to_retry());
  co_await expect_intact(p, 1);
  EXPECT_EQ(p.statistics().opened, 1u) << "the attempt served the next one";
  co_await p.close(1s);
}

ASYNC_TEST(pool_cancel, in_the_middle_of_the_queue) {
  pool p(co_await asio::this_coro::executor, options_for(1));
  lease held = co_await p.acquire();
  pending first = co_await start(use_once(p));
  pending second = co_await start(use_once(p));
  pending third = co_await start(use_once(p));
  second.cancel();
  const error_info failed = co_await second.outcome();
  EXPECT_EQ(failed.code(), asio::error::operation_aborted);
  held.release();
  EXPECT_FALSE(co_await first.outcome());
  EXPECT_FALSE(co_await third.outcome());
  co_await expect_intact(p, 1);
  co_await p.close(1s);
}

ASYNC_TEST(pool_cancel, after_the_connection_was_handed_over_and_before_the_coroutine_ran) {
  pool p(co_await asio::this_coro::executor, options_for(1));
  lease held = co_await p.acquire();
  pending first = co_await start(use_once(p));
  pending second = co_await start(use_once(p));
  held.release();  // hands over to the first, which has not run yet
  first.cancel();
  bool cancelled = false;
  try {
    (void)co_await first.outcome();
  } catch (const boost::system::system_error& e) {  // Asio's own, at the coroutine's next co_await
    cancelled = e.code() == asio::error::operation_aborted;
  }
  EXPECT_TRUE(cancelled);
  EXPECT_FALSE(co_await second.outcome()) << "the second has its turn";
  co_await expect_intact(p, 1);
  co_await p.close(1s);
}

ASYNC_TEST(pool_cancel, while_the_connection_is_being_checked) {
  pool_options options = options_for(1);
  options.check_after = 1ns;
  pool p(co_await asio::this_coro::executor, options);
  co_await use_once(p);
  pending wait = co_await start(p.acquire());
  EXPECT_EQ(p.statistics().recovering, 1u);
  wait.cancel();
  EXPECT_EQ((co_await wait.outcome()).code(), asio::error::operation_aborted);
  co_await expect_intact(p, 1);
  EXPECT_EQ(p.statistics().opened, 1u);
  co_await p.close(1s);
}

ASYNC_TEST(pool_cancel, while_the_connection_is_being_reset) {
  pool p(co_await asio::this_coro::executor, options_for(1));
  {
    const lease db = co_await p.acquire();
    co_await db->execute("BEGIN");
  }
  EXPECT_EQ(p.statistics().recovering, 1u);
  pending wait = co_await start(p.acquire());
  wait.cancel();
  EXPECT_EQ((co_await wait.outcome()).code(), asio::error::operation_aborted);
  co_await expect_intact(p, 1);
  EXPECT_EQ(p.statistics().opened, 1u);
  co_await p.close(1s);
}

ASYNC_TEST(pool_cancel, while_the_statement_runs) {
  pool p(co_await asio::this_coro::executor, options_for(1));
  co_await use_once(p);
  pending slow = co_await start(p.execute("SELECT pg_sleep(30)"));
  co_await sleep_for(50ms);
  slow.cancel();
  EXPECT_EQ((co_await slow.outcome()).code(), asio::error::operation_aborted);
  EXPECT_EQ(p.statistics().recovering, 1u) << "the statement is ended in the background, and counted";
  co_await expect_intact(p, 1);
  EXPECT_EQ(p.statistics().opened, 1u) << "the connection is kept";
  co_await p.close(1s);
}

ASYNC_TEST(pool_cancel, by_the_deadline_of_each_wait) {
  pool p(co_await asio::this_coro::executor, options_for(1));
  lease held = co_await p.acquire();
  const auto begin = std::chrono::steady_clock::now();
  pending a = co_await start(p.acquire(600ms));
  pending b = co_await start(p.acquire(30ms));
  EXPECT_EQ((co_await b.outcome()).code(), errc::timeout);
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 600ms);
  EXPECT_EQ((co_await a.outcome()).code(), errc::timeout);
  held.release();
  co_await expect_intact(p, 1);
  co_await p.close(1s);
}

ASYNC_TEST(pool_cancel, by_the_end_of_the_pool) {
  pending wait = co_await [](asio::any_io_executor executor) -> asio::awaitable<pending> {
    lease held;  // outlives the pool
    pool p(executor, options_for(1));
    held = co_await p.acquire();
    co_return co_await start(p.acquire());
  }(co_await asio::this_coro::executor);
  EXPECT_EQ((co_await wait.outcome()).code(), errc::connection_closed);
}

// Faults

asio::awaitable<void> terminate(int process) {
  connection admin = co_await connect_to("DSN");
  co_await admin.execute("SELECT pg_terminate_backend($1)", process);
}

ASYNC_TEST(pool_faults, a_backend_that_is_killed_while_idle_is_noticed_when_it_happens) {
  pool p(co_await asio::this_coro::executor, options_for(1));
  const int process = co_await p.fetch_one<int>("SELECT pg_backend_pid()");
  co_await terminate(process);
  for (int i = 0; i < 200 && p.statistics().closed_lost == 0; ++i) co_await sleep_for(5ms);
  EXPECT_EQ(p.statistics().closed_lost, 1u) << "nobody had to run into it";
  EXPECT_NE(co_await p.fetch_one<int>("SELECT pg_backend_pid()"), process);
  co_await p.close(1s);
}

ASYNC_TEST(pool_faults, one_that_is_killed_in_use_fails_its_user_and_is_replaced) {
  pool p(co_await asio::this_coro::executor, options_for(1));
  const int process = co_await p.fetch_one<int>("SELECT pg_backend_pid()");
  pending slow = co_await start(p.execute("SELECT pg_sleep(30)"));
  co_await sleep_for(50ms);
  pending next = co_await start(use_once(p));
  co_await terminate(process);
  const error_info failed = co_await slow.outcome();
  EXPECT_EQ(failed.code(), sqlstate::admin_shutdown);
  EXPECT_FALSE(failed.connection_usable());
  EXPECT_FALSE(co_await next.outcome()) << "who waited gets a new connection";
  co_await p.close(1s);
}

ASYNC_TEST(pool_faults, a_server_that_stands_still_is_bounded_by_the_checks_deadline) {
  pool_options options = options_for(1);
  options.check_after = 1ns;
  options.check_timeout = 100ms;
  options.close_timeout = 50ms;
  pool p(co_await asio::this_coro::executor, options);
  const int process = co_await p.fetch_one<int>("SELECT pg_backend_pid()");
  EXPECT_EQ(::kill(process, SIGSTOP), 0) << "the test must be allowed to stop the server's process";
  const error_info outcome = co_await error_of(use_once(p));
  ::kill(process, SIGCONT);
  EXPECT_FALSE(outcome) << "a new connection served it: " << outcome.what();
  EXPECT_EQ(p.statistics().closed_in_doubt, 1u);
  co_await p.close(1s);
}

ASYNC_TEST(pool_faults, who_waits_for_a_server_that_is_away_hears_why) {
  pool_options options;
  options.connect = "host=127.0.0.1 port=1 user=x";
  options.max_size = 2;
  options.acquire_timeout = 500ms;
  pool p(co_await asio::this_coro::executor, options);
  const error_info failed = co_await error_of(p.fetch_one<int>("SELECT 1"));
  EXPECT_EQ(failed.code(), boost::system::errc::connection_refused) << failed.what();
  EXPECT_NE(failed.message().find("no connection within 500 ms"), std::string::npos) << failed.what();
  EXPECT_TRUE(failed.is_transient());
  EXPECT_GE(p.statistics().open_failures, 2u);
  EXPECT_LE(p.statistics().open_failures, 12u) << "not as fast as it can";
}

asio::awaitable<void> write_is_refused_after(std::string statement, pool& p) {
  const lease db = co_await p.acquire();
  co_await db->execute(statement);
  const error_info refused = co_await error_of(db->execute("CREATE TABLE pool_read_only (n int)"));
  EXPECT_EQ(refused.code(), sqlstate::read_only_sql_transaction);
}

// That of a server is tried with servers of its own: scripts/failover.sh.
ASYNC_TEST(pool_faults, ones_own_read_only_setting_is_taken_back_and_costs_nothing) {
  pool p(co_await asio::this_coro::executor, options_for(1, "target_session_attrs=read-write"));
  co_await write_is_refused_after("SET default_transaction_read_only = on", p);
  EXPECT_EQ(co_await p.fetch_one<std::string>("SHOW transaction_read_only"), "off");
  EXPECT_EQ(p.statistics().opened, 1u);
  EXPECT_EQ(p.statistics().servers_left, 0u);
  co_await p.close(1s);
}

ASYNC_TEST(pool_faults, a_write_in_ones_own_read_only_transaction_costs_nothing) {
  pool p(co_await asio::this_coro::executor, options_for(1, "target_session_attrs=read-write"));
  co_await write_is_refused_after("BEGIN READ ONLY", p);
  co_await use_once(p);
  EXPECT_EQ(p.statistics().opened, 1u);
  EXPECT_EQ(p.statistics().servers_left, 0u);
  co_await p.close(1s);
}

}  // namespace
}  // namespace pgcoro::test
