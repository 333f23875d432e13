#include "client/submit_step.hpp"

#include <pgcoro/detail/composition.hpp>

#include "session/statement_error.hpp"

namespace pgcoro::detail {
namespace {

/// Where its strings end is then another question than the one that sql() has answered.
bool read_otherwise(connection_core& core, const composition& text) {
  if (!text.needs_standard_strings) return false;
  const parameter_map& parameters = core.protocol_session().parameters();
  const auto found = parameters.find("standard_conforming_strings");
  return found != parameters.end() && found->second != "on";
}

}  // namespace

error_info unfit_if_looked_at(connection_core& core, const query_text& text, statement_mode mode,
                              std::size_t arguments) {
  const auto refused = [&](errc code, const char* why) { return statement_error(code, why, text.text(), true); };
  const composition* const composed = text.composed();
  const std::size_t own = composed != nullptr ? composed->values.size() : 0;
  if (own > 0 && arguments > 0)
    return refused(errc::parameter_count_mismatch, "sql() was given the values: no others can be given with it");
  if (own + arguments > 0 && mode == statement_mode::simple)
    return refused(errc::parameters_not_allowed, "the simple protocol takes no parameters");
  if (composed != nullptr && read_otherwise(core, *composed))
    return refused(errc::invalid_composition,
                   "a string of it ends elsewhere where standard_conforming_strings is off: write E'…'");
  return {};
}

[[gnu::hot]] request* submit_step(connection_core& core, operation& owner, const query_text& text,
                                  std::optional<statement_mode> mode, const arguments* parameters,
                                  parameter_source* source, row_sink& sink) {
  core.traced(owner, text.text());
  request* r = core.protocol_session().acquire();
  fill_step(r->single, core, text, mode, parameters, sink);
  r->single.source = source;
  r->steps = {&r->single, 1};
  r->owner = &owner;
  if (r->single.mode == statement_mode::simple) r->what = request::kind::script;
  core.protocol_session().submit(r);
  return r;
}

void fill_step(step& s, connection_core& core, const query_text& text, std::optional<statement_mode> mode,
               const arguments* parameters, row_sink& sink) {
  s.sql = text.text();
  if (text.prepared()) s.statement = step_source::handle(*text.prepared());
  s.explicitly_prepared = s.statement != nullptr;
  const bool own_values = text.composed() != nullptr && !text.composed()->values.empty();
  s.parameters = own_values ? &text.composed()->parameters : parameters;
  s.sink = &sink;
  s.mode = s.statement ? statement_mode::cached : mode.value_or(core.settings().statement_mode);
}

[[gnu::hot]] error_info take_outcome(request& r) { return std::move(r.single.error ? r.single.error : r.error); }

}  // namespace pgcoro::detail
