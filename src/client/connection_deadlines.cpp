// Deadlines of operations, and what becomes of a statement that nobody waits for any more.
//
// One timer serves a connection. It is set again only for an earlier time than it is set for, so that operations with
// the same time-out cost no call of the system.
#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/error.hpp>

#include "client/connection_core.hpp"

namespace pgcoro::detail {
namespace {

/// A cancel request that comes before its statement has begun is lost: so often is it repeated within cancel_timeout.
constexpr int cancel_attempts = 8;

}  // namespace

void connection_core::arm(clock::time_point when) {
  if (when >= armed_ || session_.failed()) return;
  armed_ = when;
  timer_.expires_at(when);
  timer_.async_wait([weak = weak_from_this()](boost::system::error_code cancelled) {
    const auto self = weak.lock();
    if (self && !cancelled) self->on_timer();
  });
}

void connection_core::on_timer() {
  armed_ = clock::time_point::max();
  if (session_.failed()) return;
  const clock::time_point now = clock::now();
  clock::time_point next = clock::time_point::max();
  end_overdue_operations(now, next);
  watch_cancelled(now, next);
  if (now >= write_deadline_)
    lose(lost(errc::connection_closed, "cannot write to the server: " + write_error_));
  else
    next = std::min(next, write_deadline_);
  if (now < patient_until_)
    next = std::min(next, patient_until_);
  else
    cancel_if_wanted();
  if (next != clock::time_point::max()) arm(next);
}

void connection_core::end_overdue_operations(clock::time_point now, clock::time_point& next) {
  for (operation* op = first_; op;) {
    operation* const following = op->next_;
    if (op->deadline_ <= now)
      abort(*op, make_error_code(errc::timeout), "the operation did not end in time");
    else
      next = std::min(next, op->deadline_);
    op = following;
  }
}

/// The connection serves again once the cancelled statement has ended, and is lost where it does not in time.
void connection_core::watch_cancelled(clock::time_point now, clock::time_point& next) {
  if (cancel_deadline_ == clock::time_point::max()) return;
  if (!session_.abandoned_at_head() || session_.replies() != cancelled_after_) {
    cancel_deadline_ = cancel_again_ = clock::time_point::max();
    return cancel_if_wanted();
  }
  if (now >= cancel_deadline_)
    return lose(lost(errc::timeout, "a cancelled statement did not end within cancel_timeout"));
  next = std::min(next, cancel_deadline_);
  if (now < cancel_again_) {
    next = std::min(next, cancel_again_);
  } else if (!session_.cancelling()) {
    cancel_again_ = now + settings().cancel_timeout / cancel_attempts;
    next = std::min(next, cancel_again_);
    send_cancel(nullptr);
  }
}

/// Of a statement that nobody waits for the server is told, unless others that somebody waits for are behind it on the
/// wire: a request that arrives late would hit one of them.
[[gnu::hot]] void connection_core::cancel_if_wanted() {
  if (!session_.wants_cancel()) return;
  if (cancel_deadline_ != clock::time_point::max() && session_.replies() == cancelled_after_) return;
  const clock::time_point now = clock::now();
  if (now < patient_until_) return arm(patient_until_);
  cancelled_after_ = session_.replies();
  cancel_deadline_ = now + settings().cancel_timeout;
  cancel_again_ = now + settings().cancel_timeout / cancel_attempts;
  arm(cancel_again_);
  send_cancel(nullptr);
}

void connection_core::cancel_running(operation& op) {
  if (op.serial_ == 0) op.serial_ = operation::next_serial();
  send_cancel(&op);
}

void connection_core::send_cancel(operation* on_behalf_of) {
  const std::uint64_t serial = on_behalf_of ? on_behalf_of->serial_ : 0;
  if (made_.opening.cancel_key.empty() || session_.failed()) {
    if (on_behalf_of)
      finish(*on_behalf_of, session_.failed() ? session_.failure()
                                              : lost(errc::not_available, "the server gave no key to cancel with"));
    return;
  }
  session_.begin_cancel();
  cancel_target target{made_.dialled, made_.encrypted, stream_.endpoint, made_.opening.process_id,
                       made_.opening.cancel_key};
  boost::asio::co_spawn(
      executor_, send_cancel_request(executor_, std::move(target), settings().cancel_timeout),
      [self = shared_from_this(), on_behalf_of, serial](const std::exception_ptr& failed, cancel_outcome outcome) {
        self->on_cancel_sent(failed ? cancel_outcome::unknown : outcome, on_behalf_of, serial);
      });
}

void connection_core::on_cancel_sent(cancel_outcome outcome, operation* on_behalf_of, std::uint64_t serial) {
  session_.end_cancel();
  arm(cancel_again_);
  if (outcome == cancel_outcome::unknown)
    lose(lost(errc::timeout, "a cancel request was not answered within cancel_timeout"));
  else
    cancel_if_wanted();  // the statement may have ended meanwhile, and what was behind it be executed now
  for (operation* op = first_; on_behalf_of && op; op = op->next_) {
    if (op != on_behalf_of || op->serial_ != serial) continue;
    error_info result;
    if (outcome != cancel_outcome::processed)
      result = lost(errc::connect_failed, "the cancel request could not be delivered");
    finish(*op, std::move(result));
    break;
  }
  schedule_turn();
}

}  // namespace pgcoro::detail
