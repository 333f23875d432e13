// An event that one coroutine waits for and that several things may end: an outcome, a deadline, a cancellation.
//
//   auto done = std::make_shared<one_shot>();
//   start_something([done] { done->fire(); });
//   co_await done->wait();                // returns when it has fired, or at once where it already has
//
// What it waits for need not support cancellation: whoever fires first ends the wait, later ones do nothing.
#pragma once

#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/cancellation_type.hpp>
#include <memory>
#include <type_traits>
#include <utility>

#include <pgcoro/detail/completion_handler.hpp>

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

  class awaitable_type {
   public:
    // Asio asks with a pointer too, whether this is one of its own functions; a token is none.
    template <class Token>
      requires(!std::is_pointer_v<std::remove_reference_t<Token>>)
    auto operator()(Token&& token) {
      return boost::asio::async_initiate<Token, void()>(initiation{}, token, self_);
    }

   private:
    friend one_shot;
    explicit awaitable_type(one_shot* self) noexcept : self_(self) {}
    one_shot* self_;
  };
  awaitable_type wait() noexcept { return awaitable_type(this); }

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
