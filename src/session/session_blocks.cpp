// Transactions and savepoints: what opens a block rides in front of a request, what ends one is a request of its own.
#include <algorithm>
#include <charconv>
#include <iterator>
#include <utility>

#include <pgcoro/protocol/backend.hpp>
#include <pgcoro/protocol/bind_writer.hpp>
#include <pgcoro/protocol/data_row.hpp>
#include <pgcoro/protocol/query.hpp>

#include "session/protocol_violation.hpp"
#include "session/session.hpp"
#include "session/statement_error.hpp"

namespace pgcoro::detail {
namespace {

using protocol::backend_type;

const std::string separator = "; ";

std::string savepoint_name(block_id block) { return "pgcoro_" + std::to_string(block); }

std::string rollback_text(block_id block, bool is_transaction) {
  if (is_transaction) return "ROLLBACK";
  const std::string name = savepoint_name(block);
  return "ROLLBACK TO SAVEPOINT " + name + "; RELEASE SAVEPOINT " + name;
}

error_info block_error(std::string message, std::string_view sql, bool safe) {
  return statement_error(errc::transaction_aborted, std::move(message), sql, safe);
}

}  // namespace

block_id session::open_transaction(std::string begin, bool ask_xid) {
  const block_id block = ++blocks_.last;
  blocks_.open.push_back(block);
  blocks_.pending.push_back({block, std::move(begin)});
  if (ask_xid) blocks_.pending.push_back({block, "SELECT pg_current_xact_id()", block_opener::purpose::xid});
  blocks_.xid = 0;
  return block;
}

block_id session::open_savepoint() {
  const block_id block = ++blocks_.last;
  blocks_.open.push_back(block);
  blocks_.pending.push_back({block, "SAVEPOINT " + savepoint_name(block)});
  return block;
}

void session::send_openers() {
  if (blocks_.pending.empty()) return;
  request* r = acquire();
  r->what = request::kind::sync;
  r->openers.swap(blocks_.pending);
  submit(r);
}

bool session::has_statements_in_flight(block_id block) const noexcept {
  for (const request* r = head_; r; r = r->next)
    if (r->block >= block && r->ending == block_ending::none && !r->abandoned) return true;
  return false;
}

request* session::acquire_ending(block_id block, block_ending how, std::string text) {
  request* r = acquire();
  r->what = request::kind::block_end;
  r->ending = how;
  r->block = block;
  r->of_transaction = !blocks_.open.empty() && blocks_.open.front() == block;
  if (!text.empty())
    r->text = std::move(text);
  else if (how == block_ending::rollback)
    r->text = rollback_text(block, r->of_transaction);
  else
    r->text = r->of_transaction ? "COMMIT" : "RELEASE SAVEPOINT " + savepoint_name(block);
  return r;
}

void session::roll_back(block_id block) {
  if (std::ranges::find(blocks_.open, block) != blocks_.open.end())
    submit(acquire_ending(block, block_ending::rollback));
}

/// A request enters the queue: it belongs to the innermost block, and what opens that rides in front of it. True where
/// the request ends a block that the server never heard of, and so is done.
[[gnu::hot]] bool session::join_block(request& r) {
  if (r.ending != block_ending::none) return blocks_.close(r.block);
  if (r.what == request::kind::terminate || r.what == request::kind::sync) return false;
  r.block = blocks_.innermost();
  r.transaction = blocks_.transaction();
  if (!blocks_.pending.empty()) r.openers.swap(blocks_.pending);
  return false;
}

/// A request leaves the queue before a byte of it is sent: what rides in front of it goes to the next one.
void session::hand_on_openers(request& r) {
  if (opening_ == &r) opening_ = nullptr;
  if (r.openers.empty()) return;
  auto& heir = r.next ? r.next->openers : blocks_.pending;
  heir.insert(heir.begin(), std::make_move_iterator(r.openers.begin()), std::make_move_iterator(r.openers.end()));
  r.openers.clear();
}

/// In front of a script it is part of the script.
void session::write_openers(request& r) {
  opening_ = &r;
  r.opened = 0;
  r.opener_stage = request::opener::parse_complete;
  for (const block_opener& o : r.openers) {
    (void)protocol::write(output_, protocol::parse_request{.sql = o.sql});
    protocol::bind_writer bind(output_, {}, {}, 0);
    (void)bind.finish(protocol::format::text);
    protocol::write_execute(output_);
  }
  r.ends_at = written_ + output_.size();
}

std::string session::script_with_openers(request& r) {
  opening_ = &r;
  r.opened = 0;
  r.opener_stage = request::opener::rows;
  std::string all;
  for (const block_opener& o : r.openers) all.append(o.sql).append(separator);
  r.prefix = all.size();
  return all.append(r.steps[0].sql);
}

/// The reply to what rides in front of a request. The request's own follows it.
error_info session::on_opener_reply(const protocol::message_view& m) {
  request& r = *opening_;
  const block_opener& o = r.openers[r.opened];
  const bool asks = o.what == block_opener::purpose::xid;
  switch (m.backend()) {
    case backend_type::error_response: return on_opener_failed(m.body);
    case backend_type::notice_response:
    case backend_type::notification_response:
    case backend_type::parameter_status: return on_async(m);
    case backend_type::close_complete:
      if (r.what != request::kind::script || r.opened > 0)
        break;  // closed in front of the script that they are part of
      return on_description(m);
    case backend_type::parse_complete:
      if (r.opener_stage != request::opener::parse_complete || !m.body.empty()) break;
      r.opener_stage = request::opener::bind_complete;
      return {};
    case backend_type::bind_complete:
      if (r.opener_stage != request::opener::bind_complete || !m.body.empty()) break;
      r.opener_stage = request::opener::rows;
      return {};
    case backend_type::row_description:
      if (!asks || r.what != request::kind::script) break;
      return {};
    case backend_type::data_row:
      if (!asks || r.opener_stage != request::opener::rows) break;
      return on_xid(m.body);
    case backend_type::command_complete:
      if (r.opener_stage != request::opener::rows) break;
      on_opened(r);
      return {};
    default: break;
  }
  return not_allowed_here(m);
}

/// One row of one column: a decimal number.
error_info session::on_xid(protocol::bytes_view body) {
  if (const auto e = protocol::check_data_row(body, 1)) return protocol_violation(e);
  constexpr std::size_t head = 2 + 4;  // the number of columns, the value's length
  const std::string_view digits = protocol::as_text(body.subspan(head));
  const auto [end, failed] = std::from_chars(digits.data(), digits.data() + digits.size(), blocks_.xid);
  if (failed != std::errc{} || end != digits.data() + digits.size())
    return protocol_violation({"DataRow", "a transaction ID was expected", 0});
  return {};
}

void session::on_opened(request& r) {
  const block_opener& o = r.openers[r.opened];
  if (o.what == block_opener::purpose::open) blocks_.entered.push_back(o.block);
  const bool script = r.what == request::kind::script;
  r.opener_stage = script ? request::opener::rows : request::opener::parse_complete;
  if (++r.opened < r.openers.size()) return;
  opening_ = nullptr;
  write_waiting();
}

/// The server skips the request's own statements. Where the transaction itself could not begin, all that belong to it
/// are refused from here on; a savepoint can only fail with its transaction.
error_info session::on_opener_failed(protocol::bytes_view body) {
  request& r = *opening_;
  const block_opener& o = r.openers[r.opened];
  if (o.what == block_opener::purpose::open && blocks_.entered.empty()) blocks_.lost = o.block;
  error_info failed = on_error(body);
  opening_ = nullptr;
  return failed;
}

/// Refuses what would run outside the transaction that it was started in. True where it was.
[[gnu::hot]] bool session::refuse_outside_transaction(request& r) {
  if (r.transaction == 0 || r.transaction != blocks_.lost) return false;
  const std::string_view sql = r.steps.empty() ? std::string_view() : r.steps[0].sql;
  refuse(r, nullptr,
         block_error("the server has no such transaction: it could not begin, or a statement of its own has ended it",
                     sql, true));
  return true;
}

/// COMMIT, ROLLBACK and their like: by the simple protocol, so that nothing the server may have forgotten is needed.
void session::write_block_end(request& r) {
  const bool never_begun = drop_openers(r.openers, r.block);
  hand_on_openers(r);
  if (!blocks_.has_entered(r.block)) {
    if (!never_begun && r.ending == block_ending::commit)
      r.error = block_error(
          "the server has no such transaction: it could not begin, or a statement of its own has "
          "ended it, or it was rolled back as a whole",
          r.text, false);
    unlink(&r);
    return complete(&r);
  }
  if (const errc failed = protocol::write(output_, protocol::query_request{r.text}); failed != errc{}) {
    r.error = statement_error(failed, "the statement cannot be sent", r.text, true);
    output_.truncate(static_cast<std::size_t>(r.begins_at - written_));
    unlink(&r);
    complete(&r);
    return roll_back_first(r.block, r.of_transaction);
  }
  r.expected = request::stage::tag;
  r.sync_written = true;
  if (r.ending == block_ending::commit) committing_ = &r;
  sent(r);
}

error_info session::on_block_ended(request& r, std::string_view tag) {
  ++r.answered;  // two statements end a savepoint
  if (r.ending == block_ending::commit && tag == "ROLLBACK")
    r.error = block_error("the server answered with ROLLBACK: an earlier statement of the transaction had failed",
                          r.text, true);
  return {};
}

/// The connection was lost after COMMIT had been sent, or part of it.
void session::doubt(request& r, const std::string& reason) const {
  if (r.answered > 0 || r.server_failed) return;  // the server has said what became of it
  error_details details = statement_context(r.text);
  details.code = make_error_code(errc::in_doubt);
  details.message = "the connection was lost before the server had answered: " + reason;
  details.host = host_;
  details.connection_usable = false;
  r.error = error_info(std::move(details));
}

/// The owner of COMMIT or ROLLBACK no longer waits. A ROLLBACK is carried out all the same; a COMMIT that has not left
/// becomes one, for nobody will be there to decide what else is to become of the transaction. True where the request
/// needs nothing more.
bool session::abandon_ending(request& r, bool& may_have_run) {
  may_have_run = true;
  if (r.ending == block_ending::commit) {
    const bool written = r.now != request::state::waiting;
    if (written && r.begins_at < written_) return false;
    if (written) {  // the last in the output: nothing is written behind it before it has left
      output_.truncate(static_cast<std::size_t>(r.begins_at - written_));
      r.now = request::state::waiting;
      r.sync_written = false;
      next_to_write_ = &r;
      committing_ = nullptr;
    }
    r.ending = block_ending::rollback;
    r.text = rollback_text(r.block, r.of_transaction);
    may_have_run = false;
  }
  r.owner = nullptr;
  write_waiting();
  return true;
}

/// Before anything that is not written yet.
void session::roll_back_first(block_id block, bool is_transaction) {
  request* r = acquire();
  r->what = request::kind::block_end;
  r->ending = block_ending::rollback;
  r->block = block;
  r->of_transaction = is_transaction;
  r->text = rollback_text(block, is_transaction);
  r->now = request::state::waiting;
  place_first(r);
}

/// ReadyForQuery has come for `r`, which is still in the queue: what is open now?
void session::settle_ended_blocks(request& r) {
  const bool idle = status_ == protocol::transaction_status::idle;
  if (idle && !blocks_.entered.empty()) {
    const block_id transaction = blocks_.entered.front();
    const bool ended = r.ending != block_ending::none && r.block == transaction;
    if (!ended && blocks_.transaction() == transaction) blocks_.lost = transaction;
    blocks_.entered.clear();
    return;
  }
  if (r.ending == block_ending::none) return;
  // A COMMIT that was cancelled before it took effect, a RELEASE in a transaction that is aborted: rolled back. So is
  // what a ROLLBACK was to undo that a cancel request has hit.
  const bool failed = r.of_transaction ? !idle : r.server_failed;
  const bool wanted = r.ending == block_ending::commit || r.error.code() == sqlstate::query_canceled;
  if (failed && wanted && blocks_.has_entered(r.block))
    roll_back_first(r.block, r.of_transaction);
  else
    blocks_.leave(r.block);
}

/// Whether a request with a stale plan may start again although a transaction is open: it is the one that it has opened
/// itself, nothing of it has run, and nothing is behind it that has already failed in it.
bool session::begins_anew(const request& r) const noexcept {
  return status_ == protocol::transaction_status::failed && !r.openers.empty() && !blocks_.entered.empty() &&
         (r.openers.front().block == blocks_.entered.front() ||
          r.openers.front().what == block_opener::purpose::undo) &&
         !(r.next && r.next->sent());
}

void session::open_anew(request& r) {
  blocks_.entered.clear();
  if (r.openers.front().what != block_opener::purpose::undo)
    r.openers.insert(r.openers.begin(), {0, "ROLLBACK", block_opener::purpose::undo});
}

}  // namespace pgcoro::detail
