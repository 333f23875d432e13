// The transport of a stream: pieces come in, reports go out when they are due, and a lost connection is made anew.
//
//   co_await stream->open(from);
//   for (;;) {
//     while (stream->take(piece)) …                       // what has come, from the receive buffer
//     switch (co_await stream->more()) { case news::ended: … case news::resumed: … case news::data: continue; }
//   }
//
// A timer on the connection's executor sends reports whatever the consumer does.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <random>
#include <span>

#include <pgcoro/detail/flow.hpp>
#include <pgcoro/detail/raw_copy.hpp>
#include <pgcoro/replication/stream.hpp>

#include "replication/progress.hpp"
#include "replication/replication_session.hpp"

namespace pgcoro::detail {

class replication_stream : public std::enable_shared_from_this<replication_stream> {
 public:
  /// The text of START_REPLICATION from a position on, for the server that the session is connected to.
  using start_command = std::function<command_text(int version, lsn from)>;

  replication_stream(std::shared_ptr<replication_session> session, start_command command,
                     replication::stream_options options);
  ~replication_stream();

  /// Throws.
  boost::asio::awaitable<void> open(lsn from);

  enum class news : unsigned char { data, resumed, ended };

  /// The next piece that has come; false where there is none. What it refers to lives until more() is called. Throws.
  bool take(protocol::xlog_data& out);
  /// Waits until more has come. Throws what ends the stream, and throws it again when it is called again; cancelled, it
  /// goes on when it is called again, with connecting, too.
  boost::asio::awaitable<news> more();
  boost::asio::awaitable<void> stop();

  /// What the consumer is given counts: see progress.
  void delivered(lsn end) noexcept { progress_.delivered(end); }
  void set_unfinished(bool unfinished) noexcept { progress_.set_unfinished(unfinished); }
  void confirm(lsn end);
  void apply(lsn end);
  void report();
  const progress& position() const noexcept { return progress_; }
  const replication::stream_options& options() const noexcept { return options_; }

  /// What the server said when it ended the stream.
  const std::optional<replication::timeline_start>& next_timeline() const noexcept { return next_timeline_; }

  /// Of the last `resumed`.
  const error_info& lost_because() const noexcept { return lost_because_; }
  std::uint32_t attempts() const noexcept { return attempts_; }

  /// The pieces make no sense: the connection is given up, and the error thrown.
  [[noreturn]] void fail(const error_info& why);

 private:
  using clock = std::chrono::steady_clock;

  boost::asio::awaitable<void> start(lsn from);
  boost::asio::awaitable<void> adapt_interval();
  bool has_ended_already(const error_info& refused);
  boost::asio::awaitable<void> finish();
  void read_answer(const result& answer);
  boost::asio::awaitable<void> bounded(boost::asio::awaitable<void> exchange) const;
  [[noreturn]] void end_with(const error_info& why);

  void disconnected(error_info why);
  boost::asio::awaitable<void> resume();
  boost::asio::awaitable<error_info> try_again(std::chrono::milliseconds delay);
  std::chrono::milliseconds delay_before(std::uint32_t attempt);
  error_info cannot_resume(const error_info& why) const;

  void report_if_due();
  void send_report(bool ask);
  void arm();
  void on_timer();

  std::shared_ptr<replication_session> session_;
  start_command command_;
  replication::stream_options options_;
  progress_settings settings_;
  progress progress_;

  flow_handle<raw_copy> copy_;                    // none while the connection is lost
  std::span<const protocol::bytes_view> chunks_;  // of which those in front were taken
  std::optional<boost::asio::steady_timer> timer_;
  clock::time_point heard_at_{};  // when what is in chunks_ came
  clock::time_point armed_ = clock::time_point::max();
  bool ended_ = false;
  error_info failure_;  // what ended it
  std::optional<replication::timeline_start> next_timeline_;

  error_info lost_because_;
  clock::time_point lost_at_{};
  std::uint32_t attempts_ = 0;
  std::minstd_rand random_{std::random_device{}()};
};

/// Whether trying again may help, after an error of connecting or of START_REPLICATION.
bool may_resume_after(const error_info& why) noexcept;

}  // namespace pgcoro::detail
