#include <algorithm>
#include <boost/asio/error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <exception>
#include <random>

#include <pgcoro/detail/run_transaction.hpp>
#include <pgcoro/error.hpp>
#include <pgcoro/transaction.hpp>

namespace pgcoro::detail {
namespace {

namespace asio = boost::asio;
using clock = std::chrono::steady_clock;

/// Twice as long each time, within a bound; by up to half at random, so that those who collided do not do so again.
class pauses {
 public:
  explicit pauses(const transaction_options& options)
      : next_(options.retry_delay), most_(options.max_retry_delay), random_(std::random_device{}()) {}

  clock::duration next() {
    const clock::duration longest = std::min(next_, most_);
    next_ = 2 * longest;
    std::uniform_real_distribution<double> share(0.5, 1.5);
    return std::chrono::duration_cast<clock::duration>(longest * share(random_));
  }

 private:
  clock::duration next_;
  clock::duration most_;
  std::minstd_rand random_;
};

asio::awaitable<std::exception_ptr> attempt(transaction_body& body, transaction& tx) {
  try {
    co_await body.run(tx);
    if (tx.is_open()) co_await tx.commit();  // else the body has decided for itself
  } catch (...) {
    co_return std::current_exception();
  }
  co_return nullptr;
}

/// What a failure says of the way back.
struct verdict {
  bool retry = false;
  bool server_answers = true;
};

verdict judge(const std::exception_ptr& failed) {
  verdict v;
  try {
    std::rethrow_exception(failed);
  } catch (const error& e) {
    v.retry = e.code() == sqlstate::serialization_failure || e.code() == sqlstate::deadlock_detected;
    v.retry = v.retry && e.connection_usable();
    v.server_answers = e.connection_usable() && e.code() != errc::timeout && e.code() != asio::error::operation_aborted;
  } catch (...) {
  }
  return v;
}

/// The exception that is on its way is the one that the caller is to see.
asio::awaitable<void> roll_back(transaction& tx) {
  try {
    co_await tx.rollback();
  } catch (const error&) {
  }
}

}  // namespace

asio::awaitable<void> run_retried(std::shared_ptr<connection_core> core, transaction_body& body,
                                  transaction_options options) {
  const clock::time_point last_start = clock::now() + options.retry_time;
  std::optional<pauses> wait;
  for (int tried = 0;; ++tried) {
    transaction tx = co_await begin_transaction(core, options);
    const std::exception_ptr failed = co_await attempt(body, tx);
    if (!failed) co_return;

    const asio::cancellation_state cancellation = co_await asio::this_coro::cancellation_state;
    const bool cancelled = cancellation.cancelled() != asio::cancellation_type::none;
    const verdict v = judge(failed);
    // Cancelled, it cannot be awaited, and from a server that does not answer it is better not: the destructor queues
    // it.
    if (tx.is_open() && !cancelled && v.server_answers) co_await roll_back(tx);
    if (cancelled || !v.retry || tried >= options.retries) std::rethrow_exception(failed);

    if (!wait) wait.emplace(options);
    const clock::time_point start = clock::now() + wait->next();
    if (start > last_start) std::rethrow_exception(failed);
    asio::steady_timer timer(co_await asio::this_coro::executor, start);
    co_await timer.async_wait(asio::use_awaitable);
  }
}

}  // namespace pgcoro::detail
