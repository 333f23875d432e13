#include "client/control_operations.hpp"

#include "client/connection_core.hpp"
#include "client/submit_step.hpp"

namespace pgcoro::detail {

void prepare_operation::submit() {
  request* r = core().protocol_session().acquire();
  r->what = request::kind::prepare;
  r->single.sql = prepared_->sql;
  r->single.statement = prepared_;
  r->single.explicitly_prepared = true;
  r->steps = {&r->single, 1};
  r->owner = this;
  core().protocol_session().submit(r);
}

bool prepare_operation::complete(request& r) {
  error = take_outcome(r);
  return true;
}

boost::asio::awaitable<statement> prepare_statement(std::shared_ptr<connection_core> core, query_text sql,
                                                    query_options options) {
  if (core)
    if (const error_info refused = unfit(*core, sql, statement_mode::cached, 1)) throw_error(refused);
  auto prepared = std::make_shared<prepared_statement>(sql.text());
  prepare_operation op(core, prepared, options);
  co_await op.done();
  op.throw_if_failed();
  co_return statement(std::move(core), std::move(prepared));
}

void script_operation::submit() {
  core().traced(*this, sql_.text());
  if (error_info refused = unfit(core(), sql_, statement_mode::simple, 0))
    return core().finish(*this, std::move(refused));
  request* r = core().protocol_session().acquire();
  r->what = request::kind::script;
  r->single.sql = sql_.text();
  r->single.mode = statement_mode::simple;
  r->single.sink = this;
  r->steps = {&r->single, 1};
  r->owner = static_cast<operation*>(this);
  core().protocol_session().submit(r);
}

bool script_operation::complete(request& r) {
  error = take_outcome(r);
  return true;
}

void sync_operation::submit() {
  request* r = core().protocol_session().acquire();
  r->what = request::kind::sync;
  r->owner = this;
  core().protocol_session().submit(r);
}

bool sync_operation::complete(request& r) {
  error = std::move(r.error);
  return true;
}

void cancel_operation::submit() { core().cancel_running(*this); }

close_operation::close_operation(const std::shared_ptr<connection_core>& core, duration timeout) noexcept
    : operation(core, timeout > timeout.zero() ? timeout : core->settings().cancel_timeout) {}

void close_operation::submit() {
  core().refuse_new();
  core().give_up_flow();
  request* r = core().protocol_session().acquire();
  r->what = request::kind::terminate;
  r->owner = this;
  core().protocol_session().submit(r);
}

/// Terminate is in the output, and everything before it is done. That the connection ended before is no failure.
bool close_operation::complete(request&) {
  core().flush();
  core().lose(core().lost(errc::connection_closed, "the connection was closed by its owner"));
  return true;
}

void close_operation::aborted() {
  core().lose(core().lost(errc::connection_closed, "the connection was closed by its owner"));
}

}  // namespace pgcoro::detail
