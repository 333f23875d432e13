#include "client/block_operations.hpp"

#include "client/connection_core.hpp"

namespace pgcoro::detail {
namespace {

const char* text_of(isolation level) noexcept {
  switch (level) {
    case isolation::server_default: return "";
    case isolation::read_uncommitted: return " ISOLATION LEVEL READ UNCOMMITTED";
    case isolation::read_committed: return " ISOLATION LEVEL READ COMMITTED";
    case isolation::repeatable_read: return " ISOLATION LEVEL REPEATABLE READ";
    case isolation::serializable: return " ISOLATION LEVEL SERIALIZABLE";
  }
  return "";
}

}  // namespace

error_info misused(std::string message) {
  error_details details;
  details.code = make_error_code(errc::transaction_misused);
  details.message = std::move(message);
  details.stage = "transaction";
  details.safe_to_retry = true;
  return error_info(std::move(details));
}

std::string begin_text(const transaction_options& options) {
  std::string text = "BEGIN";
  text += text_of(options.isolation);
  if (options.read_only) text += *options.read_only ? " READ ONLY" : " READ WRITE";
  if (options.deferrable) text += *options.deferrable ? " DEFERRABLE" : " NOT DEFERRABLE";
  return text;
}

error_info begin_operation::why_not() {
  session& s = core().protocol_session();
  if (s.failed()) {
    error_details details = s.failure().details();
    details.safe_to_retry = true;
    return error_info(std::move(details));
  }
  if (within_ != s.innermost_block())
    return misused(within_ == 0
                       ? "a transaction is open on this connection; a savepoint in it is made by its own begin()"
                       : "a savepoint within is open");
  if (within_ == 0 && !s.busy() && s.status() != protocol::transaction_status::idle)
    return misused("a transaction is open that a statement of its own has begun");
  return {};
}

void begin_operation::submit() {
  if (error_info refused = why_not()) return core().finish(*this, std::move(refused));
  session& s = core().protocol_session();
  block_ = within_ == 0 ? s.open_transaction(begin_text(options_), options_.resolve_in_doubt) : s.open_savepoint();
  if (within_ == 0) core().transaction_begins();
  core().finish(*this, {});
}

void end_operation::submit() {
  session& s = core().protocol_session();
  if (how_ == block_ending::commit && s.has_statements_in_flight(block_))
    return core().finish(*this, misused("statements of the transaction are still in flight"));
  submitted_ = true;
  xid_ = s.transaction_xid();
  if (!text_.empty()) s.send_openers();  // PREPARE TRANSACTION means something where nothing has run, too
  request* r = s.acquire_ending(block_, how_, std::move(text_));
  r->owner = static_cast<operation*>(this);
  s.submit(r);
}

bool end_operation::complete(request& r) {
  error = std::move(r.error);
  core().transaction_may_have_ended(error);
  return true;
}

}  // namespace pgcoro::detail
