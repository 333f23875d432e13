// A unit of work between two ReadyForQuery: what to send, whose reply it is, how far the reply has come.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <pgcoro/detail/arguments.hpp>
#include <pgcoro/detail/copy_peer.hpp>
#include <pgcoro/detail/parameter_source.hpp>
#include <pgcoro/detail/row_sink.hpp>
#include <pgcoro/error.hpp>
#include <pgcoro/protocol/query.hpp>
#include <pgcoro/statement_mode.hpp>

#include "session/statement_cache.hpp"
#include "session/transaction_blocks.hpp"

namespace pgcoro::detail {

/// A prepared statement or a portal of the server.
struct server_object {
  protocol::described what = protocol::described::statement;
  std::string name;
};

/// One statement of a request: its text or its handle, its parameters, and where its reply goes.
/// What it points to must live until the request completes or is abandoned.
struct step {
  std::string_view sql;
  std::shared_ptr<prepared_statement> statement;  ///< a handle the user prepared, or the cache's entry
  const arguments* parameters = nullptr;
  parameter_source* source = nullptr;  ///< many rows of parameters instead of `parameters`; the only step then
  row_sink* sink = nullptr;
  copy_peer* copy = nullptr;        ///< of a script: who takes part in the COPY that it starts; null: none is expected
  copy_row_source* feed = nullptr;  ///< of a COPY into the server whose data are pulled; null: its owner writes them
  std::string_view portal;          ///< its name, where it is to outlive the request
  std::int32_t max_rows = 0;        ///< of the portal, for this request; 0: all
  statement_mode mode = statement_mode::cached;
  bool explicitly_prepared = false;  ///< `statement` is the user's handle
  bool goes_on = false;              ///< the portal exists: its next rows, described by `layout`

  // Filled in while the request runs.
  /// What the sink is told; null where no rows come back. The statement's plan holds it, or `fresh`.
  const std::shared_ptr<const row_layout>* layout = nullptr;
  std::shared_ptr<const row_layout> fresh;  ///< of a portal or a script, described as it runs
  std::uint32_t generation = 0;             ///< of the statement when it was bound
  bool suspended = false;                   ///< the portal has more rows
  error_info error;                         ///< read by the owner on completion

  void clear() noexcept;
};

/// Cheaper than assigning a new one, and done for every request.
[[gnu::always_inline]] inline void step::clear() noexcept {
  sql = {};
  if (statement) statement.reset();
  parameters = nullptr;
  source = nullptr;
  sink = nullptr;
  copy = nullptr;
  feed = nullptr;
  portal = {};
  max_rows = 0;
  mode = statement_mode::cached;
  explicitly_prepared = goes_on = suspended = false;
  layout = nullptr;
  if (fresh) fresh.reset();
  generation = 0;
  if (error) error = {};
}

class request;

/// How far a request has come: everything about it that begins anew with each use.
struct request_progress {
  enum class kind : unsigned char {
    statements,  ///< extended protocol: every step, then one Sync
    script,      ///< simple protocol: one Query, any number of statements
    prepare,     ///< Parse and Describe of the one step's handle, then Sync
    sync,        ///< a bare Sync: a round trip that asks nothing
    terminate,   ///< the session says goodbye and ends
    block_end,   ///< COMMIT, ROLLBACK and their like, by the simple protocol; without steps
  };

  enum class state : unsigned char {
    idle,        ///< in nobody's queue
    waiting,     ///< not a byte is written
    describing,  ///< Parse and Describe are written; the rest waits for their reply
    streaming,   ///< rows of parameters are still being written
    in_flight,   ///< everything is written (to the output, if not yet to the wire)
    completed,
  };

  /// Which reply comes next, CloseComplete messages and asynchronous ones aside.
  enum class stage : unsigned char {
    parse_complete,
    parameter_description,
    row_description,  ///< of a statement that is being described
    bind_complete,
    portal_description,
    rows,          ///< rows and CommandComplete; in a script also the RowDescription of its next statement
    copy_out,      ///< CopyData and CopyDone, asked for or not
    copy_in,       ///< nothing but an error: the client sends
    copy_both,     ///< CopyData and CopyDone, while the client sends, too
    copy_refused,  ///< the error that ends a COPY which nobody feeds
    types,         ///< of a type_query, which knows more
    tag,           ///< CommandComplete alone, of what ends a block
    ready,
  };

  // What to do: set by the owner before submit().
  std::span<step> steps = {};  ///< `single`, or `many`
  block_id block = 0;          ///< of block_end: which; else set by submit(): the innermost that was open
  block_ending ending = block_ending::none;
  bool of_transaction = false;  ///< of block_end: the block is the transaction itself
  void* owner = nullptr;        ///< the operation that waits; null once it has been abandoned

  // The session's own.
  request* next = nullptr;
  std::size_t closes = 0;        ///< CloseComplete messages still to come
  std::size_t current = 0;       ///< the step whose reply is being read
  std::size_t described = 0;     ///< statements of `describing` that have been
  std::uint64_t executions = 0;  ///< of a streaming step: written
  std::uint64_t answered = 0;    ///< of a streaming step: answered; of a script: its statements so far
  std::uint64_t begins_at = 0;   ///< position of the first byte in the stream of written bytes
  std::uint64_t ends_at = 0;     ///< position after the last
  block_id transaction = 0;      ///< in which it was started
  std::size_t opened = 0;        ///< openers that have been answered
  std::size_t prefix = 0;        ///< of a script: characters in front of the user's text
  kind what = kind::statements;  ///< set by the owner
  state now = state::idle;
  stage expected = stage::ready;
  enum class opener : unsigned char { parse_complete, bind_complete, rows };
  opener opener_stage = opener::parse_complete;
  bool abandoned = false;
  bool sync_written = false;
  bool server_failed = false;  ///< ErrorResponse came: nothing but ReadyForQuery may follow
  bool retried = false;
  bool retry_wanted = false;  ///< a stale plan: start again once ReadyForQuery says that no transaction is open
  bool ran_for_good = false;  ///< something has completed that a ROLLBACK may not undo
  bool feeding = false;       ///< the server takes CopyData of this request
  bool replicates = false;    ///< its COPY was in both directions
  bool committed = false;     ///< something has completed that may have committed what was before it

  bool sent() const noexcept { return now >= state::describing && now <= state::in_flight; }
};

class request : public request_progress {
 public:
  step single;
  std::vector<step> many;  ///< the steps of a pipeline

  // The outcome: read by the owner on completion.
  error_info error;  ///< the request's own error, or that of its first failed step

  // The session's own.
  std::vector<block_opener> openers;   ///< what opens blocks, in front of the request's own statements
  std::string text;                    ///< of block_end
  std::vector<server_object> closing;  ///< closed in front of it
  std::vector<std::shared_ptr<prepared_statement>> describing;  ///< in the order of their Parse messages

  /// Ready for its next use; keeps what capacity it has.
  void reset() noexcept;
};

[[gnu::always_inline]] inline void request::reset() noexcept {
  static_cast<request_progress&>(*this) = {};
  single.clear();
  if (!many.empty()) many.clear();
  if (error) error = {};
  if (!openers.empty()) openers.clear();
  if (!text.empty()) text.clear();
  if (!closing.empty()) closing.clear();
  if (!describing.empty()) describing.clear();
}

}  // namespace pgcoro::detail
