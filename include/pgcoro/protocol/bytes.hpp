// Big-endian integers and the two views of the same bytes: as bytes and as text.
//
//   std::uint32_t length = load_be<std::uint32_t>(header + 1);
//   store_be<std::int16_t>(place, 7);
//   std::string_view name = as_text(some_bytes);
#pragma once

#include <boost/endian/conversion.hpp>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace pgcoro::protocol {

/// Bytes that somebody else owns.
using bytes_view = std::span<const std::byte>;

/// Reads an integer in network order. `from` needs no alignment; sizeof(Integer) bytes must be there.
template <class Integer>
[[nodiscard]] inline Integer load_be(const std::byte* from) noexcept {
  return boost::endian::endian_load<Integer, sizeof(Integer), boost::endian::order::big>(
      reinterpret_cast<const unsigned char*>(from));
}

/// Writes an integer in network order. `to` needs no alignment; there must be room for sizeof(Integer) bytes.
template <class Integer>
inline void store_be(std::byte* to, Integer value) noexcept {
  boost::endian::endian_store<Integer, sizeof(Integer), boost::endian::order::big>(reinterpret_cast<unsigned char*>(to),
                                                                                   value);
}

[[nodiscard]] inline std::string_view as_text(bytes_view bytes) noexcept {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

[[nodiscard]] inline bytes_view as_bytes(std::string_view text) noexcept {
  return {reinterpret_cast<const std::byte*>(text.data()), text.size()};
}

}  // namespace pgcoro::protocol
