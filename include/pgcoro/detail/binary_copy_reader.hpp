// The rows of binary COPY, out of a stream of bytes that is cut anywhere. PostgreSQL documentation, COPY, "Binary
// Format".
//
//   binary_copy_reader reader(sink, columns);
//   verdict v = reader.feed(bytes);     // each row goes to the sink, which is told the body of a DataRow: they are
//   alike verdict v = reader.finish();        // nothing may be missing
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include <pgcoro/config.hpp>
#include <pgcoro/detail/row_sink.hpp>
#include <pgcoro/error.hpp>
#include <pgcoro/protocol/buffer.hpp>

namespace pgcoro::detail {

class PGCORO_DECL binary_copy_reader {
 public:
  using verdict = row_sink::verdict;

  binary_copy_reader(row_sink& rows, std::size_t columns) noexcept : rows_(rows), columns_(columns) {}

  /// `enough`: the sink has enough; all that was fed has been taken all the same. `failed`: see take_error().
  verdict feed(protocol::bytes_view bytes) {
    // A server sends each row in a message of its own: then it is read once.
    if (one_a_message_ && carried_.empty()) [[likely]] {
      const verdict taken = rows_.row(bytes);
      if (taken == verdict::ok || taken == verdict::enough) [[likely]] {
        ++rows_read_;
        return taken;
      }
      if (taken == verdict::failed) return fail(rows_.take_error());
      one_a_message_ = false;
    }
    return feed_slowly(bytes);
  }
  /// The stream has ended.
  verdict finish();

  error_info take_error() const { return error_; }
  std::uint64_t rows_read() const noexcept { return rows_read_; }

 private:
  enum class part : unsigned char { header, rows, end };

  verdict feed_slowly(protocol::bytes_view bytes);
  verdict take(protocol::bytes_view& bytes);
  bool take_header(protocol::bytes_view& bytes);
  bool take_row(protocol::bytes_view& bytes, verdict& out);
  verdict fail(const error_info& why);
  verdict malformed(std::string_view what);

  row_sink& rows_;
  std::size_t columns_;
  protocol::buffer carried_;  ///< the beginning of a row whose end has not come
  std::uint64_t rows_read_ = 0;
  error_info error_;
  part next_ = part::header;
  bool one_a_message_ = false;
};

}  // namespace pgcoro::detail
