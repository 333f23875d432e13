// The rows of COPY's text and CSV, out of a stream of bytes that is cut anywhere. PostgreSQL documentation, COPY, "Text
// Format" and "CSV Format".
//
//   text_copy_reader reader(sink, dialect);
//   verdict v = reader.feed(bytes);     // each row goes to the sink as the body of a DataRow whose fields are text
//   verdict v = reader.finish();        // nothing may be missing
//
// Memory: the line that is read, at most `longest_line`, and its row.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include <pgcoro/config.hpp>
#include <pgcoro/detail/copy_dialect.hpp>
#include <pgcoro/detail/copy_line_scanner.hpp>
#include <pgcoro/detail/row_sink.hpp>
#include <pgcoro/error.hpp>
#include <pgcoro/protocol/buffer.hpp>

namespace pgcoro::detail {

class PGCORO_DECL text_copy_reader {
 public:
  using verdict = row_sink::verdict;

  /// `dialect.columns` and `dialect.rules` say how many values a row has.
  text_copy_reader(row_sink& rows, copy_dialect dialect);

  /// `enough`: the sink has enough; all that was fed has been taken all the same. `failed`: see take_error().
  verdict feed(protocol::bytes_view bytes);
  /// The stream has ended.
  verdict finish();

  error_info take_error() const { return error_; }
  std::uint64_t rows_read() const noexcept { return rows_read_; }

 private:
  verdict take_line(std::string_view line);
  verdict take_header(std::string_view line);

  bool split(std::string_view line);
  std::size_t add_text(std::string_view line, std::size_t at);
  std::size_t add_csv(std::string_view line, std::size_t at, const copy_column_rules& rules);
  std::size_t add_plain(std::string_view line, std::size_t at);
  std::size_t add_unescaped(std::string_view line, std::size_t at);
  std::size_t add_quoted(std::string_view line, std::size_t at);

  verdict fail(error_info why);
  verdict malformed(std::string_view what);

  row_sink& rows_;
  copy_dialect dialect_;
  copy_line_scanner scanner_;
  std::array<bool, 256> special_{};  ///< bytes that are not taken as they are
  std::string carried_;              ///< the beginning of a line whose end has not come
  protocol::buffer row_;
  std::uint64_t rows_read_ = 0;
  error_info error_;
  bool header_pending_;
};

}  // namespace pgcoro::detail
