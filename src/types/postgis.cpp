#include <bit>
#include <boost/endian/conversion.hpp>
#include <cmath>
#include <limits>
#include <vector>

#include <pgcoro/detail/composed_type.hpp>
#include <pgcoro/detail/numbers.hpp>
#include <pgcoro/types/bytea.hpp>
#include <pgcoro/types/postgis.hpp>

namespace pgcoro {
namespace {

// EWKB: the byte order, then a type with flags, the SRID where a flag says so, then the coordinates (PostGIS manual,
// "OpenGIS WKB and WKT", and its extension of both).
constexpr std::uint32_t point_type = 1;
constexpr std::uint32_t has_z = 0x8000'0000;
constexpr std::uint32_t has_srid = 0x2000'0000;

/// Reads numbers in the order that the first byte names. Each read needs its bytes to be there.
class ewkb_reader {
 public:
  explicit ewkb_reader(protocol::bytes_view bytes) noexcept : rest_(bytes) {}

  bool begin() noexcept {
    if (rest_.empty() || rest_[0] > std::byte{1}) return false;
    little_ = rest_[0] == std::byte{1};
    rest_ = rest_.subspan(1);
    return true;
  }
  template <class Number>
  bool read(Number& out) noexcept {
    if (rest_.size() < sizeof out) return false;
    const auto* const at = reinterpret_cast<const unsigned char*>(rest_.data());
    out = little_ ? boost::endian::endian_load<Number, sizeof out, boost::endian::order::little>(at)
                  : boost::endian::endian_load<Number, sizeof out, boost::endian::order::big>(at);
    rest_ = rest_.subspan(sizeof out);
    return true;
  }
  [[nodiscard]] bool at_end() const noexcept { return rest_.empty(); }

 private:
  protocol::bytes_view rest_;
  bool little_ = false;
};

errc read_ewkb(protocol::bytes_view bytes, geo_point& out) noexcept {
  ewkb_reader in(bytes);
  std::uint32_t type = 0;
  if (!in.begin() || !in.read(type)) return errc::invalid_value;
  out = {};
  if ((type & has_srid) != 0 && !in.read(out.srid)) return errc::invalid_value;
  if ((type & ~(has_z | has_srid)) != point_type) return errc::out_of_range;
  if (!in.read(out.x) || !in.read(out.y)) return errc::invalid_value;
  if ((type & has_z) != 0 && !in.read(out.z.emplace())) return errc::invalid_value;
  return in.at_end() ? errc{} : errc::invalid_value;
}

errc read(protocol::bytes_view bytes, geo_point& out, const value_type&) noexcept { return read_ewkb(bytes, out); }

errc read_text(protocol::bytes_view bytes, geo_point& out, const value_type&) {
  return parse(protocol::as_text(bytes), out);
}

errc write(const geo_point& value, protocol::buffer& out, const value_type&) {
  out.append_u8(0);  // big-endian, as the rest of the protocol
  out.append_u32(point_type | (value.z ? has_z : 0) | (value.srid != 0 ? has_srid : 0));
  if (value.srid != 0) out.append_i32(value.srid);
  out.append_be(value.x);
  out.append_be(value.y);
  if (value.z) out.append_be(*value.z);
  return errc{};
}

errc write_text(const geo_point& value, protocol::buffer& out, const value_type&) {
  out.append(to_string(value));
  return errc{};
}

bool is_geo_type(const value_type& type) noexcept {
  return detail::is_base_type(type, "geometry") || detail::is_base_type(type, "geography");
}

}  // namespace

std::string to_string(const geo_point& value) {
  std::string text;
  if (value.srid != 0) text.append("SRID=").append(std::to_string(value.srid)).append(";");
  if (std::isnan(value.x) && std::isnan(value.y)) return text.append(value.z ? "POINT Z EMPTY" : "POINT EMPTY");
  text.append("POINT(");
  detail::append_number(text, value.x);
  text.append(" ");
  detail::append_number(text, value.y);
  if (value.z) {
    text.append(" ");
    detail::append_number(text, *value.z);
  }
  return text.append(")");
}

errc parse(std::string_view text, geo_point& out) {
  std::vector<std::byte> bytes;
  const std::string hex = "\\x" + std::string(text);
  const value_type bytea{oids::bytea, protocol::format::text};
  const errc failure = codec<std::vector<std::byte>>::decoder(bytea)(protocol::as_bytes(hex), bytes, bytea);
  return failure == errc{} ? read_ewkb(bytes, out) : failure;
}

decode_function<geo_point> codec<geo_point>::decoder(const value_type& from) noexcept {
  if (!is_geo_type(from)) return nullptr;
  return from.format == protocol::format::binary ? &read : &read_text;
}

encoding<geo_point> codec<geo_point>::encoder(const value_type& to) noexcept {
  if (is_geo_type(to) && to.format == protocol::format::binary) return {protocol::format::binary, &write};
  if (is_geo_type(to) || detail::is_unknown_type(to.type, to.registry)) return {protocol::format::text, &write_text};
  return {};
}

}  // namespace pgcoro
