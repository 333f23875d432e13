// What writers and readers of COPY's text and CSV have to know of its options.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pgcoro {

/// The first line of the data.
enum class copy_header : unsigned char {
  none,     ///< is a row
  present,  ///< has the columns' names
  match,    ///< likewise, and whoever reads it compares them
};

namespace detail {

/// What CSV does with the values of one column.
struct copy_column_rules {
  bool force_quote = false;
  bool force_not_null = false;
  bool force_null = false;
};

/// What options ask of the server.
struct server_need {
  int version = 0;  ///< the major one that it takes; 0: any
  std::string_view option = {};
};

struct copy_dialect {
  bool csv = false;
  char delimiter = '\t';
  char quote = '"';
  char escape = '"';
  copy_header header = copy_header::none;
  std::string null = "\\N";
  std::optional<std::string> default_marker = {};
  std::size_t longest_line = std::size_t{1} << 30;
  std::vector<std::string> columns = {};
  std::vector<copy_column_rules> rules = {};  ///< of each column
};

}  // namespace detail
}  // namespace pgcoro
