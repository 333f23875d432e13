#include <cmath>

#include <pgcoro/detail/numbers.hpp>
#include <pgcoro/types/floating.hpp>
#include <pgcoro/types/numeric.hpp>

namespace pgcoro {
namespace {

template <class T>
constexpr bool is_double = std::same_as<T, double>;

template <class T, class Wire>
errc read(protocol::bytes_view bytes, T& out, const value_type&) noexcept {
  if (bytes.size() != sizeof(Wire)) return errc::invalid_value;
  out = static_cast<T>(protocol::load_be<Wire>(bytes.data()));
  return errc{};
}

template <class T, class Wire>
errc read_integer(protocol::bytes_view bytes, T& out, const value_type&) noexcept {
  if (bytes.size() != sizeof(Wire)) return errc::invalid_value;
  return detail::to_exact_float(protocol::load_be<Wire>(bytes.data()), out) ? errc{} : errc::out_of_range;
}

errc read_numeric(protocol::bytes_view bytes, double& out, const value_type&) {
  numeric value;
  if (const errc failure = detail::decode_numeric(bytes, value); failure != errc{}) return failure;
  const std::optional<double> nearest = value.to<double>();
  out = nearest.value_or(0);
  return nearest ? errc{} : errc::out_of_range;
}

/// As a Number first: the text of a float4 read as a double would be another value than its binary format gives.
template <class T, class Number>
errc read_text(protocol::bytes_view bytes, T& out, const value_type&) noexcept {
  Number value = 0;
  const errc failure = detail::parse_float(protocol::as_text(bytes), value);
  out = static_cast<T>(value);
  return failure;
}

template <class T>
errc read_integer_text(protocol::bytes_view bytes, T& out, const value_type&) noexcept {
  std::int64_t value = 0;
  if (const errc failure = detail::parse_integer(protocol::as_text(bytes), value); failure != errc{}) return failure;
  return detail::to_exact_float(value, out) ? errc{} : errc::out_of_range;
}

template <class T>
decode_function<T> text_decoder(oid type) noexcept {
  if (type == oids::float4) return &read_text<T, float>;
  if constexpr (is_double<T>)
    if (type == oids::float8 || type == oids::numeric) return &read_text<T, double>;
  return detail::is_integer_type(type) ? &read_integer_text<T> : nullptr;
}

template <class T, class Wire>
errc write(const T& value, protocol::buffer& out, const value_type&) {
  const auto converted = static_cast<Wire>(value);
  if constexpr (sizeof(Wire) < sizeof(T)) {
    // Infinity stays infinity and zero zero, but nothing else may become one: the server's float4 says the same.
    if (std::isinf(converted) != std::isinf(value) || (converted == 0) != (value == 0)) return errc::out_of_range;
  }
  out.append_be(converted);
  return errc{};
}

template <class T>
errc write_numeric(const T& value, protocol::buffer& out, const value_type&) {
  detail::encode_numeric(numeric(value), out);
  return errc{};
}

template <class T>
errc write_text(const T& value, protocol::buffer& out, const value_type&) {
  detail::append_number(out, value);
  return errc{};
}

bool takes_float_text(oid type) noexcept {
  return type == oids::float8 || type == oids::float4 || type == oids::numeric || type == oids::jsonb ||
         detail::is_open_type(type) || detail::is_text_type(type);
}

}  // namespace

namespace detail {

template <class T>
decode_function<T> floating_codec<T>::decoder(const value_type& from) noexcept {
  if (from.format == protocol::format::text) return text_decoder<T>(from.type);
  if (from.type == declared_oid) return common_decoder;
  if constexpr (is_double<T>)
    if (from.type == oids::numeric) return &read_numeric;
  switch (from.type) {
    case oids::float4: return &read<T, float>;  // float8 into a float has no case: nearly every value would lose digits
    case oids::int4: return &read_integer<T, std::int32_t>;
    case oids::int8: return &read_integer<T, std::int64_t>;
    case oids::int2: return &read_integer<T, std::int16_t>;
    case oids::oid_: return &read_integer<T, std::uint32_t>;
    default: return nullptr;
  }
}

template <class T>
encoding<T> floating_codec<T>::encoder(const value_type& to) noexcept {
  const bool binary = to.format == protocol::format::binary;
  if (to.type == oids::float8 && binary) return {protocol::format::binary, &write<T, double>};
  if (to.type == oids::float4 && binary) return {protocol::format::binary, &write<T, float>};
  if (to.type == oids::numeric && binary) return {protocol::format::binary, &write_numeric<T>};
  if (takes_float_text(to.type)) return {protocol::format::text, &write_text<T>};
  return {};
}

template struct floating_codec<float>;
template struct floating_codec<double>;

}  // namespace detail

}  // namespace pgcoro
