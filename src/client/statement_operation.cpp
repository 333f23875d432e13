#include <pgcoro/detail/execute_many.hpp>
#include <pgcoro/detail/statement_operation.hpp>

#include "client/connection_core.hpp"
#include "client/submit_step.hpp"
#include "session/statement_error.hpp"

namespace pgcoro::detail {

[[gnu::hot]] void statement_operation::submit() {
  if (error_info refused = unfit(core(), text_, mode_, parameters_.size())) [[unlikely]]
    return core().finish(*this, std::move(refused));
  submit_step(core(), *this, text_, mode_, &parameters_, nullptr, sink_);
}

[[gnu::hot]] bool statement_operation::complete(request& r) {
  error = take_outcome(r);
  return true;
}

void many_operation::submit() {
  statement_mode mode = mode_.value_or(core().settings().statement_mode);
  if (error_info refused = unfit(core(), text_, mode, 1)) return core().finish(*this, std::move(refused));
  // Without the parameters' types many rows cannot be sent; a statement that is used once has a name for that long.
  if (mode == statement_mode::unnamed) mode = statement_mode::describe_each;
  submit_step(core(), *this, text_, mode, nullptr, &source_, sink_);
}

bool many_operation::complete(request& r) {
  error = take_outcome(r);
  const bool about_a_row =
      error.server() && error.connection_usable() && r.answered < r.executions && source_.gives_single_rows();
  if (about_a_row) error = row_error(error, r.answered);
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
