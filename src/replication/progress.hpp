// How far a stream has come, and when to say so: the receiving side's half of "Streaming Replication Protocol".
//
//   progress p(settings, start, now);
//   p.on_data(position, now) …  p.delivered(end) …  p.confirm(end) …
//   switch (p.due(now)) { case ask: case report: send(p.update()); p.sent(now); …  case dead: … }
//   timer.expires_at(p.next_due());
//
// Three positions are kept apart, and none of them ever goes back:
//   written   received from the server
//   flushed   the consumer has it for good: the slot may forget it. Never beyond `written`.
//   applied   the consumer's work with it is done; the same as flushed unless it says otherwise
// When all that was delivered is confirmed, flushed follows the server's keepalives: otherwise a slot would hold back
// the log while only other databases write.
#pragma once

#include <chrono>
#include <cstdint>

#include <pgcoro/protocol/replication.hpp>
#include <pgcoro/types/lsn.hpp>

namespace pgcoro::detail {

struct progress_settings {
  std::chrono::milliseconds status_interval{10'000};  ///< a report at least as often
  std::chrono::milliseconds confirm_delay{100};       ///< how long a confirmed position may wait for others
  std::chrono::milliseconds silence_limit{60'000};    ///< a server that says nothing for so long is gone; 0: never
};

class progress {
 public:
  using time_point = std::chrono::steady_clock::time_point;

  /// `start`: everything up to there is confirmed already.
  progress(progress_settings settings, lsn start, time_point now) noexcept;

  /// On a new connection, from what was confirmed on.
  void begin_anew(progress_settings settings, time_point now) noexcept;

  void on_data(lsn position, time_point now) noexcept;
  void on_keepalive(const protocol::primary_keepalive& message, time_point now) noexcept;
  /// The end of a transaction, or of what stands alone, has been handed to the consumer: to be confirmed.
  void delivered(lsn end) noexcept;
  /// Something that has not come to its end was received and waits, or waits to be handed over.
  void set_unfinished(bool unfinished) noexcept;

  /// Positions that were never received count as what was.
  void confirm(lsn end) noexcept;
  void apply(lsn end) noexcept;

  /// Nothing is read while the consumer is busy: the server's silence then means nothing, and does not count.
  void set_listening(bool listening, time_point now) noexcept;
  /// The next report is due at once.
  void report_soon() noexcept { asked_ = true; }

  enum class action : unsigned char {
    none,
    report,
    ask,   ///< report, and ask for an answer: the server has been silent
    dead,  ///< it has not answered
  };
  [[nodiscard]] action due(time_point now) const noexcept;
  [[nodiscard]] time_point next_due() const noexcept;

  [[nodiscard]] protocol::standby_status_update update(std::int64_t clock, bool ask) const noexcept;
  void sent(time_point now, bool ask) noexcept;

  [[nodiscard]] lsn written() const noexcept { return written_; }
  [[nodiscard]] lsn flushed() const noexcept { return flushed_; }
  [[nodiscard]] lsn applied() const noexcept { return applied_; }
  [[nodiscard]] lsn server_end() const noexcept { return server_end_; }

 private:
  void follow_server() noexcept;

  progress_settings settings_;
  lsn written_;
  lsn flushed_;
  lsn applied_;
  lsn delivered_;   // the last end that the consumer was given
  lsn server_end_;  // as the last keepalive said
  lsn reported_;    // flushed, as the server knows it
  bool unfinished_ = false;
  bool asked_ = false;
  bool waiting_ = false;  // for the answer to `ask`
  bool listening_ = true;
  bool applied_is_flushed_ = true;
  time_point heard_;       // moved on by the time in which nothing was read
  time_point deaf_since_;  // while not listening
  time_point sent_;
};

}  // namespace pgcoro::detail
