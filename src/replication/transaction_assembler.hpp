// Puts whole transactions together: those that come in one piece, and those that are streamed while they are open,
// which come in pieces that are mixed with others.
//
//   if (error_info e = assembler.push(start, data)) …
//   if (assembler.ready()) deliver(assembler.take());
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include <pgcoro/replication/pgoutput_decoder.hpp>
#include <pgcoro/replication/transaction.hpp>

namespace pgcoro::detail {

/// The changes of one transaction and the bytes and relations that they refer to.
class assembled_changes {
 public:
  static std::unique_ptr<assembled_changes>& of(replication::transaction& t) noexcept { return t.changes_; }

  /// `data` is what `m` refers to.
  void add(replication::message m, std::uint32_t xid, std::unique_ptr<std::byte[]> data, std::size_t size);
  /// Drops what belongs to a subtransaction.
  void discard(std::uint32_t subxid);

  const std::vector<replication::message>& messages() const noexcept { return messages_; }
  /// In bytes.
  std::size_t memory() const noexcept { return memory_; }

 private:
  struct origin {
    std::unique_ptr<std::byte[]> data;
    std::unique_ptr<const replication::relation*[]> truncated;
    std::size_t size = 0;
    std::uint32_t xid = 0;
  };

  void keep_relations(replication::message& m, origin& from);
  void keep(const replication::relation& described);

  std::vector<replication::message> messages_;
  std::vector<origin> origins_;  // of each message
  std::unordered_set<std::shared_ptr<const replication::relation>> relations_;
  const replication::relation* last_kept_ = nullptr;
  std::size_t memory_ = 0;
};

class transaction_assembler {
 public:
  /// `memory_limit`: what all transactions that are open may take, in bytes.
  transaction_assembler(replication::decoder_options options, std::size_t memory_limit);
  ~transaction_assembler();

  /// The next message. `errc::message_too_large` where the limit is passed.
  [[nodiscard]] error_info push(lsn start, protocol::bytes_view data);

  /// The message has completed a transaction, which is to be taken before the next push().
  [[nodiscard]] bool ready() const noexcept { return ready_; }
  [[nodiscard]] replication::transaction take() noexcept;

  /// Of the transaction that is ready.
  [[nodiscard]] lsn end() const noexcept { return completed_.end_lsn; }
  /// The stream is within a transaction, or a piece of one.
  [[nodiscard]] bool in_transaction() const noexcept { return decoder_.in_transaction(); }

  /// The stream begins anew.
  void reset() noexcept;

  /// Of all transactions that are open, in bytes.
  [[nodiscard]] std::size_t memory() const noexcept {
    return memory_ + streamed_.size() * (sizeof(open_transaction) + sizeof(assembled_changes));
  }

 private:
  struct open_transaction {
    replication::transaction made;
    std::unique_ptr<assembled_changes> changes = std::make_unique<assembled_changes>();
  };
  struct dispatcher;

  void add(replication::message m, std::uint32_t xid, std::unique_ptr<std::byte[]> data, std::size_t size);
  void finish(open_transaction& open, lsn commit_lsn, lsn end_lsn, postgres_time time);
  void finish_streamed(std::uint32_t xid, replication::transaction::kind what, lsn commit_lsn, lsn end_lsn,
                       postgres_time time, std::string_view gid);
  void abort(std::uint32_t xid, std::uint32_t subxid);
  void announce(replication::transaction made);

  replication::pgoutput_decoder decoder_;
  std::size_t memory_limit_;
  std::size_t memory_ = 0;  ///< of all changes
  open_transaction whole_;  ///< between Begin and Commit
  std::unordered_map<std::uint32_t, open_transaction> streamed_;
  open_transaction* current_ = nullptr;  ///< to which changes belong
  replication::transaction completed_;
  bool ready_ = false;
};

}  // namespace pgcoro::detail
