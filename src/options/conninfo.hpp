// Connection strings taken apart as libpq does it (its documentation, "Connection Strings"). Values come out as text
// and nobody has judged them yet; names are known options.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "options/option_error.hpp"

namespace pgcoro::detail {

struct conninfo_setting {
  std::string_view name;  ///< in static memory
  std::string value;
};

/// In the order of the string; of settings with the same name the last one counts.
using conninfo = std::vector<conninfo_setting>;

/// Either of the two below, by the prefix "postgresql://" or "postgres://".
option_result<conninfo> parse_conninfo(std::string_view text);

/// "host=db user='a b'": names and values around "=", quotes and backslashes as libpq has them.
option_result<conninfo> parse_key_values(std::string_view text);

/// "[user[:password]@][host[:port][,…]][/dbname][?name=value[&…]]": a URI without its prefix, percent-encoded.
option_result<conninfo> parse_uri(std::string_view text);

}  // namespace pgcoro::detail
