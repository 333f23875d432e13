// Where options come from that the caller has not set.
#pragma once

#include <pgcoro/connect_options.hpp>

#include "options/environment.hpp"
#include "options/option_error.hpp"

namespace pgcoro::detail {

/// Sets what is open from the environment's variables, PGHOST and so on.
error_info apply_variables(connect_options& options, const environment& env);

/// Whether any text of the options contains NUL, which the protocol ends its strings with: sent, it would add
/// parameters to the startup message.
error_info check_nul(const connect_options& options);

}  // namespace pgcoro::detail
