#include "unit/replication/pgoutput_encoder.hpp"

#include <variant>

namespace pgcoro::test {
namespace {

namespace repl = pgcoro::replication;

std::string_view abbreviated(std::string_view schema) { return schema == "pg_catalog" ? "" : schema; }

/// Value by value, as a reader of the row sees it; columns that are no part of a key are NULL.
void write_row(byte_writer& out, char kind, const repl::tuple_view& row) {
  const repl::relation& table = row.relation();
  out.u8(kind).u16(table.columns().size());
  std::size_t index = 0;
  for (std::size_t column = 0; column < table.columns().size(); ++column) {
    if (row.is_key() && !table.is_key(column)) {
      out.u8('n');
      continue;
    }
    const repl::tuple_field field = row[index++];
    if (field.is_null())
      out.u8('n');
    else if (field.is_unchanged())
      out.u8('u');
    else
      out.value(field.format() == protocol::format::binary ? 'b' : 't', protocol::as_text(field.bytes()));
  }
}

char kind_of_old(const repl::tuple_view& row) { return row.is_key() ? 'K' : 'O'; }

struct encoder {
  byte_writer out;
  bool streamed;
  bool parallel;

  void xid(std::uint32_t value) {
    if (streamed) out.u32(value);
  }

  void operator()(const repl::begin& m) { out.position(m.final_lsn).time(m.commit_time).u32(m.xid); }
  void operator()(const repl::commit& m) { out.u8(0).position(m.commit_lsn).position(m.end_lsn).time(m.commit_time); }
  void operator()(const repl::origin& m) { out.position(m.commit_lsn).text(m.name); }
  void operator()(const repl::relation_described& m) {
    xid(m.xid);
    const repl::relation& r = *m.relation;
    out.u32(r.id()).text(abbreviated(r.schema())).text(r.name()).u8(r.identity()).u16(r.columns().size());
    for (std::size_t i = 0; i < r.columns().size(); ++i) {
      const column& c = r.columns()[i];
      out.u8(r.is_key(i)).text(c.name).u32(c.type).u32(c.modifier);
    }
  }
  void operator()(const repl::type_described& m) {
    xid(m.xid);
    out.u32(m.id).text(abbreviated(m.schema)).text(m.name);
  }
  void operator()(const repl::insert& m) {
    xid(m.xid);
    out.u32(m.relation->id());
    write_row(out, 'N', m.row);
  }
  void operator()(const repl::update& m) {
    xid(m.xid);
    out.u32(m.relation->id());
    if (m.old) write_row(out, kind_of_old(m.old), m.old);
    write_row(out, 'N', m.row);
  }
  void operator()(const repl::delete_& m) {
    xid(m.xid);
    out.u32(m.relation->id());
    write_row(out, kind_of_old(m.old), m.old);
  }
  void operator()(const repl::truncate& m) {
    xid(m.xid);
    out.u32(m.relations.size()).u8((m.cascade ? 1 : 0) + (m.restart_identity ? 2 : 0));
    for (const repl::relation* table : m.relations) out.u32(table->id());
  }
  void operator()(const repl::logical_message& m) {
    xid(m.xid);
    out.u8(m.transactional).position(m.position).text(m.prefix).u32(m.content.size()).raw(m.content);
  }
  void operator()(const repl::stream_start& m) { out.u32(m.xid).u8(m.first_segment); }
  void operator()(const repl::stream_stop&) {}
  void operator()(const repl::stream_commit& m) {
    out.u32(m.xid).u8(0).position(m.commit_lsn).position(m.end_lsn).time(m.commit_time);
  }
  void operator()(const repl::stream_abort& m) {
    out.u32(m.xid).u32(m.subxid);
    if (parallel) out.position(m.abort_lsn).time(m.abort_time);
  }
  void operator()(const repl::begin_prepare& m) { prepare(m); }
  void operator()(const repl::prepare& m) { prepare((out.u8(0), m)); }
  void operator()(const repl::stream_prepare& m) { prepare((out.u8(0), m)); }
  void prepare(const auto& m) {
    out.position(m.prepare_lsn).position(m.end_lsn).time(m.prepare_time).u32(m.xid).text(m.gid);
  }
  void operator()(const repl::commit_prepared& m) {
    out.u8(0).position(m.commit_lsn).position(m.end_lsn).time(m.commit_time).u32(m.xid).text(m.gid);
  }
  void operator()(const repl::rollback_prepared& m) {
    out.u8(0).position(m.prepare_end_lsn).position(m.rollback_end_lsn);
    out.time(m.prepare_time).time(m.rollback_time).u32(m.xid).text(m.gid);
  }
  void operator()(const repl::resumed&) {}
};

struct type_of {
  char operator()(const repl::resumed&) const { return 0; }
  template <class Message>
  char operator()(const Message&) const {
    return Message::type;
  }
};

}  // namespace

std::vector<std::byte> encode(const repl::message& m, bool streamed, bool parallel) {
  encoder to{{}, streamed, parallel};
  to.out.u8(std::visit(type_of(), m));
  std::visit(to, m);
  return to.out.bytes();
}

}  // namespace pgcoro::test
