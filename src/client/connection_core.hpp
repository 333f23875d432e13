// A session and the stream it runs on: reads, feeds, writes, resumes. The only place where the two meet.
//
// It works in turns. A turn begins with bytes from the server or with an operation that was started; it takes what has
// come, resumes whoever is done, lets them start what they like, and ends with one flush of all that was written.
#pragma once

#include <atomic>
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <functional>
#include <limits>
#include <memory>

#include <pgcoro/detail/flow.hpp>
#include <pgcoro/detail/operation.hpp>
#include <pgcoro/detail/traced_span.hpp>
#include <pgcoro/notification.hpp>

#include "client/cancel_request.hpp"
#include "client/established.hpp"
#include "client/notification_router.hpp"
#include "session/session.hpp"

namespace pgcoro::detail {

class connection_core : public std::enable_shared_from_this<connection_core> {
 public:
  using clock = std::chrono::steady_clock;

  connection_core(const boost::asio::any_io_executor& executor, established made);
  connection_core(const connection_core&) = delete;
  connection_core& operator=(const connection_core&) = delete;
  ~connection_core();

  /// Begins to read. Once, after the shared pointer exists.
  void run();

  const boost::asio::any_io_executor& executor() const noexcept { return executor_; }
  const connect_settings& settings() const noexcept { return *made_.dialled.options; }
  const established& made() const noexcept { return made_; }
  session& protocol_session() noexcept { return session_; }
  bool is_open() const noexcept { return !session_.failed() && !closing_; }

  /// Starts an operation that its coroutine waits for already. Called on any thread.
  void start(operation& op, const boost::asio::any_io_executor& awaiting);
  /// Ends an operation early; nothing happens where it has ended. Called on any thread.
  void cancel(operation* op, std::uint64_t serial);

  // For operations, on the connection's executor.

  /// Ends an operation that has no request in the session (any more).
  void finish(operation& op, error_info outcome);
  /// Sends a CancelRequest for what the server runs now and ends `op` afterwards; nothing is written meanwhile.
  void cancel_running(operation& op);
  /// Takes no more operations. What was started before goes on.
  void refuse_new() noexcept { closing_ = true; }
  /// Resumes somebody who waited for this connection, and whose executor is the connection's: within this turn if it
  /// has one, so that what he sends goes out with it, otherwise later.
  void pass_on(completion_handler& next);
  /// Writes what the socket takes.
  void flush();

  // For a tracer: tracing.cpp. On the connection's executor.

  /// That an operation's statement is on its way; for each operation once.
  void traced(operation& op, std::string_view statement) {
    if (tracer_) [[unlikely]]
      trace(op, statement);
  }
  void traced_pipeline(operation& op) {
    if (tracer_) [[unlikely]]
      trace_pipeline(op);
  }
  void ended(operation& op, const error_info& outcome) noexcept {
    if (op.span_ != 0) [[unlikely]]
      end_span(op, outcome);
  }
  void transaction_begins();
  void transaction_may_have_ended(const error_info& outcome) noexcept;

  // For flows, on the connection's executor.

  /// From here on other operations are refused; an error where another flow is open.
  error_info begin_flow(flow& f);
  void end_flow(const flow& f) noexcept {
    if (flow_ == &f) flow_ = nullptr;
  }
  flow* open_flow() const noexcept { return flow_; }
  /// Who paused the session wants more.
  void resume_receiving();
  /// Reads past the reply to an abandoned request, for which a CancelRequest is sent only after a while.
  void drain();
  /// Ends the flow that is open, if one is.
  void give_up_flow();

  /// Ends the session and everything that waits.
  void lose(error_info why);

