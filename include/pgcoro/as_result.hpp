// Errors as values.
//
//   auto added = co_await pgcoro::as_result(db.execute("INSERT INTO users VALUES ($1)", 7));
//   if (!added && added.error().code() == pgcoro::sqlstate::unique_violation) …
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/system/result.hpp>
#include <boost/system/system_error.hpp>
#include <type_traits>
#include <utility>

#include <pgcoro/error.hpp>

namespace pgcoro {

/// The value of an operation, or the `error_info` of the error that it threw. A system_error that is not pgcoro's own,
/// such as another library's cancellation, becomes one of its code and text; other exceptions propagate.
/// `result::value()` throws what the operation would have thrown.
///
/// A cancelled coroutine sees `asio::error::operation_aborted` as a value here, and as an exception at its next
/// co_await.
template <class T>
[[nodiscard]] boost::asio::awaitable<boost::system::result<T, error_info>> as_result(
    boost::asio::awaitable<T> operation) {
  using result_type = boost::system::result<T, error_info>;
  try {
    if constexpr (std::is_void_v<T>) {
      co_await std::move(operation);
      co_return result_type(boost::system::in_place_value);
    } else {
      T value = co_await std::move(operation);
      co_return result_type(boost::system::in_place_value, std::move(value));
    }
  } catch (const error& e) {
    co_return result_type(boost::system::in_place_error, e.info());
  } catch (const boost::system::system_error& e) {
    co_return result_type(boost::system::in_place_error, e.code(), e.what());
  }
}

}  // namespace pgcoro
