#include <pgcoro/detail/execute_many.hpp>
#include <pgcoro/detail/statement_operation.hpp>

#include "client/connection_core.hpp"
#include "client/submit_step.hpp"
#include "session/statement_error.hpp"

namespace pgcoro::detail {

void submit_step(connection_core& core, operation& owner, const query_text& text, std::optional<statement_mode> mode,
                 const arguments* parameters, parameter_source* source, row_sink& sink) {
  request* r = core.protocol_session().acquire();
  fill_step(r->single, core, text, mode, parameters, sink);
  r->single.source = source;
  r->steps = {&r->single, 1};
  r->owner = &owner;
  if (r->single.mode == statement_mode::simple) r->what = request::kind::script;
  core.protocol_session().submit(r);
}

void fill_step(step& s, connection_core& core, const query_text& text, std::optional<statement_mode> mode,
               const arguments* parameters, row_sink& sink) {
  s.sql = text.text();
  if (text.prepared()) s.statement = step_source::handle(*text.prepared());
  s.explicitly_prepared = s.statement != nullptr;
  s.parameters = parameters;
  s.sink = &sink;
  s.mode = s.statement ? statement_mode::cached : mode.value_or(core.settings().statement_mode);
}

error_info take_outcome(request& r) { return std::move(r.single.error ? r.single.error : r.error); }

void statement_operation::submit() {
  const bool simple = !text_.prepared() && mode_.value_or(core().settings().statement_mode) == statement_mode::simple;
  if (simple && parameters_.size() > 0)
    return core().finish(*this, statement_error(errc::parameters_not_allowed, "the simple protocol takes no parameters",
                                                text_.text(), true));
  submit_step(core(), *this, text_, mode_, &parameters_, nullptr, sink_);
}

bool statement_operation::complete(request& r) {
  error = take_outcome(r);
  return true;
}

void many_operation::submit() {
  statement_mode mode = mode_.value_or(core().settings().statement_mode);
  if (mode == statement_mode::simple)
    return core().finish(*this, statement_error(errc::parameters_not_allowed, "the simple protocol takes no parameters",
                                                text_.text(), true));
  // Without the parameters' types many rows cannot be sent; a statement that is used once has a name for that long.
  if (mode == statement_mode::unnamed) mode = statement_mode::describe_each;
  submit_step(core(), *this, text_, mode, nullptr, &source_, sink_);
}

bool many_operation::complete(request& r) {
  error = take_outcome(r);
  return true;
}

error_info row_error(const error_info& why, std::uint64_t row) {
  error_details details = why.details();
  details.message = "row " + std::to_string(row) + ": " + details.message;
  return error_info(std::move(details));
}

void throw_about(const error_info& why, const query_text& text) { throw_error(with_statement(why, text.text())); }

boost::asio::awaitable<result> run_query(std::shared_ptr<connection_core> core, query_text text, arguments parameters,
                                         query_options options) {
  return run_statement<result_sink, take_result>(std::move(core), std::move(text), std::move(parameters), options);
}

boost::asio::awaitable<command_result> run_execute(std::shared_ptr<connection_core> core, query_text text,
                                                   arguments parameters, query_options options) {
  return run_statement<execute_sink, take_command>(std::move(core), std::move(text), std::move(parameters), options);
}

}  // namespace pgcoro::detail
