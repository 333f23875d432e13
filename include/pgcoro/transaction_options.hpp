// How a transaction begins, how often it is tried, and what is done where its outcome is not known.
//
//   auto tx = co_await db.begin({.isolation = pgcoro::isolation::serializable, .read_only = true});
#pragma once

#include <chrono>
#include <optional>

namespace pgcoro {

enum class isolation : unsigned char {
  server_default,  ///< the session's `default_transaction_isolation`
  read_uncommitted,
  read_committed,
  repeatable_read,
  serializable,
};

/// Trivially destructible, so that a braced one is safe inside `co_await` under g++ 12.
struct transaction_options {
  using duration = std::chrono::steady_clock::duration;

  pgcoro::isolation isolation = pgcoro::isolation::server_default;
  std::optional<bool> read_only{};   ///< default: the session's `default_transaction_read_only`
  std::optional<bool> deferrable{};  ///< waits for a snapshot that cannot fail; with serializable and read_only

  /// Where the connection is lost, or a deadline passes, between COMMIT and its reply: open a connection with the same
  /// options and ask the server what became of the transaction. Costs a transaction ID, also where nothing is written.
  bool resolve_in_doubt = false;
  duration in_doubt_timeout = std::chrono::seconds(30);  ///< for how long to ask before `errc::in_doubt`

  // Of transaction(callable) alone.
  int retries = 5;                                      ///< how often to begin again after 40001 or 40P01
  duration retry_time = std::chrono::seconds(30);       ///< no retry begins later than this after the first try
  duration retry_delay = std::chrono::milliseconds(5);  ///< before the first retry, about; twice that before the next
  duration max_retry_delay = std::chrono::seconds(1);   ///< the most of it
};

}  // namespace pgcoro
