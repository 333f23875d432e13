// The server goes away.
#include <vector>

#include <pgcoro/sqlstate.hpp>

#include "support/fake_server.hpp"

namespace pgcoro::test {
namespace {

ASYNC_TEST(connection_loss, a_fatal_error_before_the_end_shows_the_servers_words) {
  fake_server server(co_await asio::this_coro::executor);
  served s = co_await open_session(server, server.options());
  pending query = co_await start(s.db.execute("SELECT 1"));
  co_await s.peer.query();
  co_await s.peer.send(error_message("FATAL", "57P01", "terminating connection due to administrator command"));
  s.peer.close();
  const error_info failed = co_await query.outcome();
  EXPECT_EQ(failed.code(), sqlstate::admin_shutdown);
  EXPECT_EQ(failed.message(), "terminating connection due to administrator command");
  EXPECT_FALSE(failed.connection_usable());
  EXPECT_FALSE(failed.safe_to_retry()) << "the statement may have run";
  EXPECT_FALSE(s.db.is_open());
}

ASYNC_TEST(connection_loss, a_fatal_error_that_meets_a_failing_write_is_still_read) {
  fake_server server(co_await asio::this_coro::executor);
  served s = co_await open_session(server, server.options());
  co_await s.peer.send(error_message("FATAL", "57P05", "terminating connection due to idle-session timeout"));
  s.peer.close();
  // Nothing has run on the client since: it writes before it has read.
  const error_info failed = co_await error_of(s.db.execute("SELECT 1"));
  EXPECT_EQ(failed.code(), sqlstate::idle_session_timeout);
}

ASYNC_TEST(connection_loss, an_end_without_a_word_says_so_and_names_the_host) {
  fake_server server(co_await asio::this_coro::executor);
  served s = co_await open_session(server, server.options());
  pending query = co_await start(s.db.execute("SELECT 1"));
  co_await s.peer.query();
  s.peer.close();
  const error_info failed = co_await query.outcome();
  EXPECT_EQ(failed.code(), errc::connection_closed);
  EXPECT_EQ(failed.host(), server.label());
  EXPECT_FALSE(failed.safe_to_retry());
  EXPECT_TRUE(failed.is_transient());
}

ASYNC_TEST(connection_loss, a_reset_in_the_middle_of_a_reply_ends_the_operation) {
  fake_server server(co_await asio::this_coro::executor);
  served s = co_await open_session(server, server.options());
  pending query = co_await start(s.db.query("SELECT 1"));
  co_await s.peer.query();
  co_await s.peer.send(text_columns(1) + text_row("half a").substr(0, 9));
  co_await settle();
  s.peer.reset();
  const error_info failed = co_await query.outcome();
  EXPECT_EQ(failed.code(), errc::connection_closed);
  EXPECT_FALSE(failed.connection_usable());
  EXPECT_FALSE(s.db.is_open());
}

ASYNC_TEST(connection_loss, an_idle_connection_sees_the_end_when_it_happens) {
  fake_server server(co_await asio::this_coro::executor);
  served s = co_await open_session(server, server.options());
  EXPECT_TRUE(s.db.is_open());
  s.peer.close();
  co_await settle();
  EXPECT_FALSE(s.db.is_open());
  const error_info failed = co_await error_of(s.db.execute("SELECT 1"));
  EXPECT_EQ(failed.code(), errc::connection_closed);
  EXPECT_TRUE(failed.safe_to_retry()) << "nothing was sent";
}

ASYNC_TEST(connection_loss, statements_behind_the_one_that_a_fatal_error_ended_are_safe_to_retry) {
  fake_server server(co_await asio::this_coro::executor);
  served s = co_await open_session(server, server.options());
  pending first = co_await start(s.db.execute("SELECT 1"));
  pending second = co_await start(s.db.execute("SELECT 2"));
  co_await s.peer.query();
  co_await s.peer.query();
  co_await s.peer.send(error_message("FATAL", "57P01", "terminating"));
  s.peer.close();
  const error_info one = co_await first.outcome();
  const error_info two = co_await second.outcome();
  EXPECT_FALSE(one.safe_to_retry());
  EXPECT_TRUE(two.safe_to_retry());
}

ASYNC_TEST(connection_loss, every_operation_in_flight_ends) {
  fake_server server(co_await asio::this_coro::executor);
  served s = co_await open_session(server, server.options());
  std::vector<pending> all;
  for (int i = 0; i < 10; ++i) {
    pending next = co_await start(s.db.execute("SELECT 1"));
    all.push_back(std::move(next));
  }
  co_await s.peer.query();
  s.peer.reset();
  for (pending& p : all) {
    const error_info failed = co_await p.outcome();
    EXPECT_EQ(failed.code(), errc::connection_closed);
  }
}

ASYNC_TEST(connection_loss, an_error_that_answers_nothing_is_reported_by_the_next_operation) {
  fake_server server(co_await asio::this_coro::executor);
  served s = co_await open_session(server, server.options());
  co_await s.peer.send(error_message("ERROR", "XX000", "nobody asked"));
  co_await settle();
  EXPECT_FALSE(s.db.is_open());
  const error_info failed = co_await error_of(s.db.execute("SELECT 1"));
  EXPECT_TRUE(failed);
  EXPECT_TRUE(failed.safe_to_retry());
}

}  // namespace
}  // namespace pgcoro::test
