// Big-endian integers and the two views of the same bytes: as bytes and as text.
//
//   std::uint32_t length = load_be<std::uint32_t>(header + 1);
//   store_be<std::int16_t>(place, 7);
//   std::string_view name = as_text(some_bytes);
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>
#include <type_traits>

namespace pgcoro::protocol {

/// Bytes that somebody else owns.
using bytes_view = std::span<const std::byte>;

/// The same bits in the other order of bytes. The compilers' own functions: every source of a user would have to
/// compile Boost.Endian's headers for them.
template <class Bits>
[[nodiscard]] constexpr Bits swap_bytes(Bits bits) noexcept {
  if constexpr (sizeof(Bits) == 8)
    return static_cast<Bits>(__builtin_bswap64(bits));
  else if constexpr (sizeof(Bits) == 4)
    return static_cast<Bits>(__builtin_bswap32(bits));
  else if constexpr (sizeof(Bits) == 2)
    return static_cast<Bits>(__builtin_bswap16(bits));
  else
    return bits;
}

/// Bits that hold a number of that many bytes.
template <std::size_t Size>
using bits_of_size = std::conditional_t<
    Size == 8, std::uint64_t,
    std::conditional_t<Size == 4, std::uint32_t, std::conditional_t<Size == 2, std::uint16_t, std::uint8_t>>>;

/// Reads a number in network order. `from` needs no alignment; sizeof(Number) bytes must be there.
template <class Number>
[[nodiscard]] inline Number load_be(const std::byte* from) noexcept {
  bits_of_size<sizeof(Number)> bits;
  static_assert(sizeof bits == sizeof(Number));
  std::memcpy(&bits, from, sizeof bits);
  if constexpr (std::endian::native == std::endian::little) bits = swap_bytes(bits);
  return std::bit_cast<Number>(bits);
}

/// Writes a number in network order. `to` needs no alignment; there must be room for sizeof(Number) bytes.
template <class Number>
inline void store_be(std::byte* to, Number value) noexcept {
  auto bits = std::bit_cast<bits_of_size<sizeof(Number)>>(value);
  if constexpr (std::endian::native == std::endian::little) bits = swap_bytes(bits);
  std::memcpy(to, &bits, sizeof bits);
}

[[nodiscard]] inline std::string_view as_text(bytes_view bytes) noexcept {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

[[nodiscard]] inline bytes_view as_bytes(std::string_view text) noexcept {
  return {reinterpret_cast<const std::byte*>(text.data()), text.size()};
}

}  // namespace pgcoro::protocol
