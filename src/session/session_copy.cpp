// COPY: data in either direction, or in both where the server replicates; and COPY that nobody asked for. Protocol
// documentation: "COPY Operations", "Streaming Replication Protocol".
//
// COPY that was asked for is a script, so that one Query begins it and nothing is in the way of its data: in the
// extended protocol the server swallows the Sync that follows Execute, and after an error waits for another.
#include <pgcoro/protocol/backend.hpp>
#include <pgcoro/protocol/copy.hpp>
#include <pgcoro/protocol/steady_state.hpp>

#include "session/protocol_violation.hpp"
#include "session/retry_knowledge.hpp"
#include "session/session.hpp"
#include "session/statement_error.hpp"

namespace pgcoro::detail {
namespace {

using protocol::backend_type;

copy_direction direction_of(backend_type response) {
  switch (response) {
    case backend_type::copy_in_response: return copy_direction::in;
    case backend_type::copy_out_response: return copy_direction::out;
    default: return copy_direction::both;
  }
}

const char* what_is_needed(copy_direction direction) {
  switch (direction) {
    case copy_direction::in: return "COPY FROM STDIN needs copy_in";
    case copy_direction::out: return "COPY TO STDOUT needs copy_out";
    case copy_direction::both: break;
  }
  return "a replication stream was not asked for";
}

}  // namespace

error_info session::on_copy(const protocol::message_view& m) {
  request* r = answering();
  if (!r || r->server_failed || r->closes || r->expected == request::stage::copy_refused) return not_allowed_here(m);
  switch (m.backend()) {
    case backend_type::copy_data: return on_copy_data(*r, m);
    case backend_type::copy_done: return on_copy_done(*r, m);
    default: return on_copy_response(*r, m);
  }
}

error_info session::on_copy_response(request& r, const protocol::message_view& m) {
  if (r.expected != request::stage::rows && !r.abandoned) return not_allowed_here(m);
  protocol::copy_in_response begun;  // the three are alike
  if (const auto e = parse(m.body, begun)) return protocol_violation(e);
  const copy_direction direction = direction_of(m.backend());
  copy_peer* const peer = r.abandoned ? nullptr : r.steps[r.current].copy;
  if (direction == copy_direction::both && !peer && !(r.abandoned && r.what == request::kind::script))
    return not_allowed_here(m);  // of replication alone, which is a script's
  if (!peer || r.steps[r.current].error || !peer->begin(direction, begun.overall, begun.columns.size()))
    return refuse_copy(r, direction);
  r.feeding = direction != copy_direction::out;
  r.replicates = direction == copy_direction::both;
  switch (direction) {
    case copy_direction::in: r.expected = request::stage::copy_in; break;
    case copy_direction::out: r.expected = request::stage::copy_out; break;
    case copy_direction::both: r.expected = request::stage::copy_both; break;
  }
  if (r.feeding) feed_copy(r);
  return {};
}

error_info session::on_copy_data(request& r, const protocol::message_view& m) {
  if (r.abandoned) return {};
  // Where the client has ended a replication stream the server ends its side at once, and then the transaction that it
  // was about to send.
  if (r.replicates && r.expected == request::stage::rows) return {};
  if (r.expected != request::stage::copy_out && r.expected != request::stage::copy_both) return not_allowed_here(m);
  const step& s = r.steps[r.current];
  return s.copy && !s.error ? on_copy_verdict(r, s.copy->data(m.body)) : error_info();
}

/// The data that directly follow data which were dispatched, as with rows.
error_info session::receive_copy_data(protocol::bytes_view& unread) {
  request* r = answering();
  if (!r || r->abandoned || r->expected == request::stage::rows) return {};
  const step& s = r->steps[r->current];
  if (!s.copy || s.error) return {};
  copy_peer& peer = *s.copy;
  protocol::message_view message;
  while (framer_.next(unread, message) == protocol::frame_status::complete &&
         message.backend() == backend_type::copy_data) {
    unread = unread.subspan(message.size());
    const copy_peer::verdict verdict = peer.data(message.body);
    if (verdict != copy_peer::verdict::ok) [[unlikely]]
      return on_copy_verdict(*r, verdict);
  }
  return {};
}

error_info session::on_copy_done(request& r, const protocol::message_view& m) {
  if (!m.body.empty()) return not_allowed_here(m);
  if (r.abandoned) return {};
  if (r.expected != request::stage::copy_out && r.expected != request::stage::copy_both) return not_allowed_here(m);
  r.expected = request::stage::rows;
  const step& s = r.steps[r.current];
  return s.copy && !s.error ? on_copy_verdict(r, s.copy->done()) : error_info();
}

error_info session::on_copy_verdict(request& r, copy_peer::verdict verdict) {
  if (verdict == copy_peer::verdict::enough) paused_ = true;
  if (verdict == copy_peer::verdict::failed || verdict == copy_peer::verdict::malformed)
    step_failed(r, r.steps[r.current].copy->take_error());
  return {};
}

/// COPY that nobody asked for. What comes out is read to its end.
error_info session::refuse_copy(request& r, copy_direction direction) {
  if (direction == copy_direction::in) return refuse_copy_in(r);
  if (!r.abandoned)
    step_failed(r, statement_error(errc::copy_not_allowed, what_is_needed(direction), r.steps[r.current].sql));
  r.expected = request::stage::copy_out;
  if (direction == copy_direction::both) {
    r.feeding = true;
    end_copy(r);
  }
  return {};
}

/// COPY FROM STDIN that nobody feeds: CopyFail ends it. The server has swallowed the Sync that followed Execute
/// (protocol documentation, "COPY Operations"), and whatever stood behind it, so that it can only be told apart what
/// it will answer where nothing did.
error_info session::refuse_copy_in(request& r) {
  const bool extended = r.what == request::kind::statements;
  const bool more_behind = (r.next && r.next->sent()) || r.now != request::state::in_flight ||
                           (extended && (r.abandoned || r.current + 1 != r.steps.size()));
  const std::string_view sql = r.steps.empty() ? std::string_view() : r.steps[r.current].sql;
  error_info reason = statement_error(errc::copy_not_allowed, what_is_needed(copy_direction::in), sql);
  if (more_behind) {
    error_details details = reason.details();
    details.message += "; with other statements pipelined behind it, the connection is lost";
    details.connection_usable = false;
    return error_info(std::move(details));
  }
  step_failed(r, std::move(reason));
  r.expected = request::stage::copy_refused;
  (void)protocol::write(output_, protocol::copy_fail{.reason = "COPY FROM STDIN was not asked for"});
  if (extended) write_sync(r);
  sent(r);
  return {};
}

void session::write_copy_data(request& r, protocol::buffer& messages) {
  if (output_.empty()) {
    output_.swap(messages);
  } else {
    output_.append(messages.data());
    messages.clear();
  }
  r.ends_at = written_ + output_.size();
}

/// What is pulled, as the output drains. Whoever owns a COPY that is not pulled writes by itself.
void session::feed_copy(request& r) {
  copy_row_source* const feed = r.steps.empty() ? nullptr : r.steps[0].feed;
  while (feed && r.feeding && output_.size() < output_high_water_) {
    switch (pull(*feed, [&] { return feed->next(output_); })) {
      case row_source::status::row: r.ends_at = written_ + output_.size(); continue;
      case row_source::status::end: return end_copy(r);
      case row_source::status::failed:
        step_failed(r, not_safe_to_retry(failure_of(*feed)));  // the COPY has begun, though it is undone
        return fail_copy(r, "a row cannot be sent");
    }
  }
}

void session::end_copy(request& r) {
  r.feeding = false;
  if (r.expected == request::stage::copy_in) r.expected = request::stage::rows;
  (void)protocol::write(output_, protocol::copy_done{});
  sent(r);
}

void session::fail_copy(request& r, std::string_view reason) {
  // A server that replicates knows no CopyFail.
  if (r.expected != request::stage::copy_in) return end_copy(r);
  r.feeding = false;
  r.expected = request::stage::copy_refused;
  if (protocol::write(output_, protocol::copy_fail{.reason = reason}) != errc{})
    (void)protocol::write(output_, protocol::copy_fail{});
  sent(r);
}

}  // namespace pgcoro::detail
