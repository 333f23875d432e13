// Tests that are coroutines.
//
//   ASYNC_TEST(ping, takes_a_round_trip) {
//     auto db = co_await connect_to("DSN");
//     co_await db.ping();
//   }
//
// A test that does not end in time fails instead of hanging, and so does one that leaves work behind: once the
// coroutine has returned, the io_context must run dry.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/this_coro.hpp>
#include <chrono>
#include <functional>
#include <gtest/gtest.h>
#include <memory>
#include <utility>

#include <pgcoro/error.hpp>

namespace pgcoro::test {

namespace asio = boost::asio;
using namespace std::chrono_literals;

/// Far beyond what any test needs, on a busy machine and with sanitizers.
inline constexpr std::chrono::seconds test_limit{60};

/// Runs a coroutine on an io_context of its own; what it throws fails the test.
void run(const std::function<asio::awaitable<void>()>& body);

#define ASYNC_TEST(suite, name)                           \
  static ::boost::asio::awaitable<void> suite##_##name(); \
  TEST(suite, name) {                                     \
    ::pgcoro::test::run([] { return suite##_##name(); }); \
  }                                                       \
  static ::boost::asio::awaitable<void> suite##_##name()

/// How an operation ended: its error, or none.
template <class T>
asio::awaitable<error_info> error_of(asio::awaitable<T> operation) {
  try {
    co_await std::move(operation);
  } catch (const error& e) {
    co_return e.info();
  }
  co_return error_info();
}

/// An operation that was started and may be cancelled.
class pending {
 public:
  pending(const asio::any_io_executor& executor, asio::awaitable<error_info> operation);
  ~pending();

  void cancel();
  bool ended() const noexcept;
  /// Waits for its end. An exception that is no pgcoro::error comes out here.
  asio::awaitable<error_info> outcome();

 private:
  struct state;
  std::shared_ptr<state> state_;
};

/// Starts an operation in a coroutine of its own, which runs up to its first wait now.
template <class T>
asio::awaitable<pending> start(asio::awaitable<T> operation) {
  const asio::any_io_executor executor = co_await asio::this_coro::executor;
  co_return pending(executor, error_of(std::move(operation)));
}

/// Lets everything run that is ready on this io_context, several times over: afterwards what has not happened needs
/// something to happen first.
asio::awaitable<void> settle();

asio::awaitable<void> sleep_for(std::chrono::steady_clock::duration time);

}  // namespace pgcoro::test
