// The one place where bytes from the wire become integers, strings and spans.
//
//   reader in(body);
//   out.process_id = in.u32();
//   out.key = in.bytes(in.remaining());
//   return in.finish("BackendKeyData");
//
// Each read checks that the bytes are there. The first failure sticks: its offset and rule are kept, and every later
// read yields zero or nothing, so that a parser checks once, at its end. Loops must test ok().
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

#include <pgcoro/protocol/bytes.hpp>
#include <pgcoro/protocol/protocol_error.hpp>

namespace pgcoro::protocol {

class reader {
 public:
  reader() noexcept = default;
  explicit reader(bytes_view bytes) noexcept
      : first_(bytes.data()), at_(bytes.data()), last_(bytes.data() + bytes.size()) {}

  [[nodiscard]] bool ok() const noexcept { return rule_ == nullptr; }
  [[nodiscard]] std::size_t remaining() const noexcept { return static_cast<std::size_t>(last_ - at_); }
  /// Bytes read so far.
  [[nodiscard]] std::size_t offset() const noexcept { return static_cast<std::size_t>(at_ - first_); }

  std::uint8_t u8() noexcept { return integer<std::uint8_t>(); }
  std::int16_t i16() noexcept { return integer<std::int16_t>(); }
  std::uint16_t u16() noexcept { return integer<std::uint16_t>(); }
  std::int32_t i32() noexcept { return integer<std::int32_t>(); }
  std::uint32_t u32() noexcept { return integer<std::uint32_t>(); }
  std::int64_t i64() noexcept { return integer<std::int64_t>(); }
  std::uint64_t u64() noexcept { return integer<std::uint64_t>(); }

  /// Text up to a NUL byte, which is read too.
  std::string_view cstring() noexcept {
    const void* const end = remaining() == 0 ? nullptr : std::memchr(at_, 0, remaining());
    if (end == nullptr) {
      fail("missing terminator");
      return {};
    }
    const std::string_view text = as_text({at_, static_cast<const std::byte*>(end)});
    at_ += text.size() + 1;
    return text;
  }

  bytes_view bytes(std::size_t n) noexcept {
    if (remaining() < n) [[unlikely]] {
      fail(ends_early);
      return {};
    }
    const bytes_view result{at_, n};
    at_ += n;
    return result;
  }

  /// Everything that is left.
  bytes_view rest() noexcept { return bytes(remaining()); }

  /// Reads a zero byte if the next one is zero; says whether it did.
  bool skip_zero() noexcept {
    if (remaining() == 0 || *at_ != std::byte{0}) return false;
    ++at_;
    return true;
  }

  /// Records that a rule is broken at the current offset, unless one was broken before. `rule` is static text.
  void fail(const char* rule) noexcept { fail(rule, offset()); }
  void fail(const char* rule, std::size_t offset) noexcept {
    if (rule_ != nullptr) return;
    rule_ = rule;
    failed_at_ = offset;
    at_ = last_;
  }

  /// The verdict on the whole body: the first rule that was broken, or bytes that nobody read.
  [[nodiscard]] protocol_error finish(const char* message_name) noexcept {
    if (at_ != last_) fail("trailing bytes");
    if (ok()) return {};
    return {message_name, rule_, failed_at_};
  }

 private:
  static constexpr const char* ends_early = "message ends early";

  template <class Integer>
  Integer integer() noexcept {
    if (remaining() < sizeof(Integer)) [[unlikely]] {
      fail(ends_early);
      return 0;
    }
    const auto value = load_be<Integer>(at_);
    at_ += sizeof(Integer);
    return value;
  }

  const std::byte* first_ = nullptr;
  const std::byte* at_ = nullptr;
  const std::byte* last_ = nullptr;
  const char* rule_ = nullptr;
  std::size_t failed_at_ = 0;
};

}  // namespace pgcoro::protocol
