// The TLS half of the settings.
#pragma once

#include <pgcoro/connect_options.hpp>

#include "options/connect_settings.hpp"
#include "options/environment.hpp"
#include "options/option_error.hpp"

namespace pgcoro::detail {

/// Defaults, libpq's files in ~/.postgresql, and what must not be combined.
option_result<tls_settings> make_tls_settings(const connect_options& options, const environment& env);

}  // namespace pgcoro::detail
