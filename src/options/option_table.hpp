// Every option that libpq of PostgreSQL 18 knows, and what becomes of it here.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include <pgcoro/connect_options.hpp>

#include "options/conninfo.hpp"
#include "options/option_error.hpp"

namespace pgcoro::detail {

struct option_entry {
  std::string_view name;
  const char* variable;  ///< of the environment; null where libpq has none
  /// Reads the text into the option's member; returns what the text should have been where it is not that.
  std::optional<std::string> (*store)(std::string_view text, connect_options& options);
  /// Whether the option has been set; null for one that has no member because it has no effect here.
  bool (*is_set)(const connect_options& options);
  /// The text of a member that is set; null where the member is not text.
  std::string_view (*text)(const connect_options& options);
};

std::span<const option_entry> option_table() noexcept;

/// Null where there is no such option.
const option_entry* find_option(std::string_view name) noexcept;

/// Refuses a name that is no option; understands libpq's old "requiressl".
option_result<conninfo_setting> make_setting(std::string_view name, std::string value);

/// Names the option, unless what stands in its place looks like something else: a piece of a password, perhaps.
error_info unknown_option(std::string_view name);

/// Stores one value. `source` says in an error where it came from: "", "PGSSLMODE", "service file …, line 3".
error_info store_option(connect_options& options, const option_entry& option, std::string_view value,
                        std::string_view source = {});

}  // namespace pgcoro::detail
