// One asynchronous operation of a connection: what the coroutine behind `co_await db.query(…)` waits on.
//
//   statement_operation op(core, …);
//   co_await op.done();
//   op.throw_if_failed();
//
// It lives in that coroutine's frame. From `co_await` until it is resumed the connection knows it; the session's
// requests point to it, and are detached when it is cancelled or its deadline passes.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/cancellation_type.hpp>
#include <boost/asio/version.hpp>
#include <chrono>
#include <cstdint>
#include <memory>
#include <type_traits>
#include <utility>

#include <pgcoro/config.hpp>
#include <pgcoro/detail/completion_handler.hpp>
#include <pgcoro/detail/waiting_for.hpp>
#include <pgcoro/error.hpp>

namespace pgcoro::detail {

class connection_core;
class request;

class PGCORO_DECL operation {
 public:
  using duration = std::chrono::steady_clock::duration;
  using time_point = std::chrono::steady_clock::time_point;

  /// `timeout` zero: the connection's `command_timeout`.
  explicit operation(std::shared_ptr<connection_core> core, duration timeout = {}) noexcept
      : core_(std::move(core)), timeout_(timeout) {}
  operation(const operation&) = delete;
  operation& operator=(const operation&) = delete;

  /// What `co_await` takes: starts the operation and resumes when it is over.
  auto done() noexcept { return waiting_for<initiation, operation>(this); }

  /// How it ended.
  error_info error;

  void throw_if_failed() const {
    if (error) [[unlikely]]
      throw_error(error);
  }

 protected:
  ~operation() = default;

  connection_core& core() const noexcept { return *core_; }
  const std::shared_ptr<connection_core>& connection() const noexcept { return core_; }

 private:
  friend class connection_core;

  /// Hands the requests of this operation to the session. On the connection's executor.
  virtual void submit() = 0;
  /// Takes the outcome of one of them; true where it was the last.
  virtual bool complete(request& r) = 0;
  /// Whether the outcome of some of them has been taken already: the rest may be withdrawn, the whole has begun.
  virtual bool has_begun() const { return false; }
  /// Whether it is let through while a flow is open: flow.hpp.
  virtual bool passes_flow() const { return false; }
  /// The operation was cancelled or timed out; its requests are detached already.
  virtual void aborted() {}

  struct initiation {
    template <class Handler>
    void operator()(Handler&& handler, operation* self) const;
  };

  /// Cancels the operation if it has not ended by then.
  struct canceller {
    std::weak_ptr<connection_core> core;
    operation* target;
    std::uint64_t serial;
    PGCORO_DECL void operator()(boost::asio::cancellation_type) const;
  };
  static std::uint64_t next_serial() noexcept;
  canceller make_canceller();
  void start(const boost::asio::any_io_executor& awaiting);

  std::shared_ptr<connection_core> core_;
  completion_handler handler_;
  operation* previous_ = nullptr;  // among the operations of the connection
  operation* next_ = nullptr;
  std::uint64_t serial_ = 0;  // tells it from another one at the same address; 0 where it cannot be cancelled
  time_point deadline_ = time_point::max();
  duration timeout_;
  std::uint64_t span_ = 0;  // the tracer's, where there is one that wants to know the end
  bool foreign_ = false;    // the awaiting coroutine runs on another executor than the connection
};

template <class Handler>
void operation::initiation::operator()(Handler&& handler, operation* self) const {
  auto slot = boost::asio::get_associated_cancellation_slot(handler);
  const boost::asio::any_io_executor executor = boost::asio::get_associated_executor(handler);
  self->handler_.emplace(std::forward<Handler>(handler));
  if (slot.is_connected()) slot.assign(self->make_canceller());
  self->start(executor);
}

// What a coroutine's co_await calls, compiled in the library: every source of a user would else compile Asio's post for
// its handler. The handler's type is Asio's own affair, so only for the version in which it is known to be this.
#if BOOST_ASIO_VERSION == 102600
extern template PGCORO_DECL void operation::initiation::operator()(
    boost::asio::detail::awaitable_async_op_handler<void(), boost::asio::any_io_executor>&&, operation*) const;
#endif

}  // namespace pgcoro::detail
