#include <algorithm>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/error.hpp>

#include <pgcoro/connection.hpp>
#include <pgcoro/copy_bytes.hpp>
#include <pgcoro/detail/pool_use.hpp>

#include "client/connection_core.hpp"
#include "pool/pool_core.hpp"
#include "pool/stateful_text.hpp"
#include "session/statement_error.hpp"

namespace pgcoro::detail {

namespace asio = boost::asio;

// A connection on loan

connection& pool_loan::connection() const noexcept { return of_->db; }

const std::shared_ptr<connection_core>& pool_loan::core() const noexcept { return of_->core; }

void pool_loan::give_back() noexcept {
  pool_core& pool = *pool_;
  pool.give_back(std::move(*this), condition::clean);
}

void pool_loan::give_up() noexcept {
  pool_core& pool = *pool_;
  pool.give_back(std::move(*this), condition::broken);
}

connection pool_loan::take_out() { return of_ ? pool_->take_out(std::move(*this)) : pgcoro::connection(); }

// Waiting for one

namespace {

pool_use::time_point after(pool_use::time_point now, pool_use::duration time) {
  return time > time.zero() ? now + time : pool_use::time_point::max();
}

}  // namespace

pool_use::pool_use(std::shared_ptr<pool_core> pool, duration timeout)
    : pool_(std::move(pool)), acquire_timeout_(timeout > timeout.zero() ? timeout : pool_->options().acquire_timeout) {}

pool_use::pool_use(std::shared_ptr<pool_core> pool, const query_options& options)
    : pool_(std::move(pool)), options_(options), acquire_timeout_(pool_->options().acquire_timeout) {
  if (options_.timeout <= options_.timeout.zero()) options_.timeout = pool_->options().connect.command_timeout;
}

pool_use::pool_use(std::shared_ptr<pool_core> pool, const query_options& options, query_text& text,
                   pool_company company)
    : pool_use(std::move(pool), options) {
  // By the simple protocol one text may be several statements: not next to those of others.
  const statement_mode mode = options.mode.value_or(pool_->options().connect.statement_mode);
  shared_ = company == pool_company::shared && mode != statement_mode::simple;
  refuse_if_stateful(text);
  tag(text);
}

void pool_use::refuse_if_stateful(const query_text& text) {
  if (text.prepared())
    error_ = statement_error(errc::session_state_left,
                             "a prepared statement works on its own connection only; the pool prepares by itself",
                             text.text(), true);
  else if (leaves_session_state(text.text()))
    error_ = statement_error(errc::session_state_left,
                             "a one-shot statement must not leave state behind in the session: use a lease",
                             text.text(), true);
}

/// Puts the pool's tags behind the statement.
void pool_use::tag(query_text& text) const {
  const std::string& comment = pool_->comment();
  if (comment.empty() || text.composed() || text.prepared()) [[likely]]
    return;
  text = query_text(std::string(text.text()) + comment);
}

bool pool_use::try_now(const asio::any_io_executor& awaiting) {
  if (error_) return true;
  span_.begin(pool_->options().tracer.get(), {.what = activity::acquire});
  pool_->try_acquire(*this, awaiting);
  if (!loan_ && !error_) {
    awaiting_ = awaiting;
    return false;
  }
  span_.end(error_);
  return error_ || shared_ || !pool_->options().before_acquire;
}

asio::awaitable<void> pool_use::wait() {
  for (;;) {
    if (!loan_) co_await granted();
    span_.end(error_);
    if (error_) co_return;
    const auto& fit = pool_->options().before_acquire;
    if (!fit || shared_) co_return;
    bool approved = false;
    try {
      approved = co_await fit(connection());
    } catch (...) {
      if (loan_) loan_.give_up();
      throw;
    }
    if (approved) co_return;
    loan_.give_up();
  }
}

asio::awaitable<void> pool_use::ready() {
  const asio::any_io_executor executor = co_await asio::this_coro::executor;
  if (!try_now(executor)) co_await wait();
  throw_if_failed();
}

void pool_use::reserve_number() { waiter_ = pool_->reserve_number(); }

void pool_use::start() { pool_->wait_for(*this); }

/// When the wait, and when all of a one-shot, must be over. Asked once, at its beginning.
void pool_use::set_deadlines(time_point now) noexcept {
  whole_deadline_ = after(now, options_.timeout);
  deadline_ = std::min(after(now, acquire_timeout_), whole_deadline_);
}

query_options pool_use::options() const noexcept {
  query_options left = options_;
  if (waited_ && whole_deadline_ != time_point::max())
    left.timeout = std::max(whole_deadline_ - std::chrono::steady_clock::now(), duration(1));
  return left;
}

void pool_use::end_statement(const error_info& outcome, const query_text& text) {
  // What was given up may keep the connection busy for long: nobody should line up behind it.
  const bool given_up =
      outcome && (outcome.code() == errc::timeout || outcome.code() == asio::error::operation_aborted);
  const bool transaction_open =
      loan_.near_ && core()->protocol_session().status() != protocol::transaction_status::idle && core()->is_open();
  pool_core& pool = *pool_;
  pool.give_back(std::move(loan_), given_up ? condition::dirty : condition::clean);
  if (outcome) throw_error(outcome);
  if (transaction_open) [[unlikely]]
    throw_error(statement_error(errc::session_state_left,
                                "a transaction was found open behind a one-shot statement, and is rolled back",
                                text.text()));
}

/// The stream that is open on the connection gives it back: on the connection's executor, where it ends, wherever its
/// handle is. Where it has ended already, so does this.
void pool_use::lend_to_flow() {
  const std::shared_ptr<connection_core> on = core();
  auto lent = std::make_shared<pool_loan>(std::move(loan_));
  asio::dispatch(on->executor(), [on, lent = std::move(lent)] {
    if (flow* const open = on->open_flow()) open->keep(lent);
  });
}

void pool_use::canceller::operator()(asio::cancellation_type) const {
  if (const auto alive = pool.lock()) alive->cancel(waiter);
}

// One-shots

asio::awaitable<result> run_query(std::shared_ptr<pool_core> pool, query_text text, arguments parameters,
                                  query_options options) {
  return run_statement<result_sink, take_result>(std::move(pool), std::move(text), std::move(parameters), options);
}

asio::awaitable<command_result> run_execute(std::shared_ptr<pool_core> pool, query_text text, arguments parameters,
                                            query_options options) {
  return run_statement<execute_sink, take_command>(std::move(pool), std::move(text), std::move(parameters), options);
}

asio::awaitable<void> run_notify(std::shared_ptr<pool_core> pool, std::string channel, std::string payload) {
  pool_use use(std::move(pool), query_options{});
  co_await use.ready();
  co_await run_notify(use.core(), std::move(channel), std::move(payload));
}

asio::awaitable<byte_copy_writer> open_copy_bytes_in(std::shared_ptr<pool_core> pool, query_text sql,
                                                     query_options options) {
  pool_use use(std::move(pool), options, sql, pool_company::alone);
  co_await use.ready();
  co_return co_await use.opened(open_copy_bytes_in(use.core(), std::move(sql), options));
}

asio::awaitable<byte_copy_reader> open_copy_bytes_out(std::shared_ptr<pool_core> pool, query_text sql,
                                                      query_options options) {
  pool_use use(std::move(pool), options, sql, pool_company::alone);
  co_await use.ready();
  co_return co_await use.opened(open_copy_bytes_out(use.core(), std::move(sql), options));
}

}  // namespace pgcoro::detail
