#include <algorithm>
#include <cstring>
#include <string>

#include <pgcoro/detail/binary_copy_reader.hpp>
#include <pgcoro/detail/copy_row_error.hpp>
#include <pgcoro/protocol/bytes.hpp>

namespace pgcoro::detail {
namespace {

constexpr std::string_view signature("PGCOPY\n\377\r\n\0", 11);
constexpr std::size_t fixed_header = 11 + 4 + 4;
/// A header's extension that any reader skips; none is defined.
constexpr std::uint32_t most_extension = 1 << 20;
/// Bits of the flags that a reader must understand; 16, rows with OIDs, is of servers before 12.
constexpr std::uint32_t critical_flags = 0xffff'0000;

/// How much of a row is there: its size in bytes, 0 where its end is missing.
struct extent {
  std::size_t size = 0;
  bool malformed = false;
};

extent extent_of(protocol::bytes_view bytes, std::size_t columns) noexcept {
  if (bytes.size() < 2) return {};
  const auto count = protocol::load_be<std::uint16_t>(bytes.data());
  if (count != columns) return {0, true};
  std::size_t at = 2;
  for (std::uint16_t i = 0; i < count; ++i) {
    if (bytes.size() - at < 4) return {};
    const auto size = protocol::load_be<std::int32_t>(bytes.data() + at);
    at += 4;
    if (size < -1) return {0, true};
    if (size <= 0) continue;
    if (bytes.size() - at < static_cast<std::size_t>(size)) return {};
    at += static_cast<std::size_t>(size);
  }
  return {at, false};
}

}  // namespace

row_sink::verdict binary_copy_reader::fail(const error_info& why) {
  error_ = in_copy_row(why, rows_read_ + 1);
  next_ = part::end;
  return verdict::failed;
}

row_sink::verdict binary_copy_reader::malformed(std::string_view what) {
  return fail(error_info(make_error_code(errc::invalid_value), std::string(what)));
}

row_sink::verdict binary_copy_reader::feed_slowly(protocol::bytes_view bytes) {
  if (error_) return verdict::failed;
  if (carried_.empty()) {
    const std::uint64_t before = rows_read_;
    const bool began_with_rows = next_ == part::rows;
    const verdict taken = take(bytes);
    one_a_message_ = bytes.empty() && began_with_rows && next_ == part::rows && rows_read_ == before + 1;
    carried_.append(bytes);
    return taken;
  }
  carried_.append(bytes);
  protocol::bytes_view all = carried_.data();
  const verdict taken = take(all);
  carried_.consume(carried_.size() - all.size());
  return taken;
}

/// Whatever is whole. Leaves the rest.
row_sink::verdict binary_copy_reader::take(protocol::bytes_view& bytes) {
  if (next_ == part::header && !take_header(bytes)) return error_ ? verdict::failed : verdict::ok;
  verdict result = verdict::ok;
  while (next_ == part::rows && take_row(bytes, result)) {
  }
  if (!error_ && next_ == part::end && !bytes.empty()) return malformed("bytes behind the end of the data");
  return error_ ? verdict::failed : result;
}

bool binary_copy_reader::take_header(protocol::bytes_view& bytes) {
  const std::size_t shown = std::min(bytes.size(), signature.size());
  if (std::memcmp(bytes.data(), signature.data(), shown) != 0) {
    malformed("the data do not begin as binary COPY does");
    return false;
  }
  if (bytes.size() < fixed_header) return false;
  const auto flags = protocol::load_be<std::uint32_t>(bytes.data() + signature.size());
  const auto extension = protocol::load_be<std::uint32_t>(bytes.data() + signature.size() + 4);
  if ((flags & critical_flags) != 0 || extension > most_extension) {
    malformed("a version of binary COPY that is not known");
    return false;
  }
  if (bytes.size() < fixed_header + extension) return false;
  bytes = bytes.subspan(fixed_header + extension);
  next_ = part::rows;
  return true;
}

bool binary_copy_reader::take_row(protocol::bytes_view& bytes, verdict& out) {
  if (bytes.size() >= 2 && protocol::load_be<std::int16_t>(bytes.data()) == -1) {
    bytes = bytes.subspan(2);
    next_ = part::end;
    return false;
  }
  const extent row = extent_of(bytes, columns_);
  if (row.malformed) malformed("not as many values as there are columns, or the size of one is negative");
  if (row.size == 0) return false;
  const verdict taken = rows_.row(bytes.first(row.size));
  if (taken == verdict::failed) fail(rows_.take_error());
  if (taken == verdict::malformed) malformed("no row of these columns");
  if (error_) return false;
  ++rows_read_;
  if (taken == verdict::enough) out = verdict::enough;
  bytes = bytes.subspan(row.size);
  return true;
}

row_sink::verdict binary_copy_reader::finish() {
  if (error_) return verdict::failed;
  if (next_ == part::end) return verdict::ok;
  return malformed(next_ == part::header ? "the data end before they have begun" : "the data end early");
}

}  // namespace pgcoro::detail
