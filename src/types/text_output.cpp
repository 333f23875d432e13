#include <cstdint>

#include <pgcoro/detail/json_wire.hpp>
#include <pgcoro/detail/numbers.hpp>
#include <pgcoro/types/bit_string.hpp>
#include <pgcoro/types/geometric.hpp>
#include <pgcoro/types/network.hpp>
#include <pgcoro/types/numeric.hpp>
#include <pgcoro/types/system.hpp>
#include <pgcoro/types/text.hpp>
#include <pgcoro/types/text_search.hpp>
#include <pgcoro/types/uuid.hpp>

namespace pgcoro::detail {
namespace {

template <class Wire, class Printed = Wire>
errc append_fixed(protocol::bytes_view bytes, std::string& out) {
  if (bytes.size() != sizeof(Wire)) return errc::invalid_value;
  append_number(out, Printed{protocol::load_be<Wire>(bytes.data())});
  return errc{};
}

/// The text of a type that has a C++ type of its own.
template <class T>
errc append_value(protocol::bytes_view bytes, std::string& out, oid type) {
  const value_type from{type, protocol::format::binary};
  T value{};
  const errc failure = codec<T>::decoder(from)(bytes, value, from);
  if (failure == errc{}) out.append(to_string(value));
  return failure;
}

errc append_uuid(protocol::bytes_view bytes, std::string& out, oid type) {
  boost::uuids::uuid value;
  const errc failure = codec<boost::uuids::uuid>::decoder({type, protocol::format::binary})(bytes, value, {});
  if (failure == errc{}) append_text(value, out);
  return failure;
}

errc append_json(protocol::bytes_view bytes, std::string& out, oid type) {
  std::string_view text;
  const errc failure = json_text(bytes, {type, protocol::format::binary}, text);
  out.append(text);
  return failure;
}

using renderer = errc (*)(protocol::bytes_view bytes, std::string& out, oid type);

renderer renderer_of(oid type) noexcept {
  switch (type) {
    case oids::numeric: return &append_value<numeric>;
    case oids::inet: return &append_value<inet>;
    case oids::cidr: return &append_value<cidr>;
    case oids::macaddr: return &append_value<macaddr>;
    case oids::macaddr8: return &append_value<macaddr8>;
    case oids::point: return &append_value<point>;
    case oids::line: return &append_value<line>;
    case oids::lseg: return &append_value<lseg>;
    case oids::box: return &append_value<box>;
    case oids::path: return &append_value<path>;
    case oids::polygon: return &append_value<polygon>;
    case oids::circle: return &append_value<circle>;
    case oids::bit:
    case oids::varbit: return &append_value<bit_string>;
    case oids::xid: return &append_value<xid>;
    case oids::cid: return &append_value<cid>;
    case oids::xid8: return &append_value<xid8>;
    case oids::tid: return &append_value<tid>;
    case oids::pg_lsn: return &append_value<lsn>;
    case oids::pg_snapshot:
    case oids::txid_snapshot: return &append_value<transaction_snapshot>;
    case oids::tsvector: return &append_value<tsvector>;
    case oids::tsquery: return &append_value<tsquery>;
    case oids::uuid: return &append_uuid;
    case oids::jsonb:
    case oids::jsonpath: return &append_json;
    default: return nullptr;
  }
}

errc append_bool(protocol::bytes_view bytes, std::string& out) {
  if (bytes.size() != 1 || bytes[0] > std::byte{1}) return errc::invalid_value;
  out.push_back(bytes[0] == std::byte{1} ? 't' : 'f');
  return errc{};
}

errc append_hex(protocol::bytes_view bytes, std::string& out) {
  constexpr std::string_view digits = "0123456789abcdef";
  out.reserve(out.size() + 2 + 2 * bytes.size());
  out.append("\\x");
  for (const std::byte b : bytes) {
    out.push_back(digits[std::to_integer<std::size_t>(b >> 4)]);
    out.push_back(digits[std::to_integer<std::size_t>(b & std::byte{15})]);
  }
  return errc{};
}

}  // namespace

bool can_render(oid type) noexcept { return has_binary_text(type) || renderer_of(type) != nullptr; }

bool has_binary_text(oid type) noexcept {
  return type == oids::bool_ || type == oids::bytea || is_integer_type(type) || type == oids::float4 ||
         type == oids::float8 || is_text_type(type);
}

errc append_text(protocol::bytes_view bytes, std::string& out, const value_type& from) {
  if (from.format == protocol::format::text || is_text_type(from.type)) {
    out.append(protocol::as_text(bytes));
    return errc{};
  }
  switch (from.type) {
    case oids::bool_: return append_bool(bytes, out);
    case oids::int2: return append_fixed<std::int16_t, std::int64_t>(bytes, out);
    case oids::int4: return append_fixed<std::int32_t, std::int64_t>(bytes, out);
    case oids::int8: return append_fixed<std::int64_t>(bytes, out);
    case oids::oid_: return append_fixed<std::uint32_t, std::uint64_t>(bytes, out);
    case oids::float4: return append_fixed<float>(bytes, out);
    case oids::float8: return append_fixed<double>(bytes, out);
    case oids::bytea: return append_hex(bytes, out);
    default: break;
  }
  const renderer render = renderer_of(from.type);
  return render != nullptr ? render(bytes, out, from.type) : errc::type_mismatch;
}

}  // namespace pgcoro::detail
