// LISTEN, NOTIFY and the hub on a server.
#include <pgcoro/notification_channel.hpp>
#include <pgcoro/notification_hub.hpp>
#include <pgcoro/sql.hpp>
#include <pgcoro/types/array.hpp>

#include "support/async_test.hpp"
#include "support/environment.hpp"

namespace pgcoro::test {
namespace {

using kind = notification_event::kind;

ASYNC_TEST(listen, hears_what_notify_says) {
  connection listener = co_await connect_to("DSN");
  connection sender = co_await connect_to("DSN");
  notification_channel orders = co_await listener.listen("orders of \"2024\"; --");
  const std::string payload = "it's 'quoted', \\ and ünïcödé :a {} $1";
  co_await sender.notify("orders of \"2024\"; --", payload);
  co_await sender.notify("orders of \"2024\"; --");
  const notification first = co_await orders.next(5s);
  EXPECT_EQ(first.channel, "orders of \"2024\"; --");
  EXPECT_EQ(first.payload, payload);
  EXPECT_EQ(first.process_id, static_cast<std::int32_t>(sender.backend_process_id()));
  const notification second = co_await orders.next(5s);
  EXPECT_EQ(second.payload, "");
}

ASYNC_TEST(listen, hears_nothing_before_the_sender_commits_and_nothing_of_what_is_undone) {
  connection listener = co_await connect_to("DSN");
  connection sender = co_await connect_to("DSN");
  notification_channel orders = co_await listener.listen("orders");
  co_await sender.execute("BEGIN");
  co_await sender.notify("orders", "undone");
  co_await sender.execute("ROLLBACK");
  co_await sender.execute("BEGIN");
  co_await sender.notify("orders", "done");
  EXPECT_EQ((co_await error_of(orders.next(50ms))).code(), errc::timeout);
  co_await sender.execute("COMMIT");
  const notification first = co_await orders.next(5s);
  EXPECT_EQ(first.payload, "done");
}

ASYNC_TEST(listen, hears_while_statements_are_under_way) {
  connection db = co_await connect_to("DSN");
  connection sender = co_await connect_to("DSN");
  notification_channel orders = co_await db.listen("orders");
  for (int i = 0; i < 200; ++i) {
    pending query = co_await start(db.fetch<int>("SELECT n FROM generate_series(1, 500) n"));
    co_await sender.notify("orders", std::to_string(i));
    EXPECT_FALSE(co_await query.outcome());
  }
  for (int i = 0; i < 200; ++i) {
    const notification n = co_await orders.next(5s);
    EXPECT_EQ(n.payload, std::to_string(i));
  }
}

ASYNC_TEST(listen, ends_with_the_object) {
  connection db = co_await connect_to("DSN");
  const auto listening = [](connection& on) -> asio::awaitable<std::int64_t> {
    return on.fetch_one<std::int64_t>("SELECT count(*) FROM pg_listening_channels()");
  };
  {
    notification_channel a = co_await db.listen("a");
    notification_channel b = co_await db.listen("b");
    notification_channel again = co_await db.listen("a");
    EXPECT_EQ(co_await listening(db), 2);
  }
  EXPECT_EQ(co_await listening(db), 0);
}

connect_options hub_connection(const std::string& name) { return options_of("DSN", "application_name=" + name); }

asio::awaitable<void> kill(connection& db, const char* name) {
  co_await db.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1", name);
}

ASYNC_TEST(notification_hub, comes_back_after_its_backend_was_killed) {
  connection db = co_await connect_to("DSN");
  const auto executor = co_await asio::this_coro::executor;
  notification_hub hub(executor, hub_connection("killed_hub"));
  subscription orders = co_await hub.subscribe("orders", 5s);
  for (int round = 0; round < 3; ++round) {
    co_await db.notify("orders", "before");
    const notification_event before = co_await orders.next(5s);
    EXPECT_EQ(before.payload, "before");
    co_await kill(db, "killed_hub");
    const notification_event gap = co_await orders.next(5s);
    EXPECT_EQ(gap.what, kind::reconnected);
    co_await db.notify("orders", "after");
    const notification_event after = co_await orders.next(5s);
    EXPECT_EQ(after.payload, "after");
  }
  EXPECT_EQ(hub.reconnects(), 3u);
  co_await hub.close();
}

ASYNC_TEST(notification_hub, uses_one_connection_for_many_channels) {
  connection db = co_await connect_to("DSN");
  const auto executor = co_await asio::this_coro::executor;
  notification_hub hub(executor, hub_connection("wide_hub"));
  std::vector<subscription> all;
  for (int i = 0; i < 100; ++i) all.push_back(co_await hub.subscribe("channel " + std::to_string(i), 5s));
  EXPECT_EQ(
      co_await db.fetch_one<std::int64_t>("SELECT count(*) FROM pg_stat_activity WHERE application_name = 'wide_hub'"),
      1);
  co_await db.execute("SELECT pg_notify('channel ' || n, n::text) FROM generate_series(0, 99) n");
  for (int i = 0; i < 100; ++i) {
    const notification_event event = co_await all[static_cast<std::size_t>(i)].next(5s);
    EXPECT_EQ(event.payload, std::to_string(i));
  }
}

/// The small form of tests/soak/notifications.cpp.
ASYNC_TEST(notification_hub, loses_nothing_and_keeps_order) {
  constexpr int channels = 50;
  constexpr int each = 400;
  connection db = co_await connect_to("DSN");
  const auto executor = co_await asio::this_coro::executor;
  notification_hub hub(executor, hub_connection("busy_hub"));
  const auto take = [](subscription from) -> asio::awaitable<int> {
    int taken = 0;
    while (taken < each) {
      const notification_event event = co_await from.next(20s);
      if (event.is_gap() || event.payload != std::to_string(taken)) co_return -1;
      ++taken;
    }
    co_return taken;
  };
  std::vector<int> taken(channels);
  std::vector<pending> takers;
  const auto into = [](asio::awaitable<int> from, int& to) -> asio::awaitable<void> { to = co_await std::move(from); };
  for (int i = 0; i < channels; ++i) {
    subscription s = co_await hub.subscribe("busy " + std::to_string(i), 5s);
    takers.push_back(co_await start(into(take(std::move(s)), taken[static_cast<std::size_t>(i)])));
  }
  for (int n = 0; n < each; n += 20)
    co_await db.execute(
        "SELECT pg_notify('busy ' || c, n::text) FROM generate_series($1::int, $1 + 19) n, generate_series(0, $2::int) "
        "c "
        "ORDER BY n, c",
        n, channels - 1);
  for (pending& p : takers) EXPECT_FALSE(co_await p.outcome());
  for (const int n : taken) EXPECT_EQ(n, each);
}

}  // namespace
}  // namespace pgcoro::test
