// Types that are not built in: what a statement uses is looked up by OID before it is first bound, once for all
// connections that share a catalogue.
#include <algorithm>
#include <utility>

#include <pgcoro/protocol/query.hpp>
#include <pgcoro/type_catalog.hpp>

#include "session/protocol_violation.hpp"
#include "session/session.hpp"
#include "session/statement_error.hpp"
#include "session/type_query.hpp"

namespace pgcoro::detail {

/// Which of the statement's types nobody knows yet.
void session::note_types(prepared_statement& statement) const {
  statement.types = catalog_->registry();
  statement.unknown_types = unknown_types(statement.columns.get(), statement.parameter_types, *statement.types);
}

/// Asks for what the request's statements need, and answers whether there was anything to ask. Nothing passes the
/// request meanwhile.
bool session::look_up_types(request& r) {
  std::vector<oid> asked;
  for (const step& s : r.steps) {
    if (!s.statement || s.statement->unknown_types.empty()) continue;
    note_types(*s.statement);  // another connection may have asked in the meantime
    for (const oid type : s.statement->unknown_types)
      if (std::ranges::find(asked, type) == asked.end()) asked.push_back(type);
  }
  if (asked.empty()) return false;

  type_query_ = std::make_unique<type_query>(r);
  std::string name = next_name();
  const errc failed = type_query_->write(output_, name, asked);
  closes_.push_back({protocol::described::statement, std::move(name)});
  if (failed != errc{}) {
    type_query_.reset();
    refuse(r, nullptr, statement_error(failed, "the statement's types cannot be looked up", r.steps[0].sql, true));
    return true;
  }
  r.expected = request::stage::types;
  sent(r);
  r.now = request::state::describing;
  gate_ = &r;
  return true;
}

/// False where the message is none of the type query's.
bool session::on_type_reply(const protocol::message_view& m, error_info& outcome) {
  switch (type_query_->receive(m)) {
    case type_query::verdict::more: return true;
    case type_query::verdict::done: outcome = looked_up(); return true;
    case type_query::verdict::not_allowed: outcome = not_allowed_here(m); return true;
    case type_query::verdict::not_ours: break;
  }
  return false;
}

/// What was asked and not answered is no type (any more): it is not asked for again until a statement is described
/// anew.
error_info session::looked_up() {
  request& r = *head_;
  catalog_->add(type_query_->take());
  type_query_.reset();
  for (const step& s : r.steps) {
    if (!s.statement) continue;
    s.statement->types = catalog_->registry();
    s.statement->unknown_types.clear();
  }
  execute_described(r);
  return {};
}

}  // namespace pgcoro::detail
