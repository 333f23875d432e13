// How insert_rows inserts, and what it did.
//
//   co_await db.insert_rows(table("users"), users, {.method = pgcoro::insert_method::unnest});
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace pgcoro {

enum class insert_method : unsigned char {
  automatic,  ///< whichever serves: docs/sql.md
  values,     ///< INSERT … VALUES: up to 16 rows as one statement, more with a Bind each
  unnest,     ///< INSERT … SELECT FROM unnest: an array for each column
  copy,       ///< COPY FROM STDIN (FORMAT binary)
};

/// Trivially destructible, so that a braced one is safe inside `co_await` under g++ 12.
struct insert_options {
  /// Any but `automatic` is taken even where it means something else (COPY knows no rules, and writes identity columns
  /// that are GENERATED ALWAYS), and is an error where it is not possible.
  insert_method method = insert_method::automatic;
  /// Automatic: the number of rows from which COPY is looked at. Below it an INSERT is done as soon, as it asks the
  /// server less (measured where the server is near; each round trip of a millisecond moves it up by some 2000).
  std::size_t copy_from = 2000;
  std::chrono::steady_clock::duration timeout{};  ///< of the whole; zero: `command_timeout`, of each statement
};

struct insert_result {
  std::uint64_t rows = 0;                           ///< that were inserted: a trigger may have left some out
  insert_method method = insert_method::automatic;  ///< that was taken; still automatic where there were no rows
};

}  // namespace pgcoro
