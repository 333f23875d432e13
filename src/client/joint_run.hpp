// Tasks that run beside the coroutine that waits for them.
//
//   joint_run run(executor, tasks);
//   run.expire_after(limit);
//   co_await run.ended();
//
// It lives in the frame of that coroutine, which is resumed when everything that points here has come to its end: the
// tasks' completion handlers and the timer's.
#pragma once

#include <atomic>
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <type_traits>
#include <utility>

#include <pgcoro/detail/completion_handler.hpp>
#include <pgcoro/detail/waiting_for.hpp>

namespace pgcoro::detail {

class joint_run {
 public:
  using task = boost::asio::awaitable<void>;

  /// `tasks` must outlive the run.
  joint_run(boost::asio::any_io_executor executor, std::span<task> tasks);
  joint_run(const joint_run&) = delete;
  joint_run& operator=(const joint_run&) = delete;

  /// Cancels the tasks by then. To be called before `ended`.
  void expire_after(std::chrono::steady_clock::duration limit);
  /// cancel() will be called. To be called before `ended`.
  void allow_cancel() noexcept { cancellable_ = true; }
  /// Cancels the tasks that have not ended; on the executor, by one of them for example.
  void cancel();
  /// Whether the tasks were cancelled because time was over.
  bool expired() const noexcept { return expired_; }

  /// What `co_await` takes: starts the tasks in order and resumes when all have ended.
  auto ended() noexcept { return waiting_for<initiation, joint_run>(this); }

 private:
  struct initiation {
    template <class Handler>
    void operator()(Handler&& handler, joint_run* self) const {
      const auto slot = boost::asio::get_associated_cancellation_slot(handler);
      self->waiting_.emplace(std::forward<Handler>(handler));
      self->start(slot);
    }
  };

  struct running_task {
    boost::asio::cancellation_signal signal;
    bool ended = false;
  };

  // A handler that the run waits for. Asio destroys one uncalled only where the context ends: then the waiting
  // coroutine is never resumed.
  class part {
   public:
    explicit part(joint_run* run) noexcept : run_(run) { ++run->parts_; }
    part(part&& other) noexcept : run_(std::exchange(other.run_, nullptr)) {}
    part& operator=(part&&) = delete;
    ~part() {
      if (run_) run_->part_ended(true);
    }
    joint_run& take() noexcept { return *std::exchange(run_, nullptr); }

   private:
    joint_run* run_;
  };

  void start(boost::asio::cancellation_slot slot);
  void start_timer();
  void start_task(std::size_t i);
  void task_ended(std::size_t i);
  void part_ended(bool dropped = false);

  boost::asio::any_io_executor executor_;
  std::span<task> tasks_;
  std::unique_ptr<running_task[]> running_;
  std::optional<boost::asio::steady_timer> timer_;
  completion_handler waiting_;
  // Atomic because on an executor that several threads run tasks may end at the same time.
  std::atomic<std::size_t> parts_{0};
  std::atomic<std::size_t> tasks_left_;
  std::atomic<bool> dropped_{false};
  bool cancellable_ = false;
  bool cancelled_ = false;
  bool expired_ = false;
};

}  // namespace pgcoro::detail
