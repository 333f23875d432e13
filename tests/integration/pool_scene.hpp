// What tests of pools need.
#pragma once

#include <cstddef>
#include <string>

#include <pgcoro/pool.hpp>

#include "support/async_test.hpp"
#include "support/environment.hpp"

namespace pgcoro::test {

/// A pool of the server's superuser, or as the variable of that name says.
inline pool_options options_for(std::size_t max_size, const std::string& more = {}, const std::string& dsn = "DSN") {
  pool_options options;
  options.connect = options_of(dsn, more);
  options.max_size = max_size;
  return options;
}

}  // namespace pgcoro::test
