// An event that one coroutine waits for and that several things may end: an outcome, a deadline, a cancellation.
//
//   auto done = std::make_shared<one_shot>();
//   start_something([done] { done->fire(); });
//   co_await done->wait();                // returns when it has fired, or at once where it already has
//
// What it waits for need not support cancellation: whoever fires first ends the wait, later ones do nothing.
#pragma once

#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/cancellation_type.hpp>
#include <memory>
#include <type_traits>
#include <utility>

#include <pgcoro/detail/completion_handler.hpp>
#include <pgcoro/detail/waiting_for.hpp>

namespace pgcoro::detail {

/// Not thread-safe: wait, fire and cancellation belong on one executor.
class one_shot : public std::enable_shared_from_this<one_shot> {
 public:
  bool fired() const noexcept { return fired_; }
  bool cancelled() const noexcept { return cancelled_; }

  void fire() {
    if (std::exchange(fired_, true)) return;
    if (handler_) handler_.post();
  }

  auto wait() noexcept { return waiting_for<initiation, one_shot>(this); }

 private:
  struct initiation {
    template <class Handler>
    void operator()(Handler&& handler, one_shot* self) const {
      auto slot = boost::asio::get_associated_cancellation_slot(handler);
      self->handler_.emplace(std::forward<Handler>(handler));
      if (self->fired_) return self->handler_.post();
      if (!slot.is_connected()) return;
      slot.assign([weak = self->weak_from_this()](boost::asio::cancellation_type) {
        if (auto event = weak.lock()) {
          event->cancelled_ = true;
          event->fire();
        }
      });
    }
  };

  completion_handler handler_;
  bool fired_ = false;
  bool cancelled_ = false;
};

}  // namespace pgcoro::detail
