// How a statement is sent, and the options of one call.
#pragma once

#include <chrono>
#include <optional>

namespace pgcoro {

/// How statements with the extended protocol are prepared (per connection, or per call through `query_options`).
enum class statement_mode : unsigned char {
  cached,         ///< Parse and Describe on first use, then Bind and Execute: one round trip, binary both ways
  describe_each,  ///< Parse and Describe each time, nothing is kept on the server: two round trips
  unnamed,        ///< one round trip, parameter types from C++; for transaction-pooling proxies
  simple,         ///< simple protocol, text results, no parameters
};

/// Options of one call, given before the statement: `db.query({.timeout = 500ms}, "SELECT …", 1)`.
/// Trivially destructible, so that a braced one is safe inside `co_await` under g++ 12.
struct query_options {
  std::optional<statement_mode> mode{};           ///< default: the connection's
  std::chrono::steady_clock::duration timeout{};  ///< zero: the connection's `command_timeout`
};

}  // namespace pgcoro
