#include "client/each_operation.hpp"

#include "client/block_operations.hpp"
#include "client/connection_core.hpp"
#include "client/submit_step.hpp"

namespace pgcoro::detail {
namespace {

/// Many enough for one Sync to cost little, few enough to be sent again.
constexpr std::size_t rows_a_group = 500;

statement_mode mode_for(std::optional<statement_mode> asked, const connection_core& core) {
  const statement_mode mode = asked.value_or(core.settings().statement_mode);
  return mode == statement_mode::unnamed ? statement_mode::describe_each : mode;
}

}  // namespace

void each_operation::submit() {
  session& s = core().protocol_session();
  mode_ = mode_for(mode_, core());
  if (error_info refused = unfit(core(), text_, mode_, 1)) return core().finish(*this, std::move(refused));
  const bool in_block = !s.busy() && s.status() != protocol::transaction_status::idle;
  if (s.innermost_block() != 0 || in_block)
    return core().finish(*this,
                         misused("execute_each commits rows on its own, and so cannot be part of a transaction"));
  if (!next_group()) return core().finish(*this, std::exchange(error, {}));
  send_group();
}

/// Runs what goes through the user's iterators, where the session does not: what they throw must not pass through it.
/// False where they have thrown.
template <class F>
bool each_operation::through_range(F f) {
  try {
    f();
    return true;
  } catch (...) {
    thrown_ = std::current_exception();
    error = error_info(make_error_code(errc::invalid_value), "the range of rows has thrown an exception");
    return false;
  }
}

/// False where there is none, or none can be had.
bool each_operation::next_group() {
  group_ = nullptr;
  const bool whole = through_range([&] {
    if (rows_.next_group()) group_ = &rows_.group(rows_a_group);
  });
  return whole && group_ != nullptr;
}

void each_operation::send_group() {
  sink_.restart();
  submit_step(core(), *this, text_, mode_, nullptr, group_, sink_);
}

bool each_operation::complete(request& r) { return singles_.empty() ? group_done(r) : single_done(r); }

bool each_operation::group_done(request& r) {
  error_info failed = take_outcome(r);
  if (!failed) {
    report_.succeeded += rows_.group_size();
    report_.rows_affected += sink_.take().rows_affected();
    row_ += rows_.group_size();
    return go_on();
  }
  thrown_ = group_->thrown;
  // Nothing was executed, and would not be: the statement itself is refused, or there is no connection.
  if (thrown_ || !failed.connection_usable() || (r.executions == 0 && failed.server())) {
    error = std::move(failed);
    return true;
  }
  return send_singles();
}

/// The group again, each row with a Sync of its own. True where there is none to send.
bool each_operation::send_singles() {
  const bool whole = through_range([&] {
    rows_.group(rows_a_group);
    while (auto source = rows_.next_single()) singles_.emplace_back().source = std::move(source);
  });
  if (!whole) singles_.clear();
  for (single& one : singles_) submit_step(core(), *this, text_, mode_, nullptr, one.source.get(), one.sink);
  return singles_.empty();
}

bool each_operation::single_done(request& r) {
  error_info failed = take_outcome(r);
  if (!failed) {
    ++report_.succeeded;
    report_.rows_affected += singles_.front().sink.take().rows_affected();
  } else if (singles_.front().source->thrown) {
    if (!thrown_) thrown_ = singles_.front().source->thrown;
    if (!error) error = std::move(failed);
  } else if (failed.connection_usable()) {
    report_.failures.push_back({row_, std::move(failed)});
  } else if (!error) {
    error = std::move(failed);
  }
  ++row_;
  singles_.pop_front();
  if (!singles_.empty()) return false;
  return error ? true : go_on();
}

/// True where every row has been answered, or no more can be had.
bool each_operation::go_on() {
  if (!next_group()) return true;
  send_group();
  return false;
}

boost::asio::awaitable<many_report> run_groups(std::shared_ptr<connection_core> core, const query_text& text,
                                               row_groups& rows, query_options options) {
  each_operation op(std::move(core), text, rows, options);
  co_await op.done();
  op.throw_if_failed();
  co_return op.take();
}

}  // namespace pgcoro::detail
