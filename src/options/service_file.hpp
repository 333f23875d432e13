// Connection parameters by a name (libpq's documentation, "The Connection Service File").
#pragma once

#include <string>
#include <string_view>

#include <pgcoro/connect_options.hpp>

#include "options/environment.hpp"
#include "options/option_error.hpp"

namespace pgcoro::detail {

/// Sets what the options leave open from the service that they name, or that PGSERVICE does. The user's file comes
/// first (PGSERVICEFILE, else ~/.pg_service.conf), then pg_service.conf of the system (PGSYSCONFDIR). A service that is
/// in neither is an error, and so is a line that names no option; a service cannot name another, nor an LDAP server.
error_info apply_service(connect_options& options, const environment& env);

/// The lines of one section, from the text of a file. `found` says whether there is such a section.
error_info apply_service_text(connect_options& options, std::string_view text, std::string_view service,
                              std::string_view file_name, bool& found);

}  // namespace pgcoro::detail
