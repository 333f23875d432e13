#include "replication/progress.hpp"

#include <algorithm>

namespace pgcoro::detail {

progress::progress(progress_settings settings, lsn start, time_point now) noexcept
    : settings_(settings),
      written_(start),
      flushed_(start),
      applied_(start),
      delivered_(start),
      reported_(start),
      heard_(now),
      sent_(now) {}

void progress::begin_anew(progress_settings settings, time_point now) noexcept {
  progress fresh(settings, flushed_, now);
  fresh.applied_ = std::min(applied_, flushed_);
  fresh.applied_is_flushed_ = applied_is_flushed_;
  *this = fresh;
}

void progress::on_data(lsn position, time_point now) noexcept {
  written_ = std::max(written_, position);
  heard_ = now;
  waiting_ = false;
}

void progress::on_keepalive(const protocol::primary_keepalive& message, time_point now) noexcept {
  heard_ = now;
  waiting_ = false;
  server_end_ = std::max(server_end_, lsn{message.server_end});
  asked_ = asked_ || message.reply_requested;
  follow_server();
}

void progress::delivered(lsn end) noexcept {
  delivered_ = std::max(delivered_, end);
  written_ = std::max(written_, end);
}

void progress::set_unfinished(bool unfinished) noexcept { unfinished_ = unfinished; }

void progress::confirm(lsn end) noexcept {
  flushed_ = std::max(flushed_, std::min(end, written_));
  if (applied_is_flushed_) applied_ = flushed_;
  follow_server();
}

void progress::apply(lsn end) noexcept {
  applied_is_flushed_ = false;
  applied_ = std::max(applied_, std::min(end, written_));
}

/// The server has sent whatever it has up to its end; where nothing of that waits for the consumer there is nothing to
/// be lost.
void progress::follow_server() noexcept {
  if (unfinished_ || flushed_ < delivered_ || server_end_ <= flushed_) return;
  const bool all_applied = applied_ >= flushed_;
  written_ = std::max(written_, server_end_);
  flushed_ = server_end_;
  if (all_applied) applied_ = flushed_;
}

void progress::set_listening(bool listening, time_point now) noexcept {
  if (listening == listening_) return;
  listening_ = listening;
  if (listening)
    heard_ += now - deaf_since_;
  else
    deaf_since_ = now;
}

progress::action progress::due(time_point now) const noexcept {
  const bool watched = listening_ && settings_.silence_limit.count() > 0;
  if (watched && now >= heard_ + settings_.silence_limit) return action::dead;
  if (watched && !waiting_ && now >= heard_ + settings_.silence_limit / 2) return action::ask;
  if (asked_ || now >= sent_ + settings_.status_interval) return action::report;
  if (flushed_ > reported_ && now >= sent_ + settings_.confirm_delay) return action::report;
  return action::none;
}

progress::time_point progress::next_due() const noexcept {
  if (asked_) return time_point::min();
  time_point next = sent_ + (flushed_ > reported_ ? settings_.confirm_delay : settings_.status_interval);
  if (listening_ && settings_.silence_limit.count() > 0)
    next = std::min(next, heard_ + (waiting_ ? settings_.silence_limit : settings_.silence_limit / 2));
  return next;
}

protocol::standby_status_update progress::update(std::int64_t clock, bool ask) const noexcept {
  return {.written = written_.value,
          .flushed = flushed_.value,
          .applied = applied_.value,
          .clock = clock,
          .reply_requested = ask};
}

void progress::sent(time_point now, bool ask) noexcept {
  sent_ = now;
  asked_ = false;
  reported_ = flushed_;
  waiting_ = waiting_ || ask;
}

}  // namespace pgcoro::detail
