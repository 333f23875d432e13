// What the protocol's tests share: bytes from literals, bytes in readable form, and a count of allocated memory.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include <pgcoro/protocol/buffer.hpp>
#include <pgcoro/protocol/framer.hpp>

namespace pgcoro::protocol::test {

/// The bytes of a literal that may hold NULs, without its last one.
template <std::size_t Size>
std::string wire(const char (&literal)[Size]) {
  return {literal, Size - 1};
}

/// What is in the buffer.
inline std::string contents(const buffer& b) { return std::string(as_text(b.data())); }

/// A message with the length that its body has.
inline std::string message(char type, std::string_view body) {
  std::string text(1, type);
  buffer length;
  length.append_u32(static_cast<std::uint32_t>(body.size() + 4));
  return text.append(as_text(length.data())).append(body);
}

/// The body of a whole message.
inline std::string_view body_of(std::string_view message) { return message.substr(header_size); }

/// A size of which only the first byte is there; whoever looks at the rest crashes or is caught by a sanitizer.
bytes_view bytes_that_are_not_there(std::size_t size) noexcept;

/// Bytes that operator new has given since the program began.
std::size_t allocated() noexcept;

}  // namespace pgcoro::protocol::test
