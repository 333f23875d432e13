// The bytes of a value that is written as it is.
#pragma once

#include <pgcoro/error.hpp>
#include <pgcoro/protocol/buffer.hpp>
#include <pgcoro/protocol/writer.hpp>

namespace pgcoro::detail {

/// Of more bytes than a message may have none is read: errc::message_too_large.
[[nodiscard]] inline errc append_value(protocol::buffer& out, protocol::bytes_view bytes) {
  if (bytes.size() > protocol::max_message_length) return errc::message_too_large;
  out.append(bytes);
  return errc{};
}

}  // namespace pgcoro::detail
