#include "options/fallbacks.hpp"

#include <optional>
#include <string>

#include "options/option_table.hpp"

namespace pgcoro::detail {

error_info apply_variables(connect_options& options, const environment& env) {
  for (const option_entry& option : option_table()) {
    if (option.variable == nullptr || option.is_set == nullptr || option.is_set(options)) continue;
    const std::optional<std::string> value = env.variable(option.variable);
    if (!value) continue;
    if (error_info error = store_option(options, option, *value, option.variable)) return error;
  }
  // The forerunner of PGSSLMODE; libpq still honours it where that is not set.
  if (!options.sslmode && env.variable("PGREQUIRESSL").value_or("").starts_with('1')) {
    options.sslmode = sslmode::require;
  }
  return {};
}

error_info check_nul(const connect_options& options) {
  for (const option_entry& option : option_table()) {
    if (option.text == nullptr || !option.is_set(options)) continue;
    if (has_nul(option.text(options))) {
      return invalid_option(std::string(option.name) + ": the value contains a NUL character");
    }
  }
  return {};
}

}  // namespace pgcoro::detail
