// The names and values of the StartupMessage (protocol documentation, "StartupMessage").
#pragma once

#include <string>
#include <utility>
#include <vector>

#include <pgcoro/connect_options.hpp>

#include "options/environment.hpp"
#include "options/option_error.hpp"

namespace pgcoro::detail {

using startup_parameter_list = std::vector<std::pair<std::string, std::string>>;

/// User and database first, then what is set among replication, options and application_name, client_encoding (always
/// UTF8), the caller's parameters, and those of PGTZ, PGDATESTYLE and PGGEQO that the caller does not give.
option_result<startup_parameter_list> make_startup_parameters(const connect_options& options, std::string user,
                                                              std::string dbname, const environment& env);

}  // namespace pgcoro::detail
