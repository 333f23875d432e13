// The rows of COPY's text and CSV, out of a stream of bytes that is cut anywhere. PostgreSQL documentation, COPY, "Text
// Format" and "CSV Format".
//
//   text_copy_reader reader(sink, dialect);
//   verdict v = reader.feed(bytes);     // each row goes to the sink as the body of a DataRow whose fields are text
//   verdict v = reader.finish();        // nothing may be missing
//
// Memory: the line that is read, at most `longest_line`, and its row.
#pragma once

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

struct copied_line;

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
  bool add_values(copied_line& line) const;
  void add_text(copied_line& line) const;
  bool add_csv(copied_line& line, const copy_column_rules& rules) const;
  bool add_quoted(copied_line& line) const;

  verdict fail(const error_info& why);
  verdict malformed(std::string_view what);

  row_sink& rows_;
  copy_dialect dialect_;
  copy_line_scanner scanner_;
  std::string carried_;  ///< the beginning of a line whose end has not come
  protocol::buffer row_;
  std::uint64_t rows_read_ = 0;
  error_info error_;
  bool header_pending_;
};

}  // namespace pgcoro::detail
