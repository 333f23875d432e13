// The hub against a server that says what the test tells it to, goes away and comes back.
#include <pgcoro/notification_hub.hpp>

#include "support/fake_server.hpp"
#include "support/notebook.hpp"

namespace pgcoro::test {
namespace {

using kind = notification_event::kind;

std::string news(std::string_view channel, std::string_view payload) {
  return bytes_of(protocol::notification_response{.process_id = 99, .channel = channel, .payload = payload});
}

hub_options quick() {
  hub_options options;
  options.reconnect_delay = 1ms;
  options.reconnect_delay_max = 2ms;
  options.connect_limit = 200ms;
  options.probe_interval = 10s;
  options.probe_limit = 100ms;
  return options;
}

asio::awaitable<void> subscribe_into(notification_hub& hub, std::string_view channel, subscription& into) {
  into = co_await hub.subscribe(channel);
}

asio::awaitable<fake_peer> let_hub_in(fake_server& server) {
  fake_peer peer = co_await server.accept();
  co_await peer.let_in();
  co_return peer;
}

/// What was not answered in time is cancelled, too.
asio::awaitable<void> take_cancel(fake_server& server) {
  fake_peer caller = co_await server.accept();
  const greeting words;
  co_await caller.expect_cancel(words.process_id, words.key);
  caller.close();
}

/// A script of n statements is done.
std::string done(int n, std::string extra = {}) {
  std::string all;
  for (int i = 0; i < n; ++i) all += bytes_of(protocol::command_complete{.tag = "LISTEN"});
  return all + extra + ready();
}

/// A hub with one subscriber to "orders".
struct listening_hub {
  explicit listening_hub(const asio::any_io_executor& executor, hub_options behaviour = quick())
      : server(executor), hub(executor, server.options(), behaviour), peer(executor) {}

  asio::awaitable<void> begin() {
    pending subscribing = co_await start(subscribe_into(hub, "orders", orders));
    peer = co_await let_hub_in(server);
    EXPECT_EQ(co_await peer.query(), R"(LISTEN "orders";)");
    co_await peer.send(done(1));
    EXPECT_FALSE(co_await subscribing.outcome());
  }
  /// The server's side after a reconnect.
  asio::awaitable<void> come_back(std::string extra = {}) {
    peer = co_await let_hub_in(server);
    EXPECT_EQ(co_await peer.query(), R"(LISTEN "orders";)");
    co_await peer.send(done(1, std::move(extra)));
  }

