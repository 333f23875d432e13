#include <cstdint>

#include <pgcoro/detail/numbers.hpp>
#include <pgcoro/types/text.hpp>

namespace pgcoro::detail {
namespace {

template <class Wire, class Printed = Wire>
errc append_fixed(protocol::bytes_view bytes, std::string& out) {
  if (bytes.size() != sizeof(Wire)) return errc::invalid_value;
  append_number(out, Printed{protocol::load_be<Wire>(bytes.data())});
  return errc{};
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
    default: return errc::type_mismatch;
  }
}

}  // namespace pgcoro::detail
