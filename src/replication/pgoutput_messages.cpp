// Each message's fields, as "Logical Replication Message Formats" of PostgreSQL's documentation lists them.
#include <pgcoro/replication/pgoutput_decoder.hpp>

#include "replication/pgoutput_tuple.hpp"

namespace pgcoro::replication {

using protocol::bytes_view;
using protocol::reader;

namespace {

constexpr const char* nested = "within a transaction that has not ended";
constexpr const char* not_begun = "ends what has not begun";
constexpr const char* outside = "outside a transaction";

lsn read_lsn(reader& in) noexcept {
  const std::size_t at = in.offset();
  const lsn position{in.u64()};
  if (!position.is_valid()) in.fail("no position", at);
  return position;
}

postgres_time read_time(reader& in) noexcept { return postgres_time(std::chrono::microseconds(in.i64())); }

/// Reserved: what they would mean is not known.
void read_no_flags(reader& in) noexcept {
  const std::size_t at = in.offset();
  if (in.u8() != 0) in.fail("unknown flags", at);
}

bool read_bool(reader& in) noexcept {
  const std::size_t at = in.offset();
  const std::uint8_t value = in.u8();
  if (value > 1) in.fail("neither zero nor one", at);
  return value != 0;
}

/// What commit, commit_prepared and stream_commit have in common.
template <class Commit>
void read_commit(reader& in, Commit& out) noexcept {
  read_no_flags(in);
  out.commit_lsn = read_lsn(in);
  out.end_lsn = read_lsn(in);
  out.commit_time = read_time(in);
}

/// What prepare and stream_prepare have in common, and begin_prepare but for the flags.
template <class Prepare>
void read_prepare(reader& in, Prepare& out) noexcept {
  out.prepare_lsn = read_lsn(in);
  out.end_lsn = read_lsn(in);
  out.prepare_time = read_time(in);
  out.xid = in.u32();
  out.gid = in.cstring();
}

}  // namespace

// --- what the messages are within -----------------------------------------------------------------------------------

void pgoutput_decoder::require(reader& in, bool fulfilled, const char* rule) const noexcept {
  if (!fulfilled) [[unlikely]]
    in.fail(rule, 0);
}

std::uint32_t pgoutput_decoder::read_xid(reader& in) const noexcept { return place_ == place::streamed ? in.u32() : 0; }

const relation* pgoutput_decoder::read_relation(reader& in) const noexcept {
  const std::size_t at = in.offset();
  const relation* const found = find(in.u32());
  if (found == nullptr) in.fail("a relation that was not described", at);
  return found;
}

// --- transactions ---------------------------------------------------------------------------------------------------

void pgoutput_decoder::read(reader& in, begin& out) {
  require(in, place_ == place::outside, nested);
  out.final_lsn = read_lsn(in);
  out.commit_time = read_time(in);
  out.xid = in.u32();
}

void pgoutput_decoder::read(reader& in, commit& out) {
  require(in, place_ == place::transaction, not_begun);
  read_commit(in, out);
}

void pgoutput_decoder::read(reader& in, origin& out) {
  out.commit_lsn = {in.u64()};
  out.name = in.cstring();
}

void pgoutput_decoder::read(reader& in, begin_prepare& out) {
  require(in, place_ == place::outside, nested);
  read_prepare(in, out);
}

void pgoutput_decoder::read(reader& in, prepare& out) {
  require(in, place_ == place::prepared, not_begun);
  read_no_flags(in);
  read_prepare(in, out);
}

void pgoutput_decoder::read(reader& in, commit_prepared& out) {
  require(in, place_ == place::outside, nested);
  read_commit(in, out);
  out.xid = in.u32();
  out.gid = in.cstring();
}

void pgoutput_decoder::read(reader& in, rollback_prepared& out) {
  require(in, place_ == place::outside, nested);
  read_no_flags(in);
  out.prepare_end_lsn = read_lsn(in);
  out.rollback_end_lsn = read_lsn(in);
  out.prepare_time = read_time(in);
  out.rollback_time = read_time(in);
  out.xid = in.u32();
  out.gid = in.cstring();
}

// --- streamed transactions ------------------------------------------------------------------------------------------

void pgoutput_decoder::read(reader& in, stream_start& out) {
  require(in, place_ == place::outside, nested);
  out.xid = in.u32();
  out.first_segment = read_bool(in);
}

void pgoutput_decoder::read(reader& in, stream_stop&) { require(in, place_ == place::streamed, not_begun); }

void pgoutput_decoder::read(reader& in, stream_commit& out) {
  require(in, place_ == place::outside, nested);
  out.xid = in.u32();
  read_commit(in, out);
}

void pgoutput_decoder::read(reader& in, stream_abort& out) {
  require(in, place_ == place::outside, nested);
  out.xid = in.u32();
  out.subxid = in.u32();
  if (options_.parallel_streaming) {
    out.abort_lsn = {in.u64()};
    out.abort_time = read_time(in);
  }
}

void pgoutput_decoder::read(reader& in, stream_prepare& out) {
  require(in, place_ == place::outside, nested);
  read_no_flags(in);
  read_prepare(in, out);
}

// --- descriptions ---------------------------------------------------------------------------------------------------

void pgoutput_decoder::read(reader& in, relation_described& out) {
  out.xid = read_xid(in);
  described_ = detail::read_relation_parts(in, options_.types ? options_.types->registry() : nullptr);
  out.relation = described_.get();
}

void pgoutput_decoder::read(reader& in, type_described& out) {
  out.xid = read_xid(in);
  out.id = in.u32();
  out.schema = in.cstring();
  if (out.schema.empty() && in.ok()) out.schema = "pg_catalog";
  out.name = in.cstring();
}

// --- changes --------------------------------------------------------------------------------------------------------

namespace {

/// The byte in front of a row that says which one it is.
char read_row_kind(reader& in, std::string_view allowed) noexcept {
  const std::size_t at = in.offset();
  const char kind = static_cast<char>(in.u8());
  if (allowed.find(kind) == std::string_view::npos) in.fail("not the row that belongs here", at);
  return kind;
}

}  // namespace

/// What insert, update and delete_ begin with.
template <class Change>
void pgoutput_decoder::read_table(reader& in, Change& out) const noexcept {
  require(in, in_transaction(), outside);
  out.xid = read_xid(in);
  out.relation = read_relation(in);
}

/// `old`: where it is a whole row, it has what this one leaves out as unchanged.
tuple_view pgoutput_decoder::read_row(reader& in, const relation* table, bool key_only, const tuple_view& old) const {
  if (!in.ok()) return {};
  detail::tuple_bytes bytes{detail::read_tuple(in, data_, *table)};
  if (!in.ok()) return {};
  if (old && !old.is_key()) bytes.old = old.bytes().data();
  return {*table, bytes, key_only};
}

void pgoutput_decoder::read(reader& in, insert& out) {
  read_table(in, out);
  read_row_kind(in, "N");
  out.row = read_row(in, out.relation, false);
}

void pgoutput_decoder::read(reader& in, update& out) {
  read_table(in, out);
  const char kind = read_row_kind(in, "NKO");
  if (kind != 'N') {
    out.old = read_row(in, out.relation, kind == 'K');
    read_row_kind(in, "N");
  }
  out.row = read_row(in, out.relation, false, out.old);
}

void pgoutput_decoder::read(reader& in, delete_& out) {
  read_table(in, out);
  const char kind = read_row_kind(in, "KO");
  out.old = read_row(in, out.relation, kind == 'K');
}

void pgoutput_decoder::read(reader& in, truncate& out) {
  require(in, in_transaction(), outside);
  out.xid = read_xid(in);
  const std::size_t count_at = in.offset();
  const std::uint32_t count = in.u32();
  const std::size_t flags_at = in.offset();
  const std::uint8_t flags = in.u8();
  if ((flags & ~std::uint8_t{3}) != 0) in.fail("unknown flags", flags_at);
  out.cascade = (flags & 1) != 0;
  out.restart_identity = (flags & 2) != 0;
  if (in.remaining() != std::uint64_t{count} * 4) in.fail("another number of relations than it says", count_at);
  if (!in.ok() || count == 0) return;
  truncated_.push_back(std::make_unique<const relation*[]>(count));
  const relation** const tables = truncated_.back().get();
  for (std::uint32_t i = 0; i < count && in.ok(); ++i) tables[i] = read_relation(in);
  out.relations = {tables, count};
}

void pgoutput_decoder::read(reader& in, logical_message& out) {
  out.xid = read_xid(in);
  const std::size_t flags_at = in.offset();
  const std::uint8_t flags = in.u8();
  if (flags > 1) in.fail("unknown flags", flags_at);
  out.transactional = flags == 1;
  require(in, in_transaction() || !out.transactional, outside);
  out.position = {in.u64()};
  out.prefix = in.cstring();
  out.content = in.bytes(in.u32());
}

}  // namespace pgcoro::replication
