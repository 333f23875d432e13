// connection::listen against a server that says what the test tells it to.
#include <pgcoro/notification_channel.hpp>

#include "support/fake_server.hpp"

namespace pgcoro::test {
namespace {

std::string news(std::string_view channel, std::string_view payload) {
  return bytes_of(protocol::notification_response{.process_id = 99, .channel = channel, .payload = payload});
}

/// Listens, the server answering with `extra` in front of the end of its reply.
asio::awaitable<notification_channel> listen(served& s, std::string_view channel, std::string extra = {}) {
  notification_channel made;
  const auto into = [](connection& db, std::string_view name, notification_channel& to) -> asio::awaitable<void> {
    to = co_await db.listen(name);
  };
  pending listening = co_await start(into(s.db, channel, made));
  EXPECT_EQ(co_await s.peer.query(), "LISTEN \"" + std::string(channel) + "\"");
  co_await s.peer.send(bytes_of(protocol::command_complete{.tag = "LISTEN"}) + extra + ready());
  EXPECT_FALSE(co_await listening.outcome());
  co_return made;
}

ASYNC_TEST(listen, gives_what_comes_to_its_channel_alone) {
  fake_server server(co_await asio::this_coro::executor);
  served s = co_await open_session(server, server.options());
  notification_channel orders = co_await listen(s, "orders");
  co_await s.peer.send(news("others", "x") + news("orders", "1") + news("orders", "2"));
  const notification first = co_await orders.next();
  EXPECT_EQ(first.channel, "orders");
  EXPECT_EQ(first.payload, "1");
  EXPECT_EQ(first.process_id, 99);
  const notification second = co_await orders.next();
  EXPECT_EQ(second.payload, "2");
  EXPECT_FALSE(orders.try_next());
}

ASYNC_TEST(listen, quotes_the_channel) {
  fake_server server(co_await asio::this_coro::executor);
  served s = co_await open_session(server, server.options());
  pending listening = co_await start(s.db.listen("a\"; DROP TABLE t; --"));
  EXPECT_EQ(co_await s.peer.query(), R"(LISTEN "a""; DROP TABLE t; --")");
  co_await s.peer.send(completed("LISTEN"));
  EXPECT_FALSE(co_await listening.outcome());
  EXPECT_EQ((co_await error_of(s.db.listen(std::string("a\0b", 3)))).code(), errc::invalid_composition);
  EXPECT_EQ((co_await error_of(s.db.listen(std::string(64, 'x')))).code(), errc::invalid_composition);
}

ASYNC_TEST(listen, misses_nothing_that_comes_with_the_reply) {
  fake_server server(co_await asio::this_coro::executor);
  served s = co_await open_session(server, server.options());
  notification_channel orders = co_await listen(s, "orders", news("orders", "at once"));
  const notification first = co_await orders.next();
  EXPECT_EQ(first.payload, "at once");
}

ASYNC_TEST(listen, hears_what_comes_in_the_middle_of_other_replies) {
  fake_server server(co_await asio::this_coro::executor);
  served s = co_await open_session(server, server.options());
  notification_channel orders = co_await listen(s, "orders");
  pending query = co_await start(s.db.fetch<std::string>("SELECT a"));
  EXPECT_EQ(co_await s.peer.query(), "SELECT a");
  co_await s.peer.send(news("orders", "1") + text_columns(1) + news("orders", "2") + text_row("a") +
                       news("orders", "3") + text_row("b") + bytes_of(protocol::command_complete{.tag = "SELECT 2"}) +
                       news("orders", "4") + ready() + news("orders", "5"));
  EXPECT_FALSE(co_await query.outcome());
  for (const char* expected : {"1", "2", "3", "4", "5"}) {
    const notification n = co_await orders.next();
    EXPECT_EQ(n.payload, expected);
  }
}

ASYNC_TEST(listen, shares_the_connection_with_a_handler_and_with_others) {
  fake_server server(co_await asio::this_coro::executor);
  served s = co_await open_session(server, server.options());
  std::string handled;
  s.db.set_notification_handler([&](const notification& n) { handled += n.channel + n.payload + " "; });
  notification_channel a = co_await listen(s, "a");
  notification_channel also_a = co_await listen(s, "a");
  notification_channel b = co_await listen(s, "b");
  co_await s.peer.send(news("a", "1") + news("b", "2") + news("c", "3"));
  const notification first = co_await a.next();
  const notification second = co_await also_a.next();
  const notification third = co_await b.next();
  EXPECT_EQ(first.payload + second.payload + third.payload, "112");
  EXPECT_EQ(handled, "a1 b2 c3 ");
}

ASYNC_TEST(listen, ends_on_the_server_with_the_last_object_that_listens) {
  fake_server server(co_await asio::this_coro::executor);
  served s = co_await open_session(server, server.options());
  {
    notification_channel first = co_await listen(s, "orders");
    {
      notification_channel second = co_await listen(s, "orders");
    }
    EXPECT_TRUE(co_await s.peer.hears_nothing());
  }
  EXPECT_EQ(co_await s.peer.query(), R"(UNLISTEN "orders")");
  co_await s.peer.send(completed("UNLISTEN"));
}

ASYNC_TEST(listen, ends_with_the_connection_once_everything_was_taken) {
  fake_server server(co_await asio::this_coro::executor);
  served s = co_await open_session(server, server.options());
  notification_channel orders = co_await listen(s, "orders");
  co_await s.peer.send(news("orders", "last"));
  s.peer.close();
  const notification last = co_await orders.next();
  EXPECT_EQ(last.payload, "last");
  const error_info ended = co_await error_of(orders.next());
  EXPECT_EQ(ended.code(), errc::connection_closed);
  EXPECT_FALSE(ended.connection_usable());
}

ASYNC_TEST(listen, that_the_server_refuses_leaves_nothing) {
  fake_server server(co_await asio::this_coro::executor);
  served s = co_await open_session(server, server.options());
  pending listening = co_await start(s.db.listen("orders"));
  (void)co_await s.peer.query();
  co_await s.peer.send(error_message("ERROR", "25006", "cannot execute LISTEN during recovery") + ready());
  EXPECT_EQ((co_await listening.outcome()).code(), sqlstate::read_only_sql_transaction);
  EXPECT_TRUE(co_await s.peer.hears_nothing());
}

ASYNC_TEST(listen, waits_with_a_deadline_and_can_be_cancelled) {
  fake_server server(co_await asio::this_coro::executor);
  connect_options options = server.options();
  options.command_timeout = 20ms;  // is for statements
  served s = co_await open_session(server, options);
  notification_channel orders = co_await listen(s, "orders");
  EXPECT_EQ((co_await error_of(orders.next(30ms))).code(), errc::timeout);
  pending waiting = co_await start(orders.next());
  waiting.cancel();
  EXPECT_EQ((co_await waiting.outcome()).code(), asio::error::operation_aborted);
  co_await s.peer.send(news("orders", "1"));
  const notification n = co_await orders.next();
  EXPECT_EQ(n.payload, "1");
}

ASYNC_TEST(listen, says_how_many_nobody_took) {
  fake_server server(co_await asio::this_coro::executor);
  served s = co_await open_session(server, server.options());
  notification_channel made;
  const auto into = [](connection& db, notification_channel& to) -> asio::awaitable<void> {
    to = co_await db.listen("orders", {.capacity = 2, .when_full = queue_limits::policy::drop_oldest});
  };
  pending listening = co_await start(into(s.db, made));
  (void)co_await s.peer.query();
  std::string all = completed("LISTEN");
  for (int i = 1; i <= 5; ++i) all += news("orders", std::to_string(i));
  co_await s.peer.send(all);
  EXPECT_FALSE(co_await listening.outcome());
  co_await settle();
  const notification first = co_await made.next();
  EXPECT_EQ(first.payload, "4");
  EXPECT_EQ(first.missed, 3u);
  const notification second = co_await made.next();
  EXPECT_EQ(second.payload, "5");
  EXPECT_EQ(second.missed, 0u);
}

}  // namespace
}  // namespace pgcoro::test
