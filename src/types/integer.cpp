#include <pgcoro/detail/numbers.hpp>
#include <pgcoro/types/integer.hpp>
#include <pgcoro/types/numeric.hpp>

namespace pgcoro {
namespace {

bool is_identifier(oid type) noexcept { return type == oids::xid || type == oids::cid || type == oids::xid8; }

/// Whether the text of an integer is input for the type: numbers, text, json, and those that are numbers underneath.
bool takes_integer_text(oid type) noexcept {
  return detail::is_integer_type(type) || detail::is_open_type(type) || detail::is_text_type(type) ||
         type == oids::numeric || type == oids::float4 || type == oids::float8 || type == oids::jsonb ||
         is_identifier(type) || detail::is_reg_type(type);
}

/// The type without its own name: what names an object of the catalogs is an oid in binary, and so is xid or cid.
oid underlying(oid type) noexcept {
  return type == oids::xid || type == oids::cid || detail::is_reg_type(type) ? oids::oid_ : type;
}

template <class T>
using widest = std::conditional_t<std::is_signed_v<T>, std::int64_t, std::uint64_t>;

template <class T, class Wire>
errc read(protocol::bytes_view bytes, T& out, const value_type&) noexcept {
  if (bytes.size() != sizeof(Wire)) return errc::invalid_value;
  const Wire value = protocol::load_be<Wire>(bytes.data());
  if (!std::in_range<T>(value)) return errc::out_of_range;
  out = static_cast<T>(value);
  return errc{};
}

template <class T>
errc read_text(protocol::bytes_view bytes, T& out, const value_type&) noexcept {
  widest<T> value = 0;
  if (const errc failure = detail::parse_integer(protocol::as_text(bytes), value); failure != errc{}) return failure;
  if (!std::in_range<T>(value)) return errc::out_of_range;
  out = static_cast<T>(value);
  return errc{};
}

template <class T>
errc take_exact(const numeric& value, T& out) noexcept {
  const std::optional<T> exact = value.to<T>();
  if (!exact) return errc::out_of_range;
  out = *exact;
  return errc{};
}

template <class T>
errc read_numeric(protocol::bytes_view bytes, T& out, const value_type&) {
  numeric value;
  const errc failure = detail::decode_numeric(bytes, value);
  return failure != errc{} ? failure : take_exact(value, out);
}

template <class T>
errc read_numeric_text(protocol::bytes_view bytes, T& out, const value_type&) {
  numeric value;
  const errc failure = parse(protocol::as_text(bytes), value);
  return failure != errc{} ? failure : take_exact(value, out);
}

template <class T, class Wire>
errc write(const T& value, protocol::buffer& out, const value_type&) {
  if (!std::in_range<Wire>(value)) return errc::out_of_range;
  out.append_be(static_cast<Wire>(value));
  return errc{};
}

template <class T, class Float>
errc write_float(const T& value, protocol::buffer& out, const value_type&) {
  Float exact;
  if (!detail::to_exact_float(value, exact)) return errc::out_of_range;
  out.append_be(exact);
  return errc{};
}

template <class T>
errc write_numeric(const T& value, protocol::buffer& out, const value_type&) {
  detail::encode_numeric(value, out);
  return errc{};
}

template <class T>
errc write_text(const T& value, protocol::buffer& out, const value_type&) {
  detail::append_number(out, widest<T>{value});
  return errc{};
}

template <class T>
decode_function<T> text_decoder(oid type) noexcept {
  if (type == oids::numeric) return &read_numeric_text<T>;
  return detail::is_integer_type(type) || is_identifier(type) ? &read_text<T> : nullptr;
}

template <class T>
encode_function<T> binary_encoder(oid type) noexcept {
  switch (underlying(type)) {
    case oids::int4: return &write<T, std::int32_t>;
    case oids::int8: return &write<T, std::int64_t>;
    case oids::int2: return &write<T, std::int16_t>;
    case oids::oid_: return &write<T, std::uint32_t>;
    case oids::xid8: return &write<T, std::uint64_t>;
    case oids::float8: return &write_float<T, double>;
    case oids::float4: return &write_float<T, float>;
    case oids::numeric: return &write_numeric<T>;
    default: return nullptr;
  }
}

}  // namespace

namespace detail {

template <class T>
decode_function<T> integer_codec<T>::decoder(const value_type& from) noexcept {
  if (from.format == protocol::format::text) return text_decoder<T>(from.type);
  if (from.type == declared_oid) return common_decoder;
  switch (underlying(from.type)) {
    case oids::int4: return &read<T, std::int32_t>;
    case oids::int8: return &read<T, std::int64_t>;
    case oids::int2: return &read<T, std::int16_t>;
    case oids::oid_: return &read<T, std::uint32_t>;
    case oids::xid8: return &read<T, std::uint64_t>;
    case oids::numeric: return &read_numeric<T>;
    default: return nullptr;
  }
}

template <class T>
encoding<T> integer_codec<T>::encoder(const value_type& to) noexcept {
  if (to.format == protocol::format::binary)
    if (const encode_function<T> write = binary_encoder<T>(to.type)) return {protocol::format::binary, write};
  if (takes_integer_text(to.type)) return {protocol::format::text, &write_text<T>};
  return {};
}

template struct integer_codec<signed char>;
template struct integer_codec<unsigned char>;
template struct integer_codec<short>;
template struct integer_codec<unsigned short>;
template struct integer_codec<int>;
template struct integer_codec<unsigned>;
template struct integer_codec<long>;
template struct integer_codec<unsigned long>;
template struct integer_codec<long long>;
template struct integer_codec<unsigned long long>;

}  // namespace detail
}  // namespace pgcoro
