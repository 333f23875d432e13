#include "client/joint_run.hpp"

#include <boost/asio/co_spawn.hpp>
#include <exception>

namespace pgcoro::detail {

namespace asio = boost::asio;

joint_run::joint_run(asio::any_io_executor executor, std::span<task> tasks)
    : executor_(std::move(executor)),
      tasks_(tasks),
      running_(std::make_unique<running_task[]>(tasks.size())),
      tasks_left_(tasks.size()) {}

void joint_run::expire_after(std::chrono::steady_clock::duration limit) { timer_.emplace(executor_, limit); }

void joint_run::start(asio::cancellation_slot slot) {
  part starting(this);  // nothing ends before everything has begun
  cancellable_ = cancellable_ || timer_ || slot.is_connected();
  if (slot.is_connected()) slot.assign([this](asio::cancellation_type) { cancel(); });
  if (timer_) start_timer();
  for (std::size_t i = 0; i < tasks_.size(); ++i) start_task(i);
  starting.take().part_ended();
}

void joint_run::start_timer() {
  timer_->async_wait([handler = part(this)](boost::system::error_code cancelled) mutable {
    joint_run& run = handler.take();
    if (!cancelled && run.tasks_left_ > 0) {
      run.expired_ = true;
      run.cancel();
    }
    run.part_ended();
  });
}

/// The completion handler has no executor of its own: then Asio hands a cancellation straight to the task.
void joint_run::start_task(std::size_t i) {
  struct completion {
    using cancellation_slot_type = asio::cancellation_slot;
    cancellation_slot_type get_cancellation_slot() const noexcept { return slot; }
    void operator()(const std::exception_ptr&) { handler.take().task_ended(index); }

    part handler;
    std::size_t index;
    cancellation_slot_type slot;
  };
  asio::cancellation_signal& signal = running_[i].signal;
  asio::cancellation_slot slot;
  if (cancellable_) slot = signal.slot();
  asio::co_spawn(executor_, std::move(tasks_[i]), completion{part(this), i, slot});
  if (cancelled_ && !running_[i].ended) signal.emit(asio::cancellation_type::terminal);  // by a task before it
}

void joint_run::cancel() {
  cancelled_ = true;
  for (running_task& t : std::span(running_.get(), tasks_.size()))
    if (!t.ended) t.signal.emit(asio::cancellation_type::terminal);
}

void joint_run::task_ended(std::size_t i) {
  running_[i].ended = true;
  if (--tasks_left_ == 0 && timer_) timer_->cancel();
  part_ended();
}

/// Resumed later, by the context: the task that ends here has its frame still to leave, and this object with it.
void joint_run::part_ended(bool dropped) {
  if (dropped) dropped_ = true;
  if (--parts_ > 0) return;
  if (dropped_)
    waiting_.discard();
  else
    waiting_.post();
}

}  // namespace pgcoro::detail
