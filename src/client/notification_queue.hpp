// What was heard on a channel and nobody has taken yet, and the coroutines that wait for more.
//
// Filled on one executor, that of the connection or hub; waited on from any.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include <pgcoro/detail/completion_handler.hpp>
#include <pgcoro/detail/waiting_for.hpp>
#include <pgcoro/notification.hpp>
#include <pgcoro/notification_hub.hpp>

#include "client/notification_router.hpp"

namespace pgcoro::detail {

class notification_queue final : public notification_listener, public std::enable_shared_from_this<notification_queue> {
 public:
  using event_kind = notification_event::kind;

  notification_queue(boost::asio::any_io_executor executor, std::string channel, queue_limits limits);
  notification_queue(const notification_queue&) = delete;
  notification_queue& operator=(const notification_queue&) = delete;
  ~notification_queue();

  const std::string& channel() const noexcept { return channel_; }

  // On the executor.

  void push(const notification& n);
  /// A gap that is no overflow. Not counted against the capacity.
  void push_gap(event_kind what);
  /// The first event of all: who waits for it knows that the server listens.
  void confirm();
  bool confirmed() const noexcept { return confirmed_; }
  /// Whoever waits, now or later, gets this error once everything was taken.
  void close(error_info why);
  std::optional<notification_event> try_next();

  // notification_listener: of a connection, where the queue stands for itself
  void heard(const notification& n) override {
    if (n.channel == channel_) push(n);
  }
  void connection_lost(const error_info& why) override { close(why); }
  void discard() noexcept override;
  const std::string* only_channel() const noexcept override { return &channel_; }

  /// On any executor.
  boost::asio::awaitable<notification_event> next();

 private:
  struct entry {
    std::string payload;
    std::int32_t process_id = 0;
    event_kind what = event_kind::notification;
    std::uint64_t missed = 0;
  };

  /// Lives in the frame of the coroutine that waits.
  class waiter {
   public:
    explicit waiter(notification_queue& queue) noexcept : queue_(queue) {}
    waiter(const waiter&) = delete;
    waiter& operator=(const waiter&) = delete;

    auto done() noexcept { return waiting_for<initiation, waiter>(this); }

    notification_event event;
    error_info error;

   private:
    friend class notification_queue;

    struct initiation {
      template <class Handler>
      void operator()(Handler&& handler, waiter* self) const {
        auto slot = boost::asio::get_associated_cancellation_slot(handler);
        const boost::asio::any_io_executor awaiting = boost::asio::get_associated_executor(handler);
        self->handler_.emplace(std::forward<Handler>(handler));
        if (slot.is_connected()) slot.assign(self->queue_.canceller_of(*self));
        self->queue_.start(*self, awaiting);
      }
    };

    notification_queue& queue_;
    completion_handler handler_;
    waiter* next_ = nullptr;
    std::uint64_t serial_ = 0;
  };

  struct canceller {
    std::weak_ptr<notification_queue> queue;
    waiter* target;
    std::uint64_t serial;
    void operator()(boost::asio::cancellation_type) const;
  };

  canceller canceller_of(waiter& w);
  void start(waiter& w, const boost::asio::any_io_executor& awaiting);
  void start_here(waiter& w);
  void cancel_here(const waiter* w, std::uint64_t serial);
  void append(entry e);
  void make_room();
  void merge_with_next(std::size_t gap);
  void serve_waiters();
  notification_event take();
  waiter* pop_waiter() noexcept;

  boost::asio::any_io_executor executor_;
  std::string channel_;
  queue_limits limits_;
  std::deque<entry> entries_;
  std::size_t notifications_ = 0;  // among the entries: gaps are not counted
  waiter* first_ = nullptr;        // in the order in which they came; only where there are no entries
  waiter* last_ = nullptr;
  error_info closed_;
  bool confirmed_ = false;
};

}  // namespace pgcoro::detail
