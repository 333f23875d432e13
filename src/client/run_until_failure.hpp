// Tasks that stand or fall together.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <vector>

namespace pgcoro::detail {

/// Starts every task, in order, on the awaiting coroutine's executor, and waits for all. The first that throws has the
/// others cancelled (terminal), and what it threw is thrown in the end. Cancelling the awaiting coroutine cancels all.
boost::asio::awaitable<void> run_until_failure(std::vector<boost::asio::awaitable<void>> tasks);

}  // namespace pgcoro::detail
