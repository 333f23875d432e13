#include "client/notification_queue.hpp"

#include <atomic>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/this_coro.hpp>

namespace pgcoro::detail {

namespace asio = boost::asio;

notification_queue::notification_queue(asio::any_io_executor executor, std::string channel, queue_limits limits)
    : executor_(std::move(executor)), channel_(std::move(channel)), limits_(limits) {
  if (limits_.capacity == 0) limits_.capacity = 1;
}

notification_queue::~notification_queue() = default;

// Filling

void notification_queue::push(const notification& n) {
  if (closed_) return;
  if (!first_ && notifications_ >= limits_.capacity) {
    if (limits_.when_full == queue_limits::policy::drop_newest) {
      if (entries_.back().what == event_kind::overflow)
        ++entries_.back().missed;
      else
        entries_.push_back({{}, 0, event_kind::overflow, 1});
      return;
    }
    make_room();
  }
  ++notifications_;
  append({n.payload, n.process_id, event_kind::notification, 0});
}

/// The oldest goes, and a gap says so in its place. Gaps that meet become one.
void notification_queue::make_room() {
  std::size_t oldest = 0;
  while (entries_[oldest].what != event_kind::notification) ++oldest;
  entries_[oldest] = {{}, 0, event_kind::overflow, 1};
  --notifications_;
  if (oldest + 1 < entries_.size() && entries_[oldest + 1].what != event_kind::notification) merge_with_next(oldest);
  if (oldest > 0) merge_with_next(oldest - 1);
}

/// That the connection was lost says more than a number.
void notification_queue::merge_with_next(std::size_t gap) {
  const entry& next = entries_[gap + 1];
  entries_[gap].missed += next.missed;
  if (next.what == event_kind::reconnected) entries_[gap].what = event_kind::reconnected;
  entries_.erase(entries_.begin() + static_cast<std::ptrdiff_t>(gap + 1));
}

void notification_queue::push_gap(event_kind what) {
  if (closed_ || (!entries_.empty() && entries_.back().what == what)) return;
  append({{}, 0, what, 0});
}

void notification_queue::confirm() {
  confirmed_ = true;
  ++notifications_;
  append({});
}

void notification_queue::append(entry e) {
  entries_.push_back(std::move(e));
  serve_waiters();
}

void notification_queue::close(error_info why) {
  if (closed_) return;
  closed_ = std::move(why);
  serve_waiters();
}

void notification_queue::discard() noexcept {
  while (waiter* w = pop_waiter()) w->handler_.discard();
}

// Taking

std::optional<notification_event> notification_queue::try_next() {
  if (entries_.empty()) return std::nullopt;
  return take();
}

notification_event notification_queue::take() {
  entry& first = entries_.front();
  notification_event event;
  event.channel = channel_;
  event.payload = std::move(first.payload);
  event.process_id = first.process_id;
  event.missed = first.missed;
  event.what = first.what;
  if (first.what == event_kind::notification) --notifications_;
  entries_.pop_front();
  return event;
}

void notification_queue::serve_waiters() {
  while (first_ && (!entries_.empty() || closed_)) {
    waiter& w = *pop_waiter();
    if (entries_.empty())
      w.error = closed_;
    else
      w.event = take();
    w.handler_.post();
  }
}

asio::awaitable<notification_event> notification_queue::next() {
  const auto alive = shared_from_this();
  const asio::any_io_executor awaiting = co_await asio::this_coro::executor;
  if (awaiting == executor_ && !entries_.empty()) co_return take();
  waiter w(*this);
  co_await w.done();
  if (w.error) throw_error(w.error);
  co_return std::move(w.event);
}

// Waiting

notification_queue::canceller notification_queue::canceller_of(waiter& w) {
  static std::atomic<std::uint64_t> serials{0};
  w.serial_ = 1 + serials.fetch_add(1, std::memory_order_relaxed);
  return {weak_from_this(), &w, w.serial_};
}

void notification_queue::canceller::operator()(asio::cancellation_type) const {
  const auto alive = queue.lock();
  if (!alive) return;
  asio::dispatch(alive->executor_, [alive, target = target, serial = serial] { alive->cancel_here(target, serial); });
}

void notification_queue::start(waiter& w, const asio::any_io_executor& awaiting) {
  if (awaiting == executor_) return start_here(w);
  // Asio destroys what it has not called only where the context ends: then nobody will ever be resumed.
  struct starting {
    explicit starting(waiter& waiting) noexcept : target(&waiting) {}
    starting(starting&& other) noexcept : target(std::exchange(other.target, nullptr)) {}
    starting& operator=(starting&&) = delete;
    ~starting() {
      if (target) target->handler_.discard();
    }
    waiter* target;
  };
  asio::dispatch(executor_, [self = shared_from_this(), begun = starting(w)]() mutable {
    self->start_here(*std::exchange(begun.target, nullptr));
  });
}

void notification_queue::start_here(waiter& w) {
  (last_ ? last_->next_ : first_) = &w;
  last_ = &w;
  serve_waiters();
}

void notification_queue::cancel_here(const waiter* target, std::uint64_t serial) {
  waiter* previous = nullptr;
  for (waiter* w = first_; w; previous = std::exchange(w, w->next_)) {
    if (w != target || w->serial_ != serial) continue;
    (previous ? previous->next_ : first_) = w->next_;
    if (last_ == w) last_ = previous;
    w->error = error_info(asio::error::operation_aborted, "the wait for a notification was cancelled");
    return w->handler_.post();
  }
}

notification_queue::waiter* notification_queue::pop_waiter() noexcept {
  waiter* const w = first_;
  if (!w) return nullptr;
  first_ = w->next_;
  if (!first_) last_ = nullptr;
  return w;
}

}  // namespace pgcoro::detail
