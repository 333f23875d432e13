#include <algorithm>
#include <cstdint>
#include <limits>

#include <pgcoro/types/bit_string.hpp>

#include "types/wire_format.hpp"

namespace pgcoro {
namespace {

constexpr std::size_t bytes_for(std::size_t bits) noexcept { return bits / 8 + (bits % 8 != 0 ? 1 : 0); }

/// The bits of the last byte that no bit string of that size uses.
constexpr std::byte padding(std::size_t size) noexcept {
  return size % 8 == 0 ? std::byte{0} : std::byte{0xff} >> (size % 8);
}

bool is_bit_type(oid type) noexcept { return type == oids::varbit || type == oids::bit; }

}  // namespace

bit_string::bit_string(std::size_t size, bool value)
    : bytes_(bytes_for(size), value ? std::byte{0xff} : std::byte{0}), size_(size) {
  if (size != 0) bytes_.back() &= ~padding(size);
}

bit_string::bit_string(std::span<const std::byte> bytes, std::size_t size) : size_(size) {
  const std::span<const std::byte> used = bytes.first(bytes_for(size));
  bytes_.assign(used.begin(), used.end());
  if (size != 0) bytes_.back() &= ~padding(size);
}

void bit_string::push_back(bool value) {
  if (size_ % 8 == 0) bytes_.push_back(std::byte{0});
  set(size_++, value);
}

void bit_string::clear() noexcept {
  bytes_.clear();
  size_ = 0;
}

std::strong_ordering bit_string::order(const bit_string& a, const bit_string& b) noexcept {
  const std::strong_ordering bits =
      std::lexicographical_compare_three_way(a.bytes_.begin(), a.bytes_.end(), b.bytes_.begin(), b.bytes_.end());
  return bits != 0 ? bits : a.size_ <=> b.size_;
}

std::string to_string(const bit_string& value) {
  std::string out(value.size(), '0');
  for (std::size_t i = 0; i < value.size(); ++i)
    if (value[i]) out[i] = '1';
  return out;
}

errc parse(std::string_view text, bit_string& out) {
  if (text.find_first_not_of("01") != std::string_view::npos) return errc::invalid_value;
  out = bit_string(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) out.set(i, text[i] == '1');
  return errc{};
}

namespace detail {

/// The number of bits, then the bits.
template <>
struct wire_format<bit_string> {
  static void read(protocol::reader& in, bit_string& out) {
    const std::int32_t size = in.i32();
    const protocol::bytes_view bits = in.rest();
    if (size < 0 || bits.size() != bytes_for(static_cast<std::size_t>(size)))
      in.fail("number of bits");
    else
      out = bit_string(bits, static_cast<std::size_t>(size));
  }
  static errc write(const bit_string& value, protocol::buffer& out) {
    if (!std::in_range<std::int32_t>(value.size())) return errc::out_of_range;
    out.append_i32(static_cast<std::int32_t>(value.size()));
    out.append(value.bytes());
    return errc{};
  }
};

}  // namespace detail

decode_function<bit_string> codec<bit_string>::decoder(const value_type& from) noexcept {
  if (!is_bit_type(from.type)) return nullptr;
  return from.format == protocol::format::binary ? &detail::read_value<bit_string>
                                                 : &detail::read_text_value<bit_string>;
}

encoding<bit_string> codec<bit_string>::encoder(const value_type& to) noexcept {
  if (is_bit_type(to.type) && to.format == protocol::format::binary)
    return {protocol::format::binary, &detail::write_value<bit_string>};
  if (is_bit_type(to.type) || detail::is_open_type(to.type) || detail::is_text_type(to.type))
    return {protocol::format::text, &detail::write_text_value<bit_string>};
  return {};
}

}  // namespace pgcoro
