// A server that does not answer any more: control comes back within the caller's deadline all the same, and the
// connection is given up within cancel_timeout.
#include "support/fake_server.hpp"

namespace pgcoro::test {
namespace {

constexpr query_options briefly{.mode = {}, .timeout = 20ms};

connect_options impatient(const fake_server& server) {
  connect_options options = server.options();
  options.cancel_timeout = 200ms;
  return options;
}

/// Waits, with an operation that will not be answered, until the connection is given up.
asio::awaitable<error_info> given_up(connection& db) {
  const error_info failed = co_await error_of(db.ping());
  EXPECT_FALSE(failed.connection_usable());
  EXPECT_FALSE(db.is_open());
  co_return failed;
}

ASYNC_TEST(black_hole, of_the_statement_and_of_the_cancel_request_costs_cancel_timeout) {
  fake_server server(co_await asio::this_coro::executor);
  served s = co_await open_session(server, impatient(server));
  EXPECT_EQ((co_await error_of(s.db.execute(briefly, "SELECT 1"))).code(), errc::timeout);
  fake_peer caller = co_await server.accept();
  co_await caller.initial();  // and not a word, nor an end
  const error_info failed = co_await given_up(s.db);
  EXPECT_EQ(failed.code(), errc::timeout);
  co_await caller.until_closed();
  co_await s.peer.until_closed();
}

ASYNC_TEST(black_hole, of_the_statement_alone_costs_cancel_timeout) {
  fake_server server(co_await asio::this_coro::executor);
  served s = co_await open_session(server, impatient(server));
  EXPECT_EQ((co_await error_of(s.db.execute(briefly, "SELECT 1"))).code(), errc::timeout);
  auto process_every_cancel = [&]() -> asio::awaitable<void> {
    for (;;) {
      fake_peer caller = co_await server.accept();
      co_await caller.initial();
      caller.close();
    }
  };
  pending cancels = co_await start(process_every_cancel());
  const error_info failed = co_await given_up(s.db);
  EXPECT_EQ(failed.code(), errc::timeout);
  cancels.cancel();
  co_await s.peer.until_closed();
}

ASYNC_TEST(black_hole, that_cannot_even_be_called_costs_cancel_timeout) {
  fake_server server(co_await asio::this_coro::executor);
  served s = co_await open_session(server, impatient(server));
  server.stop();
  EXPECT_EQ((co_await error_of(s.db.execute(briefly, "SELECT 1"))).code(), errc::timeout);
  co_await given_up(s.db);
}

ASYNC_TEST(black_hole, does_not_hold_up_an_operation_with_a_shorter_deadline) {
  fake_server server(co_await asio::this_coro::executor);
  connect_options options = server.options();
  options.cancel_timeout = 30s;
  served s = co_await open_session(server, options);
  const auto began = std::chrono::steady_clock::now();
  EXPECT_EQ((co_await error_of(s.db.execute(briefly, "SELECT 1"))).code(), errc::timeout);
  EXPECT_EQ((co_await error_of(s.db.execute(briefly, "SELECT 2"))).code(), errc::timeout);
  EXPECT_EQ((co_await error_of(s.db.execute(briefly, "SELECT 3"))).code(), errc::timeout);
  EXPECT_LT(std::chrono::steady_clock::now() - began, 15s);
}

ASYNC_TEST(black_hole, ends_connection_cancel_within_cancel_timeout) {
  fake_server server(co_await asio::this_coro::executor);
  served s = co_await open_session(server, impatient(server));
  const error_info failed = co_await error_of(s.db.cancel());
  EXPECT_TRUE(failed);
  EXPECT_FALSE(s.db.is_open()) << "the request may still arrive and hit anything";
}

ASYNC_TEST(black_hole, ends_close_within_its_timeout) {
  fake_server server(co_await asio::this_coro::executor);
  served s = co_await open_session(server, server.options());
  pending query = co_await start(s.db.execute("SELECT 1"));
  co_await error_of(s.db.close(50ms));
  EXPECT_FALSE(s.db.is_open());
  EXPECT_EQ((co_await query.outcome()).code(), errc::connection_closed);
}

ASYNC_TEST(black_hole, that_takes_no_bytes_ends_a_large_statement_too) {
  fake_server server(co_await asio::this_coro::executor);
  served s = co_await open_session(server, impatient(server));
  const std::string large = "SELECT '" + std::string(32 << 20, 'x') + "'";
  const error_info failed = co_await error_of(s.db.execute(briefly, large));
  EXPECT_EQ(failed.code(), errc::timeout);
  EXPECT_FALSE(failed.safe_to_retry());
  co_await given_up(s.db);
}

}  // namespace
}  // namespace pgcoro::test
