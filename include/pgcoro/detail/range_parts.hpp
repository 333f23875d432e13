// The bytes of ranges and multiranges, taken apart.
#pragma once

#include <cstdint>
#include <string>

#include <pgcoro/config.hpp>
#include <pgcoro/detail/literal.hpp>
#include <pgcoro/error.hpp>
#include <pgcoro/protocol/data_row.hpp>
#include <pgcoro/protocol/types.hpp>

namespace pgcoro::detail {

/// The ends are NULL where they are infinite.
struct range_parts {
  bool empty = false;
  bool lower_inclusive = false;
  bool upper_inclusive = false;
  protocol::field lower;
  protocol::field upper;
  std::string texts[2];  ///< what the ends point at where they were escaped
};

/// Binary: flags, then each end with its size (range_send). Text: empty, [1,5), (,"a b"] (range_out). The ends point
/// into `bytes` or into `out`.
PGCORO_DECL errc split_range(protocol::bytes_view bytes, protocol::format format, range_parts& out);

/// The first byte of a range in binary.
PGCORO_DECL std::uint8_t range_flags(bool empty, bool lower, bool upper, bool lower_inclusive,
                                     bool upper_inclusive) noexcept;

/// Binary: a count, then each range with its size (multirange_send). Text: {[1,5),[7,9)} (multirange_out).
class PGCORO_DECL multirange_reader {
 public:
  errc open(protocol::bytes_view bytes, protocol::format format) noexcept;
  /// The next range; false after the last one, and where the bytes are none.
  bool next(protocol::field& out) noexcept;
  [[nodiscard]] errc finish() const noexcept { return failure_; }

 private:
  bool next_text(protocol::field& out) noexcept;
  bool fail() noexcept {
    failure_ = errc::invalid_value;
    return false;
  }

  protocol::bytes_view rest_;
  std::uint32_t left_ = 0;
  bool text_ = false;
  bool first_ = true;
  errc failure_{};
};

}  // namespace pgcoro::detail
