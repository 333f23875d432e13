// How rows look in a COPY of text or CSV: what stands in the statement, and what writes and reads the rows here.
//
//   const auto format = pgcoro::copy_options::csv().delimiter(';').header();
//   auto in = co_await db.copy_in<user>(pgcoro::table("users"), format);
//   co_await pgcoro::copy_in_from(db, file, "COPY users FROM STDIN" + format.from_clause());
//
// PostgreSQL documentation, COPY, "Parameters" and "File Formats".
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <pgcoro/config.hpp>
#include <pgcoro/detail/copy_dialect.hpp>
#include <pgcoro/error.hpp>
#include <pgcoro/row_description.hpp>

namespace pgcoro {

/// Each setter stands for the option of COPY that has its name; what is not set is the server's default. The server
/// judges whether they go together (a delimiter that is also the quote, say) and its error comes where the COPY begins.
///
/// An option that COPY has in one direction alone is left out of the statement in the other, so that one value serves
/// both. There it is done here: `force_quote` by the writer, `force_null` and `force_not_null` by the reader.
class PGCORO_DECL copy_options {
 public:
  static copy_options text() { return copy_options(false); }
  static copy_options csv() { return copy_options(true); }

  copy_options& delimiter(char c);
  /// What stands for NULL. In text format the empty one leaves no way to write an empty string, which is then refused.
  copy_options& null(std::string_view marker);
  copy_options& quote(char c);   ///< of CSV; also the escape where that is not set
  copy_options& escape(char c);  ///< of CSV
  /// A first line of column names: written, or passed over; with `match` compared with the columns. In text format
  /// servers from 15 on know it, and `match`.
  copy_options& header(copy_header what = copy_header::present);

  /// CSV. No column named: all of them (for the latter two: servers from 17 on).
  template <std::convertible_to<std::string_view>... Column>
  copy_options& force_quote(const Column&... columns) {
    return set(force_quote_, std::vector<std::string>{std::string(std::string_view(columns))...});
  }
  template <std::convertible_to<std::string_view>... Column>
  copy_options& force_not_null(const Column&... columns) {
    return set(force_not_null_, std::vector<std::string>{std::string(std::string_view(columns))...});
  }
  template <std::convertible_to<std::string_view>... Column>
  copy_options& force_null(const Column&... columns) {
    return set(force_null_, std::vector<std::string>{std::string(std::string_view(columns))...});
  }

  /// What stands for a column's DEFAULT, written for `or_default` values that hold none. Servers from 16 on.
  copy_options& default_marker(std::string_view marker);
  /// Rows that the server cannot convert are left out of the table, and not counted. Servers from 17 on; the limit,
  /// above which it fails all the same, from 18 on.
  copy_options& ignore_errors(std::optional<std::uint64_t> reject_limit = {});
  copy_options& freeze();
  /// Of the data; default: the connection's, UTF-8. Strings are passed as they are. Typed rows are refused
  /// (`invalid_option`) in encodings where a byte of a longer character may look like a backslash or quote.
  copy_options& encoding(std::string_view name);

  /// Not COPY's: the most bytes of a line that is read; a longer one is `errc::message_too_large`. Default: 1 GiB, a
  /// row's own limit.
  copy_options& longest_line(std::size_t bytes);

  /// " WITH (FORMAT csv, …)", to stand behind COPY … FROM STDIN.
  std::string from_clause() const;
  /// Likewise behind COPY … TO STDOUT.
  std::string to_clause() const;

  /// What they need in COPY FROM and COPY TO. Typed rows are refused where the server is older:
  /// errc::unsupported_server.
  [[nodiscard]] detail::server_need from_need() const noexcept;
  [[nodiscard]] detail::server_need to_need() const noexcept;

  /// For these columns: errc::no_such_column where a list names none of them, errc::invalid_option for an encoding.
  [[nodiscard]] error_info resolve(const row_description& columns, detail::copy_dialect& out) const;

 private:
  /// None: not said. Empty: all.
  using column_list = std::optional<std::vector<std::string>>;

  explicit copy_options(bool csv);

  copy_options& set(column_list& list, std::vector<std::string> columns) {
    list = std::move(columns);
    return *this;
  }
  std::string shared_options() const;
  detail::server_need header_need() const noexcept;

  detail::copy_dialect dialect_;
  column_list force_quote_;
  column_list force_not_null_;
  column_list force_null_;
  std::string encoding_;
  std::optional<std::uint64_t> reject_limit_;
  bool escape_set_ = false;
  bool ignore_errors_ = false;
  bool freeze_ = false;
};

}  // namespace pgcoro
