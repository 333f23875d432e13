// What the peer did that the protocol does not allow. A value without memory of its own: all text is static.
//
//   if (protocol_error e = parse(message.body, description)) log(e.to_string());
//   // RowDescription: missing terminator at byte 17
#pragma once

#include <cstddef>
#include <string>

#include <pgcoro/config.hpp>

namespace pgcoro {
enum class errc : int;
}

namespace pgcoro::protocol {

struct PGCORO_DECL protocol_error {
  const char* message = nullptr;  ///< name of the message, as the protocol's documentation spells it
  const char* rule = nullptr;     ///< the rule that was broken; null where all is well
  std::size_t offset = 0;         ///< where, in bytes from the start of the message's body
  bool too_large = false;         ///< the rule is a limit on size

  explicit operator bool() const noexcept { return rule != nullptr; }

  /// errc::message_too_large or errc::protocol_error; errc{} where all is well.
  [[nodiscard]] errc code() const noexcept;
  /// "RowDescription: missing terminator at byte 17"
  [[nodiscard]] std::string to_string() const;
};

}  // namespace pgcoro::protocol
