// Where one message ends and the next begins, without memory of its own.
//
//   message_framer framer;
//   for (message_view m; (status = framer.next(unread, m)) == frame_status::complete; unread =
//   unread.subspan(m.size()))
//     handle(m);
//   if (status == frame_status::need_more) read(framer.room_wanted(unread.size(), 65536));
//   if (status == frame_status::failed) close(framer.error());
//
// A length is believed only within the limit of its message's type, and never trusted with memory: room_wanted() grows
// with the bytes that have come. Protocol documentation, "Message Flow" and "Message Formats".
#pragma once

#include <cstddef>
#include <cstdint>

#include <pgcoro/config.hpp>
#include <pgcoro/protocol/bytes.hpp>
#include <pgcoro/protocol/message_type.hpp>
#include <pgcoro/protocol/protocol_error.hpp>

namespace pgcoro::protocol {

/// Type byte and length word.
inline constexpr std::size_t header_size = 5;

/// One complete message inside the bytes that were given to the framer.
struct message_view {
  char type = 0;
  bytes_view body{};  ///< without type and length

  [[nodiscard]] backend_type backend() const noexcept { return static_cast<backend_type>(type); }
  [[nodiscard]] frontend_type frontend() const noexcept { return static_cast<frontend_type>(type); }
  /// Bytes that the message spans, header included.
  [[nodiscard]] std::size_t size() const noexcept { return header_size + body.size(); }
};

enum class frame_status : unsigned char { complete, need_more, failed };

/// Who sends the messages that are framed.
enum class sender : unsigned char { server, client };

/// The greatest size in bytes of a message's body.
struct framing_limits {
  /// Any message. It alone bounds those that carry the user's data (rows, COPY data, function results, statements,
  /// parameters) and, once the user is authenticated, errors and notices, whose text may quote such data.
  std::uint32_t max_message_size = std::uint32_t{1} << 30;
  /// RowDescription: 1664 columns at most, each with a name whose length the server's build decides.
  std::uint32_t row_description = std::uint32_t{1} << 24;
  /// ParameterDescription: a 16-bit count of 4-byte OIDs.
  std::uint32_t parameter_description = 2 + 4 * 65535;
  /// NotificationResponse: a payload is smaller than a page, of which the largest build has 32 KiB.
  std::uint32_t notification = std::uint32_t{1} << 16;
  /// All other messages.
  std::uint32_t control = 30'000;
  /// ErrorResponse and NoticeResponse before authentication has ended.
  std::uint32_t early_error = 30'000;
  /// All other messages before authentication has ended.
  std::uint32_t early = 8 * 1024;
  /// Answers of a client to authentication requests: a Kerberos ticket may be large.
  std::uint32_t client_token = 65'535;
};

class PGCORO_DECL message_framer {
 public:
  explicit message_framer(const framing_limits& limits = {}, sender from = sender::server) noexcept;

  /// Looks at the front of `unread`. `out` is set only where the answer is `complete`, and points into `unread`.
  frame_status next(bytes_view unread, message_view& out) noexcept {
    if (unread.size() >= header_size) [[likely]] {
      const std::byte* const header = unread.data();
      const auto length = load_be<std::uint32_t>(header + 1);
      // Of a length below four, which counts itself, the subtraction makes a huge one; whatever is above the least
      // limit of all types needs a look at its own type's.
      if (length - 4 <= quick_limit_ && length < unread.size()) [[likely]] {
        out.type = static_cast<char>(*header);
        out.body = {header + header_size, length - 4};
        return frame_status::complete;
      }
    }
    return next_slowly(unread, out);
  }

  /// From here on the limits of an authenticated session hold.
  void authenticated() noexcept;

  /// After `need_more`: size in bytes of the message at the front, header included; 5 until its header is there.
  [[nodiscard]] std::size_t message_size() const noexcept { return message_size_; }

  /// After `need_more`: for how many bytes to make room before reading again. What the message lacks, but at most as
  /// much as has come already and at least `chunk`, the caller's usual size of a read.
  [[nodiscard]] std::size_t room_wanted(std::size_t unread, std::size_t chunk) const noexcept;

  /// After `failed`. No message can be found after that: the connection is lost.
  [[nodiscard]] protocol_error error() const noexcept { return error_; }

 private:
  frame_status next_slowly(bytes_view unread, message_view& out) noexcept;
  frame_status refuse(char type, const char* rule, bool too_large) noexcept;
  std::uint32_t least_limit() const noexcept;
  std::uint32_t limit_of(char type) const noexcept;
  std::uint32_t limit_of(backend_type) const noexcept;
  std::uint32_t limit_of(frontend_type) const noexcept;

  std::uint32_t quick_limit_;  ///< the least limit of any type in this phase
  sender from_;
  bool authenticated_ = false;
  std::size_t message_size_ = header_size;
  framing_limits limits_;
  protocol_error error_;
};

}  // namespace pgcoro::protocol
