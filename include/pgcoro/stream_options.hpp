// Options of a row stream or cursor.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include <pgcoro/statement_mode.hpp>

namespace pgcoro {

/// Given before the statement: `db.stream<user>({.rows = 5000}, "SELECT …")`. Trivially destructible, so that a braced
/// one is safe inside `co_await` under g++ 12.
struct stream_options {
  /// Most rows of a batch. A stream's batch has fewer where fewer have come; a cursor's where there are no more.
  std::int32_t rows = 1000;
  std::optional<statement_mode> mode{};           ///< default: the connection's
  std::chrono::steady_clock::duration timeout{};  ///< of each wait; zero: the connection's `command_timeout`

  query_options of_each_wait() const noexcept { return {.mode = mode, .timeout = timeout}; }
};

}  // namespace pgcoro
