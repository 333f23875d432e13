// Several operations at once.
//
//   auto [users, orders] = co_await pgcoro::when_all(db.query("SELECT … WHERE id = $1", 7),
//                                                    db.fetch<order>("SELECT … WHERE user_id = $1", 7));
//
// On one connection they are pipelined: all are sent before the first is answered.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <cstddef>
#include <tuple>
#include <utility>
#include <vector>

#include <pgcoro/detail/compose.hpp>

namespace pgcoro {

namespace detail {

template <class... T, std::size_t... I>
boost::asio::awaitable<std::tuple<value_or_monostate<T>...>> gather(std::tuple<boost::asio::awaitable<T>...> operations,
                                                                    std::index_sequence<I...>) {
  std::tuple<outcome<T>...> outcomes;
  boost::asio::awaitable<void> tasks[] = {keep_outcome(std::get<I>(std::move(operations)), &std::get<I>(outcomes))...};
  co_await run_together(tasks);
  (std::get<I>(outcomes).throw_if_failed(), ...);
  co_return std::tuple<value_or_monostate<T>...>(*std::get<I>(std::move(outcomes)).value...);
}

template <class T>
boost::asio::awaitable<std::vector<value_or_monostate<T>>> gather(std::vector<boost::asio::awaitable<T>> operations) {
  std::vector<outcome<T>> outcomes(operations.size());
  std::vector<boost::asio::awaitable<void>> tasks;
  tasks.reserve(operations.size());
  for (std::size_t i = 0; i < operations.size(); ++i)
    tasks.push_back(keep_outcome(std::move(operations[i]), &outcomes[i]));
  co_await run_together(tasks);
  std::vector<value_or_monostate<T>> values;
  values.reserve(outcomes.size());
  for (outcome<T>& ended : outcomes) {
    ended.throw_if_failed();
    values.push_back(*std::move(ended.value));
  }
  co_return values;
}

}  // namespace detail

/// Starts the operations in the order in which they are given, and yields what each of them yields, std::monostate for
/// void. They run on the awaiting coroutine's executor, which one thread at a time runs, as Asio's coroutines ask for.
///
/// Errors: the operations are independent, so that an error in one leaves the others alone. Once all have ended, the
/// first error by position is thrown; the others are dropped. Who wants each of them wraps each in `as_result`.
///
/// Cancellation of the awaiting coroutine cancels every operation that has not ended; all are waited for then, too.
template <class First, class... T>
[[nodiscard]] boost::asio::awaitable<std::tuple<detail::value_or_monostate<First>, detail::value_or_monostate<T>...>>
when_all(boost::asio::awaitable<First> first, boost::asio::awaitable<T>... operations) {
  return detail::gather(std::tuple<boost::asio::awaitable<First>, boost::asio::awaitable<T>...>(
                            std::move(first), std::move(operations)...),
                        std::index_sequence_for<First, T...>());
}

/// Likewise any number of operations of one kind. Under g++ 12 the vector has to be a named one, moved in.
template <class T>
[[nodiscard]] boost::asio::awaitable<std::vector<detail::value_or_monostate<T>>> when_all(
    std::vector<boost::asio::awaitable<T>> operations) {
  return detail::gather(std::move(operations));
}

}  // namespace pgcoro
