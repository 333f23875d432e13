// A transaction that was prepared for a two-phase commit and has neither been committed nor rolled back.
//
//   for (const pgcoro::prepared_transaction& p : co_await db.prepared_transactions()) co_await
//   db.rollback_prepared(p.gid);
#pragma once

#include <chrono>
#include <string>

namespace pgcoro {

/// A row of pg_prepared_xacts.
struct prepared_transaction {
  std::string gid;
  std::chrono::system_clock::time_point prepared;
  std::string owner;
  std::string database;
};

}  // namespace pgcoro
