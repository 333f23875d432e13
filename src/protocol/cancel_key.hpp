// The secret of BackendKeyData and CancelRequest: what is left of the message, within the bounds of protocol 3.2.
#pragma once

#include <pgcoro/error.hpp>
#include <pgcoro/protocol/reader.hpp>
#include <pgcoro/protocol/startup.hpp>
#include <pgcoro/protocol/writer.hpp>

namespace pgcoro::protocol {

inline bool is_cancel_key(bytes_view key) noexcept {
  return key.size() >= min_cancel_key && key.size() <= max_cancel_key;
}

inline bytes_view read_cancel_key(reader& in) noexcept {
  const std::size_t offset = in.offset();
  const bytes_view key = in.rest();
  if (is_cancel_key(key)) return key;
  in.fail("key shorter than 4 or longer than 256 bytes", offset);
  return {};
}

inline void write_cancel_key(message_writer& out, bytes_view key) {
  if (!is_cancel_key(key)) out.fail(errc::invalid_value);
  out.bytes(key);
}

}  // namespace pgcoro::protocol
