#include "replication/stream_readers.hpp"

#include <utility>

namespace pgcoro::detail {

namespace asio = boost::asio;
namespace repl = pgcoro::replication;

namespace {

/// The position behind what a message completes; none where it completes nothing.
struct end_of {
  lsn operator()(const repl::commit& m) const noexcept { return m.end_lsn; }
  lsn operator()(const repl::stream_commit& m) const noexcept { return m.end_lsn; }
  lsn operator()(const repl::prepare& m) const noexcept { return m.end_lsn; }
  lsn operator()(const repl::stream_prepare& m) const noexcept { return m.end_lsn; }
  lsn operator()(const repl::commit_prepared& m) const noexcept { return m.end_lsn; }
  lsn operator()(const repl::rollback_prepared& m) const noexcept { return m.rollback_end_lsn; }
  lsn operator()(const repl::logical_message& m) const noexcept { return m.transactional ? lsn() : m.position + 1; }
  lsn operator()(const auto&) const noexcept { return {}; }
};

}  // namespace

asio::awaitable<std::optional<repl::batch>> logical_reader::next(replication_stream& from) {
  messages_.clear();
  decoder_.release();
  last_end_ = {};
  for (;;) {
    fill(from);
    if (!messages_.empty()) co_return repl::batch(messages_, last_end_);
    const replication_stream::news come = co_await from.more();
    if (come == replication_stream::news::ended) co_return std::nullopt;
    if (come == replication_stream::news::resumed) begin_anew(from);
  }
}

void logical_reader::fill(replication_stream& from) {
  protocol::xlog_data piece;
  while (messages_.size() < from.options().max_batch && from.take(piece)) {
    if (const error_info failed = decoder_.decode({piece.start}, piece.data, messages_.emplace_back())) {
      messages_.pop_back();
      from.fail(failed);
    }
    take_note(from);
  }
}

/// A server that has not heard of the last confirmations may begin before them. What is described in a transaction that
/// is skipped counts all the same.
void logical_reader::take_note(replication_stream& from) {
  const repl::message& m = messages_.back();
  const lsn confirmed = from.position().flushed();
  if (const auto* const b = std::get_if<repl::begin>(&m)) skipping_ = b->final_lsn < confirmed;
  if (const auto* const b = std::get_if<repl::begin_prepare>(&m)) skipping_ = b->prepare_lsn < confirmed;
  from.set_unfinished(decoder_.in_transaction());
  const lsn end = std::visit(end_of(), static_cast<const repl::message_body&>(m));
  const bool skipped = skipping_ || (end.is_valid() && end <= confirmed);
  if (!decoder_.in_transaction()) skipping_ = false;
  if (skipped) {
    messages_.pop_back();
  } else if (end.is_valid()) {
    from.delivered(end);
    last_end_ = end;
  }
}

void logical_reader::begin_anew(replication_stream& from) {
  decoder_.reset();
  skipping_ = false;
  repl::message& m = messages_.emplace_back();
  m.emplace<repl::resumed>(from.position().flushed(), &from.lost_because(), from.attempts());
  m.position = from.position().flushed();
}

asio::awaitable<std::optional<repl::transaction>> transaction_reader::next(replication_stream& from) {
  for (;;) {
    if (assemble(from)) co_return assembler_.take();
    const replication_stream::news come = co_await from.more();
    if (come == replication_stream::news::ended) co_return std::nullopt;
    if (come != replication_stream::news::resumed) continue;
    assembler_.reset();
    repl::transaction made;
    made.what = repl::transaction::kind::resumed;
    made.end_lsn = from.position().flushed();
    made.because = from.lost_because();
    co_return made;
  }
}

bool transaction_reader::assemble(replication_stream& from) {
  protocol::xlog_data piece;
  while (from.take(piece)) {
    if (const error_info failed = assembler_.push({piece.start}, piece.data)) from.fail(failed);
    from.set_unfinished(assembler_.in_transaction());
    if (!assembler_.ready()) continue;
    if (assembler_.end() <= from.position().flushed()) {  // confirmed before the connection was made anew
      static_cast<void>(assembler_.take());
      continue;
    }
    from.delivered(assembler_.end());
    return true;
  }
  return false;
}

}  // namespace pgcoro::detail
