// Operations to compose: they wait for timers, note what happens to them, and notice how often they are destroyed.
#pragma once

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>
#include <stdexcept>
#include <string>
#include <vector>

#include "support/async_test.hpp"

namespace pgcoro::test {

/// Where an object lives, so that one that a compiler destroyed twice or copied bitwise is found out.
class tracked {
 public:
  explicit tracked(std::string text) : text_(std::move(text)), self_(this) { ++alive; }
  tracked(tracked&& other) noexcept : text_(std::move(other.text_)), self_(this) { ++alive; }
  tracked(const tracked& other) : text_(other.text_), self_(this) { ++alive; }
  tracked& operator=(const tracked&) = delete;
  ~tracked() {
    if (self_ != this) ++misplaced;
    self_ = nullptr;
    --alive;
  }
  const std::string& text() const noexcept { return text_; }

  static inline int alive = 0;
  static inline int misplaced = 0;

 private:
  std::string text_;
  tracked* self_;
};

using event_log = std::vector<std::string>;

/// Yields `value` after a while, and notes begin and end.
template <class T>
asio::awaitable<T> value_after(std::chrono::milliseconds time, T value, event_log* log = nullptr,
                               std::string name = {}) {
  if (log) log->push_back("begin " + name);
  co_await sleep_for(time);
  if (log) log->push_back("end " + name);
  co_return value;
}

template <class T>
asio::awaitable<T> value_at_once(T value) {
  co_return value;
}

template <class E>
asio::awaitable<int> failure_after(std::chrono::milliseconds time, E exception) {
  co_await sleep_for(time);
  throw exception;
}

inline asio::awaitable<int> failure_at_once(error_info info) {
  throw_error(info);
  co_return 0;
}

/// Waits for ever, and notes its cancellation.
inline asio::awaitable<void> wait_for_ever(event_log& log) {
  try {
    co_await sleep_for(test_limit * 2);
  } catch (const boost::system::system_error& e) {
    log.push_back(e.code() == asio::error::operation_aborted ? "cancelled" : "failed");
    throw;
  }
}

inline error_info made_up(errc code, std::string message) {
  error_details details;
  details.code = make_error_code(code);
  details.message = std::move(message);
  return error_info(std::move(details));
}

inline error_info duplicate_key() {
  error_details details;
  details.code = make_error_code(sqlstate::unique_violation);
  details.message = "duplicate key";
  details.server.emplace();
  details.server->sqlstate = "23505";
  return error_info(std::move(details));
}

/// The code of whatever system_error an operation ends with; none where it succeeds.
template <class T>
asio::awaitable<boost::system::error_code> code_of(asio::awaitable<T> operation) {
  boost::system::error_code code;
  try {
    co_await std::move(operation);
  } catch (const boost::system::system_error& e) {
    code = e.code();
  }
  co_return code;
}

/// Runs an operation in a coroutine that `signal` cancels; how it ended is for `ended`.
template <class T, class Handler>
void spawn_cancellable(asio::io_context& context, asio::cancellation_signal& signal, asio::awaitable<T> operation,
                       Handler ended) {
  asio::co_spawn(context, code_of(std::move(operation)),
                 asio::bind_cancellation_slot(
                     signal.slot(), [ended](const std::exception_ptr& thrown, boost::system::error_code code) {
                       EXPECT_FALSE(thrown);
                       ended(code);
                     }));
}

}  // namespace pgcoro::test
