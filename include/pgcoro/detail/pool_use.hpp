// One use of a pool's connection: the wait for it, and its way back.
//
//   pool_use use(pool, options);
//   if (!use.try_now(co_await this_coro::executor)) co_await use.wait();
//   use.throw_if_failed();
//   … use.connection() …
//
// It lives in the frame of the coroutine that waits; whatever becomes of that, the connection goes back.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/cancellation_type.hpp>
#include <boost/asio/this_coro.hpp>
#include <chrono>
#include <cstdint>
#include <memory>
#include <utility>

#include <pgcoro/config.hpp>
#include <pgcoro/detail/completion_handler.hpp>
#include <pgcoro/detail/execute_many.hpp>
#include <pgcoro/detail/run_transaction.hpp>
#include <pgcoro/detail/statement_operation.hpp>
#include <pgcoro/detail/traced_span.hpp>
#include <pgcoro/detail/waiting_for.hpp>
#include <pgcoro/error.hpp>
#include <pgcoro/query_text.hpp>
#include <pgcoro/statement_mode.hpp>

namespace pgcoro {
class connection;
}

namespace pgcoro::detail {

class connection_core;
class pool_core;
struct pooled_connection;

/// A connection on loan. Goes back with the destructor.
class PGCORO_DECL pool_loan {
 public:
  using time_point = std::chrono::steady_clock::time_point;

  pool_loan() noexcept = default;
  pool_loan(pool_loan&& other) noexcept
      : pool_(std::move(other.pool_)),
        of_(std::exchange(other.of_, nullptr)),
        since_(other.since_),
        near_(other.near_) {}
  pool_loan& operator=(pool_loan&& other) noexcept {
    if (this == &other) return *this;
    if (of_) give_back();
    pool_ = std::move(other.pool_);
    of_ = std::exchange(other.of_, nullptr);
    since_ = other.since_;
    near_ = other.near_;
    return *this;
  }
  ~pool_loan() {
    if (of_) give_back();
  }

  explicit operator bool() const noexcept { return of_ != nullptr; }
  pgcoro::connection& connection() const noexcept;
  const std::shared_ptr<connection_core>& core() const noexcept;

  /// Never waits, never throws. Where the connection is not fit for the next one, what is to be done is done behind it.
  void give_back() noexcept;
  /// The same, and it is closed.
  void give_up() noexcept;
  /// Takes the connection out of the pool, which may open another.
  pgcoro::connection take_out();

 private:
  friend class pool_core;
  friend class pool_use;

  std::shared_ptr<pool_core> pool_;
  pooled_connection* of_ = nullptr;
  time_point since_{};
  bool near_ = false;  // taken on the executor of the connection: it comes back there
};

class PGCORO_DECL pool_use {
 public:
  using duration = std::chrono::steady_clock::duration;
  using time_point = std::chrono::steady_clock::time_point;

  /// A lease. `timeout` zero: the pool's acquire_timeout.
  pool_use(std::shared_ptr<pool_core> pool, duration timeout);
  /// A one-shot statement. The whole of it, the wait included, is bounded by the timeout of its options.
  pool_use(std::shared_ptr<pool_core> pool, const query_options& options, const query_text& text);
  /// A one-shot that needs a connection for itself: several statements.
  pool_use(std::shared_ptr<pool_core> pool, const query_options& options);
  pool_use(const pool_use&) = delete;
  pool_use& operator=(const pool_use&) = delete;

  /// False where `wait` is needed.
  bool try_now(const boost::asio::any_io_executor& awaiting);
  boost::asio::awaitable<void> wait();
  void throw_if_failed() const {
    if (error_) [[unlikely]]
      throw_error(error_);
  }

