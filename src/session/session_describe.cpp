// What a statement's parameters and columns are, as Describe answers it. Protocol documentation: "Extended Query".
#include <pgcoro/protocol/backend.hpp>
#include <pgcoro/type_catalog.hpp>

#include "session/protocol_violation.hpp"
#include "session/session.hpp"
#include "session/type_query.hpp"

namespace pgcoro::detail {
namespace {

using protocol::backend_type;

/// An owning copy. Strings are bounded by the message that brought them.
std::shared_ptr<row_description> own(const protocol::row_description& view) {
  auto owned = std::make_shared<row_description>();
  owned->columns.reserve(view.fields.size());
  for (const protocol::column_description& c : view.fields)
    owned->columns.push_back({std::string(c.name), c.table, c.attribute, c.type, c.type_size, c.modifier, c.format});
  return owned;
}

}  // namespace

error_info session::on_description(const protocol::message_view& m) {
  request* r = answering();
  if (!r || r->server_failed) return not_allowed_here(m);
  if (m.backend() == backend_type::close_complete) {
    if (r->closes == 0 || !m.body.empty()) return not_allowed_here(m);
    --r->closes;
    return {};
  }
  if (r->closes) return not_allowed_here(m);
  const bool being_described = r->described < r->describing.size();
  if (r->abandoned && !being_described) return {};
  switch (m.backend()) {
    case backend_type::parse_complete:
      if (r->expected != request::stage::parse_complete || !m.body.empty()) return not_allowed_here(m);
      r->expected = being_described ? request::stage::parameter_description : request::stage::bind_complete;
      return {};
    case backend_type::parameter_description:
      if (r->expected != request::stage::parameter_description) return not_allowed_here(m);
      return on_parameter_description(*r, m.body);
    default: return on_columns(*r, m);
  }
}

error_info session::on_parameter_description(request& r, protocol::bytes_view body) {
  protocol::parameter_description description;
  if (const auto e = parse(body, description)) return protocol_violation(e);
  auto& types = r.describing[r.described]->parameter_types;
  types.clear();
  types.reserve(description.types.size());
  for (const oid type : description.types) types.push_back(type);
  r.expected = request::stage::row_description;
  return {};
}

/// RowDescription or NoData: of a statement being described, of a portal (mode `unnamed`), or of a script's statement.
error_info session::on_columns(request& r, const protocol::message_view& m) {
  std::shared_ptr<row_description> columns;
  if (m.backend() == backend_type::row_description) {
    protocol::row_description view;
    if (const auto e = parse(m.body, view)) return protocol_violation(e);
    columns = own(view);
  } else if (!m.body.empty()) {
    return not_allowed_here(m);
  }

  if (r.expected == request::stage::row_description) {
    r.describing[r.described]->described(std::move(columns));
    note_types(*r.describing[r.described]);
    r.expected = request::stage::parse_complete;
    if (++r.described == r.describing.size()) described_all(r);
    return {};
  }
  const bool of_script =
      r.what == request::kind::script && r.expected == request::stage::rows && columns && !r.steps[0].layout;
  if (!of_script && r.expected != request::stage::portal_description) return not_allowed_here(m);
  if (columns) columns->registry = catalog_->registry();
  step& s = r.steps[r.current];
  s.fresh = columns ? lay_out(*s.sink, std::move(columns)) : nullptr;
  s.layout = s.fresh ? &s.fresh : nullptr;
  r.expected = request::stage::rows;
  if (s.layout && !s.error) tell_columns(r, s);
  return {};
}

/// Every statement of the request is known: the executions follow, or the user's handle is ready.
void session::described_all(request& r) {
  if (r.what == request::kind::prepare) {
    r.expected = request::stage::ready;
    return;
  }
  if (r.abandoned || !look_up_types(r)) execute_described(r);
}

/// All that Bind needs is known.
void session::execute_described(request& r) {
  if (gate_ == &r) gate_ = nullptr;
  if (r.abandoned) {
    r.expected = request::stage::ready;
    write_sync(r);
    sent(r);
  } else {
    write_executions(r);
  }
  write_waiting();
}

[[gnu::hot]] void session::tell_columns(request& r, step& s) {
  const std::shared_ptr<const row_layout>& layout = *s.layout;
  if (layout->refused) [[unlikely]]
    return step_failed(r, layout->refused);
  s.sink->describe(layout);
}

}  // namespace pgcoro::detail
