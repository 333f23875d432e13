// Writes one message: type byte, length, body. What the writers of all messages are made of, save the hot ones.
//
//   message_writer out(to, frontend_type::execute);
//   out.cstring(portal);
//   out.i32(max_rows);
//   return out.finish();
//
// The first failure sticks, nothing is written after it, and finish() then cuts the buffer back to where it was: a
// message is there whole or not at all. Sizes are summed in 64 bits and checked before a byte of the excess is copied.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include <pgcoro/config.hpp>
#include <pgcoro/protocol/buffer.hpp>
#include <pgcoro/protocol/message_type.hpp>
#include <pgcoro/protocol/protocol_error.hpp>

namespace pgcoro::protocol {

/// The greatest length word that a PostgreSQL server accepts (its PQ_LARGE_MESSAGE_LIMIT); the word counts itself.
inline constexpr std::uint64_t max_message_length = 0x3fff'fffe;

/// The greatest size of one value in bytes: its size is a signed 32-bit integer on the wire.
inline constexpr std::uint64_t max_value_size = 0x7fff'ffff;

/// The greatest number of parameters of one statement: the count has 16 bits.
inline constexpr std::size_t max_parameters = 65'535;

class PGCORO_DECL message_writer {
 public:
  message_writer(buffer& to, backend_type type, std::uint64_t max_length = max_message_length)
      : message_writer(to, static_cast<char>(type), max_length) {}
  message_writer(buffer& to, frontend_type type, std::uint64_t max_length = max_message_length)
      : message_writer(to, static_cast<char>(type), max_length) {}
  /// One of the packets before the session, which have no type byte.
  [[nodiscard]] static message_writer untyped(buffer& to, std::uint64_t max_length) { return {to, '\0', max_length}; }

  message_writer(const message_writer&) = delete;
  message_writer& operator=(const message_writer&) = delete;
  /// Cuts back a message that was not finished.
  ~message_writer() {
    if (!finished_) to_.truncate(start_);
  }

  void u8(std::uint8_t value) { integer(value); }
  void i16(std::int16_t value) { integer(value); }
  void u16(std::uint16_t value) { integer(value); }
  void i32(std::int32_t value) { integer(value); }
  void u32(std::uint32_t value) { integer(value); }
  void i64(std::int64_t value) { integer(value); }
  void u64(std::uint64_t value) { integer(value); }
  /// Text and a NUL behind it; errc::embedded_nul where the text has one itself.
  void cstring(std::string_view text);
  void bytes(bytes_view bytes);
  /// Size as 32 bits, then the bytes; errc::message_too_large where the size does not fit.
  void sized(bytes_view bytes);
  /// A 16-bit count; `otherwise` where it does not fit.
  void count(std::size_t n, errc otherwise);

  void fail(errc why) noexcept;
  [[nodiscard]] bool ok() const noexcept { return error_ == errc{}; }

  /// Sets the length. errc{}, or why the buffer is as it was before.
  [[nodiscard]] errc finish() noexcept;

 private:
  message_writer(buffer& to, char type, std::uint64_t max_length);
  /// Whether `n` more bytes may be written.
  bool admit(std::uint64_t n) noexcept;

  template <class Integer>
  void integer(Integer value) {
    if (admit(sizeof value)) to_.append_be(value);
  }

  buffer& to_;
  std::size_t start_;      ///< offset of the message in the buffer
  std::size_t length_at_;  ///< offset of its length word
  std::uint64_t max_length_;
  errc error_{};
  bool finished_ = false;
};

}  // namespace pgcoro::protocol