  const std::shared_ptr<connection_core>& core() const noexcept { return loan_.core(); }
  pgcoro::connection& connection() const noexcept { return loan_.connection(); }
  pool_loan take() noexcept { return std::move(loan_); }
  /// Puts the pool's tags behind the statement.
  void tag(query_text& text) const;
  /// What is left of the time for a one-shot statement.
  query_options options() const noexcept;
  /// The statement has ended. Gives the connection back; throws the statement's error, or if it left a transaction
  /// open.
  void end_statement(const error_info& outcome, const query_text& text);

 private:
  friend class pool_core;

  struct initiation {
    template <class Handler>
    void operator()(Handler&& handler, pool_use* self) const {
      auto slot = boost::asio::get_associated_cancellation_slot(handler);
      self->handler_.emplace(std::forward<Handler>(handler));
      self->reserve_number();
      if (slot.is_connected()) slot.assign(canceller{self->pool_, self->waiter_});
      self->start();  // from here on another thread may resume the coroutine
    }
  };
  struct canceller {
    std::weak_ptr<pool_core> pool;
    std::uint64_t waiter;
    PGCORO_DECL void operator()(boost::asio::cancellation_type) const;
  };
  auto granted() noexcept { return waiting_for<initiation, pool_use>(this); }
  void reserve_number();
  void start();
  void set_deadlines(time_point now) noexcept;
  void refuse_if_stateful(const query_text& text);

  std::shared_ptr<pool_core> pool_;
  pool_loan loan_;
  completion_handler handler_;
  boost::asio::any_io_executor awaiting_;
  std::uint64_t waiter_ = 0;
  query_options options_{};
  duration acquire_timeout_{};
  time_point deadline_ = time_point::max();        // of the wait
  time_point whole_deadline_ = time_point::max();  // of the statement, too
  error_info error_;
  traced_span span_;  // of the wait
  bool shared_ = false;
  bool waited_ = false;
};

template <class Sink, class Take>
boost::asio::awaitable<typename Take::value_type> run_pooled(std::shared_ptr<pool_core> pool, query_text text,
                                                             arguments parameters, query_options options) {
  Sink sink;
  pool_use use(std::move(pool), options, text);
  use.tag(text);
  const boost::asio::any_io_executor executor = co_await boost::asio::this_coro::executor;
  if (!use.try_now(executor)) co_await use.wait();
  use.throw_if_failed();
  statement_operation op(use.core(), text, parameters, use.options(), sink);
  co_await op.done();
  use.end_statement(op.error, text);
  co_return Take::from(sink, text);
}

template <class Range>
boost::asio::awaitable<command_result> run_many_pooled(std::shared_ptr<pool_core> pool, query_text text, Range range,
                                                       query_options options) {
  range_source<Range> source(range);
  execute_sink sink;
  pool_use use(std::move(pool), options, text);
  use.tag(text);
  const boost::asio::any_io_executor executor = co_await boost::asio::this_coro::executor;
  if (!use.try_now(executor)) co_await use.wait();
  use.throw_if_failed();
  many_operation op(use.core(), text, source, use.options(), sink);
  co_await op.done();
  use.end_statement(op.error, text);
  co_return sink.take();
}

template <class F>
boost::asio::awaitable<transaction_value<F>> run_transaction_pooled(std::shared_ptr<pool_core> pool, F callable,
                                                                    transaction_options options) {
  static_assert(require_safe_callable<F>());
  pool_use use(std::move(pool), pool_use::duration());
  const boost::asio::any_io_executor executor = co_await boost::asio::this_coro::executor;
  if (!use.try_now(executor)) co_await use.wait();
  use.throw_if_failed();
  body_of<std::remove_reference_t<F>> body(callable);
  co_await run_retried(use.core(), body, options);
  co_return body.take();
}

PGCORO_DECL boost::asio::awaitable<result> run_query_pooled(std::shared_ptr<pool_core> pool, query_text text,
                                                            arguments parameters, query_options options);
PGCORO_DECL boost::asio::awaitable<command_result> run_execute_pooled(std::shared_ptr<pool_core> pool, query_text text,
                                                                      arguments parameters, query_options options);

}  // namespace pgcoro::detail
