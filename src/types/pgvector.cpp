#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

#include <pgcoro/detail/composed_type.hpp>
#include <pgcoro/detail/embedding.hpp>
#include <pgcoro/detail/literal.hpp>
#include <pgcoro/detail/numbers.hpp>
#include <pgcoro/protocol/reader.hpp>
#include <pgcoro/types/pgvector.hpp>

namespace pgcoro {
namespace {

using floats = std::vector<float>;

/// IEEE 754 binary16, all of whose values are floats.
float from_half(std::uint16_t half) noexcept {
  const int exponent = (half >> 10) & 0x1f;
  const int fraction = half & 0x3ff;
  float magnitude = 0;
  if (exponent == 0x1f)
    magnitude = fraction == 0 ? std::numeric_limits<float>::infinity() : std::numeric_limits<float>::quiet_NaN();
  else if (exponent == 0)
    magnitude = std::ldexp(static_cast<float>(fraction), -24);
  else
    magnitude = std::ldexp(static_cast<float>(fraction | 0x400), exponent - 25);
  return (half & 0x8000) != 0 ? -magnitude : magnitude;
}

/// A 16-bit count, 16 bits that are zero, then the elements (vector_send, halfvec_send).
template <class Wire>
errc read_floats(protocol::bytes_view bytes, floats& out) {
  protocol::reader in(bytes);
  const std::uint16_t count = in.u16();
  in.u16();
  if (!in.ok() || in.remaining() != count * sizeof(Wire)) return errc::invalid_value;
  out.resize(count);
  for (float& f : out) {
    if constexpr (sizeof(Wire) == 2)
      f = from_half(in.u16());
    else
      f = std::bit_cast<float>(in.u32());
  }
  return errc{};
}

/// Reads up to the end of the number.
errc read_float(std::string_view& rest, float& out) noexcept {
  const std::size_t end = std::min(rest.find_first_of(",]}"), rest.size());
  const errc failure = detail::parse_float(rest.substr(0, end), out);
  rest.remove_prefix(end);
  return failure;
}

bool skip(std::string_view& rest, char c) noexcept {
  if (!rest.starts_with(c)) return false;
  rest.remove_prefix(1);
  return true;
}

errc parse_floats(std::string_view text, floats& out) {
  out.clear();
  if (text == "[]") return errc{};
  if (!skip(text, '[')) return errc::invalid_value;
  do {
    if (const errc e = read_float(text, out.emplace_back()); e != errc{}) return e;
  } while (skip(text, ','));
  return text == "]" ? errc{} : errc::invalid_value;
}

std::string print_floats(const floats& values) {
  std::string text;
  for (const float f : values) {
    text.push_back(text.empty() ? '[' : ',');
    detail::append_number(text, f);
  }
  return text.empty() ? "[]" : text.append("]");
}

bool is_vector(const value_type& type) noexcept { return detail::is_base_type(type, "vector"); }
bool is_halfvec(const value_type& type) noexcept { return detail::is_base_type(type, "halfvec"); }
bool is_sparsevec(const value_type& type) noexcept { return detail::is_base_type(type, "sparsevec"); }

errc read_vector(protocol::bytes_view bytes, floats& out, const value_type&) { return read_floats<float>(bytes, out); }
errc read_halfvec(protocol::bytes_view bytes, floats& out, const value_type&) {
  return read_floats<std::uint16_t>(bytes, out);
}
errc read_text(protocol::bytes_view bytes, floats& out, const value_type&) {
  return parse_floats(protocol::as_text(bytes), out);
}

errc write_vector(const floats& values, protocol::buffer& out, const value_type&) {
  if (values.size() > static_cast<std::size_t>(std::numeric_limits<std::int16_t>::max())) return errc::out_of_range;
  out.append_u16(static_cast<std::uint16_t>(values.size()));
  out.append_u16(0);
  for (const float f : values) out.append_be(f);
  return errc{};
}
errc write_text(const floats& values, protocol::buffer& out, const value_type&) {
  out.append(print_floats(values));
  return errc{};
}

/// The codec of the floats that a vector holds.
errc read_held(protocol::bytes_view bytes, vector& out, const value_type& from) {
  return detail::embedding_decoder(from)(bytes, out.values, from);
}
errc write_held(const vector& value, protocol::buffer& out, const value_type& to) {
  return detail::embedding_encoder(to).write(value.values, out, to);
}

/// Three 32-bit numbers: dimensions, count, zero; then the indices, then the values (sparsevec_send).
errc read_sparse(protocol::bytes_view bytes, sparsevec& out, const value_type&) {
  protocol::reader in(bytes);
  out.dimensions = in.i32();
  const std::uint32_t count = in.u32();
  in.u32();
  if (!in.ok() || out.dimensions < 0 || in.remaining() != std::uint64_t{count} * 8) return errc::invalid_value;
  out.elements.resize(count);
  for (sparsevec::element& e : out.elements) e.index = in.i32();
  for (sparsevec::element& e : out.elements) e.value = std::bit_cast<float>(in.u32());
  return errc{};
}

errc write_sparse(const sparsevec& value, protocol::buffer& out, const value_type&) {
  if (value.elements.size() > static_cast<std::size_t>(value.dimensions)) return errc::invalid_value;
  out.append_i32(value.dimensions);
  out.append_i32(static_cast<std::int32_t>(value.elements.size()));
  out.append_i32(0);
  for (const sparsevec::element& e : value.elements) out.append_i32(e.index);
  for (const sparsevec::element& e : value.elements) out.append_be(e.value);
  return errc{};
}

errc read_sparse_text(protocol::bytes_view bytes, sparsevec& out, const value_type&) {
  return parse(protocol::as_text(bytes), out);
}
errc write_sparse_text(const sparsevec& value, protocol::buffer& out, const value_type&) {
  out.append(to_string(value));
  return errc{};
}

/// "1:2.5"
errc read_element(std::string_view& rest, sparsevec::element& out) noexcept {
  const std::size_t colon = std::min(rest.find(':'), rest.size());
  std::int64_t number = 0;
  if (const errc e = detail::parse_integer(rest.substr(0, colon), number); e != errc{}) return e;
  if (number < 1 || number > std::numeric_limits<std::int32_t>::max()) return errc::invalid_value;
  rest.remove_prefix(colon);
  if (!skip(rest, ':')) return errc::invalid_value;
  out.index = static_cast<std::int32_t>(number - 1);
  return read_float(rest, out.value);
}

}  // namespace

namespace detail {

decode_function<floats> embedding_decoder(const value_type& from) noexcept {
  if (!is_vector(from) && !is_halfvec(from)) return nullptr;
  if (from.format == protocol::format::text) return &read_text;
  return is_vector(from) ? &read_vector : &read_halfvec;
}

encoding<floats> embedding_encoder(const value_type& to) noexcept {
  if (is_vector(to) && to.format == protocol::format::binary) return {protocol::format::binary, &write_vector};
  if (is_vector(to) || is_halfvec(to)) return {protocol::format::text, &write_text};
  return {};
}

}  // namespace detail

std::string to_string(const vector& value) { return print_floats(value.values); }

std::string to_string(const sparsevec& value) {
  std::string text;
  for (const sparsevec::element& e : value.elements) {
    text.push_back(text.empty() ? '{' : ',');
    text.append(std::to_string(std::int64_t{e.index} + 1)).append(":");
    detail::append_number(text, e.value);
  }
  return (text.empty() ? "{" : text).append("}/").append(std::to_string(value.dimensions));
}

errc parse(std::string_view text, vector& out) { return parse_floats(text, out.values); }

errc parse(std::string_view text, sparsevec& out) {
  out.elements.clear();
  if (!skip(text, '{')) return errc::invalid_value;
  if (!text.starts_with('}')) {
    do {
      if (const errc e = read_element(text, out.elements.emplace_back()); e != errc{}) return e;
    } while (skip(text, ','));
  }
  if (!skip(text, '}') || !skip(text, '/')) return errc::invalid_value;
  std::int64_t dimensions = 0;
  if (const errc e = detail::parse_integer(text, dimensions); e != errc{}) return e;
  if (dimensions < 0 || dimensions > std::numeric_limits<std::int32_t>::max()) return errc::invalid_value;
  out.dimensions = static_cast<std::int32_t>(dimensions);
  return errc{};
}

decode_function<vector> codec<vector>::decoder(const value_type& from) noexcept {
  return detail::embedding_decoder(from) != nullptr ? &read_held : nullptr;
}

encoding<vector> codec<vector>::encoder(const value_type& to) noexcept {
  const encoding<floats> chosen = detail::embedding_encoder(to);
  if (chosen) return {chosen.format, &write_held};
  if (!detail::is_unknown_type(to.type, to.registry)) return {};
  return {protocol::format::text, [](const vector& value, protocol::buffer& out, const value_type& type) {
            return write_text(value.values, out, type);
          }};
}

decode_function<sparsevec> codec<sparsevec>::decoder(const value_type& from) noexcept {
  if (!is_sparsevec(from)) return nullptr;
  return from.format == protocol::format::binary ? &read_sparse : &read_sparse_text;
}

encoding<sparsevec> codec<sparsevec>::encoder(const value_type& to) noexcept {
  if (is_sparsevec(to) && to.format == protocol::format::binary) return {protocol::format::binary, &write_sparse};
  if (is_sparsevec(to) || detail::is_unknown_type(to.type, to.registry))
    return {protocol::format::text, &write_sparse_text};
  return {};
}

}  // namespace pgcoro
