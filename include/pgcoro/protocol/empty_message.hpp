// What the messages without a body have in common: a message type that says all.
#pragma once

#include <concepts>
#include <type_traits>

#include <pgcoro/protocol/buffer.hpp>
#include <pgcoro/protocol/message_type.hpp>
#include <pgcoro/protocol/protocol_error.hpp>

namespace pgcoro::protocol {

template <class Message>
concept empty_message = std::is_empty_v<Message> && requires {
  { name_of(Message::type) };
};

template <empty_message Message>
[[nodiscard]] protocol_error parse(bytes_view body, Message&) noexcept {
  if (body.empty()) return {};
  return {name_of(Message::type), "trailing bytes", 0};
}

template <empty_message Message>
errc write(buffer& to, const Message&) {
  std::byte* const at = to.prepare(5);
  at[0] = static_cast<std::byte>(Message::type);
  store_be<std::uint32_t>(at + 1, 4);
  to.commit(5);
  return errc{};
}

}  // namespace pgcoro::protocol
