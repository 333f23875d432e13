// The fields of a DataRow, in one pass and without an index. The hottest loop of the driver.
//
//   data_row_reader row(message.body);
//   for (field f; row.next(f);) use(f);
//   if (!row.finish()) return row.error();
//
// Protocol documentation, "Message Formats": DataRow.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>

#include <pgcoro/protocol/bytes.hpp>
#include <pgcoro/protocol/list.hpp>
#include <pgcoro/protocol/message_type.hpp>
#include <pgcoro/protocol/protocol_error.hpp>

namespace pgcoro::protocol {

/// A value on the wire, of a row or of a parameter: its bytes, or NULL.
struct field {
  const std::byte* data = nullptr;
  std::int32_t size = -1;  ///< in bytes; -1 is NULL

  [[nodiscard]] bool is_null() const noexcept { return size < 0; }
  /// Empty where NULL.
  [[nodiscard]] bytes_view bytes() const noexcept { return {data, is_null() ? 0 : static_cast<std::size_t>(size)}; }
};

class data_row_reader {
 public:
  /// `body` must outlive the reader and every field that it gives.
  explicit data_row_reader(bytes_view body) noexcept
      : first_(body.data()), at_(body.data()), last_(body.data() + body.size()) {
    // No size of a field can then be taken for a negative one, nor a negative one pass for a size.
    if (body.size() < 2 || body.size() > max_body) [[unlikely]] {
      fail(body.size() < 2 ? "message ends early" : "message too large");
      return;
    }
    left_ = count_ = load_be<std::uint16_t>(at_);
    at_ += 2;
  }

  /// Number of fields that the row claims to have.
  [[nodiscard]] std::uint16_t count() const noexcept { return count_; }

  /// The next field; false after the last one, and where the row is malformed. Inlined by force, as is fail(): a reader
  /// that is called has to live in memory, which costs as much as the reading.
  [[nodiscard, gnu::always_inline]] bool next(field& out) noexcept {
    if (left_ == 0) return false;
    if (remaining() < 4) [[unlikely]]
      return fail("message ends early");
    const auto size = load_be<std::uint32_t>(at_);
    const std::byte* const data = at_ + 4;
    if (size <= static_cast<std::size_t>(last_ - data)) [[likely]] {
      out = {data, static_cast<std::int32_t>(size)};
      at_ = data + size;
    } else if (size == null_size) [[likely]] {
      out = {};
      at_ = data;
    } else {
      return fail(static_cast<std::int32_t>(size) < 0 ? "negative size" : "field reaches beyond the message");
    }
    --left_;
    return true;
  }

  /// Whether a read has met bytes that are no field.
  [[nodiscard]] bool malformed() const noexcept { return rule_ != nullptr; }

  /// Whether the row is well formed and read to its end: nothing malformed, no field left, no byte behind the last.
  [[nodiscard]] bool finish() noexcept {
    if (!malformed() && left_ == 0 && at_ == last_) [[likely]]
      return true;
    if (!malformed()) fail(left_ != 0 ? "fields left unread" : "trailing bytes");
    return false;
  }

  /// After finish() or next() has answered false: what was wrong, if anything.
  [[nodiscard]] protocol_error error() const noexcept {
    if (!malformed()) return {};
    return {"DataRow", rule_, static_cast<std::size_t>(at_ - first_)};
  }

 private:
  static constexpr std::size_t max_body = std::numeric_limits<std::int32_t>::max();
  static constexpr std::uint32_t null_size = 0xffff'ffff;

  [[nodiscard]] std::size_t remaining() const noexcept { return static_cast<std::size_t>(last_ - at_); }
  [[gnu::always_inline]] bool fail(const char* rule) noexcept {
    rule_ = rule;
    left_ = 0;
    return false;
  }

  const std::byte* first_;
  const std::byte* at_;
  const std::byte* last_;
  const char* rule_ = nullptr;
  std::uint16_t count_ = 0;
  std::uint16_t left_ = 0;
};

/// Checks a whole row against the number of columns that its description has: every size, and no byte left over.
[[nodiscard]] inline protocol_error check_data_row(bytes_view body, std::size_t columns) noexcept {
  data_row_reader row(body);
  if (!row.malformed() && row.count() != columns) [[unlikely]]
    return {"DataRow", "number of fields differs from the description", 0};
  for (field f; row.next(f);) {
  }
  return row.finish() ? protocol_error{} : row.error();
}

template <>
struct wire_element<field> {
  PGCORO_DECL static void read(reader& in, field& out) noexcept;
  PGCORO_DECL static void write(message_writer& out, const field& value);
};

/// DataRow as a whole, for servers, proxies and tests; clients read rows with data_row_reader.
struct data_row {
  static constexpr backend_type type = backend_type::data_row;
  list<field> fields{};
};
[[nodiscard]] PGCORO_DECL protocol_error parse(bytes_view body, data_row& out) noexcept;
[[nodiscard]] PGCORO_DECL errc write(buffer& to, const data_row& message);

}  // namespace pgcoro::protocol
