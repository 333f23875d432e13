// One use of a pool's connection: the wait for it, and its way back.
//
//   pool_use use(pool, options);
//   co_await use.ready();
//   … use.core() …
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
#include <pgcoro/copy_options.hpp>
#include <pgcoro/detail/completion_handler.hpp>
#include <pgcoro/detail/run_transaction.hpp>
#include <pgcoro/detail/statement_operation.hpp>
#include <pgcoro/detail/traced_span.hpp>
#include <pgcoro/detail/waiting_for.hpp>
#include <pgcoro/error.hpp>
#include <pgcoro/query_text.hpp>
#include <pgcoro/queryable.hpp>
#include <pgcoro/statement_mode.hpp>
#include <pgcoro/table.hpp>
#include <pgcoro/with_timeout.hpp>

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

/// Whether one-shots of others may be on the same connection.
enum class pool_company : bool { alone, shared };

class PGCORO_DECL pool_use {
 public:
  using duration = std::chrono::steady_clock::duration;
  using time_point = std::chrono::steady_clock::time_point;

  /// A lease. `timeout` zero: the pool's acquire_timeout.
  pool_use(std::shared_ptr<pool_core> pool, duration timeout);
  /// A one-shot. The whole of it, the wait included, is bounded by the timeout of its options.
  pool_use(std::shared_ptr<pool_core> pool, const query_options& options);
  /// One with a text of the user's: refused where that would leave state in the session, else given the pool's tags.
  pool_use(std::shared_ptr<pool_core> pool, const query_options& options, query_text& text, pool_company company);
  pool_use(const pool_use&) = delete;
  pool_use& operator=(const pool_use&) = delete;

  /// False where `wait` is needed.
  bool try_now(const boost::asio::any_io_executor& awaiting);
  boost::asio::awaitable<void> wait();
  void throw_if_failed() const {
    if (error_) [[unlikely]]
      throw_error(error_);
  }
  /// All three, where a coroutine more does not matter.
  boost::asio::awaitable<void> ready();

