#include <optional>

#include <pgcoro/as_result.hpp>
#include <pgcoro/exceptions.hpp>
#include <pgcoro/when_all.hpp>

#include "compose_operations.hpp"

namespace pgcoro::test {
namespace {

ASYNC_TEST(as_result, holds_the_value_of_an_operation_that_succeeds) {
  auto value = co_await as_result(value_after(1ms, std::make_unique<int>(7)));
  EXPECT_TRUE(value.has_value()) << value.error().what();
  EXPECT_EQ(*value.value(), 7);
}

ASYNC_TEST(as_result, holds_nothing_but_success_for_void) {
  const boost::system::result<void, error_info> ended = co_await as_result(sleep_for(1ms));
  EXPECT_TRUE(ended.has_value());
}

ASYNC_TEST(as_result, holds_the_error_and_throws_its_type_again) {
  const auto failed = co_await as_result(failure_after(1ms, unique_violation(duplicate_key())));
  EXPECT_TRUE(failed.has_error());
  EXPECT_EQ(failed.error().code(), sqlstate::unique_violation);
  EXPECT_EQ(failed.error().message(), "duplicate key");
  EXPECT_TRUE(failed.error().server());
  EXPECT_THROW((void)failed.value(), unique_violation);
}

ASYNC_TEST(as_result, makes_an_error_info_of_another_librarys_system_error) {
  const boost::system::system_error theirs(asio::error::host_not_found, "lookup");
  const auto failed = co_await as_result(failure_after(1ms, theirs));
  EXPECT_TRUE(failed.has_error());
  EXPECT_EQ(failed.error().code(), asio::error::host_not_found);
  EXPECT_EQ(failed.error().message(), theirs.what());
}

ASYNC_TEST(as_result, lets_other_exceptions_pass) {
  bool seen = false;
  try {
    (void)co_await as_result(failure_after(1ms, std::logic_error("a defect")));
  } catch (const std::logic_error&) {
    seen = true;
  }
  EXPECT_TRUE(seen);
}

ASYNC_TEST(as_result, keeps_the_values_of_when_all_beside_its_errors) {
  auto [good, bad] = co_await when_all(as_result(value_after(2ms, std::string("value"))),
                                       as_result(failure_after(1ms, error(made_up(errc::no_rows, "nothing there")))));
  EXPECT_EQ(good.value(), "value");
  EXPECT_EQ(bad.error().code(), errc::no_rows);
}

ASYNC_TEST(as_result, may_hold_a_value_that_is_an_error_info) {
  const auto value = co_await as_result(value_at_once(made_up(errc::timeout, "as a value")));
  EXPECT_TRUE(value.has_value());
  EXPECT_EQ(value.value().code(), errc::timeout);
}

TEST(as_result_cancelled, holds_operation_aborted) {
  asio::io_context context(1);
  asio::cancellation_signal signal;
  std::optional<boost::system::error_code> seen;
  event_log log;
  const auto body = [&]() -> asio::awaitable<void> {
    const auto ended = co_await as_result(wait_for_ever(log));
    seen = ended.error().code();
  };
  spawn_cancellable(context, signal, body(), [](boost::system::error_code code) { EXPECT_FALSE(code); });
  context.poll();
  signal.emit(asio::cancellation_type::terminal);
  context.run_for(1s);
  ASSERT_TRUE(seen);
  EXPECT_EQ(*seen, asio::error::operation_aborted);
}

}  // namespace
}  // namespace pgcoro::test
