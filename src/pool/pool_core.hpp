// What a pool's policy decides, done: connections opened, checked, restored, closed; coroutines resumed.
//
// A mutex guards the policy, so that coroutines of any thread may acquire and release. Nothing else runs under it: what
// the policy wants done is taken from it one by one and done without the mutex.
#pragma once

#include <atomic>
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/steady_timer.hpp>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include <pgcoro/connection.hpp>
#include <pgcoro/detail/pool_use.hpp>
#include <pgcoro/pool_options.hpp>
#include <pgcoro/tracer.hpp>

#include "net/stream.hpp"
#include "pool/pool_policy.hpp"

namespace pgcoro::detail {

/// A place for a connection: one slot of the policy. Its address does not change.
struct pooled_connection {
  pooled_connection(pool_slot number, boost::asio::any_io_executor own) : id(number), executor(std::move(own)) {}

  const pool_slot id;
  const boost::asio::any_io_executor executor;
  connection db;
  std::shared_ptr<connection_core> core;
  boost::asio::cancellation_signal opening;         // ends the attempt to connect
  std::optional<stream::socket_type> ended_socket;  // of a connection that is lost: its server's end is awaited
};

/// Waits for the end of close().
class pool_end {
 public:
  explicit pool_end(std::shared_ptr<pool_core> pool) noexcept : pool_(std::move(pool)) {}
  auto reached() noexcept { return waiting_for<initiation, pool_end>(this); }

 private:
  friend class pool_core;
  struct initiation {
    template <class Handler>
    void operator()(Handler&& handler, pool_end* self) const {
      self->handler_.emplace(std::forward<Handler>(handler));
      self->start();
    }
  };
  void start();

  std::shared_ptr<pool_core> pool_;
  completion_handler handler_;
};

class pool_core : public std::enable_shared_from_this<pool_core> {
 public:
  using clock = std::chrono::steady_clock;

  pool_core(const boost::asio::any_io_executor& executor, pool_options options);
  pool_core(const pool_core&) = delete;
  pool_core& operator=(const pool_core&) = delete;
  ~pool_core();

  const pool_options& options() const noexcept { return options_; }
  /// Of the tags, for one-shot statements.
  const std::string& comment() const noexcept { return comment_; }
  const boost::asio::any_io_executor& executor() const noexcept { return executor_; }

  // On any thread.

  /// Grants or refuses at once, or does nothing.
  void try_acquire(pool_use& use, const boost::asio::any_io_executor& awaiting);
  /// Likewise, or queues. The use has a handler now.
  void wait_for(pool_use& use);
  std::uint64_t reserve_number();
  void cancel(std::uint64_t waiter);
  void give_back(pool_loan&& loan, condition at_least) noexcept;
  connection take_out(pool_loan&& loan);

  void start();
  void close(clock::time_point deadline);
  void wait_for(pool_end& end);
  void reset();
  void resize(std::size_t min_size, std::size_t max_size);
  /// The pool's destructor.
  void shut_down();
  pool_statistics statistics();

 private:
  using lock = std::unique_lock<std::mutex>;

  void act(lock& held, bool near);
  void act_on(pool_action::kind what, pooled_connection& slot);
  void arm(lock& held, bool near);
  void set_timer();
  void on_timer();
  pooled_connection& slot_of(pool_slot id);
  void lend(pool_use& use, pooled_connection& slot, clock::time_point now);
  void returned(pooled_connection& slot, clock::time_point since, condition at_least, bool near);
  error_info explain(const pool_use& use, refusal why);

  /// Tells the policy, and does what it says. On any thread.
  template <class Tell>
  void tell(const Tell& what) {
    lock held(mutex_);
    what(policy_, clock::now());
    act(held, false);
  }
  /// Likewise, on the executor of a connection.
  template <class Tell>
  void report(const Tell& what) {
    lock held(mutex_);
    what(policy_, clock::now());
    act(held, near_);
  }

  void count(std::uint64_t pool_statistics::* what) {
    const lock held(mutex_);
    policy_.count_one(what);
  }

  // open_connection.cpp
  void open(pooled_connection& slot);
  void on_opened(pooled_connection& slot, error_info failed);
  boost::asio::awaitable<error_info> connect(pooled_connection& slot);
  boost::asio::awaitable<error_info> prepare(pooled_connection& slot);
  void watch(pooled_connection& slot);
  void on_lost(pooled_connection& slot, stream::socket_type socket);
  boost::asio::awaitable<error_info> check_size(connection& db);

  // close_connection.cpp
  void close(pooled_connection& slot);
  void abort(pooled_connection& slot);
  void linger(pooled_connection& slot);
  void on_gone(pooled_connection& slot);

  // restore_connection.cpp
  condition assess(const pooled_connection& slot) const noexcept;
  void check(pooled_connection& slot);
  void restore(pooled_connection& slot);
  boost::asio::awaitable<bool> restore_session(pooled_connection& slot);

  // server_kind.cpp
  static std::string server_of_wanted_kind(const pooled_connection& slot);
  static bool is_in_doubt(const pooled_connection& slot) noexcept;
  void probe(pooled_connection& slot);
  static boost::asio::awaitable<bool> is_still_wanted(pooled_connection& slot, query_options bound);
  void leave_server_of(const pooled_connection& slot);

  const pool_options options_;
  const std::string comment_;
  const boost::asio::any_io_executor base_executor_;  // of the owner
  const boost::asio::any_io_executor executor_;       // that, or a strand on it
  const bool near_;                                   // connections live on executor_
  boost::asio::steady_timer timer_;                   // touched on executor_ only

  mutable std::mutex mutex_;
  pool_policy policy_;
  std::deque<pooled_connection> slots_;
  std::vector<pool_end*> ends_;
  clock::time_point armed_ = clock::time_point::max();
  std::atomic<bool> size_checked_{false};
};

}  // namespace pgcoro::detail
