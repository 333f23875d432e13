// What when_all, with_timeout and sync_wait are made of: coroutines that run beside the one that waits for them.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/this_coro.hpp>
#include <chrono>
#include <exception>
#include <optional>
#include <span>
#include <type_traits>
#include <utility>
#include <variant>

#include <pgcoro/config.hpp>

namespace pgcoro::detail {

/// T, and std::monostate where an operation yields nothing.
template <class T>
using value_or_monostate = std::conditional_t<std::is_void_v<T>, std::monostate, T>;

/// How an operation that yields T has ended.
template <class T>
struct outcome {
  std::optional<value_or_monostate<T>> value;
  std::exception_ptr failure;

  void throw_if_failed() const {
    if (failure) std::rethrow_exception(failure);
  }
  T take() {
    throw_if_failed();
    if constexpr (!std::is_void_v<T>) return *std::move(value);
  }
};

/// Runs an operation and keeps its outcome: a task that never throws and needs nothing of T but that it can be moved.
template <class T, class Pointer>
boost::asio::awaitable<void> keep_outcome(boost::asio::awaitable<T> operation, Pointer into) {
  try {
    if constexpr (std::is_void_v<T>) {
      co_await std::move(operation);
      into->value.emplace();
    } else {
      T value = co_await std::move(operation);
      into->value.emplace(std::move(value));
    }
  } catch (...) {
    into->failure = std::current_exception();
  }
  // Asio ends the task with a co_await of its own, which must not throw where the task was cancelled and never waited.
  co_await boost::asio::this_coro::throw_if_cancelled(false);
}

/// Starts every task, in order, on the awaiting coroutine's executor, and waits for all. Cancelling the awaiting
/// coroutine cancels those that have not ended (terminal). The tasks are those of `keep_outcome`.
PGCORO_DECL boost::asio::awaitable<void> run_together(std::span<boost::asio::awaitable<void>> tasks);

/// Likewise one task, which is cancelled after `limit`. Yields whether that has happened.
PGCORO_DECL boost::asio::awaitable<bool> run_bounded(boost::asio::awaitable<void> task,
                                                     std::chrono::steady_clock::duration limit);

}  // namespace pgcoro::detail
