// Operations with a time limit.
#include <thread>

#include <pgcoro/sqlstate.hpp>

#include "support/fake_server.hpp"

namespace pgcoro::test {
namespace {

constexpr query_options within(std::chrono::steady_clock::duration time) { return {.mode = {}, .timeout = time}; }

ASYNC_TEST(deadline, in_flight_ends_the_operation_and_tells_the_server) {
  fake_server server(co_await asio::this_coro::executor);
  served s = co_await open_session(server, server.options());
  pending query = co_await start(s.db.execute(within(50ms), "SELECT 1"));
  const error_info failed = co_await query.outcome();
  EXPECT_EQ(failed.code(), errc::timeout);
  EXPECT_FALSE(failed.safe_to_retry());
  EXPECT_TRUE(failed.connection_usable());
  fake_peer caller = co_await server.accept();
  co_await caller.expect_cancel(4242, "key!");
  caller.close();
  EXPECT_EQ(co_await s.peer.query(), "SELECT 1");
  co_await s.peer.send(cancelled());

  pending next = co_await start(s.db.execute("SELECT 2"));
  EXPECT_EQ(co_await s.peer.query(), "SELECT 2");
  co_await s.peer.send(completed("SELECT 2"));
  EXPECT_FALSE(co_await next.outcome());
}

ASYNC_TEST(deadline, before_anything_was_sent_withdraws_the_request) {
  fake_server server(co_await asio::this_coro::executor);
  connect_options options = server.options();
  options.statement_mode = statement_mode::cached;
  served s = co_await open_session(server, options);
  pending first = co_await start(s.db.execute("INSERT INTO t VALUES (1)"));
  EXPECT_EQ(co_await s.peer.types(), "PDH");  // nothing passes while it is being described
  const error_info failed = co_await error_of(s.db.execute(within(20ms), "INSERT INTO t VALUES (2)"));
  EXPECT_EQ(failed.code(), errc::timeout);
  EXPECT_TRUE(failed.safe_to_retry());
  EXPECT_FALSE(co_await server.somebody_calls());
  co_await s.peer.send(bytes_of(protocol::parse_complete{}, protocol::parameter_description{}, protocol::no_data{}));
  EXPECT_EQ(co_await s.peer.types(), "BES");
  co_await s.peer.send(bytes_of(protocol::bind_complete{}) + completed("INSERT 0 1"));
  EXPECT_FALSE(co_await first.outcome());
  EXPECT_TRUE(co_await s.peer.hears_nothing());
}

ASYNC_TEST(deadline, a_reply_that_came_in_time_counts_although_its_reader_is_late) {
  fake_server server(co_await asio::this_coro::executor);
  served s = co_await open_session(server, server.options());
  auto dawdle = [&]() -> asio::awaitable<void> {
    co_await s.db.execute("SELECT 1");
    std::this_thread::sleep_for(1500ms);  // blocks the loop beyond the other's deadline, whose reply is here
  };
  pending first = co_await start(dawdle());
  pending second = co_await start(s.db.execute(within(1s), "SELECT 2"));
  co_await s.peer.query();
  co_await s.peer.query();
  co_await s.peer.send(completed("SELECT 1") + completed("SELECT 2"));
  EXPECT_FALSE(co_await first.outcome());
  const error_info late = co_await second.outcome();
  EXPECT_FALSE(late) << late.what();
}

ASYNC_TEST(deadline, of_the_connection_holds_where_a_call_has_none) {
  fake_server server(co_await asio::this_coro::executor);
  connect_options options = server.options();
  options.command_timeout = 50ms;
  options.cancel_timeout = 50ms;
  served s = co_await open_session(server, options);
  EXPECT_EQ((co_await error_of(s.db.execute("SELECT 1"))).code(), errc::timeout);
}

ASYNC_TEST(deadline, is_one_for_the_whole_operation_and_not_for_each_read) {
  fake_server server(co_await asio::this_coro::executor);
  served s = co_await open_session(server, server.options());
  pending query = co_await start(s.db.query(within(100ms), "SELECT * FROM endless"));
  co_await s.peer.query();
  co_await s.peer.send(text_columns(1));
  while (!query.ended()) co_await s.peer.send(text_row("and another one"));
  EXPECT_EQ((co_await query.outcome()).code(), errc::timeout);
  fake_peer caller = co_await server.accept();
  co_await caller.expect_cancel(4242, "key!");
  caller.close();
  co_await s.peer.send(text_row("the rest is drained") + cancelled());
  pending ping = co_await start(s.db.ping());
  EXPECT_EQ(co_await s.peer.types(), "S");
  co_await s.peer.send(ready());
  EXPECT_FALSE(co_await ping.outcome());
}

ASYNC_TEST(deadline, the_nearest_of_several_comes_first) {
  fake_server server(co_await asio::this_coro::executor);
  served s = co_await open_session(server, server.options());
  pending far = co_await start(s.db.execute(within(1h), "SELECT 1"));
  pending near = co_await start(s.db.execute(within(20ms), "SELECT 2"));
  EXPECT_EQ((co_await near.outcome()).code(), errc::timeout);
  EXPECT_FALSE(far.ended());
  co_await s.peer.query();
  co_await s.peer.query();
  co_await s.peer.send(completed("SELECT 1") + completed("SELECT 2"));
  EXPECT_FALSE(co_await far.outcome());
}

}  // namespace
}  // namespace pgcoro::test
