#include "client/notification_queue.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <thread>

#include <pgcoro/with_timeout.hpp>

#include "support/async_test.hpp"

namespace pgcoro::test {
namespace {

using detail::notification_queue;
using kind = notification_event::kind;
using policy = queue_limits::policy;

notification news(int number) { return {"c", std::to_string(number), 7}; }

std::shared_ptr<notification_queue> make_queue(const asio::any_io_executor& executor, queue_limits limits = {}) {
  return std::make_shared<notification_queue>(executor, "c", limits);
}

/// Everything that is there: payloads, "gap" where the connection was lost, "-n" where n were dropped.
std::string contents(notification_queue& queue) {
  std::string all;
  while (const auto event = queue.try_next()) {
    if (!all.empty()) all += ' ';
    if (event->what == kind::notification)
      all += event->payload;
    else
      all += (event->what == kind::reconnected ? "gap-" : "-") + std::to_string(event->missed);
  }
  return all;
}

ASYNC_TEST(notification_queue, keeps_order_and_everything_of_a_notification) {
  const auto queue = make_queue(co_await asio::this_coro::executor);
  queue->push(news(1));
  queue->push(news(2));
  const notification_event first = co_await queue->next();
  EXPECT_EQ(first.channel, "c");
  EXPECT_EQ(first.payload, "1");
  EXPECT_EQ(first.process_id, 7);
  EXPECT_FALSE(first.is_gap());
  EXPECT_EQ(contents(*queue), "2");
}

ASYNC_TEST(notification_queue, drops_the_oldest_and_says_how_many) {
  const auto queue = make_queue(co_await asio::this_coro::executor, {.capacity = 3, .when_full = policy::drop_oldest});
  for (int i = 1; i <= 8; ++i) queue->push(news(i));
  EXPECT_EQ(contents(*queue), "-5 6 7 8");
  queue->push(news(9));
  EXPECT_EQ(contents(*queue), "9");
}

ASYNC_TEST(notification_queue, drops_the_newest_and_says_how_many_where_they_are_missing) {
  const auto queue = make_queue(co_await asio::this_coro::executor, {.capacity = 3, .when_full = policy::drop_newest});
  for (int i = 1; i <= 8; ++i) queue->push(news(i));
  const auto first = queue->try_next();
  EXPECT_EQ(first->payload, "1");
  queue->push(news(9));
  queue->push(news(10));
  EXPECT_EQ(contents(*queue), "2 3 -5 9 -1");
}

ASYNC_TEST(notification_queue, lets_gaps_that_meet_become_one) {
  const auto queue = make_queue(co_await asio::this_coro::executor, {.capacity = 2, .when_full = policy::drop_oldest});
  for (int round = 0; round < 100; ++round) {
    queue->push(news(round));
    queue->push_gap(kind::reconnected);
    queue->push_gap(kind::reconnected);
  }
  EXPECT_EQ(contents(*queue), "gap-98 98 gap-0 99 gap-0");
}

ASYNC_TEST(notification_queue, gives_each_waiter_its_own_in_the_order_in_which_they_came) {
  const auto queue = make_queue(co_await asio::this_coro::executor);
  std::string first;
  std::string second;
  const auto take = [](notification_queue& from, std::string& into) -> asio::awaitable<void> {
    const notification_event event = co_await from.next();
    into = event.payload;
  };
  pending one = co_await start(take(*queue, first));
  pending two = co_await start(take(*queue, second));
  queue->push(news(1));
  queue->push(news(2));
  EXPECT_FALSE(co_await one.outcome());
  EXPECT_FALSE(co_await two.outcome());
  EXPECT_EQ(first + second, "12");
}

ASYNC_TEST(notification_queue, loses_nothing_when_a_wait_is_cancelled) {
  const auto queue = make_queue(co_await asio::this_coro::executor);
  pending first = co_await start(queue->next());
  pending second = co_await start(queue->next());
  pending third = co_await start(queue->next());
  second.cancel();
  EXPECT_EQ((co_await second.outcome()).code(), asio::error::operation_aborted);
  third.cancel();
  EXPECT_EQ((co_await third.outcome()).code(), asio::error::operation_aborted);
  queue->push(news(1));
  queue->push(news(2));
  EXPECT_FALSE(co_await first.outcome());
  EXPECT_EQ(contents(*queue), "2");
}

ASYNC_TEST(notification_queue, ends_a_wait_at_its_deadline) {
  const auto queue = make_queue(co_await asio::this_coro::executor);
  EXPECT_EQ((co_await error_of(with_timeout(queue->next(), 5ms))).code(), errc::timeout);
}

ASYNC_TEST(notification_queue, is_emptied_before_it_is_closed) {
  const auto queue = make_queue(co_await asio::this_coro::executor);
  queue->push(news(1));
  queue->close(error_info(make_error_code(errc::connection_closed), "gone"));
  queue->push(news(2));
  const notification_event last = co_await queue->next();
  EXPECT_EQ(last.payload, "1");
  EXPECT_EQ((co_await error_of(queue->next())).code(), errc::connection_closed);
}

ASYNC_TEST(notification_queue, wakes_those_who_wait_when_it_is_closed) {
  const auto queue = make_queue(co_await asio::this_coro::executor);
  pending waiting = co_await start(queue->next());
  queue->close(error_info(make_error_code(errc::connection_closed), "gone"));
  EXPECT_EQ((co_await waiting.outcome()).code(), errc::connection_closed);
}

TEST(notification_queue, may_be_waited_on_from_another_thread) {
  asio::io_context here(1);
  asio::io_context there(1);
  const auto queue = make_queue(here.get_executor());
  const auto take_all = [](std::shared_ptr<notification_queue> from) -> asio::awaitable<int> {
    int expected = 0;
    while (expected < 1000) {
      const notification_event event = co_await from->next();
      if (event.payload != std::to_string(expected++)) co_return -1;
    }
    bool timed_out = false;
    try {
      co_await with_timeout(from->next(), 1ms);
    } catch (const error& e) {
      timed_out = e.code() == errc::timeout;
    }
    co_return timed_out ? expected : -2;
  };
  auto taken = asio::co_spawn(there, take_all(queue), asio::use_future);
  auto working = asio::make_work_guard(here);
  std::thread other([&] { there.run(); });
  for (int i = 0; i < 1000; ++i) asio::post(here, [&, i] { queue->push(news(i)); });
  std::thread own([&] { here.run(); });
  other.join();
  working.reset();
  own.join();
  EXPECT_EQ(taken.get(), 1000);
}

TEST(notification_queue, leaves_no_coroutine_behind_when_the_context_ends) {
  auto alive = std::make_shared<int>(1);
  {
    asio::io_context context(1);
    const auto queue = make_queue(context.get_executor());
    const auto wait = [](std::shared_ptr<notification_queue> from, std::shared_ptr<int>) -> asio::awaitable<void> {
      (void)co_await from->next();
    };
    asio::co_spawn(context, wait(queue, alive), asio::detached);
    context.poll();
    EXPECT_EQ(alive.use_count(), 2);
    queue->discard();
  }
  EXPECT_EQ(alive.use_count(), 1);
}

}  // namespace
}  // namespace pgcoro::test
