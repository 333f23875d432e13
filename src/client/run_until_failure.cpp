#include "client/run_until_failure.hpp"

#include <boost/asio/this_coro.hpp>
#include <exception>
#include <utility>

#include "client/joint_run.hpp"

namespace pgcoro::detail {
namespace {

namespace asio = boost::asio;

struct common_fate {
  joint_run* run = nullptr;
  std::exception_ptr failure;
};

asio::awaitable<void> share_fate(asio::awaitable<void> task, common_fate& fate) {
  try {
    co_await std::move(task);
  } catch (...) {
    if (!fate.failure) {
      fate.failure = std::current_exception();
      fate.run->cancel();
    }
  }
  co_await asio::this_coro::throw_if_cancelled(false);  // as in keep_outcome()
}

}  // namespace

asio::awaitable<void> run_until_failure(std::vector<asio::awaitable<void>> tasks) {
  if (tasks.empty()) co_return;
  const asio::any_io_executor executor = co_await asio::this_coro::executor;
  common_fate fate;
  std::vector<asio::awaitable<void>> joined;
  joined.reserve(tasks.size());
  for (asio::awaitable<void>& task : tasks) joined.push_back(share_fate(std::move(task), fate));
  joint_run run(executor, joined);
  run.allow_cancel();
  fate.run = &run;
  co_await run.ended();
  if (fate.failure) std::rethrow_exception(fate.failure);
}

}  // namespace pgcoro::detail
