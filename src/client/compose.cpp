#include <boost/asio/co_spawn.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/io_context.hpp>
#include <memory>
#include <string>

#include <pgcoro/detail/compose.hpp>
#include <pgcoro/error.hpp>
#include <pgcoro/sync_wait.hpp>
#include <pgcoro/with_timeout.hpp>

#include "client/joint_run.hpp"

namespace pgcoro::detail {
namespace {

namespace asio = boost::asio;

std::string in_milliseconds(std::chrono::steady_clock::duration d) {
  return std::to_string(std::chrono::duration_cast<std::chrono::milliseconds>(d).count()) + " ms";
}

/// `about` says what is known of the operation: host, stage, statement, whether the connection goes on.
error_info expired(error_details about, const std::string& reason, std::chrono::steady_clock::duration limit) {
  const bool merely_cancelled = about.code == asio::error::operation_aborted;
  about.message = "the operation did not end within " + in_milliseconds(limit);
  if (!merely_cancelled) about.message += " and then failed: " + reason;
  about.code = make_error_code(errc::timeout);
  return error_info(std::move(about));
}

}  // namespace

asio::awaitable<void> run_together(std::span<asio::awaitable<void>> tasks) {
  if (tasks.empty()) co_return;
  const asio::any_io_executor executor = co_await asio::this_coro::executor;
  joint_run run(executor, tasks);
  co_await run.ended();
}

asio::awaitable<bool> run_bounded(asio::awaitable<void> task, std::chrono::steady_clock::duration limit) {
  const asio::any_io_executor executor = co_await asio::this_coro::executor;
  joint_run run(executor, {&task, 1});
  run.expire_after(limit);
  co_await run.ended();
  co_return run.expired();
}

void throw_expired(const std::exception_ptr& failure, std::chrono::steady_clock::duration limit) {
  try {
    std::rethrow_exception(failure);
  } catch (const server_error&) {
    throw;
  } catch (const error& e) {
    throw_error(expired(e.info().details(), e.info().message(), limit));
  } catch (const boost::system::system_error& e) {
    error_details about;
    about.code = e.code();
    throw_error(expired(std::move(about), e.what(), limit));
  }
}

void run_until_ended(asio::io_context& context, asio::awaitable<void> task) {
  const auto ended = std::make_shared<bool>(false);
  asio::co_spawn(context, std::move(task), [ended](const std::exception_ptr&) { *ended = true; });
  if (context.stopped()) context.restart();
  while (!*ended)
    if (context.run_one() == 0)
      throw_error(error_info(asio::error::operation_aborted, "the context was stopped before the operation had ended"));
}

}  // namespace pgcoro::detail
