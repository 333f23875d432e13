#include "replication/pgoutput_tuple.hpp"

#include <utility>

#include <pgcoro/detail/tuple_reader.hpp>

namespace pgcoro::detail {

using protocol::bytes_view;
using protocol::reader;

bytes_view read_tuple(reader& in, bytes_view message, const replication::relation& table) {
  const std::size_t first = in.offset();
  const std::size_t columns = table.columns().size();
  if (in.u16() != columns) in.fail("another number of columns than the relation has", first);
  for (std::size_t i = 0; i < columns && in.ok(); ++i) {
    const std::size_t at = in.offset();
    switch (static_cast<value_kind>(in.u8())) {
      case value_kind::null:
      case value_kind::unchanged: break;
      case value_kind::text:
      case value_kind::binary: {
        const std::int32_t size = in.i32();
        if (size < 0)
          in.fail("negative size", at + 1);
        else
          static_cast<void>(in.bytes(static_cast<std::size_t>(size)));
        break;
      }
      default: in.fail("a value is neither n, u, t nor b", at);
    }
  }
  return in.ok() ? message.subspan(first, in.offset() - first) : bytes_view();
}

namespace {

bool is_identity(char c) noexcept { return c == 'd' || c == 'n' || c == 'f' || c == 'i'; }

}  // namespace

std::shared_ptr<const replication::relation> read_relation_parts(reader& in,
                                                                 std::shared_ptr<const type_registry> types) {
  replication::relation_parts parts;
  parts.id = in.u32();
  parts.schema = in.cstring();
  if (parts.schema.empty()) parts.schema = "pg_catalog";  // as it is abbreviated
  parts.name = in.cstring();
  const std::size_t identity_at = in.offset();
  const char identity = static_cast<char>(in.u8());
  if (!is_identity(identity)) in.fail("no replica identity", identity_at);
  parts.identity = static_cast<replication::replica_identity>(identity);
  const std::size_t count_at = in.offset();
  const std::size_t columns = in.u16();
  if (columns > max_columns) in.fail("more columns than a table can have", count_at);
  for (std::size_t i = 0; i < columns && in.ok(); ++i) {
    parts.key.push_back((in.u8() & 1) != 0);
    column& c = parts.columns.emplace_back();
    c.name = in.cstring();
    c.table = parts.id;
    c.type = in.u32();
    c.modifier = in.i32();
  }
  if (!in.ok()) return nullptr;
  parts.registry = std::move(types);
  return std::make_shared<const replication::relation>(std::move(parts));
}

}  // namespace pgcoro::detail
