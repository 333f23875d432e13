#include <atomic>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_future.hpp>
#include <memory>
#include <optional>

#include <pgcoro/when_all.hpp>

#include "compose_operations.hpp"

namespace pgcoro::test {
namespace {

ASYNC_TEST(when_all, starts_all_in_order_before_the_first_has_ended) {
  event_log log;
  co_await when_all(value_after(3ms, 1, &log, "a"), value_after(2ms, 2, &log, "b"), value_after(1ms, 3, &log, "c"));
  EXPECT_EQ(log.at(0), "begin a");
  EXPECT_EQ(log.at(1), "begin b");
  EXPECT_EQ(log.at(2), "begin c");
  EXPECT_EQ(log.size(), 6U);
}

ASYNC_TEST(when_all, yields_the_values_by_position_whichever_ends_first) {
  auto [a, b, c] = co_await when_all(value_after(5ms, 1), value_after(1ms, std::string("two")), value_at_once(3.0));
  EXPECT_EQ(a, 1);
  EXPECT_EQ(b, "two");
  EXPECT_EQ(c, 3.0);
}

ASYNC_TEST(when_all, yields_monostate_for_void) {
  auto values = co_await when_all(sleep_for(1ms), value_at_once(7));
  static_assert(std::is_same_v<decltype(values), std::tuple<std::monostate, int>>);
  EXPECT_EQ(std::get<1>(values), 7);
}

ASYNC_TEST(when_all, yields_values_that_can_only_be_moved_and_have_no_default) {
  struct value {
    explicit value(int n) : number(std::make_unique<int>(n)) {}
    std::unique_ptr<int> number;
  };
  auto [a, b] = co_await when_all(value_after(1ms, value(1)), value_at_once(value(2)));
  EXPECT_EQ(*a.number, 1);
  EXPECT_EQ(*b.number, 2);
}

ASYNC_TEST(when_all, throws_the_first_error_by_position_once_all_have_ended) {
  event_log log;
  const error_info failed = co_await error_of(when_all(failure_after(3ms, error(made_up(errc::no_rows, "late"))),
                                                       failure_after(1ms, error(made_up(errc::timeout, "early"))),
                                                       value_after(10ms, 1, &log, "slow")));
  EXPECT_EQ(failed.message(), "late");
  EXPECT_EQ(log.back(), "end slow") << "an error in one leaves the others alone";
}

ASYNC_TEST(when_all, passes_on_an_error_that_is_thrown_before_the_first_wait) {
  const error_info failed =
      co_await error_of(when_all(value_after(1ms, 1), failure_at_once(made_up(errc::no_rows, "at once"))));
  EXPECT_EQ(failed.message(), "at once");
}

ASYNC_TEST(when_all, can_be_awaited_in_a_long_loop_without_growing_the_stack) {
  long sum = 0;
  for (int i = 0; i < 20000; ++i) {
    auto [a, b] = co_await when_all(value_at_once(1), value_at_once(2));
    sum += a + b;
  }
  EXPECT_EQ(sum, 60000);
}

// The shapes in which g++ 12 is known to destroy temporaries twice; see README.

asio::awaitable<std::size_t> length_of(tracked text, const std::string& more) {
  co_await sleep_for(1ms);
  co_return text.text().size() + more.size();
}

/// As pgcoro's own function templates: takes what it is given, then calls a coroutine.
template <class... A>
asio::awaitable<std::size_t> lengths_of(A&&... texts) {
  static const std::string nothing_more;
  return length_of(tracked((std::string() + ... + std::string(std::forward<A>(texts)))), nothing_more);
}

ASYNC_TEST(when_all, destroys_temporaries_in_its_argument_list_once) {
  const std::string long_text(100, 'x');
  {
    const tracked lvalue("lvalue, longer than what fits into the string itself");
    auto [a, b] = co_await when_all(length_of(tracked("first, longer than what fits into the string itself"), "more"),
                                    length_of(lvalue, std::string(40, 'y')));
    EXPECT_EQ(a, 55U);
    EXPECT_EQ(b, 92U);
    auto [c, d] = co_await when_all(lengths_of("literal", std::string(50, 'z'), long_text), lengths_of(long_text));
    EXPECT_EQ(c, 157U);
    EXPECT_EQ(d, 100U);
    const std::size_t only = std::get<0>(co_await when_all(lengths_of(std::string(30, 'a') + "b")));
    EXPECT_EQ(only, 31U);
    if (auto [e] = co_await when_all(length_of(tracked(long_text), "x")); e != 101) ADD_FAILURE();
  }
  EXPECT_EQ(tracked::alive, 0);
  EXPECT_EQ(tracked::misplaced, 0);
}

ASYNC_TEST(when_all, takes_a_vector_of_operations) {
  std::vector<asio::awaitable<bool>> operations;
  for (int i = 0; i < 10; ++i) operations.push_back(value_after(std::chrono::milliseconds(10 - i), i % 2 == 0));
  const std::vector<bool> values = co_await when_all(std::move(operations));
  EXPECT_EQ(values, (std::vector<bool>{true, false, true, false, true, false, true, false, true, false}));
}

ASYNC_TEST(when_all, of_a_vector_throws_the_first_error_by_position) {
  std::vector<asio::awaitable<int>> operations;
  operations.push_back(value_at_once(1));
  operations.push_back(failure_after(2ms, error(made_up(errc::no_rows, "second"))));
  operations.push_back(failure_after(1ms, error(made_up(errc::timeout, "third"))));
  const error_info failed = co_await error_of(when_all(std::move(operations)));
  EXPECT_EQ(failed.message(), "second");
}

ASYNC_TEST(when_all, of_an_empty_vector_is_empty) {
  std::vector<asio::awaitable<void>> none;
  const auto values = co_await when_all(std::move(none));
  EXPECT_TRUE(values.empty());
}

TEST(when_all_cancelled, cancels_every_operation_and_waits_for_all) {
  asio::io_context context(1);
  asio::cancellation_signal signal;
  event_log log;
  std::optional<boost::system::error_code> ended;
  spawn_cancellable(context, signal, when_all(wait_for_ever(log), wait_for_ever(log), value_at_once(1)),
                    [&](boost::system::error_code code) { ended = code; });
  context.poll();
  EXPECT_TRUE(log.empty());
  signal.emit(asio::cancellation_type::terminal);
  context.run_for(test_limit);
  EXPECT_EQ(log, (event_log{"cancelled", "cancelled"}));
  ASSERT_TRUE(ended);
  EXPECT_EQ(*ended, asio::error::operation_aborted);
}

TEST(when_all_cancelled, cancels_only_what_has_not_ended) {
  asio::io_context context(1);
  asio::cancellation_signal signal;
  event_log log;
  std::optional<boost::system::error_code> ended;
  spawn_cancellable(context, signal, when_all(value_after(1ms, 1, &log, "a"), wait_for_ever(log)),
                    [&](boost::system::error_code code) { ended = code; });
  while (log.size() < 2) context.run_one();
  context.poll();
  signal.emit(asio::cancellation_type::terminal);
  context.run_for(test_limit);
  EXPECT_EQ(log, (event_log{"begin a", "end a", "cancelled"}));
  EXPECT_EQ(*ended, asio::error::operation_aborted);
}

asio::awaitable<void> cancel_from_within(asio::cancellation_signal& signal) {
  signal.emit(asio::cancellation_type::terminal);
  co_return;
}

TEST(when_all_cancelled, by_one_of_its_operations_while_they_are_started_cancels_the_later_ones_too) {
  asio::io_context context(1);
  asio::cancellation_signal signal;
  event_log log;
  std::optional<boost::system::error_code> ended;
  spawn_cancellable(context, signal, when_all(wait_for_ever(log), cancel_from_within(signal), wait_for_ever(log)),
                    [&](boost::system::error_code code) { ended = code; });
  EXPECT_NO_THROW(context.run_for(test_limit));
  EXPECT_EQ(log, (event_log{"cancelled", "cancelled"}));
  EXPECT_EQ(*ended, asio::error::operation_aborted);
}

TEST(when_all_cancelled, through_the_operators_of_asio) {
  using namespace asio::experimental::awaitable_operators;
  event_log log;
  run([&]() -> asio::awaitable<void> {
    auto first = co_await (when_all(wait_for_ever(log), wait_for_ever(log)) || sleep_for(1ms));
    EXPECT_EQ(first.index(), 1U);
  });
  EXPECT_EQ(log, (event_log{"cancelled", "cancelled"}));
}

TEST(when_all_abandoned, is_destroyed_with_the_context) {
  {
    asio::io_context context(1);
    asio::cancellation_signal signal;
    event_log log;
    const auto both = [&log](tracked) -> asio::awaitable<void> {
      co_await when_all(wait_for_ever(log), value_after(1ms, tracked("value")));
    };
    asio::co_spawn(context, both(tracked("cancellable")),
                   asio::bind_cancellation_slot(signal.slot(), [](const std::exception_ptr&) { ADD_FAILURE(); }));
    asio::co_spawn(context, both(tracked("not")), [](const std::exception_ptr&) { ADD_FAILURE(); });
    context.run_for(5ms);
    EXPECT_GT(tracked::alive, 0);
  }
  EXPECT_EQ(tracked::alive, 0);
}

asio::awaitable<int> hop(int value) {
  const asio::any_io_executor executor = co_await asio::this_coro::executor;
  co_await asio::post(executor, asio::use_awaitable);
  co_return value;
}

asio::awaitable<int> many_hops() {
  int sum = 0;
  for (int i = 0; i < 500; ++i) {
    auto [a, b, c, d] = co_await when_all(hop(1), hop(2), hop(3), hop(4));
    sum += a + b + c + d;
  }
  co_return sum;
}

TEST(when_all_threads, counts_right_where_several_threads_run_the_operations) {
  asio::thread_pool pool(4);
  auto a = asio::co_spawn(pool, many_hops(), asio::use_future);
  auto b = asio::co_spawn(asio::make_strand(pool), many_hops(), asio::use_future);
  EXPECT_EQ(a.get(), 5000);
  EXPECT_EQ(b.get(), 5000);
  pool.join();
}

}  // namespace
}  // namespace pgcoro::test