  fake_server server;
  notification_hub hub;
  fake_peer peer;
  subscription orders;
};

ASYNC_TEST(notification_hub, connects_with_the_first_subscription) {
  const auto executor = co_await asio::this_coro::executor;
  fake_server server(executor);
  {
    notification_hub unused(executor, server.options(), quick());
    EXPECT_FALSE(co_await server.somebody_calls());
  }
  listening_hub h(executor);
  co_await h.begin();
  EXPECT_TRUE(h.hub.is_connected());
  co_await h.peer.send(news("orders", "1") + news("elsewhere", "2") + news("orders", "3"));
  const notification_event first = co_await h.orders.next();
  EXPECT_EQ(first.channel + first.payload, "orders1");
  EXPECT_EQ(first.process_id, 99);
  EXPECT_FALSE(first.is_gap());
  const notification_event second = co_await h.orders.next();
  EXPECT_EQ(second.payload, "3");
}

ASYNC_TEST(notification_hub, listens_once_for_two_subscribers) {
  listening_hub h(co_await asio::this_coro::executor);
  co_await h.begin();
  subscription second = co_await h.hub.subscribe("orders");
  EXPECT_TRUE(co_await h.peer.hears_nothing());
  co_await h.peer.send(news("orders", "1"));
  const notification_event one = co_await h.orders.next();
  const notification_event two = co_await second.next();
  EXPECT_EQ(one.payload + two.payload, "11");
}

ASYNC_TEST(notification_hub, ends_listening_with_the_last_subscriber) {
  listening_hub h(co_await asio::this_coro::executor);
  co_await h.begin();
  {
    subscription second = co_await h.hub.subscribe("orders");
  }
  EXPECT_TRUE(co_await h.peer.hears_nothing());
  h.orders = subscription();
  EXPECT_EQ(co_await h.peer.query(), R"(UNLISTEN "orders";)");
  // Somebody comes while the server is told: it has to listen again.
  subscription late;
  pending subscribing = co_await start(subscribe_into(h.hub, "orders", late));
  co_await h.peer.send(done(1, news("orders", "of before")));
  EXPECT_EQ(co_await h.peer.query(), R"(LISTEN "orders";)");
  EXPECT_FALSE(subscribing.ended());
  co_await h.peer.send(done(1));
  EXPECT_FALSE(co_await subscribing.outcome());
  EXPECT_FALSE(late.try_next());
}

ASYNC_TEST(notification_hub, tells_the_server_of_many_channels_at_once) {
  const auto executor = co_await asio::this_coro::executor;
  fake_server server(executor);
  notification_hub hub(executor, server.options(), quick());
  std::vector<subscription> made(5);
  std::vector<pending> waiting;
  for (int i = 0; i < 5; ++i) {
    const std::string name = "c" + std::to_string(i);
    waiting.push_back(co_await start(subscribe_into(hub, name, made[static_cast<std::size_t>(i)])));
  }
  fake_peer peer = co_await let_hub_in(server);
  const std::string script = co_await peer.query();
  EXPECT_EQ(std::count(script.begin(), script.end(), ';'), 5);
  co_await peer.send(done(5));
  for (pending& p : waiting) EXPECT_FALSE(co_await p.outcome());
}

ASYNC_TEST(notification_hub, comes_back_and_says_that_something_was_missed) {
  listening_hub h(co_await asio::this_coro::executor);
  co_await h.begin();
  co_await h.peer.send(news("orders", "before"));
  h.peer.close();
  co_await h.come_back();
  co_await h.peer.send(news("orders", "after"));
  const notification_event first = co_await h.orders.next();
  EXPECT_EQ(first.payload, "before");
  const notification_event second = co_await h.orders.next();
  EXPECT_EQ(second.what, kind::reconnected);
  EXPECT_EQ(second.channel, "orders");
  const notification_event third = co_await h.orders.next();
  EXPECT_EQ(third.payload, "after");
  EXPECT_EQ(h.hub.reconnects(), 1u);
}

ASYNC_TEST(notification_hub, puts_the_gap_in_front_of_what_comes_with_the_reply_to_listen) {
  listening_hub h(co_await asio::this_coro::executor);
  co_await h.begin();
  h.peer.reset();
  co_await h.come_back(news("orders", "at once"));
  const notification_event first = co_await h.orders.next();
  EXPECT_EQ(first.what, kind::reconnected);
  const notification_event second = co_await h.orders.next();
  EXPECT_EQ(second.payload, "at once");
  co_await settle();
  EXPECT_FALSE(h.orders.try_next()) << "one gap is enough";
}

ASYNC_TEST(notification_hub, tells_a_tracer_each_time_it_connects_and_listens) {
  const auto executor = co_await asio::this_coro::executor;
  fake_server server(executor);
  const auto notes = std::make_shared<notebook>();
  connect_options traced = server.options();
  traced.tracer = notes;
  notification_hub hub(executor, traced, quick());
  subscription orders;
  pending subscribing = co_await start(subscribe_into(hub, "orders", orders));
  std::vector<std::string> all;
  for (int round = 0; round < 2; ++round) {
    fake_peer peer = co_await let_hub_in(server);
    EXPECT_EQ(co_await peer.query(), R"(LISTEN "orders";)");
    co_await peer.send(done(1));
    co_await settle();
    all.insert(all.end(), {"connect", R"(listen LISTEN "orders";)"});
    EXPECT_EQ(notes->ended, all);
    EXPECT_EQ(notes->open, 0);
  }
  EXPECT_FALSE(co_await subscribing.outcome());
}

ASYNC_TEST(notification_hub, survives_a_server_that_refuses_and_one_that_cannot_listen) {
  listening_hub h(co_await asio::this_coro::executor);
  co_await h.begin();
  h.peer.close();
  for (int i = 0; i < 3; ++i) {
    fake_peer refusing = co_await h.server.accept();
    (void)co_await refusing.initial();
    co_await refusing.send(error_message("FATAL", "57P03", "the database system is starting up"));
    refusing.close();
  }
  fake_peer standby = co_await let_hub_in(h.server);
  (void)co_await standby.query();
  co_await standby.send(error_message("ERROR", "25006", "cannot execute LISTEN during recovery") + ready());
  co_await h.come_back();
  const notification_event first = co_await h.orders.next();
  EXPECT_EQ(first.what, kind::reconnected);
  EXPECT_EQ(h.hub.reconnects(), 1u);
}

ASYNC_TEST(notification_hub, asks_a_silent_server_for_a_sign_of_life) {
  hub_options behaviour = quick();
  behaviour.probe_interval = 20ms;
  listening_hub h(co_await asio::this_coro::executor, behaviour);
  co_await h.begin();
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(co_await h.peer.types(), "S");
    co_await h.peer.send(ready());
  }
  // Now it is a black hole: the hub gives it up within probe_limit.
  EXPECT_EQ(co_await h.peer.types(), "S");
  fake_peer silent = std::move(h.peer);
  co_await take_cancel(h.server);
  co_await h.come_back();
  const notification_event first = co_await h.orders.next();
  EXPECT_EQ(first.what, kind::reconnected);
}

ASYNC_TEST(notification_hub, gives_up_a_black_hole_while_it_connects_and_while_it_listens) {
  listening_hub h(co_await asio::this_coro::executor);
  co_await h.begin();
  h.peer.close();
  fake_peer no_answer = co_await h.server.accept();
  fake_peer no_listen = co_await let_hub_in(h.server);
  (void)co_await no_listen.query();
  co_await take_cancel(h.server);
  co_await h.come_back();
  const notification_event first = co_await h.orders.next();
  EXPECT_EQ(first.what, kind::reconnected);
}

ASYNC_TEST(notification_hub, waits_for_an_absent_server_until_the_deadline_and_says_why) {
  const auto executor = co_await asio::this_coro::executor;
  fake_server server(executor);
  const connect_options options = server.options();
  const std::string label = server.label();
  server.stop();
  notification_hub hub(executor, options, quick());
  const error_info failed = co_await error_of(hub.subscribe("orders", 50ms));
  EXPECT_EQ(failed.code(), errc::timeout);
  EXPECT_NE(failed.message().find(label), std::string::npos) << failed.message();
}

ASYNC_TEST(notification_hub, forgets_a_subscription_that_was_cancelled) {
  listening_hub h(co_await asio::this_coro::executor);
  co_await h.begin();
  pending subscribing = co_await start(h.hub.subscribe("never"));
  EXPECT_EQ(co_await h.peer.query(), R"(LISTEN "never";)");
  subscribing.cancel();
  EXPECT_EQ((co_await subscribing.outcome()).code(), asio::error::operation_aborted);
  co_await h.peer.send(done(1));
  EXPECT_EQ(co_await h.peer.query(), R"(UNLISTEN "never";)");
  co_await h.peer.send(done(1));
}

ASYNC_TEST(notification_hub, closes_and_ends_every_wait) {
  listening_hub h(co_await asio::this_coro::executor);
  co_await h.begin();
  co_await h.peer.send(news("orders", "last"));
  co_await settle();
  pending subscribing = co_await start(h.hub.subscribe("never"));
  co_await h.hub.close();
  EXPECT_EQ((co_await subscribing.outcome()).code(), errc::connection_closed);
  const notification_event last = co_await h.orders.next();
  EXPECT_EQ(last.payload, "last");
  EXPECT_EQ((co_await error_of(h.orders.next())).code(), errc::connection_closed);
  EXPECT_EQ((co_await error_of(h.hub.subscribe("orders"))).code(), errc::connection_closed);
  co_await h.hub.close();
  co_await h.peer.until_closed();
}

ASYNC_TEST(notification_hub, closes_at_once_whatever_it_is_doing) {
  const auto executor = co_await asio::this_coro::executor;
  {
    notification_hub idle(executor, "host=127.0.0.1");
    co_await idle.close();
  }
  {
    fake_server server(executor);  // takes the connection and says nothing
    notification_hub connecting(executor, server.options());
    pending subscribing = co_await start(connecting.subscribe("orders"));
    fake_peer silent = co_await server.accept();
    co_await connecting.close();
    EXPECT_EQ((co_await subscribing.outcome()).code(), errc::connection_closed);
  }
  {
    fake_server server(executor);
    const connect_options options = server.options();
    server.stop();
    hub_options patient;
    patient.reconnect_delay = 1h;
    patient.reconnect_delay_max = 1h;
    notification_hub waiting(executor, options, patient);
    pending subscribing = co_await start(waiting.subscribe("orders"));
    co_await sleep_for(20ms);
    co_await waiting.close();
    EXPECT_EQ((co_await subscribing.outcome()).code(), errc::connection_closed);
  }
}

ASYNC_TEST(notification_hub, may_be_destroyed_at_any_time) {
  const auto executor = co_await asio::this_coro::executor;
  fake_server server(executor);
  subscription orphan;
  {
    notification_hub hub(executor, server.options(), quick());
    pending subscribing = co_await start(subscribe_into(hub, "orders", orphan));
    fake_peer peer = co_await let_hub_in(server);
    (void)co_await peer.query();
    co_await peer.send(done(1));
    EXPECT_FALSE(co_await subscribing.outcome());
  }
  EXPECT_EQ((co_await error_of(orphan.next())).code(), errc::connection_closed);
}

ASYNC_TEST(notification_hub, refuses_what_cannot_work) {
  const auto executor = co_await asio::this_coro::executor;
  connect_options options;
  options.host = "one,two";
  options.port = "1,2,3";
  notification_hub hub(executor, options);
  EXPECT_EQ((co_await error_of(hub.subscribe(""))).code(), errc::invalid_composition);
  EXPECT_EQ((co_await error_of(hub.subscribe("orders"))).code(), errc::invalid_option);
}

ASYNC_TEST(notification_hub, says_how_many_a_slow_subscriber_missed_and_lets_others_be) {
  hub_options behaviour = quick();
  behaviour.queue.capacity = 3;
  listening_hub h(co_await asio::this_coro::executor, behaviour);
  co_await h.begin();
  subscription quick_one = co_await h.hub.subscribe("orders");
  for (int i = 0; i < 10; ++i) {
    co_await h.peer.send(news("orders", std::to_string(i)));
    const notification_event event = co_await quick_one.next();
    EXPECT_EQ(event.payload, std::to_string(i));
  }
  const notification_event gap = co_await h.orders.next();
  EXPECT_EQ(gap.what, kind::overflow);
  EXPECT_EQ(gap.missed, 7u);
  const notification_event next = co_await h.orders.next();
  EXPECT_EQ(next.payload, "7");
}

}  // namespace
}  // namespace pgcoro::test
