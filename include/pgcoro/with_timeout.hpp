// A bound on how long an operation may take, whatever it consists of.
//
//   auto db    = co_await pgcoro::with_timeout(pgcoro::connect(dsn), 2s);
//   auto users = co_await pgcoro::with_timeout(load_everything(db), 500ms);
//
// A single statement is bounded more cheaply by its own option: db.query({.timeout = 500ms}, "SELECT …").
#pragma once

#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <exception>
#include <utility>

#include <pgcoro/config.hpp>
#include <pgcoro/detail/compose.hpp>

namespace pgcoro {

namespace detail {

/// Throws what the failure of an operation means that was cancelled because its time was over.
[[noreturn]] PGCORO_DECL void throw_expired(const std::exception_ptr& failure,
                                            std::chrono::steady_clock::duration limit);

template <class T>
boost::asio::awaitable<T> bound(boost::asio::awaitable<T> operation, std::chrono::steady_clock::duration limit) {
  outcome<T> ended;
  const bool expired = co_await run_bounded(keep_outcome(std::move(operation), &ended), limit);
  if (expired && ended.failure) throw_expired(ended.failure, limit);
  co_return ended.take();
}

}  // namespace detail

/// Starts the operation on the awaiting coroutine's executor, cancels it after `limit` (terminal cancellation; zero or
/// less: in the next turn of the loop) and returns once it has ended. pgcoro's operations end at once when they are
/// cancelled, whatever the server does; one that ignores cancellation is waited for.
///
/// Errors: `errc::timeout` where it failed after it was cancelled, with its `connection_usable()` and
/// `safe_to_retry()`. What it had come to by then wins: its value, or the server's own answer (`server_error`). An
/// exception that is no system_error propagates.
///
/// Cancellation of the awaiting coroutine is passed on to the operation.
template <class T>
[[nodiscard]] boost::asio::awaitable<T> with_timeout(boost::asio::awaitable<T> operation,
                                                     std::chrono::steady_clock::duration limit) {
  return detail::bound(std::move(operation), limit);
}

}  // namespace pgcoro
