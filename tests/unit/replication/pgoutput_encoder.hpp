// The other direction, for tests: messages as pgoutput writes them.
//
//   byte_writer out;  out.u8('N').u16(1).value('t', "x");
//   encode(message, streamed_xid_is_there)
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include <pgcoro/protocol/bytes.hpp>
#include <pgcoro/replication/message.hpp>

namespace pgcoro::test {

class byte_writer {
 public:
  byte_writer& u8(auto value) { return number(static_cast<std::uint8_t>(value)); }
  byte_writer& u16(auto value) { return number(static_cast<std::uint16_t>(value)); }
  byte_writer& u32(auto value) { return number(static_cast<std::uint32_t>(value)); }
  byte_writer& u64(auto value) { return number(static_cast<std::uint64_t>(value)); }
  byte_writer& position(lsn value) { return u64(value.value); }
  byte_writer& time(postgres_time value) { return u64(value.time_since_epoch().count()); }
  byte_writer& text(std::string_view value) { return raw(protocol::as_bytes(value)).u8(0); }
  byte_writer& raw(protocol::bytes_view value) {
    bytes_.insert(bytes_.end(), value.begin(), value.end());
    return *this;
  }
  /// A value of a row, in text or binary.
  byte_writer& value(char kind, std::string_view bytes) {
    return u8(kind).u32(bytes.size()).raw(protocol::as_bytes(bytes));
  }

  const std::vector<std::byte>& bytes() const noexcept { return bytes_; }

 private:
  template <class Number>
  byte_writer& number(Number value) {
    std::byte bytes[sizeof value];
    protocol::store_be(bytes, value);
    return raw(bytes);
  }

  std::vector<std::byte> bytes_;
};

/// `streamed`: it stands between Stream Start and Stream Stop. `parallel`: Stream Abort has position and time.
std::vector<std::byte> encode(const replication::message& m, bool streamed, bool parallel);

}  // namespace pgcoro::test
