// Connections for a whole service: opened when they are needed, given out in turn, cleaned, watched, replaced.
//
//   pgcoro::pool pool(executor, {.connect = "postgresql://app@db/shop", .max_size = 20});
//   auto users = co_await pool.fetch<user>("SELECT … WHERE age > $1", 18);   // on whichever connection is free
//   pgcoro::lease db = co_await pool.acquire();                              // one for a while
//   co_await pool.close(5s);
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/this_coro.hpp>
#include <chrono>
#include <cstddef>
#include <memory>
#include <utility>

#include <pgcoro/config.hpp>
#include <pgcoro/connection.hpp>
#include <pgcoro/detail/pool_use.hpp>
#include <pgcoro/pool_options.hpp>
#include <pgcoro/pool_statistics.hpp>
#include <pgcoro/transaction_options.hpp>

namespace pgcoro {

/// A connection on loan from a pool. Where it was leased by a coroutine on the connection's own executor, it has to
/// come back there; one that was leased from elsewhere may come back anywhere.
///
/// The destructor gives it back and never waits: a statement that was given up is ended, an open transaction rolled
/// back, session state discarded (`reset_policy`) in the background, before the next one gets it. What was made with it
/// must not be used any more; a transaction or stream that outlives it costs the connection.
class PGCORO_DECL lease {
 public:
  lease() noexcept = default;
  explicit lease(detail::pool_loan loan) noexcept : loan_(std::move(loan)) {}

  explicit operator bool() const noexcept { return static_cast<bool>(loan_); }
  connection& operator*() const noexcept { return loan_.connection(); }
  connection* operator->() const noexcept { return &loan_.connection(); }
  connection& get() const noexcept { return loan_.connection(); }

  /// Gives it back now.
  void release() noexcept { loan_ = {}; }
  /// Gives it back to be closed: whoever knows that the session is not to be trusted.
  void discard() noexcept {
    if (loan_) loan_.give_up();
  }
  /// Takes it out of the pool for good; the pool may open another in its place.
  [[nodiscard]] connection detach() { return loan_.take_out(); }

 private:
  detail::pool_loan loan_;
};

/// Lives on an executor: an `io_context` that one thread runs, or a strand; or, with `several_threads`, one that many
/// threads run. Every function may be called from any thread, and coroutines on any executor may wait. What that costs:
/// docs/pool.md.
///
/// Errors of every operation: `errc::timeout` where no connection became free in time, or the error of the last attempt
/// to connect, where attempts have failed; `errc::pool_overloaded` where `max_waiters` wait; `errc::connection_closed`
/// once the pool is closed; at once, where no connection is left and trying again cannot help (a wrong password, no
/// such database), that error. All of these are `safe_to_retry()`.
///
/// Cancellation: any type ends the wait at once. Nobody else loses a turn, and no connection is lost.
///
/// One-shots: what is in <pgcoro/queryable.hpp>, transaction() and run(). A connection is taken, used for that and
/// given back. `query_options::timeout` counts from the call. A statement that would leave state in the session (BEGIN,
/// SET, LISTEN, CREATE TEMP …) is refused with `errc::session_state_left`; where a transaction is found open
/// afterwards, it is rolled back and that error thrown. With `max_pipeline_depth` above 1 query, fetch and execute
/// share connections that are busy with others' statements. A stream or COPY keeps its connection until it has ended or
/// is destroyed; its timeout, from the call, is that of the opening, and then that of each wait.
class PGCORO_DECL pool : public basic_queryable<detail::pool_core> {
 public:
  using duration = pool_options::duration;

  /// Opens nothing yet.
  pool(const boost::asio::any_io_executor& executor, pool_options options);
  pool(const pool&) = delete;
  pool& operator=(const pool&) = delete;
  /// Closes every connection at once, those on loan too; those who wait are refused.
  ~pool();

  /// Opens `min_size` connections, and at least one. Throws what the last attempt failed with, where none of them is
  /// there within acquire_timeout.
  [[nodiscard]] boost::asio::awaitable<void> warm_up();

  /// In turn. `timeout` zero: the pool's acquire_timeout.
  [[nodiscard]] boost::asio::awaitable<lease> acquire(duration timeout = {});

  /// No more connections are given. Those on loan may come back for so long, then they are closed. Returns when the
  /// last one is closed.
  [[nodiscard]] boost::asio::awaitable<void> close(duration timeout);

  /// New connections from now on: idle ones are closed, others when they come back.
  void reset();
  void resize(std::size_t min_size, std::size_t max_size);

  pool_statistics statistics() const;
  boost::asio::any_io_executor get_executor() const noexcept;

  /// `callable(transaction&)` in a transaction, on a connection of its own: see connection::transaction().
  template <class F>
  [[nodiscard]] boost::asio::awaitable<detail::transaction_value<F>> transaction(F&& callable,
                                                                                 transaction_options options = {}) {
    return detail::run_transaction<F>(core_, std::forward<F>(callable), options);
  }

  /// A connection of its own for one pipeline: see connection::run().
  [[nodiscard]] boost::asio::awaitable<void> run(pipeline& statements, query_options options = {});
};

}  // namespace pgcoro