  /// What a handle's destructor does: says goodbye if the socket takes it, and loses the connection. On any thread.
  void shut_down();
  void on_notice(std::function<void(const notice&)> handler);
  void on_notification(std::function<void(const notification&)> handler);
  void add_listener(std::shared_ptr<notification_listener> listener);
  void remove_listener(const notification_listener* listener);
  /// Whether one is there for this channel alone.
  bool has_listener_for(std::string_view channel) const noexcept { return notifications_.has_listener_for(channel); }
  /// Called once, when the connection is lost, on its executor; gets the socket, on which the server's end may be
  /// awaited.
  using lost_handler = std::function<void(stream::socket_type)>;
  void on_lost(lost_handler handler) { lost_handler_ = std::move(handler); }
  /// The handle of a transaction or savepoint is gone: ROLLBACK before anything that is started from here on. On any
  /// thread.
  void drop_block(block_id block);
  /// Closes a prepared statement that nobody refers to any more. On any thread.
  void forget(std::shared_ptr<prepared_statement> statement);

  error_info lost(errc code, std::string message) const;

 private:
  // Asio destroys a handler that it has not called only where the context ends: then nobody will ever be resumed.
  class guard {
   public:
    explicit guard(std::shared_ptr<connection_core> core) noexcept : core_(std::move(core)) {}
    guard(guard&&) noexcept = default;
    ~guard() {
      if (core_) core_->discard_all();
    }
    std::shared_ptr<connection_core> take() noexcept { return std::move(core_); }

   private:
    std::shared_ptr<connection_core> core_;
  };

  span_start span_of(activity what, std::string_view statement) const noexcept;
  void trace(operation& op, std::string_view statement);
  void trace_pipeline(operation& op);
  void end_span(operation& op, const error_info& outcome) noexcept;

  void start_here(operation& op);
  void end_dropped_blocks();
  void cancel_here(operation* op, std::uint64_t serial);
  /// Detaches an operation from the session and resumes it with an error in the next turn.
  void abort(operation& op, boost::system::error_code code, std::string message);
  void link(operation& op) noexcept;
  void unlink(operation& op) noexcept;
  void resume(operation& op);
  void discard_all() noexcept;
  error_info busy() const;

  // A turn
  void schedule_turn();
  void turn();
  void deliver();
  void deliver_news();
  void on_write_error(boost::system::error_code code);
  void wait_writable();
  void read();
  void take_received();
  void on_read(boost::system::error_code code, std::size_t n);

  // connection_deadlines.cpp
  void arm(clock::time_point when);
  void on_timer();
  void end_overdue_operations(clock::time_point now, clock::time_point& next);
  void watch_cancelled(clock::time_point now, clock::time_point& next);
  void cancel_if_wanted();
  void send_cancel(operation* on_behalf_of);
  void on_cancel_sent(cancel_outcome outcome, operation* on_behalf_of, std::uint64_t serial);

  boost::asio::any_io_executor executor_;
  established made_;
  stream& stream_;
  protocol::buffer& input_;
  session session_;

  flow* flow_ = nullptr;        // the one that is open
  operation* first_ = nullptr;  // every operation that was started and has not ended
  operation* last_ = nullptr;
  operation* ready_first_ = nullptr;  // operations to resume in this turn, linked by next_
  operation* ready_last_ = nullptr;
  completion_handler* next_in_line_ = nullptr;  // see pass_on

  boost::asio::steady_timer timer_;
  clock::time_point armed_ = clock::time_point::max();
  clock::time_point cancel_deadline_ = clock::time_point::max();
  clock::time_point cancel_again_ = clock::time_point::max();
  clock::time_point write_deadline_ = clock::time_point::max();
  clock::time_point patient_until_ = clock::time_point::min();  // no cancel request before
  std::uint64_t cancelled_after_ = 0;  // replies that had been read when the statement now being cancelled began

  std::size_t chunk_;  // room for one read
  static constexpr block_id no_block = std::numeric_limits<block_id>::max();
  std::atomic<block_id> dropped_block_{no_block};  // the outermost of those whose handles are gone

  bool turn_scheduled_ = false;
  bool in_turn_ = false;
  bool waiting_writable_ = false;
  bool reading_ = false;
  bool closing_ = false;
  std::string write_error_;
  error_info read_error_;  // what the stream ended with; told once everything before it was taken
  lost_handler lost_handler_;
  tracer* tracer_;  // of the settings
  std::string traced_host_;
  traced_span transaction_span_;
  std::shared_ptr<const std::function<void(const notice&)>> notice_handler_;
  notification_router notifications_;
};

}  // namespace pgcoro::detail
