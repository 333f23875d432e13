#include "pool/pool_core.hpp"

#include <boost/asio/dispatch.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/strand.hpp>
#include <random>
#include <string>

#include <pgcoro/type_catalog.hpp>

#include "client/connection_core.hpp"
#include "pool/sql_comment.hpp"

namespace pgcoro::detail {
namespace {

namespace asio = boost::asio;

asio::any_io_executor own_executor(const asio::any_io_executor& executor, bool several_threads) {
  if (!several_threads) return executor;
  return asio::make_strand(executor);
}

pool_options completed(pool_options options) {
  connect_options& connect = options.connect;
  if (!connect.connect_timeout)
    connect.connect_timeout = std::chrono::duration_cast<std::chrono::milliseconds>(options.connect_timeout);
  if (!connect.tracer) connect.tracer = options.tracer;
  if (!options.tracer) options.tracer = connect.tracer;
  if (!connect.types) connect.types = std::make_shared<type_catalog>();
  return options;
}

std::string milliseconds(std::chrono::steady_clock::duration time) {
  return std::to_string(std::chrono::duration_cast<std::chrono::milliseconds>(time).count()) + " ms";
}

}  // namespace

pool_core::pool_core(const asio::any_io_executor& executor, pool_options options)
    : options_(completed(std::move(options))),
      comment_(sql_comment(options_.tags)),
      base_executor_(executor),
      executor_(own_executor(executor, options_.several_threads)),
      near_(!options_.several_threads),
      timer_(executor_),
      policy_(options_, std::random_device{}()) {}

pool_core::~pool_core() = default;

// Those who want connections

void pool_core::try_acquire(pool_use& use, const asio::any_io_executor& awaiting) {
  const auto now = clock::now();
  use.set_deadlines(now);
  lock held(mutex_);
  const use_kind kind = use.shared_ ? use_kind::shared : use_kind::exclusive;
  const auto answer = policy_.acquire(now, kind, use.deadline_, nullptr);
  using what = pool_policy::answer::kind;
  if (answer.what == what::granted) {
    use.awaiting_ = awaiting;
    lend(use, slots_[answer.slot], now);
  } else if (answer.what == what::refused) {
    use.error_ = explain(use, answer.why);
  }
  if (policy_.has_actions()) act(held, awaiting == executor_);
}

void pool_core::wait_for(pool_use& use) {
  const auto now = clock::now();
  use.waited_ = true;
  const bool near = use.awaiting_ == executor_;
  lock held(mutex_);
  const use_kind kind = use.shared_ ? use_kind::shared : use_kind::exclusive;
  const auto answer = policy_.acquire(now, kind, use.deadline_, &use, use.waiter_);
  using what = pool_policy::answer::kind;
  if (answer.what != what::queued) {
    if (answer.what == what::granted)
      lend(use, slots_[answer.slot], now);
    else
      use.error_ = explain(use, answer.why);
    use.handler_.post();
  }
  act(held, near);
}

/// The coroutine that asked is told later.
void pool_core::lend(pool_use& use, pooled_connection& slot, clock::time_point now) {
  use.loan_.pool_ = shared_from_this();
  use.loan_.of_ = &slot;
  use.loan_.since_ = now;
  use.loan_.near_ = use.awaiting_ == slot.executor;
}

std::uint64_t pool_core::reserve_number() {
  const lock held(mutex_);
  return policy_.take_number();
}

void pool_core::cancel(std::uint64_t waiter) {
  lock held(mutex_);
  auto* const use = static_cast<pool_use*>(policy_.withdraw(waiter, clock::now()));
  if (use) {
    error_details details;
    details.code = asio::error::operation_aborted;
    details.message = "the wait for a connection was cancelled";
    details.stage = "acquire";
    details.safe_to_retry = true;
    use->error_ = error_info(std::move(details));
    use->handler_.post();
  }
  act(held, false);
}

/// Why somebody got no connection. Under the mutex.
error_info pool_core::explain(const pool_use& use, refusal why) {
  const error_info& last = policy_.last_error();
  error_details details;
  if (last && (why == refusal::timed_out || why == refusal::hopeless)) details = last.details();
  const pool_statistics& now = policy_.statistics();
  switch (why) {
    case refusal::overloaded:
      details.code = make_error_code(errc::pool_overloaded);
      details.message = std::to_string(now.waiting) + " wait for a connection already";
      break;
    case refusal::closed:
      details.code = make_error_code(errc::connection_closed);
      details.message = "the pool is closed";
      break;
    case refusal::hopeless: break;
    case refusal::timed_out:
      const std::string within = "no connection within " + milliseconds(use.acquire_timeout_) + ": ";
      if (last) {
        details.message = within + details.message;
      } else {
        details.code = make_error_code(errc::timeout);
        details.message = within + std::to_string(now.in_use) + " of " + std::to_string(now.max_size) +
                          " are in use, " + std::to_string(now.opening + now.recovering) +
                          " being opened, checked or reset, " + std::to_string(now.waiting) + " others wait";
      }
  }
  details.stage = "acquire";
  details.safe_to_retry = true;
  return error_info(std::move(details));
}

// Those who return them

void pool_core::give_back(pool_loan&& loan, condition at_least) noexcept {
  const std::shared_ptr<pool_core> self = std::move(loan.pool_);
  pooled_connection& slot = *std::exchange(loan.of_, nullptr);
  const auto since = loan.since_;
  if (loan.near_) return returned(slot, since, at_least, near_);
  asio::post(slot.executor, [self, &slot, since, at_least] { self->returned(slot, since, at_least, self->near_); });
}

void pool_core::returned(pooled_connection& slot, clock::time_point since, condition at_least, bool near) {
  const condition how = std::max(at_least, assess(slot));
  const auto now = clock::now();
  lock held(mutex_);
  policy_.release(slot.id, now, since, how);
  if (policy_.has_actions() || policy_.wake() < armed_) act(held, near);
}

connection pool_core::take_out(pool_loan&& loan) {
  std::shared_ptr<pool_core> self = std::move(loan.pool_);
  pooled_connection& slot = *std::exchange(loan.of_, nullptr);
  connection db = std::move(slot.db);
  asio::dispatch(slot.executor, [self = std::move(self), &slot, core = std::move(slot.core)] {
    core->on_lost({});
    self->report([&](pool_policy& policy, auto now) { policy.forget(slot.id, now); });
  });
  return db;
}

// The owner's wishes

void pool_core::start() {
  tell([](pool_policy& policy, auto now) { policy.start(now); });
}

void pool_core::close(clock::time_point deadline) {
  tell([&](pool_policy& policy, auto now) { policy.close(now, deadline); });
}

void pool_core::reset() {
  tell([](pool_policy& policy, auto now) { policy.reset(now); });
}

void pool_core::resize(std::size_t min_size, std::size_t max_size) {
  tell([&](pool_policy& policy, auto now) { policy.resize(now, min_size, max_size); });
}

void pool_core::shut_down() {
  tell([](pool_policy& policy, auto now) {
    policy.close(now, now);
    policy.tick(now);
  });
  asio::post(executor_, [self = shared_from_this()] { self->timer_.cancel(); });
}

pool_statistics pool_core::statistics() {
  const lock held(mutex_);
  return policy_.statistics();
}

void pool_end::start() { pool_->wait_for(*this); }

void pool_core::wait_for(pool_end& end) {
  lock held(mutex_);
  ends_.push_back(&end);
  act(held, false);
}

// What the policy says

pooled_connection& pool_core::slot_of(pool_slot id) {
  while (slots_.size() <= id)
    slots_.emplace_back(static_cast<pool_slot>(slots_.size()),
                        own_executor(near_ ? executor_ : base_executor_, options_.several_threads));
  return slots_[id];
}

/// `near`: this is a handler on executor_.
void pool_core::act(lock& held, bool near) {
  while (const auto action = policy_.next_action()) {
    pooled_connection& slot = slot_of(action->slot);
    if (action->what == pool_action::kind::refuse) {
      auto& use = *static_cast<pool_use*>(action->owner);
      use.error_ = explain(use, action->why);
      use.handler_.post();
    } else if (action->what == pool_action::kind::grant) {
      auto& use = *static_cast<pool_use*>(action->owner);
      lend(use, slot, clock::now());
      if (near && near_ && use.loan_.near_)
        slot.core->pass_on(use.handler_);
      else
        use.handler_.post();
    } else {
      held.unlock();
      act_on(action->what, slot);
      held.lock();
    }
  }
  if (!ends_.empty() && policy_.closed() && policy_.size() == 0) {
    for (pool_end* end : std::exchange(ends_, {})) end->handler_.post();
    asio::post(executor_, [self = shared_from_this()] { self->timer_.cancel(); });
  }
  if (policy_.wake() < armed_) arm(held, near);
}

/// On the executor of the connection.
void pool_core::act_on(pool_action::kind what, pooled_connection& slot) {
  asio::dispatch(slot.executor, [self = shared_from_this(), what, &slot] {
    switch (what) {
      case pool_action::kind::open: return self->open(slot);
      case pool_action::kind::check: return self->check(slot);
      case pool_action::kind::probe: return self->probe(slot);
      case pool_action::kind::restore: return self->restore(slot);
      case pool_action::kind::close: return self->close(slot);
      case pool_action::kind::abort: return self->abort(slot);
      case pool_action::kind::grant:
      case pool_action::kind::refuse: return;
    }
  });
}

// Time

void pool_core::arm(lock& held, bool near) {
  armed_ = policy_.wake();
  held.unlock();
  if (near)
    set_timer();
  else
    asio::post(executor_, [self = shared_from_this()] { self->set_timer(); });
}

void pool_core::set_timer() {
  {
    const lock held(mutex_);
    if (armed_ == clock::time_point::max()) return;  // it was on its way here when the timer fired
    timer_.expires_at(armed_);
  }
  timer_.async_wait([weak = weak_from_this()](boost::system::error_code cancelled) {
    const auto self = weak.lock();
    if (self && !cancelled) self->on_timer();
  });
}

void pool_core::on_timer() {
  lock held(mutex_);
  armed_ = clock::time_point::max();
  policy_.tick(clock::now());
  act(held, true);
}

}  // namespace pgcoro::detail
