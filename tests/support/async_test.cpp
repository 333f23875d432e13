#include "support/async_test.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <exception>
#include <optional>
#include <stdexcept>

namespace pgcoro::test {

void run(const std::function<asio::awaitable<void>()>& body) {
  std::optional<std::exception_ptr> ended;
  asio::io_context context(1);
  asio::co_spawn(context, body, [&ended](const std::exception_ptr& failed) { ended = failed; });
  context.run_for(test_limit);
  const bool ran_dry = context.stopped();
  if (!ended) {
    ADD_FAILURE() << "the test did not end within " << test_limit.count() << " s";
    return;
  }
  try {
    if (*ended) std::rethrow_exception(*ended);
  } catch (const std::exception& e) {
    ADD_FAILURE() << "the test threw: " << e.what();
  }
  EXPECT_TRUE(ran_dry) << "something keeps the io_context alive after the test's end";
}

struct pending::state {
  explicit state(const asio::any_io_executor& executor) : end(executor, asio::steady_timer::time_point::max()) {}

  asio::cancellation_signal signal;
  asio::steady_timer end;
  bool ended = false;
  error_info result;
  std::exception_ptr thrown;
};

pending::pending(const asio::any_io_executor& executor, asio::awaitable<error_info> operation)
    : state_(std::make_shared<state>(executor)) {
  asio::co_spawn(
      executor, std::move(operation),
      asio::bind_cancellation_slot(state_->signal.slot(), [s = state_](std::exception_ptr thrown, error_info result) {
        s->ended = true;
        s->thrown = std::move(thrown);
        s->result = std::move(result);
        s->end.cancel();
      }));
}

pending::~pending() = default;

void pending::cancel() { state_->signal.emit(asio::cancellation_type::terminal); }

bool pending::ended() const noexcept { return state_->ended; }

asio::awaitable<error_info> pending::outcome() {
  const std::shared_ptr<state> s = state_;
  boost::system::error_code ignored;
  while (!s->ended) co_await s->end.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
  if (s->thrown) std::rethrow_exception(s->thrown);
  co_return s->result;
}

asio::awaitable<void> settle() {
  constexpr int turns = 50;
  const asio::any_io_executor executor = co_await asio::this_coro::executor;
  for (int i = 0; i < turns; ++i) co_await asio::post(executor, asio::use_awaitable);
}

asio::awaitable<void> sleep_for(std::chrono::steady_clock::duration time) {
  asio::steady_timer timer(co_await asio::this_coro::executor, time);
  co_await timer.async_wait(asio::use_awaitable);
}

}  // namespace pgcoro::test
