#include "session/type_query.hpp"

#include <iterator>
#include <string>

#include <pgcoro/detail/encode_value.hpp>
#include <pgcoro/protocol/backend.hpp>
#include <pgcoro/protocol/bind_writer.hpp>
#include <pgcoro/protocol/query.hpp>
#include <pgcoro/protocol/steady_state.hpp>

namespace pgcoro::detail {
namespace {

using protocol::backend_type;

/// A composite type has at most 1,600 attributes, and few types are asked for at once: memory is bounded against a
/// server that does not end.
constexpr std::size_t max_types = 100'000;

/// What type_lookup_statement answers, in the order of type_row's members; all in binary.
std::shared_ptr<const row_description> answered_columns() {
  constexpr oid types[] = {oids::oid_, oids::text, oids::text,       oids::text,      oids::text,
                           oids::oid_, oids::oid_, oids::text_array, oids::oid_array, oids::text_array};
  auto columns = std::make_shared<row_description>();
  for (const oid type : types) {
    column& made = columns->columns.emplace_back();
    made.type = type;
    made.format = protocol::format::binary;
  }
  return columns;
}

}  // namespace

type_query::type_query(const request& asking) : of(asking), layout_(lay_out(sink_, answered_columns())) {
  sink_.describe(layout_);
}

errc type_query::write(protocol::buffer& out, std::string_view name, const std::vector<oid>& asked) const {
  const oid parameter[] = {oids::oid_array};
  if (const errc e = protocol::write(
          out, protocol::parse_request{.statement = name, .sql = type_lookup_statement, .parameter_types = parameter});
      e != errc{})
    return e;
  {
    protocol::bind_writer bind(out, {}, name, 1);
    if (const errc e = encode_value(asked, oids::oid_array, nullptr, bind); e != errc{}) return e;
    if (const errc e = bind.finish(protocol::format::binary); e != errc{}) return e;
  }
  protocol::write_execute(out);
  protocol::write_flush(out);
  return errc{};
}

type_query::verdict type_query::receive(const protocol::message_view& m) {
  switch (m.backend()) {
    case backend_type::parse_complete:
      if (expected_ != stage::parse_complete || !m.body.empty()) return verdict::not_allowed;
      expected_ = stage::bind_complete;
      return verdict::more;
    case backend_type::bind_complete:
      if (expected_ != stage::bind_complete || !m.body.empty()) return verdict::not_allowed;
      expected_ = stage::rows;
      return verdict::more;
    case backend_type::data_row:
      if (expected_ != stage::rows || ++rows_ > max_types) return verdict::not_allowed;
      return sink_.row(m.body) == row_sink::verdict::ok ? verdict::more : verdict::not_allowed;
    case backend_type::command_complete: return expected_ == stage::rows ? verdict::done : verdict::not_allowed;
    default: return verdict::not_ours;
  }
}

}  // namespace pgcoro::detail
