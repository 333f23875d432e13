#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>

#include <pgcoro/sync_wait.hpp>
#include <pgcoro/with_timeout.hpp>

#include "compose_operations.hpp"

namespace pgcoro::test {
namespace {

TEST(sync_wait, returns_the_value) {
  asio::io_context context(1);
  EXPECT_EQ(sync_wait(context, value_after(1ms, std::string("value"))), "value");
  sync_wait(context, sleep_for(1ms));
}

TEST(sync_wait, returns_a_value_that_can_only_be_moved_and_has_no_default) {
  struct value {
    explicit value(int n) : number(std::make_unique<int>(n)) {}
    std::unique_ptr<int> number;
  };
  asio::io_context context(1);
  EXPECT_EQ(*sync_wait(context, value_at_once(value(3))).number, 3);
}

TEST(sync_wait, throws_what_the_operation_throws) {
  asio::io_context context(1);
  EXPECT_THROW(sync_wait(context, failure_after(1ms, error(made_up(errc::no_rows, "none")))), error);
  EXPECT_THROW(sync_wait(context, failure_after(0ms, std::logic_error("a defect"))), std::logic_error);
  event_log log;
  EXPECT_THROW(sync_wait(context, with_timeout(wait_for_ever(log), 1ms)), error);
}

TEST(sync_wait, restarts_a_context_that_was_stopped) {
  asio::io_context context(1);
  context.stop();
  EXPECT_EQ(sync_wait(context, value_after(1ms, 1)), 1);
  EXPECT_EQ(sync_wait(context, value_after(1ms, 2)), 2) << "and one that has run out of work";
}

TEST(sync_wait, leaves_other_work_unfinished_in_the_context) {
  asio::io_context context(1);
  event_log log;
  asio::co_spawn(context, value_after(20ms, 1, &log, "other"), [](const std::exception_ptr&, int) {});
  sync_wait(context, value_at_once(1));
  EXPECT_EQ(log, event_log{"begin other"});
  context.run();
  EXPECT_EQ(log.back(), "end other");
}

TEST(sync_wait, may_be_called_from_a_handler_of_the_same_context) {
  asio::io_context context(1);
  int value = 0;
  asio::post(context, [&] { value = sync_wait(context, value_after(1ms, 5)); });
  context.run();
  EXPECT_EQ(value, 5);
}

TEST(sync_wait, ends_with_an_error_where_the_context_is_stopped_meanwhile) {
  asio::io_context context(1);
  event_log log;
  asio::post(context, [&] { context.stop(); });
  try {
    sync_wait(context, wait_for_ever(log));
    ADD_FAILURE();
  } catch (const error& e) {
    EXPECT_EQ(e.code(), asio::error::operation_aborted);
  }
  EXPECT_TRUE(log.empty()) << "the operation is still there";
}

TEST(sync_wait, lets_the_exception_of_another_handler_out) {
  asio::io_context context(1);
  event_log log;
  asio::post(context, [] { throw std::logic_error("a defect"); });
  EXPECT_THROW(sync_wait(context, wait_for_ever(log)), std::logic_error);
}

}  // namespace
}  // namespace pgcoro::test
