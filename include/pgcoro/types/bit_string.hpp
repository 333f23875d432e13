// bit and varbit: pgcoro::bit_string of any length, std::bitset<N> where the length is N.
//
//   pgcoro::bit_string flags(12);
//   flags.set(0, true);                                  // the leftmost bit
//   auto mask = co_await db.fetch_one<std::bitset<8>>("SELECT B'10100000'");   // mask[7], as bitset counts
//
// A bit_string counts from the left, as get_bit() does in SQL; a bitset from the right. Both are written alike. A value
// of another length than N is errc::out_of_range.
#pragma once

#include <bitset>
#include <compare>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <pgcoro/config.hpp>
#include <pgcoro/detail/single_type_codec.hpp>

namespace pgcoro {

class PGCORO_DECL bit_string {
 public:
  bit_string() noexcept = default;
  explicit bit_string(std::size_t size, bool value = false);
  /// The first `size` bits of `bytes`, the highest bit of a byte first. `bytes` has at least as many.
  bit_string(std::span<const std::byte> bytes, std::size_t size);

  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  [[nodiscard]] bool empty() const noexcept { return size_ == 0; }
  /// Eight bits each, the first in the highest; what is left of the last byte is zero.
  [[nodiscard]] std::span<const std::byte> bytes() const noexcept { return bytes_; }

  /// Bit `i` from the left, less than size().
  [[nodiscard]] bool operator[](std::size_t i) const noexcept { return (bytes_[i / 8] & mask(i)) != std::byte{0}; }
  void set(std::size_t i, bool value) noexcept {
    if (value)
      bytes_[i / 8] |= mask(i);
    else
      bytes_[i / 8] &= ~mask(i);
  }
  void push_back(bool value);
  void clear() noexcept;

  friend bool operator==(const bit_string&, const bit_string&) = default;
  /// As PostgreSQL orders them: by the bits, and a string before its own prolongation.
  friend std::strong_ordering operator<=>(const bit_string& a, const bit_string& b) noexcept { return order(a, b); }

 private:
  static constexpr std::byte mask(std::size_t i) noexcept { return std::byte{0x80} >> (i % 8); }
  static std::strong_ordering order(const bit_string& a, const bit_string& b) noexcept;

  std::vector<std::byte> bytes_;
  std::size_t size_ = 0;
};

/// Zeros and ones.
[[nodiscard]] PGCORO_DECL std::string to_string(const bit_string& value);
/// errc::invalid_value where there is anything but zeros and ones.
[[nodiscard]] PGCORO_DECL errc parse(std::string_view text, bit_string& out);

template <>
struct codec<bit_string> {
  static constexpr std::string_view name = "pgcoro::bit_string";
  static constexpr oid declared_oid = oids::varbit;

  PGCORO_DECL static decode_function<bit_string> decoder(const value_type& from) noexcept;
  PGCORO_DECL static encoding<bit_string> encoder(const value_type& to) noexcept;
};

/// By way of a bit_string.
template <std::size_t N>
struct codec<std::bitset<N>> {
  static constexpr std::string_view name = "std::bitset";
  static constexpr oid declared_oid = oids::varbit;

  static decode_function<std::bitset<N>> decoder(const value_type& from) noexcept {
    return codec<bit_string>::decoder(from) != nullptr ? &read : nullptr;
  }
  static encoding<std::bitset<N>> encoder(const value_type& to) noexcept {
    const encoding<bit_string> inner = codec<bit_string>::encoder(to);
    return {inner.format, inner ? &write : nullptr};
  }

 private:
  static errc read(protocol::bytes_view bytes, std::bitset<N>& out, const value_type& from) {
    bit_string bits;
    if (const errc failure = codec<bit_string>::decoder(from)(bytes, bits, from); failure != errc{}) return failure;
    if (bits.size() != N) return errc::out_of_range;
    for (std::size_t i = 0; i < N; ++i) out[N - 1 - i] = bits[i];
    return errc{};
  }
  static errc write(const std::bitset<N>& value, protocol::buffer& out, const value_type& to) {
    bit_string bits(N);
    for (std::size_t i = 0; i < N; ++i) bits.set(i, value[N - 1 - i]);
    return codec<bit_string>::encoder(to).write(bits, out, to);
  }
};

}  // namespace pgcoro
