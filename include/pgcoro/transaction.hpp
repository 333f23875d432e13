// Transactions and savepoints that cannot leak.
//
//   auto tx = co_await db.begin({.isolation = pgcoro::isolation::serializable});
//   co_await tx.execute("UPDATE accounts SET balance = balance - $1 WHERE id = $2", amount, from);
//   auto savepoint = co_await tx.begin();
//   co_await savepoint.rollback();
//   co_await tx.commit();                                  // dropped uncommitted, it is rolled back
//
//   co_await db.transaction(transfer, {.isolation = pgcoro::isolation::serializable});   // retried on 40001 and 40P01
//
// BEGIN and SAVEPOINT take no round trip: they ride in front of the first statement, which does not run where they
// fail.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include <pgcoro/config.hpp>
#include <pgcoro/detail/run_transaction.hpp>
#include <pgcoro/queryable.hpp>
#include <pgcoro/statement.hpp>
#include <pgcoro/transaction_options.hpp>

namespace pgcoro {

class connection;
class pipeline;

/// A transaction, or a savepoint in one; made by begin(). It belongs to one coroutine at a time and keeps its
/// connection alive. While it is open it has the connection: a statement that is started on the `connection` runs in
/// the transaction as well.
///
/// Its destructor queues ROLLBACK, in front of whatever is started next on that connection, and waits for nothing. It
/// may run anywhere, on any thread.
///
/// Errors of commit(), rollback(), begin() and of statements:
/// `transaction_misused`: it has ended, or a savepoint in it is open, or statements are still in flight; nothing has
/// happened. `transaction_aborted`: nothing of it is left. `in_doubt`: see transaction_options::resolve_in_doubt.
///
/// Only the first statement after begin() is confirmed before the next is sent; afterwards statements are pipelined as
/// ever. Whoever wants several with the first round trip runs a `pipeline`.
class PGCORO_DECL transaction : public queryable {
 public:
  /// None.
  transaction() noexcept = default;
  transaction(transaction&& other) noexcept;
  transaction& operator=(transaction&& other) noexcept;
  ~transaction();

  /// See connection::run().
  [[nodiscard]] boost::asio::awaitable<void> run(pipeline& statements, query_options options = {});
  /// See connection::prepare().
  [[nodiscard]] boost::asio::awaitable<statement> prepare(query_text sql, query_options options = {});

  /// A savepoint. It must end before this transaction commits; a rollback of this one ends it as well.
  [[nodiscard]] boost::asio::awaitable<transaction> begin();

  /// Has to be called for anything to stay. Over afterwards, also where it throws: then it is rolled back, unless it is
  /// `in_doubt` or misused. Cancelled before it was sent it is rolled back; cancelled later, either may have happened.
  [[nodiscard]] boost::asio::awaitable<void> commit();

  /// Over afterwards. Cancelled, it is carried out all the same.
  [[nodiscard]] boost::asio::awaitable<void> rollback();

  /// The first half of a two-phase commit: the transaction is kept by the server under the name `gid`, which is unique
  /// and shorter than 200 bytes, and leaves this session. See connection::commit_prepared(). Not of a savepoint.
  [[nodiscard]] boost::asio::awaitable<void> prepare_transaction(std::string gid);

  /// Whether it takes statements: begun and not ended by us.
  bool is_open() const noexcept { return static_cast<bool>(core_); }
  bool is_savepoint() const noexcept { return outer_ != nullptr; }

 private:
  friend boost::asio::awaitable<transaction> detail::begin_transaction(std::shared_ptr<detail::connection_core>,
                                                                       transaction_options);
  using duration = std::chrono::steady_clock::duration;

  boost::asio::awaitable<void> end_committed(std::string text);
  void detach() noexcept;
  void attach(std::shared_ptr<detail::connection_core> core, transaction* outer) noexcept;
  void end_inner() noexcept;
  void adopt(transaction& other) noexcept;
  void require_open() const;
  void drop() noexcept;

  std::uint64_t block_ = 0;
  duration in_doubt_timeout_{};  // zero: not to be resolved
  transaction* outer_ = nullptr;
  transaction* inner_ = nullptr;
};

}  // namespace pgcoro
