// The values of a TupleData, in one pass. Its bytes have been checked (src/replication/pgoutput_tuple), so that nothing
// is checked again here.
#pragma once

#include <cstddef>
#include <cstdint>

#include <pgcoro/protocol/bytes.hpp>
#include <pgcoro/protocol/data_row.hpp>
#include <pgcoro/replication/relation.hpp>

namespace pgcoro::detail {

/// How a value is sent (protocol documentation, TupleData).
enum class value_kind : char { null = 'n', unchanged = 'u', text = 't', binary = 'b' };

struct tuple_value {
  value_kind kind = value_kind::null;
  protocol::field bytes;  ///< of a value that is unchanged: empty, not NULL

  [[nodiscard]] protocol::format format() const noexcept {
    return kind == value_kind::binary ? protocol::format::binary : protocol::format::text;
  }
};

/// A row, and the old one where it is known as a whole: it has what the new one leaves out as unchanged.
struct tuple_bytes {
  protocol::bytes_view row;
  const std::byte* old = nullptr;  ///< null where there is none
};

class tuple_reader {
 public:
  tuple_reader() noexcept = default;
  /// The values of the key columns alone where `key_only`.
  tuple_reader(const replication::relation& table, bool key_only, protocol::bytes_view row) noexcept
      : key_of_(key_only ? &table : nullptr), at_(row.data() + 2) {}

  /// The next value. There must be one.
  [[nodiscard]] tuple_value next() noexcept {
    if (key_of_ != nullptr) [[unlikely]] {
      while (!key_of_->is_key(column_)) {
        static_cast<void>(read());
        ++column_;
      }
      ++column_;
    }
    return read();
  }

 private:
  [[nodiscard]] tuple_value read() noexcept {
    const auto kind = static_cast<value_kind>(*at_++);
    if (kind == value_kind::null) return {kind, {}};
    if (kind == value_kind::unchanged) [[unlikely]]
      return {kind, {at_, 0}};
    const protocol::field bytes{at_ + 4, protocol::load_be<std::int32_t>(at_)};
    at_ += 4 + bytes.size;
    return {kind, bytes};
  }

  const replication::relation* key_of_ = nullptr;
  const std::byte* at_ = nullptr;
  std::size_t column_ = 0;
};

}  // namespace pgcoro::detail
