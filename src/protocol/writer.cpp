#include <limits>

#include <pgcoro/error.hpp>
#include <pgcoro/protocol/writer.hpp>

namespace pgcoro::protocol {

message_writer::message_writer(buffer& to, char type, std::uint64_t max_length)
    : to_(to), start_(to.size()), length_at_(start_ + (type != '\0')), max_length_(max_length) {
  std::byte* const header = to_.prepare(5);
  header[0] = static_cast<std::byte>(type);
  to_.commit(length_at_ - start_ + 4);
}

bool message_writer::admit(std::uint64_t n) noexcept {
  const std::uint64_t length = to_.size() - length_at_;
  if (n > max_length_ || length > max_length_ - n) fail(errc::message_too_large);
  return ok();
}

void message_writer::cstring(std::string_view text) {
  if (!admit(std::uint64_t{text.size()} + 1)) return;
  if (text.find('\0') != std::string_view::npos) return fail(errc::embedded_nul);
  to_.append(text);
  to_.append_u8(0);
}

void message_writer::bytes(bytes_view bytes) {
  if (admit(bytes.size())) to_.append(bytes);
}

void message_writer::sized(bytes_view bytes) {
  if (bytes.size() > max_value_size) return fail(errc::message_too_large);
  u32(static_cast<std::uint32_t>(bytes.size()));
  this->bytes(bytes);
}

void message_writer::count(std::size_t n, errc otherwise) {
  if (n > std::numeric_limits<std::uint16_t>::max()) return fail(otherwise);
  u16(static_cast<std::uint16_t>(n));
}

void message_writer::fail(errc why) noexcept {
  if (ok()) error_ = why;
}

errc message_writer::finish() noexcept {
  finished_ = true;
  if (ok())
    store_be(to_.begin_of_data() + length_at_, static_cast<std::uint32_t>(to_.size() - length_at_));
  else
    to_.truncate(start_);
  return error_;
}

}  // namespace pgcoro::protocol
