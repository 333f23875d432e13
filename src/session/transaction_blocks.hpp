// Which transaction and savepoints are open: as their handles have it, and as the server has confirmed it.
//
// A block is a transaction or a savepoint in it. What opens one rides in front of the next request, whatever that is,
// so that it takes no round trip of its own, and in the same Sync group, so that a statement does not run where its
// transaction could not begin (protocol documentation, "Extended Query": after an error messages are skipped up to
// Sync). Nothing passes such a request until the server has confirmed that the block is open.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace pgcoro::detail {

using block_id = std::uint64_t;  ///< unique in its session, rising: one that is open within another is greater; 0: none

/// A statement that rides in front of a request.
struct block_opener {
  enum class purpose : unsigned char {
    open,  ///< BEGIN or SAVEPOINT
    xid,   ///< asks for the transaction's ID
    undo,  ///< ROLLBACK, in front of a BEGIN that is sent once more
  };
  block_id block = 0;
  std::string sql;
  purpose what = purpose::open;
};

/// What the end of a block asks of the server.
enum class block_ending : unsigned char {
  none,
  commit,  ///< COMMIT, RELEASE SAVEPOINT, PREPARE TRANSACTION
  rollback,
};

struct transaction_blocks {
  /// Those that handles stand for, the transaction first.
  std::vector<block_id> open;
  /// Those that the server has confirmed and not yet ended.
  std::vector<block_id> entered;
  /// In front of the next request.
  std::vector<block_opener> pending;
  /// A transaction whose handle may still be there and which the server does not have (any more). Statements of it are
  /// refused, for they would run by themselves.
  block_id lost = 0;
  /// Of the transaction that was entered last; 0 where it was not asked for.
  std::uint64_t xid = 0;
  block_id last = 0;

  block_id innermost() const noexcept { return open.empty() ? 0 : open.back(); }
  block_id transaction() const noexcept { return open.empty() ? 0 : open.front(); }
  bool has_entered(block_id block) const noexcept;

  /// A handle ends `block`, and whatever is open within it. True where the server was never told of it.
  bool close(block_id block);
  /// The server has ended `block`, and whatever was open within it.
  void leave(block_id block);
};

/// Takes out what opens `block`, or a block within it; whether it opens `block` itself.
bool drop_openers(std::vector<block_opener>& openers, block_id block);

}  // namespace pgcoro::detail