  const std::shared_ptr<connection_core>& core() const noexcept { return loan_.core(); }
  pgcoro::connection& connection() const noexcept { return loan_.connection(); }
  pool_loan take() noexcept { return std::move(loan_); }
  /// What is left of the time for a one-shot statement.
  query_options options() const noexcept;
  /// The statement has ended. Gives the connection back; throws the statement's error, or if it left a transaction
  /// open.
  void end_statement(const error_info& outcome, const query_text& text);
  /// What a stream or COPY is opened with. It keeps the connection until it has ended, or was dropped.
  template <class Handle>
  boost::asio::awaitable<Handle> opened(boost::asio::awaitable<Handle> opening) {
    Handle handle = co_await within(std::move(opening));
    lend_to_flow();
    co_return std::move(handle);
  }

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
  void tag(query_text& text) const;
  void lend_to_flow();
  /// Bounded by what is left of the time, as only the opening is: what follows has the timeout for each wait.
  template <class T>
  boost::asio::awaitable<T> within(boost::asio::awaitable<T> operation) const {
    if (whole_deadline_ == time_point::max()) return operation;
    return with_timeout(std::move(operation), whole_deadline_ - std::chrono::steady_clock::now());
  }

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

// What <pgcoro/queryable.hpp> calls, for a pool. Each takes a connection and gives it back.

template <class Sink, class Take>
boost::asio::awaitable<typename Take::value_type> run_statement(std::shared_ptr<pool_core> pool, query_text text,
                                                                arguments parameters, query_options options) {
  Sink sink;
  pool_use use(std::move(pool), options, text, pool_company::shared);
  const boost::asio::any_io_executor executor = co_await boost::asio::this_coro::executor;
  if (!use.try_now(executor)) co_await use.wait();
  use.throw_if_failed();
  statement_operation op(use.core(), text, parameters, use.options(), sink);
  co_await op.done();
  use.end_statement(op.error, text);
  co_return Take::from(sink, text);
}
PGCORO_COMMON_STATEMENTS(extern, pool_core)

PGCORO_DECL boost::asio::awaitable<result> run_query(std::shared_ptr<pool_core> pool, query_text text,
                                                     arguments parameters, query_options options);
PGCORO_DECL boost::asio::awaitable<command_result> run_execute(std::shared_ptr<pool_core> pool, query_text text,
                                                               arguments parameters, query_options options);
PGCORO_DECL boost::asio::awaitable<void> run_notify(std::shared_ptr<pool_core> pool, std::string channel,
                                                    std::string payload);

template <class Sink, class Range>
boost::asio::awaitable<decltype(std::declval<Sink&>().take())> run_many(std::shared_ptr<pool_core> pool,
                                                                        query_text text, Range range,
                                                                        query_options options) {
  pool_use use(std::move(pool), options, text, pool_company::alone);
  co_await use.ready();
  co_return co_await run_many<Sink>(use.core(), std::move(text), std::move(range), use.options());
}

template <class Range>
boost::asio::awaitable<many_report> run_each(std::shared_ptr<pool_core> pool, query_text text, Range range,
                                             query_options options) {
  pool_use use(std::move(pool), options, text, pool_company::alone);
  co_await use.ready();
  co_return co_await run_each(use.core(), std::move(text), std::move(range), use.options());
}

template <class Range>
boost::asio::awaitable<insert_result> run_insert(std::shared_ptr<pool_core> pool, table into, Range range,
                                                 insert_options options) {
  pool_use use(std::move(pool), query_options{.timeout = options.timeout});
  co_await use.ready();
  options.timeout = use.options().timeout;
  co_return co_await run_insert(use.core(), std::move(into), std::move(range), options);
}

template <class T>
boost::asio::awaitable<row_stream<T>> open_stream(std::shared_ptr<pool_core> pool, query_text text,
                                                  arguments parameters, stream_options options) {
  pool_use use(std::move(pool), options.of_each_wait(), text, pool_company::alone);
  co_await use.ready();
  co_return co_await use.opened(open_stream<T>(use.core(), std::move(text), std::move(parameters), options));
}

template <class... T>
boost::asio::awaitable<copy_writer<T...>> open_copy_in(std::shared_ptr<pool_core> pool, copy_target into,
                                                       query_options options) {
  pool_use use(std::move(pool), options);
  co_await use.ready();
  co_return co_await use.opened(open_copy_in<T...>(use.core(), std::move(into), options));
}

template <class... T>
boost::asio::awaitable<copy_reader<T...>> open_copy_out(std::shared_ptr<pool_core> pool, copy_source from,
                                                        stream_options options) {
  pool_use use(std::move(pool), options.of_each_wait());
  co_await use.ready();
  co_return co_await use.opened(open_copy_out<T...>(use.core(), std::move(from), options));
}

template <class... T>
boost::asio::awaitable<text_copy_writer<T...>> open_text_copy_in(std::shared_ptr<pool_core> pool, table into,
                                                                 copy_options format, query_options options) {
  pool_use use(std::move(pool), options);
  co_await use.ready();
  co_return co_await use.opened(open_text_copy_in<T...>(use.core(), std::move(into), std::move(format), options));
}

template <class... T>
boost::asio::awaitable<copy_reader<T...>> open_text_copy_out(std::shared_ptr<pool_core> pool, copy_source from,
                                                             copy_options format, stream_options options) {
  pool_use use(std::move(pool), options.of_each_wait());
  co_await use.ready();
  co_return co_await use.opened(open_text_copy_out<T...>(use.core(), std::move(from), std::move(format), options));
}

PGCORO_DECL boost::asio::awaitable<byte_copy_writer> open_copy_bytes_in(std::shared_ptr<pool_core> pool, query_text sql,
                                                                        query_options options);
PGCORO_DECL boost::asio::awaitable<byte_copy_reader> open_copy_bytes_out(std::shared_ptr<pool_core> pool,
                                                                         query_text sql, query_options options);

template <class F>
boost::asio::awaitable<transaction_value<F>> run_transaction(std::shared_ptr<pool_core> pool, F callable,
                                                             transaction_options options) {
  static_assert(require_safe_callable<F>());
  pool_use use(std::move(pool), pool_use::duration());
  co_await use.ready();
  body_of<std::remove_reference_t<F>> body(callable);
  co_await run_retried(use.core(), body, options);
  co_return body.take();
}

}  // namespace pgcoro::detail
