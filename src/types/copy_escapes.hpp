// Letters that stand for bytes behind a backslash. PostgreSQL documentation, COPY, "Text Format".
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>

namespace pgcoro::detail {

struct copy_escape {
  char letter;
  char byte;
};

inline constexpr std::array<copy_escape, 6> copy_escapes{
    {{'b', '\b'}, {'f', '\f'}, {'n', '\n'}, {'r', '\r'}, {'t', '\t'}, {'v', '\v'}}};

constexpr std::uint8_t byte_of(char c) noexcept { return static_cast<std::uint8_t>(c); }

/// A byte that no letter stands for is its own.
constexpr char letter_of(char byte) noexcept {
  const auto found = std::ranges::find(copy_escapes, byte, &copy_escape::byte);
  return found != copy_escapes.end() ? found->letter : byte;
}
/// A letter that stands for no byte stands for itself.
constexpr char meaning_of(char letter) noexcept {
  const auto found = std::ranges::find(copy_escapes, letter, &copy_escape::letter);
  return found != copy_escapes.end() ? found->byte : letter;
}

}  // namespace pgcoro::detail
