// The queue of requests: who waits, who is in flight, who is done.
#include "session/session.hpp"

#include <algorithm>
#include <iterator>

#include <pgcoro/type_catalog.hpp>

#include "session/type_query.hpp"

namespace pgcoro::detail {

namespace {

protocol::framing_limits limits_for(std::uint64_t max_message_size) {
  protocol::framing_limits limits;
  limits.max_message_size =
      static_cast<std::uint32_t>(std::min<std::uint64_t>(max_message_size, limits.max_message_size));
  return limits;
}

}  // namespace

session::session(session_settings settings)
    : host_(std::move(settings.host)),
      framer_(limits_for(settings.max_message_size)),
      cache_(settings.statement_cache_capacity),
      catalog_(settings.types ? std::move(settings.types) : std::make_shared<type_catalog>()),
      parameters_(std::move(settings.parameters)),
      status_(settings.status),
      output_high_water_(settings.output_high_water) {
  framer_.authenticated();
}

session::~session() = default;

void session::add_request() {
  free_.reserve(store_.size() + 1);
  free_.push_back(store_.emplace_back(std::make_unique<request>()).get());
}

[[gnu::hot]] void session::release(request* r) noexcept {
  r->reset();
  free_.push_back(r);
}

void session::append(request* r) noexcept {
  r->next = nullptr;
  if (tail_)
    tail_->next = r;
  else
    head_ = r;
  tail_ = r;
  if (!next_to_write_) next_to_write_ = r;
}

[[gnu::hot]] void session::unlink(request* r) noexcept {
  request* before = nullptr;
  for (request* at = head_; at != r; at = at->next) before = at;
  (before ? before->next : head_) = r->next;
  if (tail_ == r) tail_ = before;
  if (next_to_write_ == r) next_to_write_ = r->next;
  if (gate_ == r) gate_ = nullptr;
  if (opening_ == r) opening_ = nullptr;
  if (committing_ == r) committing_ = nullptr;
  r->next = nullptr;
}

[[gnu::hot]] void session::submit(request* r) {
  r->now = request::state::waiting;
  const bool nothing_to_end = join_block(*r);
  if (nothing_to_end && !failure_) return complete(r);
  append(r);
  if (failure_) {
    unlink(r);
    error_details details = failure_.details();
    details.safe_to_retry = true;
    r->error = error_info(std::move(details));
    complete(r);
    return;
  }
  write_waiting();
}

bool session::abandon(request* r) {
  if (bool may_have_run = false; r->ending != block_ending::none && abandon_ending(*r, may_have_run))
    return may_have_run;
  r->owner = nullptr;
  r->abandoned = true;
  if (r->now == request::state::waiting) {
    hand_on_openers(*r);
    unlink(r);
    release(r);
    write_waiting();
    return false;
  }
  if (r->sent() && r->begins_at >= written_) {
    withdraw(r);
    return false;
  }
  if (r == head_) paused_ = false;
  if (r->now == request::state::streaming) poison(*r);
  if (r->feeding) fail_copy(*r, "the client gave up");
  // From here on only ReadyForQuery is waited for; what the request pointed to may be gone.
  for (step& s : r->steps) s.clear();
  r->steps = {};
  if (r->sent()) ++drained_;
  write_waiting();
  return true;
}

bool session::forget_completed(const void* owner) noexcept {
  bool found = false;
  for (request* r = completed_head_; r; r = r->next)
    if (r->owner == owner) {
      r->owner = nullptr;
      r->abandoned = found = true;
    }
  return found;
}

void session::detach_all() noexcept {
  for (request* list : {head_, completed_head_})
    for (request* r = list; r; r = r->next) {
      r->owner = nullptr;
      r->abandoned = true;
      r->steps = {};
    }
  // What is not written by now never will be.
  gate_ = nullptr;
  next_to_write_ = nullptr;
}

/// Cuts a request's bytes out of the output. None of them has left.
void session::withdraw(request* r) {
  if (r == gate_) r->ends_at = written_ + output_.size();  // nothing is behind it
  if (type_query_ && &type_query_->of == r) type_query_.reset();
  closes_.insert(closes_.begin(), std::move_iterator(r->closing.begin()), std::move_iterator(r->closing.end()));
  for (const auto& statement : r->describing) statement->name.clear();
  const std::uint64_t length = r->ends_at - r->begins_at;
  output_.erase(static_cast<std::size_t>(r->begins_at - written_), static_cast<std::size_t>(length));
  for (request* later = r->next; later && later->sent(); later = later->next) {
    later->begins_at -= length;
    later->ends_at -= length;
  }
  hand_on_openers(*r);
  unlink(r);
  release(r);
  write_waiting();
}

std::size_t session::sendable_while_cancelling() const noexcept {
  std::uint64_t end = written_;
  for (const request* r = head_; r && r->sent() && r->abandoned; r = r->next) end = std::max(end, r->ends_at);
  return static_cast<std::size_t>(end - written_);
}

void session::fail(error_info reason) {
  if (failure_) return;
  if (last_words_) reason = last_words_;
  error_details details = reason.details();
  details.connection_usable = false;
  if (details.host.empty()) details.host = host_;
  failure_ = error_info(details);
  gate_ = nullptr;
  paused_ = false;
  type_query_.reset();
  // The server works in order: what stands behind the request that a FATAL error ended was never begun.
  const request* const ended = last_words_ ? head_ : nullptr;
  while (request* r = head_) {
    const bool behind = last_words_ && r != ended;
    const bool never_sent = behind || r->now == request::state::waiting || r->begins_at >= written_;
    unlink(r);
    if (r->ending == block_ending::commit && r->of_transaction && !never_sent)
      doubt(*r, details.message);
    else if (!r->abandoned && !r->error) {
      details.safe_to_retry = never_sent;
      r->error = error_info(details);
    }
    complete(r);
  }
  output_.clear();
}

/// A stale plan was dropped: the request goes again, before those that were not yet written.
void session::restart(request* r) {
  unlink(r);
  r->retried = true;
  r->retry_wanted = r->sync_written = r->server_failed = false;
  r->error = {};
  r->closes = 0;
  r->closing.clear();
  r->current = r->described = 0;
  r->executions = r->answered = 0;
  r->describing.clear();
  for (step& s : r->steps) {
    s.error = {};
    s.layout = nullptr;
    if (!s.explicitly_prepared) s.statement.reset();
    if (s.sink) s.sink->restart();
    if (s.source) restart_source(*s.source);
  }
  r->now = request::state::waiting;
  place_first(r);
}

/// Behind those that are written, and one that starts again behind others that do.
void session::place_first(request* r) {
  request* before = nullptr;
  request* after = head_;
  while (after && (after->now != request::state::waiting || (r->retried && after->retried))) {
    before = after;
    after = after->next;
  }
  r->next = after;
  (before ? before->next : head_) = r;
  if (!after) tail_ = r;
  if (next_to_write_ == after) next_to_write_ = r;
}

bool session::cancel_hits_nobody_else() const noexcept {
  if (cancelling_ || failure_ || head_->ends_at == head_->begins_at) return false;
  if (head_->begins_at >= written_) return false;
  for (const request* r = head_; r && r->sent(); r = r->next)
    // A ROLLBACK that nobody waits for is sent again where a late request hits it.
    if (!r->abandoned && r->owner && r->begins_at < written_) return false;
  return true;
}

void session::end_cancel() {
  cancelling_ = false;
  write_waiting();
}

void session::close_statement(prepared_statement& statement) {
  if (statement.name.empty()) return;
  closes_.push_back({protocol::described::statement, std::move(statement.name)});
  statement.name.clear();
  statement.invalidate();
}

void session::close_portal(std::string name) { closes_.push_back({protocol::described::portal, std::move(name)}); }

}  // namespace pgcoro::detail
