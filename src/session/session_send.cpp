// What the session writes, and when. Protocol documentation: "Extended Query", "Pipelining", "Simple Query".
//
// What every statement passes through is inlined by force: called, it would cost more than what it does.
#include <pgcoro/protocol/bind_writer.hpp>
#include <pgcoro/protocol/query.hpp>
#include <pgcoro/protocol/steady_state.hpp>

#include "session/retry_knowledge.hpp"
#include "session/session.hpp"
#include "session/statement_error.hpp"

namespace pgcoro::detail {
namespace {

/// Execute, and behind the last step Sync.
void write_execute(protocol::buffer& output, bool last) {
  if (last)
    protocol::write_execute_sync(output);
  else
    protocol::write_execute(output);
}

}  // namespace

[[gnu::always_inline]] inline bool session::may_write() const noexcept {
  if (!next_to_write_ || gate_ || cancelling_ || output_.size() >= output_high_water_) return false;
  if (opening_ || (committing_ && committing_->begins_at >= written_)) return false;
  // Behind a statement that is to be cancelled nothing may stand that a late cancel request could hit.
  if (drained_ > 0) return false;
  // Terminate waits until all before it is answered.
  return next_to_write_->what != request::kind::terminate || next_to_write_ == head_;
}

[[gnu::hot]] void session::write_what_may_be() {
  if (gate_ && gate_->now == request::state::streaming) write_rows(*gate_);
  if (gate_ && gate_->feeding) feed_copy(*gate_);
  while (may_write()) {
    request& r = *next_to_write_;
    next_to_write_ = r.next;
    write(r);
  }
}

[[gnu::always_inline]] inline void session::write(request& r) {
  r.begins_at = r.ends_at = written_ + output_.size();
  r.now = request::state::in_flight;
  if (refuse_outside_transaction(r)) return;
  const bool by_itself = r.what == request::kind::script || r.what == request::kind::block_end;
  if (!r.openers.empty() && !by_itself) write_openers(r);
  switch (r.what) {
    case request::kind::statements: return write_statements(r);
    case request::kind::prepare: return write_prepare(r);
    case request::kind::script: return write_script(r);
    case request::kind::sync:
      r.expected = request::stage::ready;
      write_sync(r);
      return sent(r);
    case request::kind::terminate:
      (void)protocol::write(output_, protocol::terminate_request{});
      sent(r);
      unlink(&r);
      return complete(&r);
    case request::kind::block_end: return write_block_end(r);
  }
}

/// Every byte of the request is in the output.
void session::sent(request& r) {
  r.now = request::state::in_flight;
  r.ends_at = written_ + output_.size();
  if (gate_ == &r) gate_ = nullptr;
}

void session::write_sync(request& r) {
  protocol::write_sync(output_);
  r.sync_written = true;
}

std::string session::next_name() {
  std::string name = "pgcoro_";
  name += std::to_string(++names_);
  return name;
}

/// What nobody needs any more, closed in front of a request and answered in front of its reply.
void session::write_closes(request& r) {
  r.closing.swap(closes_);
  for (const server_object& o : r.closing)
    (void)protocol::write(output_, protocol::close_request{.target = o.what, .name = o.name});
  r.closes = r.closing.size();
  r.ends_at = written_ + output_.size();
}

/// What the requests before have put into the cache above its capacity goes, least recently used first. Not sooner: a
/// pipeline may hold more statements than the cache.
void session::evict_statements() {
  while (auto oldest = cache_.evict()) close_statement(*oldest);
}

/// Statements whose parameter types are not known are described first; nothing passes them meanwhile, so that
/// statements run in the order in which they were started.
[[gnu::always_inline]] inline void session::write_statements(request& r) {
  if (cache_.size() > cache_.capacity()) [[unlikely]]
    evict_statements();
  if (!closes_.empty()) [[unlikely]]
    write_closes(r);
  const step* previous = nullptr;
  bool types_wanted = false;
  for (step& s : r.steps) {
    if (s.goes_on) continue;
    // A pipeline often repeats one text: the same bytes need not be looked up again.
    if (previous && !s.statement && s.sql.data() == previous->sql.data() && s.sql.size() == previous->sql.size() &&
        s.mode == previous->mode)
      s.statement = previous->statement;
    types_wanted |= needs_types(r, s);
    previous = &s;
  }
  if (!r.describing.empty()) [[unlikely]]
    return write_describe(r);
  if (types_wanted && look_up_types(r)) [[unlikely]]
    return;
  write_executions(r);
}

/// Finds the step's statement, notes that it has to be described if it has, and answers whether its types have to be
/// looked up.
[[gnu::always_inline]] inline bool session::needs_types(request& r, step& s) {
  if (!s.statement) {
    if (s.mode == statement_mode::unnamed) return false;
    if (s.mode == statement_mode::cached && cache_.capacity() > 0) {
      s.statement = cache_.find_or_insert(s.sql);
    } else {
      s.statement = std::make_shared<prepared_statement>(s.sql);
      s.statement->temporary = true;
    }
  }
  if (s.statement->ready) [[likely]]
    return !s.statement->unknown_types.empty();
  for (const auto& known : r.describing)
    if (known == s.statement) return false;
  r.describing.push_back(s.statement);
  return false;
}

/// Parse and Describe of each, then Flush rather than Sync: the executions that follow belong to the same transaction.
void session::write_describe(request& r) {
  for (const auto& statement : r.describing) {
    // A statement that is used once and alone needs no name.
    if (!statement->temporary || r.steps.size() > 1) statement->name = next_name();
    const errc failed = write_parse_describe(*statement);
    if (failed != errc{})
      return refuse(r, nullptr, statement_error(failed, "the statement cannot be sent", statement->sql, true));
  }
  protocol::write_flush(output_);
  r.expected = request::stage::parse_complete;
  sent(r);
  r.now = request::state::describing;
  gate_ = &r;
}

errc session::write_parse_describe(prepared_statement& statement) {
  const errc failed =
      protocol::write(output_, protocol::parse_request{.statement = statement.name, .sql = statement.sql});
  if (failed != errc{}) return failed;
  return protocol::write(output_, protocol::describe_request{.name = statement.name});
}

/// Bind and Execute of each step, then one Sync.
[[gnu::hot]] void session::write_executions(request& r) {
  r.expected = request::stage::bind_complete;
  if (r.steps.empty()) {
    r.expected = request::stage::ready;
    write_sync(r);
    return sent(r);
  }
  if (r.steps[0].source) return begin_rows(r);
  if (r.steps[0].goes_on)
    r.expected = request::stage::rows;
  else if (!r.steps[0].statement)
    r.expected = request::stage::parse_complete;
  for (std::size_t i = 0; i < r.steps.size(); ++i) {
    step& s = r.steps[i];
    const bool last = i + 1 == r.steps.size();
    error_info failed;
    if (s.goes_on) [[unlikely]]
      (void)write_execute_of_portal(s, last);
    else
      failed = s.statement ? write_execution(s, last) : write_unnamed(s, last);
    if (failed) [[unlikely]]
      return refuse(r, &s, failed);
  }
  r.sync_written = true;
  sent(r);
}

[[gnu::always_inline]] inline error_info session::write_execution(step& s, bool last) {
  prepared_statement& statement = *s.statement;
  const execution_plan& plan = statement.plan_for(*s.sink);
  s.layout = plan.layout ? &plan.layout : nullptr;
  s.generation = statement.generation;
  if (!s.portal.empty()) [[unlikely]]
    return write_execution_of_portal(s, plan, last);
  if (error_info failed = write_bind(s, statement.bind, plan)) [[unlikely]]
    return failed;
  write_execute(output_, last);
  return {};
}

error_info session::write_execution_of_portal(step& s, const execution_plan& plan, bool last) {
  const prepared_statement& statement = *s.statement;
  const protocol::bind_head head(s.portal, statement.name, statement.parameter_types.size());
  if (error_info failed = write_bind(s, head, plan)) return failed;
  const errc failed = write_execute_of_portal(s, last);
  if (failed != errc{}) return statement_error(failed, "the portal cannot be run", statement.sql, true);
  return {};
}

errc session::write_execute_of_portal(const step& s, bool last) {
  const errc failed = protocol::write(output_, protocol::execute_request{.portal = s.portal, .max_rows = s.max_rows});
  if (failed == errc{} && last) protocol::write_sync(output_);
  return failed;
}

[[gnu::hot]] error_info session::write_bind(step& s, const protocol::bind_head& head, const execution_plan& plan) {
  const prepared_statement& statement = *s.statement;
  protocol::bind_writer bind(output_, head);
  if (error_info failed = s.parameters->encode(statement.parameter_types, bind, statement.types.get())) [[unlikely]]
    return with_statement(failed, statement.sql, true);
  const errc failed = plan.formats.empty() ? bind.finish(plan.common_format) : bind.finish(plan.formats);
  if (failed != errc{}) [[unlikely]]
    return statement_error(failed, "the parameters cannot be sent", statement.sql, true);
  return {};
}

/// Everything in one round trip: parameter types as C++ has them, formats as the sink's type wants them.
error_info session::write_unnamed(step& s, bool last) {
  std::vector<oid> types(s.parameters->size());
  s.parameters->declared_oids(types);
  errc failed = protocol::write(output_, protocol::parse_request{.sql = s.sql, .parameter_types = types});
  if (failed != errc{}) return statement_error(failed, "the statement cannot be sent", s.sql, true);
  {
    protocol::bind_writer bind(output_, {}, {}, types.size());
    if (const error_info refused = s.parameters->encode(types, bind)) return with_statement(refused, s.sql, true);
    failed = bind.finish(s.sink->wanted_formats());
  }
  if (failed != errc{}) return statement_error(failed, "the parameters cannot be sent", s.sql, true);
  protocol::write_describe_portal(output_);
  write_execute(output_, last);
  return {};
}

/// Many executions of one statement: written as the output drains, so that memory stays bounded, under one Sync.
void session::begin_rows(request& r) {
  step& s = r.steps[0];
  const execution_plan& plan = s.statement->plan_for(*s.sink);
  s.layout = plan.layout ? &plan.layout : nullptr;
  s.generation = s.statement->generation;
  sent(r);
  r.now = request::state::streaming;
  gate_ = &r;
  write_rows(r);
}

void session::write_rows(request& r) {
  step& s = r.steps[0];
  const prepared_statement& statement = *s.statement;
  const bind_shape shape{statement.bind, statement.parameter_types, statement.types.get(),
                         s.statement->plan_for(*s.sink).codes()};
  while (output_.size() < output_high_water_) {
    switch (pull(*s.source, [&] { return s.source->bind_next(output_, shape); })) {
      case parameter_source::status::row:
        protocol::write_execute(output_);
        ++r.executions;
        continue;
      case parameter_source::status::failed:
        s.error = with_statement(failure_of(*s.source), statement.sql);
        if (r.executions > 0) s.error = not_safe_to_retry(s.error);  // rows have run, though they are undone
        r.error = s.error;
        return poison(r);
      case parameter_source::status::end:
        if (r.answered == r.executions) r.expected = request::stage::ready;
        write_sync(r);
        return sent(r);
    }
  }
}

void session::restart_source(parameter_source& from) noexcept {
  try {
    from.restart();
  } catch (...) {
    from.thrown = std::current_exception();
  }
}

/// Why a source has no further row.
error_info session::failure_of(row_source& from) {
  if (!from.thrown) return from.take_error();
  return error_info(make_error_code(errc::invalid_value), "the range of rows has thrown an exception");
}

/// Ends a request whose rows are not all written, so that none of those before is committed: the server has no portal
/// of this name, and an error aborts the transaction that Sync would otherwise commit.
void session::poison(request& r) {
  if (r.executions > 0)
    (void)protocol::write(output_, protocol::execute_request{.portal = "pgcoro: the client gave up"});
  else
    r.expected = request::stage::ready;
  write_sync(r);
  sent(r);
}

/// The simple protocol: one Query, text results.
void session::write_script(request& r) {
  step& s = r.steps[0];
  write_closes(r);
  const std::string whole = r.openers.empty() ? std::string() : script_with_openers(r);
  const errc failed = protocol::write(output_, protocol::query_request{r.openers.empty() ? s.sql : whole});
  if (failed != errc{}) return refuse(r, &s, statement_error(failed, "the statement cannot be sent", s.sql, true));
  r.expected = request::stage::rows;
  r.sync_written = true;  // Query implies it
  sent(r);
  if (s.copy) gate_ = &r;  // what is sent while a COPY runs is taken for its data
}

/// Parse and Describe of a statement that the user keeps.
void session::write_prepare(request& r) {
  write_closes(r);
  prepared_statement& statement = *r.steps[0].statement;
  close_statement(statement);
  statement.name = next_name();
  const errc failed = write_parse_describe(statement);
  if (failed != errc{}) {
    statement.name.clear();
    return refuse(r, &r.steps[0], statement_error(failed, "the statement cannot be sent", statement.sql, true));
  }
  r.describing.push_back(r.steps[0].statement);
  r.expected = request::stage::parse_complete;
  write_sync(r);
  sent(r);
}

/// A request that cannot be sent as it is. What was written of it before `ends_at` stays; the rest never leaves.
void session::refuse(request& r, step* failed, const error_info& reason) {
  r.error = reason;
  for (step& s : r.steps) {
    if (&s == failed || !failed)
      s.error = reason;
    else
      s.error = statement_error(errc::pipeline_aborted, "another statement of the pipeline was refused", s.sql, true);
  }
  output_.truncate(static_cast<std::size_t>(r.ends_at - written_));
  if (r.ends_at != r.begins_at) {  // Parse, Describe or Close have to be answered
    r.expected = request::stage::ready;
    write_sync(r);
    return sent(r);
  }
  for (const auto& statement : r.describing) statement->name.clear();
  if (gate_ == &r) gate_ = nullptr;
  hand_on_openers(r);
  unlink(&r);
  complete(&r);
}

}  // namespace pgcoro::detail
