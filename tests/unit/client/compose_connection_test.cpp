// when_all, with_timeout and as_result with the operations of a connection.
#include <pgcoro/as_result.hpp>
#include <pgcoro/exceptions.hpp>
#include <pgcoro/when_all.hpp>
#include <pgcoro/with_timeout.hpp>

#include "support/fake_server.hpp"

namespace pgcoro::test {
namespace {

ASYNC_TEST(composed_operations, of_when_all_are_all_sent_before_the_first_is_answered) {
  fake_server server(co_await asio::this_coro::executor);
  served s = co_await open_session(server, server.options());
  pending both = co_await start(when_all(s.db.execute("SELECT 1"), s.db.execute("SELECT 2"), s.db.execute("SELECT 3")));
  std::string order;
  for (int i = 0; i < 3; ++i) order += co_await s.peer.query();
  EXPECT_EQ(order, "SELECT 1SELECT 2SELECT 3");
  co_await s.peer.send(completed("SELECT 1") + completed("SELECT 1") + completed("SELECT 1"));
  const error_info failed = co_await both.outcome();
  EXPECT_FALSE(failed) << failed.what();
}

ASYNC_TEST(composed_operations, of_when_all_end_although_one_of_them_fails) {
  fake_server server(co_await asio::this_coro::executor);
  served s = co_await open_session(server, server.options());
  pending both = co_await start(when_all(s.db.execute("bad"), s.db.execute("good")));
  co_await s.peer.query();
  co_await s.peer.query();
  co_await s.peer.send(error_message("ERROR", "42601", "syntax error") + ready());
  co_await settle();
  EXPECT_FALSE(both.ended());
  co_await s.peer.send(completed("SELECT 1"));
  const error_info failed = co_await both.outcome();
  EXPECT_EQ(failed.code(), sqlstate::syntax_error);
}

ASYNC_TEST(composed_operations, are_bounded_where_the_server_answers_nothing) {
  fake_server server(co_await asio::this_coro::executor);
  connect_options options = server.options();
  options.cancel_timeout = 100ms;
  served s = co_await open_session(server, options);
  const error_info failed = co_await error_of(with_timeout(s.db.execute("SELECT 1"), 20ms));
  EXPECT_EQ(failed.code(), errc::timeout);
  EXPECT_EQ(failed.message(), "the operation did not end within 20 ms");
  EXPECT_EQ(failed.host(), server.label());
  EXPECT_FALSE(failed.safe_to_retry()) << "it was sent";
}

ASYNC_TEST(composed_operations, connecting_is_bounded_where_nobody_answers) {
  fake_server server(co_await asio::this_coro::executor);
  const error_info failed = co_await error_of(with_timeout(connect(server.options()), 20ms));
  EXPECT_EQ(failed.code(), errc::timeout);
  EXPECT_TRUE(failed.safe_to_retry());
}

ASYNC_TEST(composed_operations, as_values_hold_what_the_server_said) {
  fake_server server(co_await asio::this_coro::executor);
  served s = co_await open_session(server, server.options());
  boost::system::result<command_result, error_info> result = error_info();
  const auto run_it = [&]() -> asio::awaitable<void> { result = co_await as_result(s.db.execute("INSERT")); };
  pending insert = co_await start(run_it());
  co_await s.peer.query();
  co_await s.peer.send(error_message("ERROR", "23505", "duplicate key") + ready());
  const error_info none = co_await insert.outcome();
  EXPECT_FALSE(none);
  EXPECT_EQ(result.error().code(), sqlstate::unique_violation);
  EXPECT_EQ(result.error().server()->message, "duplicate key");
}

}  // namespace
}  // namespace pgcoro::test
