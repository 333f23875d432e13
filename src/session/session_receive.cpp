// Which reply belongs to which request. Protocol documentation: "Message Flow", "Asynchronous Operations".
//
// What every statement passes through is inlined by force: called, it would cost more than what it does.
#include <pgcoro/protocol/backend.hpp>
#include <pgcoro/protocol/query.hpp>

#include "error/excerpt.hpp"
#include "error/server_error.hpp"
#include "session/command_tag.hpp"
#include "session/protocol_violation.hpp"
#include "session/retry_knowledge.hpp"
#include "session/session.hpp"
#include "session/statement_error.hpp"
#include "session/type_query.hpp"

namespace pgcoro::detail {
namespace {

using protocol::backend_type;

/// A server reports a few dozen settings; memory for them is bounded against one that does not end.
constexpr std::size_t max_parameters = 1000;

/// The server no longer has the plan that we bound: the result's columns have changed, or the statement is gone, or the
/// type of a parameter, which was made again with another OID. The server has no better word for the last, and never
/// translates it.
bool is_stale_plan(const error_info& reason) {
  if (reason.code() == sqlstate::invalid_sql_statement_name) return true;
  if (reason.code() == sqlstate::internal_error && reason.server())
    return reason.server()->message.starts_with("cache lookup failed for type ");
  return reason.code() == sqlstate::feature_not_supported && reason.server() &&
         reason.server()->source_function == "RevalidateCachedQuery";
}

constexpr char data_row = static_cast<char>(backend_type::data_row);
constexpr char copy_data = static_cast<char>(backend_type::copy_data);

/// Of messages that may be there in part only.
bool begins_with(protocol::bytes_view unread, char type) noexcept {
  return !unread.empty() && static_cast<char>(unread.front()) == type;
}

}  // namespace

[[gnu::hot]] error_info session::receive(protocol::buffer& input) {
  if (failure_) return failure_;
  protocol::bytes_view unread = input.data();
  error_info failed = receive_messages(unread);
  input.consume(input.size() - unread.size());
  return failed;
}

/// Takes them off the front of `unread`, until somebody has enough.
[[gnu::always_inline]] inline error_info session::receive_messages(protocol::bytes_view& unread) {
  protocol::message_view message;
  while (!paused_) {
    const protocol::frame_status status = framer_.next(unread, message);
    if (status == protocol::frame_status::need_more) return {};
    if (status == protocol::frame_status::failed) [[unlikely]]
      return protocol_violation(framer_.error());
    unread = unread.subspan(message.size());
    if (error_info failed = dispatch(message)) [[unlikely]]
      return failed;
    if (error_info failed = receive_data(unread, message)) [[unlikely]]
      return failed;
  }
  return {};
}

/// The rows that follow a reply which was dispatched, and the COPY data that follow such: nothing can have changed
/// since, so that they go straight to who takes them.
[[gnu::always_inline]] inline error_info session::receive_data(protocol::bytes_view& unread,
                                                               const protocol::message_view& before) {
  if (begins_with(unread, data_row) && !paused_) return receive_rows(unread);
  if (before.type == copy_data && begins_with(unread, copy_data) && !paused_) return receive_copy_data(unread);
  return {};
}

[[gnu::always_inline]] inline error_info session::receive_rows(protocol::bytes_view& unread) {
  row_sink* const rows = sink_of_rows();
  if (rows == nullptr) return {};
  protocol::message_view message;
  while (begins_with(unread, data_row) && framer_.next(unread, message) == protocol::frame_status::complete) {
    unread = unread.subspan(message.size());
    const row_sink::verdict verdict = rows->row(message.body);
    if (verdict != row_sink::verdict::ok) [[unlikely]]
      return on_verdict(verdict, message.body);
  }
  return {};
}

[[gnu::always_inline]] inline error_info session::dispatch(const protocol::message_view& m) {
  if (opening_ && opening_ == head_) [[unlikely]]
    return on_opener_reply(m);
  if (error_info outcome; type_query_ && &type_query_->of == head_ && on_type_reply(m, outcome)) [[unlikely]]
    return outcome;
  switch (m.backend()) {
    case backend_type::data_row: return on_row(m);
    case backend_type::bind_complete: return on_bind_complete(m);
    case backend_type::empty_query_response:
    case backend_type::command_complete: return on_command_complete(m);
    case backend_type::ready_for_query: return on_ready(m);
    case backend_type::error_response: return on_error(m.body);
    case backend_type::notice_response:
    case backend_type::notification_response:
    case backend_type::parameter_status: return on_async(m);
    case backend_type::close_complete:
    case backend_type::parse_complete:
    case backend_type::parameter_description:
    case backend_type::no_data:
    case backend_type::row_description: return on_description(m);
    case backend_type::portal_suspended: return on_portal_suspended(m);
    case backend_type::copy_in_response:
    case backend_type::copy_out_response:
    case backend_type::copy_both_response:
    case backend_type::copy_data:
    case backend_type::copy_done: return on_copy(m);
    default: return not_allowed_here(m);
  }
}

/// The request whose reply is being read; null where nothing was asked.
request* session::answering() const noexcept { return head_ && head_->sent() ? head_ : nullptr; }

error_info session::on_row(const protocol::message_view& m) {
  request* r = answering();
  if (!r || r->server_failed) return not_allowed_here(m);
  if (r->abandoned) return {};
  if (r->expected != request::stage::rows) return not_allowed_here(m);
  step& s = r->steps[r->current];
  if (!s.layout) return not_allowed_here(m);
  if (s.error) return {};
  const row_sink::verdict verdict = s.sink->row(m.body);
  return verdict == row_sink::verdict::ok ? error_info() : on_verdict(verdict, m.body);
}

/// The sink of the step that is being answered has enough, or could not take a row.
error_info session::on_verdict(row_sink::verdict verdict, protocol::bytes_view body) {
  if (verdict == row_sink::verdict::enough) {
    paused_ = true;
    return {};
  }
  step& s = head_->steps[head_->current];
  if (verdict == row_sink::verdict::malformed)
    return protocol_violation(protocol::check_data_row(body, (*s.layout)->description->columns.size()));
  step_failed(*head_, s.sink->take_error());
  return {};
}

/// Who takes a further row, after one was dispatched; null where that has to be dispatched as well.
row_sink* session::sink_of_rows() const noexcept {
  const request* r = answering();
  if (!r || r->expected != request::stage::rows || r->server_failed || r->abandoned) return nullptr;
  const step& s = r->steps[r->current];
  return s.layout && !s.error ? s.sink : nullptr;
}

[[gnu::always_inline]] inline error_info session::on_bind_complete(const protocol::message_view& m) {
  request* r = answering();
  if (!r || r->server_failed || r->closes) return not_allowed_here(m);
  if (r->abandoned) return {};
  if (r->expected != request::stage::bind_complete || !m.body.empty()) return not_allowed_here(m);
  step& s = r->steps[r->current];
  if (!s.statement) {
    r->expected = request::stage::portal_description;
    return {};
  }
  r->expected = request::stage::rows;
  if (s.layout && r->answered == 0) tell_columns(*r, s);
  return {};
}

[[gnu::always_inline]] inline error_info session::on_command_complete(const protocol::message_view& m) {
  request* r = answering();
  if (!r || r->server_failed || r->closes) return not_allowed_here(m);
  protocol::command_complete done;
  if (m.backend() == backend_type::command_complete) {
    if (const auto e = parse(m.body, done)) return protocol_violation(e);
  } else if (!m.body.empty()) {
    return not_allowed_here(m);
  }
  const command_effects effects = effects_of(done.tag);
  if (effects.forgets_statements) [[unlikely]]
    cache_.forget_prepared();
  if (r->abandoned) {
    marks.state_left = true;  // who knows what of
    return {};
  }
  if (effects.may_commit) [[unlikely]]
    r->committed = true;
  if (r->expected == request::stage::tag && m.backend() == backend_type::command_complete)
    return on_block_ended(*r, done.tag);
  if (r->expected != request::stage::rows) return not_allowed_here(m);
  step& s = r->steps[r->current];
  const bool creates_table = effects.selects && !s.layout;
  if (effects.leaves_state || creates_table) marks.state_left = true;
  if (!r->ran_for_good && (r->steps.size() > 1 || s.source)) r->ran_for_good = !effects.undone_by_rollback;
  if (!s.error) s.sink->complete(done.tag);
  step_done(*r);
  return {};
}

/// A portal has given as many rows as it was asked for, and has more.
error_info session::on_portal_suspended(const protocol::message_view& m) {
  request* r = answering();
  if (!r || r->server_failed || r->closes || !m.body.empty()) return not_allowed_here(m);
  if (r->abandoned) return {};
  if (r->expected != request::stage::rows) return not_allowed_here(m);
  step& s = r->steps[r->current];
  if (s.max_rows == 0 || !s.layout) return not_allowed_here(m);
  s.suspended = true;
  step_done(*r);
  return {};
}

/// The next reply after a statement's CommandComplete.
void session::step_done(request& r) {
  if (r.what == request::kind::script) {
    ++r.answered;
    r.steps[0].layout = nullptr;
    return;
  }
  if (r.steps[r.current].source) {
    ++r.answered;
    const bool last = r.now == request::state::in_flight && r.answered == r.executions;
    r.expected = last ? request::stage::ready : request::stage::bind_complete;
    return;
  }
  if (++r.current == r.steps.size())
    r.expected = request::stage::ready;
  else
    r.expected = r.steps[r.current].statement ? request::stage::bind_complete : request::stage::parse_complete;
}

/// A step's reply cannot be used. The rest of it is still read.
void session::step_failed(request& r, error_info reason) {
  if (r.abandoned) return;
  if (r.steps.empty()) {
    if (!r.error) r.error = std::move(reason);
    return;
  }
  step& s = r.steps[r.current < r.steps.size() ? r.current : r.steps.size() - 1];
  const std::string_view sql = s.statement ? std::string_view(s.statement->sql) : s.sql;
  reason = with_statement(reason, sql);
  if (!s.error) s.error = reason;
  if (!r.error) r.error = std::move(reason);
}

namespace {

/// Whether ReadyForQuery may come before all that was asked for: after an error, a script's last statement, or what
/// ended a block.
bool may_be_ready(const request& r) noexcept {
  const bool script_done = r.what == request::kind::script && r.expected == request::stage::rows &&
                           r.answered + r.opened > 0 && (r.abandoned || !r.steps[0].layout);
  const bool block_ended = r.expected == request::stage::tag && r.answered > 0;
  return r.server_failed || r.abandoned || script_done || block_ended;
}

}  // namespace

[[gnu::hot]] error_info session::on_ready(const protocol::message_view& m) {
  protocol::ready_for_query ready;
  if (const auto e = parse(m.body, ready)) return protocol_violation(e);
  request* r = answering();
  if (!r || !r->sync_written || r->now != request::state::in_flight) return not_allowed_here(m);
  const bool expected = r->expected == request::stage::ready && r->closes == 0;
  if (!expected && !may_be_ready(*r)) return not_allowed_here(m);

  status_ = ready.status;
  ++replies_;
  for (const auto& statement : r->describing)
    if (statement->temporary || (r->abandoned && r->what == request::kind::prepare)) close_statement(*statement);
  if (r->abandoned && drained_ > 0) --drained_;
  const bool again = r->retry_wanted && !r->abandoned;
  if (again && status_ == protocol::transaction_status::idle) {
    restart(r);
  } else if (again && begins_anew(*r)) {
    open_anew(*r);
    restart(r);
  } else {
    settle_blocks(*r);
    unlink(r);
    complete(r);
  }
  write_waiting();
  return {};
}

/// What an ErrorResponse says, and what is known of the request that it answers.
error_info session::reported(const protocol::error_response& report, const request* r) const {
  error_details context;
  context.host = host_;
  server_fields fields = to_server_fields(report.fields);
  if (r) {
    const bool opening = opening_ == r;
    // A server that ends the session may have executed more than it has told.
    context.safe_to_retry = fields.severity == "ERROR" && nothing_has_run(*r, opening);
    const bool in_script = fields.position > r->prefix;  // which the server parses as a whole before it begins
    if (in_script)
      fields.position -= static_cast<std::uint32_t>(r->prefix);
    else if (opening)
      context.statement = excerpt(r->openers[r->opened].sql);
  }
  error_info reason = make_server_error(std::move(fields), std::move(context));
  if (r && reason.safe_to_retry() && may_have_committed(*r)) return not_safe_to_retry(reason);
  return reason;
}

error_info session::on_error(protocol::bytes_view body) {
  protocol::error_response report;
  if (const auto e = parse(body, report)) return protocol_violation(e);
  request* r = answering();

  error_info reason = reported(report, r);
  if (!reason.connection_usable()) {  // FATAL: the server closes the connection, and nothing more is worth waiting for
    last_words_ = reason;
    if (r) step_failed(*r, reason);
    return reason;
  }
  if (!r) return unasked_error(reason);

  if (r->server_failed) return {};
  r->server_failed = true;
  r->feeding = false;
  if (reason.code() == sqlstate::read_only_sql_transaction) marks.kind_in_doubt = true;
  if (!r->abandoned && !r->steps.empty()) heal(*r, reason);
  const bool nothing_ran = r->now == request::state::describing;
  if (nothing_ran && !r->abandoned) r->current = step_described(*r);
  type_query_.reset();
  // Now, not at ReadyForQuery: by then a later request may have begun to prepare the same statement by another name.
  for (std::size_t i = r->described; i < r->describing.size(); ++i) close_statement(*r->describing[i]);
  if (r->now != request::state::in_flight) {  // no Sync is written yet, and the server skips everything up to one
    write_sync(*r);
    sent(*r);
  }
  if (r->abandoned) return {};
  step_failed(*r, std::move(reason));
  for (std::size_t i = nothing_ran ? 0 : r->current + 1; i < r->steps.size(); ++i) {
    step& s = r->steps[i];
    if (!s.error)
      s.error = statement_error(errc::pipeline_aborted, "another statement of the pipeline failed", s.sql, true);
  }
  return {};
}

/// Which step the statement belongs to that the server is describing.
std::size_t session::step_described(const request& r) {
  if (r.described == r.describing.size()) return 0;  // its types were being looked up
  std::size_t i = 0;
  while (i + 1 < r.steps.size() && r.steps[i].statement != r.describing[r.described]) ++i;
  return i;
}

/// Forgets a statement whose plan is stale, and starts the request again if nothing of it has run and, as
/// ReadyForQuery will tell, no transaction is open.
void session::heal(request& r, const error_info& reason) {
  if (opening_ == &r) return;
  if (r.expected != request::stage::bind_complete || r.current >= r.steps.size() || !is_stale_plan(reason)) return;
  step& s = r.steps[r.current];
  if (!s.statement || r.now == request::state::describing) return;
  if (s.statement->ready && s.statement->generation == s.generation) close_statement(*s.statement);
  r.retry_wanted = !r.retried && !r.ran_for_good && !r.error;
}

error_info session::on_async(const protocol::message_view& m) {
  if (m.backend() == backend_type::parameter_status) {
    protocol::parameter_status changed;
    if (const auto e = parse(m.body, changed)) return protocol_violation(e);
    if (parameters_.size() == max_parameters && !parameters_.contains(changed.name))
      return protocol_violation({"ParameterStatus", "more settings than a server has", 0});
    parameters_.insert_or_assign(std::string(changed.name), std::string(changed.value));
    if (changed.name == "in_hot_standby" || changed.name == "default_transaction_read_only") marks.kind_in_doubt = true;
    return check_parameter(changed.name, changed.value);
  }
  if (m.backend() == backend_type::notification_response) {
    protocol::notification_response news;
    if (const auto e = parse(m.body, news)) return protocol_violation(e);
    if (keep_notifications)
      notifications_.push_back(
          {std::string(news.channel), std::string(news.payload), static_cast<std::int32_t>(news.process_id)});
    return {};
  }
  protocol::notice_response report;
  if (const auto e = parse(m.body, report)) return protocol_violation(e);
  if (keep_notices) notices_.push_back(to_server_fields(report.fields));
  return {};
}

}  // namespace pgcoro::detail
