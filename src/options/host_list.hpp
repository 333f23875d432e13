// From the lists `host`, `hostaddr` and `port` to one entry a server.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "options/connect_settings.hpp"
#include "options/environment.hpp"
#include "options/option_error.hpp"

namespace pgcoro::detail {

/// Pairs the elements of the three lists. `hostaddr`, where given, says how many there are; `host` must then have as
/// many or be absent; `port` has as many or one for all. An empty element takes the default. The passwords stay empty.
option_result<std::vector<host_entry>> make_hosts(std::string_view host, std::string_view hostaddr,
                                                  std::string_view port, const environment& env);

}  // namespace pgcoro::detail
