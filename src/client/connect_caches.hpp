// What the connects of one execution context share, so that a pool's tenth connection costs less than its first.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <memory>

#include "auth/scram_key_cache.hpp"
#include "net/tls_context_cache.hpp"

namespace pgcoro::detail {

struct connect_caches {
  tls_context_cache tls_contexts;
  /// Derived keys stand in memory, wiped when they go: as secret as the password, which is there as well.
  std::shared_ptr<auth::scram_key_cache> scram_keys = std::make_shared<auth::scram_key_cache>();
};

/// Those of the executor's context. They live as long as it.
connect_caches& caches_of(const boost::asio::any_io_executor& executor);

}  // namespace pgcoro::detail
