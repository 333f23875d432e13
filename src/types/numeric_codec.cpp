// The binary format of numeric: number of groups, weight, sign, scale, and the groups, 16 bit each (numeric_send in
// PostgreSQL's numeric.c; the manual does not describe it).
#include <algorithm>

#include <pgcoro/types/numeric.hpp>

namespace pgcoro {
namespace {

using protocol::load_be;
using protocol::store_be;

enum sign : std::uint16_t {
  positive = 0x0000,
  negative = 0x4000,
  not_a_number = 0xC000,
  positive_infinity = 0xD000,
  negative_infinity = 0xF000
};
constexpr std::size_t header_size = 8;
constexpr std::uint16_t group_base = 10'000;

/// The scale of these has no meaning, and the server sends some.
errc decode_special(std::uint16_t sign, bool has_groups, numeric& out) {
  if (has_groups) return errc::invalid_value;
  switch (sign) {
    case not_a_number: out = numeric::nan(); return errc{};
    case positive_infinity: out = numeric::infinity(); return errc{};
    case negative_infinity: out = -numeric::infinity(); return errc{};
    default: return errc::invalid_value;
  }
}

std::uint16_t sign_of(const numeric& value) noexcept {
  if (value.is_nan()) return not_a_number;
  if (value.is_infinite()) return value.is_negative() ? negative_infinity : positive_infinity;
  return value.is_negative() ? negative : positive;
}

errc read(protocol::bytes_view bytes, numeric& out, const value_type&) { return detail::decode_numeric(bytes, out); }

errc read_text(protocol::bytes_view bytes, numeric& out, const value_type&) {
  return parse(protocol::as_text(bytes), out);
}

template <class Wire>
errc read_integer(protocol::bytes_view bytes, numeric& out, const value_type&) {
  if (bytes.size() != sizeof(Wire)) return errc::invalid_value;
  out = numeric(load_be<Wire>(bytes.data()));
  return errc{};
}

errc write(const numeric& value, protocol::buffer& out, const value_type&) {
  detail::encode_numeric(value, out);
  return errc{};
}

template <class Wire>
errc write_integer(const numeric& value, protocol::buffer& out, const value_type&) {
  const std::optional<Wire> exact = value.to<Wire>();
  if (!exact) return errc::out_of_range;
  out.append_be(*exact);
  return errc{};
}

errc write_text(const numeric& value, protocol::buffer& out, const value_type&) {
  out.append(to_string(value));
  return errc{};
}

encode_function<numeric> binary_encoder(oid type) noexcept {
  switch (type) {
    case oids::numeric: return &write;
    case oids::int8: return &write_integer<std::int64_t>;
    case oids::int4: return &write_integer<std::int32_t>;
    case oids::int2: return &write_integer<std::int16_t>;
    case oids::oid_: return &write_integer<std::uint32_t>;
    default: return nullptr;
  }
}

bool takes_numeric_text(oid type) noexcept {
  return type == oids::numeric || detail::is_integer_type(type) || type == oids::jsonb || detail::is_open_type(type) ||
         detail::is_text_type(type);
}

}  // namespace

namespace detail {

errc decode_numeric(protocol::bytes_view bytes, numeric& out) {
  if (bytes.size() < header_size) return errc::invalid_value;
  const std::byte* const at = bytes.data();
  const std::size_t count = load_be<std::uint16_t>(at);
  const int weight = load_be<std::int16_t>(at + 2);
  const auto sign = load_be<std::uint16_t>(at + 4);
  const int scale = load_be<std::uint16_t>(at + 6);
  if (bytes.size() - header_size != 2 * count) return errc::invalid_value;
  if (sign != positive && sign != negative) return decode_special(sign, count != 0, out);
  if (scale > numeric::max_scale) return errc::invalid_value;

  out.groups_.reset(count);
  std::uint16_t* const groups = out.groups_.data();
  std::uint16_t greatest = 0;
  for (std::size_t i = 0; i < count; ++i) {
    groups[i] = load_be<std::uint16_t>(at + header_size + 2 * i);
    greatest = std::max(greatest, groups[i]);
  }
  if (greatest >= group_base) {
    out = numeric();
    return errc::invalid_value;
  }
  out.finish(sign == negative, weight, scale);
  return errc{};
}

void encode_numeric(const numeric& value, protocol::buffer& out) {
  const auto groups = value.groups();
  const std::size_t size = header_size + 2 * groups.size();
  std::byte* at = out.prepare(size);
  store_be(at, static_cast<std::uint16_t>(groups.size()));
  store_be(at + 2, static_cast<std::int16_t>(value.weight()));
  store_be(at + 4, sign_of(value));
  store_be(at + 6, static_cast<std::uint16_t>(value.scale()));
  at += header_size;
  for (const std::uint16_t group : groups) {
    store_be(at, group);
    at += 2;
  }
  out.commit(size);
}

}  // namespace detail

decode_function<numeric> codec<numeric>::decoder(const value_type& from) noexcept {
  if (from.format == protocol::format::text)
    return from.type == oids::numeric || detail::is_integer_type(from.type) ? &read_text : nullptr;
  switch (from.type) {
    case oids::numeric: return &read;
    case oids::int8: return &read_integer<std::int64_t>;
    case oids::int4: return &read_integer<std::int32_t>;
    case oids::int2: return &read_integer<std::int16_t>;
    case oids::oid_: return &read_integer<std::uint32_t>;
    default: return nullptr;
  }
}

encoding<numeric> codec<numeric>::encoder(const value_type& to) noexcept {
  if (to.format == protocol::format::binary)
    if (const encode_function<numeric> found = binary_encoder(to.type)) return {protocol::format::binary, found};
  if (takes_numeric_text(to.type)) return {protocol::format::text, &write_text};
  return {};
}

}  // namespace pgcoro
