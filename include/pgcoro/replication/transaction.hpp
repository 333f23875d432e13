// Whole transactions, put together from the stream.
//
//   while (auto t = co_await changes.next()) { for (const message& m : t->changes()) …; changes.confirm(t->end_lsn); }
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include <pgcoro/config.hpp>
#include <pgcoro/replication/message.hpp>

namespace pgcoro::detail {
class assembled_changes;
}

namespace pgcoro::replication {

/// A transaction that has been committed, or prepared, or what became of one that was prepared. Owns what its messages
/// refer to, and may be kept and handed to other threads.
struct PGCORO_DECL transaction {
  enum class kind : unsigned char {
    committed,
    prepared,           ///< of `two_phase`: PREPARE TRANSACTION, with its changes
    commit_prepared,    ///< no changes: they came with `prepared`
    rollback_prepared,  ///< likewise
    message,            ///< one pg_logical_emit_message() that is part of no transaction
    resumed,            ///< none: the stream goes on over a new connection
  };

  transaction();
  transaction(transaction&&) noexcept;
  transaction& operator=(transaction&&) noexcept;
  ~transaction();

  kind what = kind::committed;
  std::uint32_t xid = 0;
  lsn commit_lsn;  ///< of the commit, or the prepare
  lsn end_lsn;     ///< what to confirm once it is stored
  postgres_time time;
  std::string gid;     ///< of a prepared one
  std::string origin;  ///< where it came from by replication; empty where it did not
  error_info because;  ///< of `resumed`: how the connection was lost

  /// Row changes, truncates, messages, and the descriptions of relations and types, in order.
  [[nodiscard]] std::span<const message> changes() const noexcept;

 private:
  friend class detail::assembled_changes;
  std::unique_ptr<detail::assembled_changes> changes_;
};

}  // namespace pgcoro::replication
