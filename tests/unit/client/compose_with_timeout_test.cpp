#include <boost/asio/redirect_error.hpp>
#include <optional>

#include <pgcoro/exceptions.hpp>
#include <pgcoro/when_all.hpp>
#include <pgcoro/with_timeout.hpp>

#include "compose_operations.hpp"

namespace pgcoro::test {
namespace {

ASYNC_TEST(with_timeout, yields_the_value_of_an_operation_that_ends_in_time) {
  const std::string value = co_await with_timeout(value_after(1ms, std::string("value")), test_limit);
  EXPECT_EQ(value, "value");
  co_await with_timeout(sleep_for(1ms), test_limit);
}

ASYNC_TEST(with_timeout, throws_the_error_of_an_operation_that_fails_in_time) {
  const error_info failed =
      co_await error_of(with_timeout(failure_after(1ms, error(made_up(errc::no_rows, "none"))), test_limit));
  EXPECT_EQ(failed.code(), errc::no_rows);
  EXPECT_EQ(failed.message(), "none");
}

ASYNC_TEST(with_timeout, cancels_what_takes_longer_and_throws_timeout) {
  event_log log;
  const auto begin = std::chrono::steady_clock::now();
  const error_info failed = co_await error_of(with_timeout(wait_for_ever(log), 20ms));
  EXPECT_EQ(failed.code(), errc::timeout);
  EXPECT_EQ(failed.message(), "the operation did not end within 20 ms");
  EXPECT_EQ(log, event_log{"cancelled"});
  EXPECT_GE(std::chrono::steady_clock::now() - begin, 20ms);
}

ASYNC_TEST(with_timeout, of_zero_cancels_in_the_next_turn) {
  event_log log;
  const error_info failed = co_await error_of(with_timeout(wait_for_ever(log), 0ms));
  EXPECT_EQ(failed.code(), errc::timeout);
  const error_info negative = co_await error_of(with_timeout(wait_for_ever(log), -1s));
  EXPECT_EQ(negative.code(), errc::timeout);
  const int value = co_await with_timeout(value_at_once(1), 0ms);
  EXPECT_EQ(value, 1) << "it had ended before";
}

ASYNC_TEST(with_timeout, of_the_longest_duration_never_ends) {
  const int value = co_await with_timeout(value_after(1ms, 1), std::chrono::steady_clock::duration::max());
  EXPECT_EQ(value, 1);
}

asio::awaitable<int> value_when_cancelled() {
  boost::system::error_code ignored;
  asio::steady_timer timer(co_await asio::this_coro::executor, test_limit);
  co_await timer.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
  co_return 42;
}

ASYNC_TEST(with_timeout, lets_a_value_win_that_comes_at_the_last_moment) {
  const int value = co_await with_timeout(value_when_cancelled(), 1ms);
  EXPECT_EQ(value, 42);
}

template <class E>
asio::awaitable<void> throw_when_cancelled(E exception) {
  co_await value_when_cancelled();
  throw exception;
}

ASYNC_TEST(with_timeout, lets_the_servers_own_answer_win) {
  const error_info failed =
      co_await error_of(with_timeout(throw_when_cancelled(unique_violation(duplicate_key())), 1ms));
  EXPECT_EQ(failed.code(), sqlstate::unique_violation);
}

ASYNC_TEST(with_timeout, throws_timeout_where_the_operation_has_its_own_words_for_being_cancelled) {
  error_details details = made_up(errc::connect_failed, "the last of two hosts was given up").details();
  details.host = "db1";
  details.safe_to_retry = true;
  details.connection_usable = false;
  const error_info failed =
      co_await error_of(with_timeout(throw_when_cancelled(error(error_info(std::move(details)))), 1ms));
  EXPECT_EQ(failed.code(), errc::timeout);
  EXPECT_EQ(failed.message(),
            "the operation did not end within 1 ms and then failed: the last of two hosts was given up");
  EXPECT_EQ(failed.host(), "db1");
  EXPECT_TRUE(failed.safe_to_retry());
  EXPECT_FALSE(failed.connection_usable());
}

ASYNC_TEST(with_timeout, does_not_hide_an_exception_that_is_no_system_error) {
  bool seen = false;
  try {
    co_await with_timeout(throw_when_cancelled(std::logic_error("a defect")), 1ms);
  } catch (const std::logic_error&) {
    seen = true;
  }
  EXPECT_TRUE(seen);
}

asio::awaitable<void> ignore_cancellation(std::chrono::milliseconds time) {
  co_await asio::this_coro::reset_cancellation_state(asio::disable_cancellation());
  co_await sleep_for(time);
}

ASYNC_TEST(with_timeout, waits_for_an_operation_that_ignores_cancellation) {
  const auto begin = std::chrono::steady_clock::now();
  co_await with_timeout(ignore_cancellation(30ms), 1ms);
  EXPECT_GE(std::chrono::steady_clock::now() - begin, 30ms);
}

ASYNC_TEST(with_timeout, survives_an_end_in_the_very_moment_of_expiry) {
  for (int i = 0; i < 200; ++i) {
    const auto code = co_await code_of(with_timeout(value_after(1ms, tracked("value")), 1ms));
    EXPECT_TRUE(!code || code == errc::timeout) << code.message();
  }
  EXPECT_EQ(tracked::alive, 0);
}

ASYNC_TEST(with_timeout, can_be_awaited_in_a_long_loop_without_growing_the_stack) {
  int sum = 0;
  for (int i = 0; i < 20000; ++i) sum += co_await with_timeout(value_at_once(1), test_limit);
  EXPECT_EQ(sum, 20000);
}

ASYNC_TEST(with_timeout, nests_and_the_shortest_limit_holds) {
  event_log log;
  error_info failed = co_await error_of(with_timeout(with_timeout(wait_for_ever(log), test_limit), 5ms));
  EXPECT_EQ(failed.code(), errc::timeout);
  EXPECT_EQ(failed.message(), "the operation did not end within 5 ms");
  failed = co_await error_of(with_timeout(with_timeout(wait_for_ever(log), 5ms), test_limit));
  EXPECT_EQ(failed.message(), "the operation did not end within 5 ms");
}

ASYNC_TEST(with_timeout, bounds_when_all_and_each_of_its_operations) {
  event_log log;
  const error_info together = co_await error_of(with_timeout(when_all(wait_for_ever(log), wait_for_ever(log)), 5ms));
  EXPECT_EQ(together.code(), errc::timeout);
  EXPECT_EQ(log.size(), 2U);
  const error_info one =
      co_await error_of(when_all(value_after(10ms, 1, &log, "slow"), with_timeout(wait_for_ever(log), 1ms)));
  EXPECT_EQ(one.code(), errc::timeout);
  EXPECT_EQ(log.back(), "end slow");
}

ASYNC_TEST(with_timeout, leaves_the_coroutine_free_to_go_on) {
  event_log log;
  const error_info failed = co_await error_of(with_timeout(wait_for_ever(log), 1ms));
  EXPECT_EQ(failed.code(), errc::timeout);
  co_await sleep_for(1ms);  // throws where the cancellation has come to be the coroutine's own
}

TEST(with_timeout_cancelled, passes_a_cancellation_on_and_says_so) {
  asio::io_context context(1);
  asio::cancellation_signal signal;
  event_log log;
  std::optional<boost::system::error_code> ended;
  spawn_cancellable(context, signal, with_timeout(wait_for_ever(log), test_limit),
                    [&](boost::system::error_code code) { ended = code; });
  context.poll();
  signal.emit(asio::cancellation_type::terminal);
  context.run_for(1s);
  EXPECT_EQ(log, event_log{"cancelled"});
  ASSERT_TRUE(ended) << "the timer does not hold it up";
  EXPECT_EQ(*ended, asio::error::operation_aborted);
}

TEST(with_timeout_abandoned, is_destroyed_with_the_context) {
  {
    asio::io_context context(1);
    event_log log;
    const auto bounded = [&log](tracked) -> asio::awaitable<void> {
      co_await with_timeout(wait_for_ever(log), test_limit);
    };
    asio::co_spawn(context, bounded(tracked("argument")), [](const std::exception_ptr&) { ADD_FAILURE(); });
    context.poll();
    EXPECT_EQ(tracked::alive, 1);
  }
  EXPECT_EQ(tracked::alive, 0);
}

}  // namespace
}  // namespace pgcoro::test
