// Where the lines of COPY's text and CSV end, in bytes that are cut anywhere.
//
//   while (const std::size_t size = scanner.end_of_line(bytes)) …     // with its newline; 0: it has not come
#pragma once

#include <cstddef>
#include <string_view>

#include <pgcoro/config.hpp>
#include <pgcoro/detail/copy_dialect.hpp>

namespace pgcoro::detail {

/// A newline ends a line but where a backslash stands before it (text), or between quotes (CSV). COPY TO STDOUT ends
/// lines with it on every platform.
class PGCORO_DECL copy_line_scanner {
 public:
  explicit copy_line_scanner(const copy_dialect& dialect) noexcept
      : csv_(dialect.csv), quote_(dialect.quote), escape_(dialect.escape) {}

  /// How many of the bytes, which follow those of the call before, belong to the line; 0 where it goes on behind them.
  std::size_t end_of_line(std::string_view bytes) noexcept { return csv_ ? end_of_csv(bytes) : end_of_text(bytes); }

 private:
  std::size_t end_of_text(std::string_view bytes) noexcept;
  std::size_t end_of_csv(std::string_view bytes) noexcept;
  std::size_t end_of_quotes(std::string_view bytes, std::size_t at) noexcept;

  bool csv_;
  char quote_;
  char escape_;
  bool quoted_ = false;
  bool escaped_ = false;
};

}  // namespace pgcoro::detail
