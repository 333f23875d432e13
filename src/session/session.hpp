// The protocol after authentication, without I/O: requests go in and bytes come out, bytes go in and completed
// requests come out. The owner moves the bytes and resumes whoever waits.
//
//   session s(settings);
//   s.submit(r);                    // writes what can be written to s.output()
//   s.receive(input);               // takes every complete message
//   while (request* r = s.next_completed()) …
//
// Every request ends with its own ReadyForQuery, so that an error in one leaves the others untouched (protocol
// documentation, "Extended Query" and "Pipelining"). Requests are answered in the order in which they were submitted.
#pragma once

#include <cstdint>
#include <exception>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <pgcoro/error.hpp>
#include <pgcoro/notification.hpp>
#include <pgcoro/protocol/buffer.hpp>
#include <pgcoro/protocol/framer.hpp>
#include <pgcoro/protocol/protocol_error.hpp>
#include <pgcoro/protocol/types.hpp>

#include "session/request.hpp"
#include "session/session_marks.hpp"
#include "session/statement_cache.hpp"
#include "session/transaction_blocks.hpp"

namespace pgcoro {
class type_catalog;
}
namespace pgcoro::protocol {
struct error_response;
}

namespace pgcoro::detail {

class type_query;

using parameter_map = std::map<std::string, std::string, std::less<>>;

struct session_settings {
  std::string host = {};  ///< for error texts
  std::size_t statement_cache_capacity = 256;
  std::uint64_t max_message_size = std::uint64_t{1} << 30;
  /// A request is written while fewer bytes than this wait to be sent; more wait as requests.
  std::size_t output_high_water = 256 * 1024;
  std::shared_ptr<type_catalog> types = nullptr;  ///< shared with other sessions; null: one of its own
  parameter_map parameters = {};                  ///< what ParameterStatus said during startup
  protocol::transaction_status status = protocol::transaction_status::idle;
};

class session {
 public:
  explicit session(session_settings settings);
  session(const session&) = delete;
  session& operator=(const session&) = delete;
  ~session();

  /// A request from the session's store; it goes back with `release` after it has completed.
  request* acquire() {
    if (free_.empty()) [[unlikely]]
      add_request();
    request* const r = free_.back();
    free_.pop_back();
    return r;
  }
  void release(request* r) noexcept;

  /// Puts a request behind those before it and writes what may be written now.
  void submit(request* r);

  /// The owner of `r` no longer waits. Where not a byte has left, the request is withdrawn; else its reply is drained.
  /// Either way the session releases it, the owner must forget it, and nothing the request points to is touched again.
  /// Returns whether any of it may have reached the server.
  bool abandon(request* r);
  /// Likewise for completed requests of that owner which it has not been given yet. Returns whether there were any.
  bool forget_completed(const void* owner) noexcept;
  /// Nobody will be there to take any outcome.
  void detach_all() noexcept;

  // Bytes out. The owner consumes from the front and says so.
  protocol::buffer& output() noexcept { return output_; }
  void on_written(std::size_t n) {
    output_.consume(n);
    written_ += n;
    write_waiting();
  }
  /// How many bytes of the output may go out now: all, save while a cancel is under way.
  std::size_t sendable() const noexcept { return cancelling_ ? sendable_while_cancelling() : output_.size(); }

  /// Takes every complete message off the front of `input`, until somebody has enough. On an error the session is over:
  /// see `fail`.
  error_info receive(protocol::buffer& input);

  /// Back-pressure: who takes the reply at the head has enough, and `receive` does nothing until `resume`.
  bool paused() const noexcept { return paused_; }
  void pause() noexcept { paused_ = true; }
  void resume() noexcept { paused_ = false; }

  // COPY into the server, of a request that is `feeding`, unless its step has a `feed`. Nothing passes it.

  /// Whole CopyData messages. Memory is exchanged where nothing else waits to be sent; `messages` is empty afterwards.
  void write_copy_data(request& r, protocol::buffer& messages);
  /// CopyDone: all data were written.
  void end_copy(request& r);
  /// CopyFail: the server drops what it was given and answers with an error. Where it replicates, CopyDone.
  void fail_copy(request& r, std::string_view reason);

  /// For how many bytes to make room before the next read, `chunk` being the usual size of one.
  std::size_t room_wanted(std::size_t unread, std::size_t chunk) const noexcept {
    return framer_.room_wanted(unread, chunk);
  }

  /// The connection is gone: every request completes with this error, unless the server has said why (a FATAL before
  /// the end), in which case with that. Requests of which not a byte was sent are safe to retry.
  void fail(error_info reason);
  bool failed() const noexcept { return static_cast<bool>(failure_); }
  const error_info& failure() const noexcept { return failure_; }

  /// Requests that are done and still have an owner, in order; null where there is none. Release after use.
  request* next_completed() noexcept {
    for (request* r; (r = take_completed());) {
      if (!r->abandoned) [[likely]]
        return r;
      release(r);
    }
    return nullptr;
  }
  bool has_completed() const noexcept { return completed_head_ != nullptr; }

  // Transactions and savepoints. Their statements have no round trip of their own, see transaction_blocks.hpp.
  /// `begin` rides in front of the next request; with `ask_xid`, so does the question for the transaction's ID.
  block_id open_transaction(std::string begin, bool ask_xid);
  block_id open_savepoint();
  /// Sends what rides in front of the next request on its own, if there is anything.
  void send_openers();
  /// What handles stand for, innermost and outermost; 0: none.
  block_id innermost_block() const noexcept { return blocks_.innermost(); }
  block_id open_transaction_block() const noexcept { return blocks_.transaction(); }
  /// Whether requests that somebody waits for and that were started in that block have not completed.
  bool has_statements_in_flight(block_id block) const noexcept;
  /// A request that ends a block, and whatever is open within it, once it is submitted. `text`: other than the usual.
  /// Its owner may be null. Abandoned, a ROLLBACK is carried out all the same, and so is one instead of a COMMIT of
  /// which not a byte has left.
  request* acquire_ending(block_id block, block_ending how, std::string text = {});
  /// Ends it, if a handle still stands for it, and nobody waits.
  void roll_back(block_id block);
  /// Of the transaction that is open; 0 where it was not asked for or has not been answered.
  std::uint64_t transaction_xid() const noexcept { return blocks_.xid; }

  // Cancelling what the server runs.
  /// An abandoned request is being executed, and no other that somebody waits for is behind it on the wire.
  bool wants_cancel() const noexcept { return abandoned_at_head() && cancel_hits_nobody_else(); }
  /// What the server is executing is waited for by nobody.
  bool abandoned_at_head() const noexcept { return head_ && head_->sent() && head_->abandoned; }
  /// Until `end_cancel` no request is written, so that a late cancel finds nothing to hit.
  void begin_cancel() noexcept { cancelling_ = true; }
  void end_cancel();
  bool cancelling() const noexcept { return cancelling_; }
  /// Replies read to their end so far: tells one request at the head from the next.
  std::uint64_t replies() const noexcept { return replies_; }

  /// Whether requests are in flight, or waiting.
  bool busy() const noexcept { return head_ != nullptr; }
  request* head() const noexcept { return head_; }
  protocol::transaction_status status() const noexcept { return status_; }
  const parameter_map& parameters() const noexcept { return parameters_; }
  statement_cache& statements() noexcept { return cache_; }
  const type_catalog& types() const noexcept { return *catalog_; }

  /// Closes a prepared statement on the server, in front of the next request.
  void close_statement(prepared_statement& statement);
  /// Likewise a portal.
  void close_portal(std::string name);

  /// Set while statements run; whoever reads them clears them.
  session_marks marks;

  /// Notices and notifications that came since the last call; empty unless wanted.
  bool keep_notices = false;
  bool keep_notifications = false;
  bool has_news() const noexcept { return !notices_.empty() || !notifications_.empty(); }
  std::vector<notice> take_notices() { return std::exchange(notices_, {}); }
  std::vector<notification> take_notifications() { return std::exchange(notifications_, {}); }

 private:
  // session_send.cpp: what is written, and when
  bool may_write() const noexcept;
  /// Asked after every reply, write and request; mostly nothing waits.
  void write_waiting() {
    if (next_to_write_ || gate_) write_what_may_be();
  }
  void write_what_may_be();
  void write(request& r);
  void write_statements(request& r);
  bool needs_types(request& r, step& s);
  void write_describe(request& r);
  errc write_parse_describe(prepared_statement& statement);
  void write_executions(request& r);
  error_info write_execution(step& s, bool last);
  error_info write_bind(step& s, const protocol::bind_head& head, const execution_plan& plan);
  error_info write_execution_of_portal(step& s, const execution_plan& plan, bool last);
  errc write_execute_of_portal(const step& s, bool last);
  error_info write_unnamed(step& s, bool last);
  void begin_rows(request& r);
  void write_rows(request& r);
  // What the user's iterators throw must not pass through here: it is kept, and such a source gives nothing any more.

  /// Nothing is left in the output of a row that failed.
  template <class Pull>
  row_source::status pull(row_source& from, Pull&& next) {
    if (from.thrown) [[unlikely]]
      return row_source::status::failed;
    const std::size_t before = output_.size();
    row_source::status status = row_source::status::failed;
    try {
      status = next();
    } catch (...) {
      from.thrown = std::current_exception();
    }
    if (status == row_source::status::failed) output_.truncate(before);
    return status;
  }
  static void restart_source(parameter_source& from) noexcept;
  static error_info failure_of(row_source& from);
  void write_script(request& r);
  void write_prepare(request& r);
  void write_closes(request& r);
  std::string next_name();
  void evict_statements();
  void write_sync(request& r);
  void poison(request& r);
  void refuse(request& r, step* failed, const error_info& reason);
  void sent(request& r);

  // session_types.cpp: types that are not built in
  void note_types(prepared_statement& statement) const;
  bool look_up_types(request& r);
  bool on_type_reply(const protocol::message_view& m, error_info& outcome);
  error_info looked_up();

  // session_receive.cpp: whose reply it is
  error_info receive_messages(protocol::bytes_view& unread);
  error_info receive_data(protocol::bytes_view& unread, const protocol::message_view& before);
  error_info receive_rows(protocol::bytes_view& unread);
  error_info receive_copy_data(protocol::bytes_view& unread);
  error_info dispatch(const protocol::message_view& m);
  request* answering() const noexcept;
  error_info on_async(const protocol::message_view& m);
  error_info reported(const protocol::error_response& report, const request* r) const;
  error_info on_error(protocol::bytes_view body);
  error_info on_row(const protocol::message_view& m);
  error_info on_verdict(row_sink::verdict verdict, protocol::bytes_view body);
  row_sink* sink_of_rows() const noexcept;
  error_info on_bind_complete(const protocol::message_view& m);
  error_info on_command_complete(const protocol::message_view& m);
  error_info on_portal_suspended(const protocol::message_view& m);
  error_info on_ready(const protocol::message_view& m);
  void step_done(request& r);
  void step_failed(request& r, error_info reason);
  static std::size_t step_described(const request& r);
  void heal(request& r, const error_info& reason);

  // session_copy.cpp
  error_info on_copy(const protocol::message_view& m);
  error_info on_copy_response(request& r, const protocol::message_view& m);
  error_info on_copy_data(request& r, const protocol::message_view& m);
  error_info on_copy_done(request& r, const protocol::message_view& m);
  error_info on_copy_verdict(request& r, copy_peer::verdict verdict);
  error_info refuse_copy(request& r, copy_direction direction);
  error_info refuse_copy_in(request& r);
  void feed_copy(request& r);

  // session_describe.cpp: what a statement's parameters and columns are
  error_info on_description(const protocol::message_view& m);
  error_info on_parameter_description(request& r, protocol::bytes_view body);
  error_info on_columns(request& r, const protocol::message_view& m);
  void described_all(request& r);
  void execute_described(request& r);
  void tell_columns(request& r, step& s);

  // session_blocks.cpp: transactions and savepoints
  bool join_block(request& r);
  void hand_on_openers(request& r);
  void write_openers(request& r);
  std::string script_with_openers(request& r);
  error_info on_opener_reply(const protocol::message_view& m);
  error_info on_opener_failed(protocol::bytes_view body);
  error_info on_xid(protocol::bytes_view body);
  void on_opened(request& r);
  bool refuse_outside_transaction(request& r);
  void write_block_end(request& r);
  static error_info on_block_ended(request& r, std::string_view tag);
  void doubt(request& r, const std::string& reason) const;
  bool abandon_ending(request& r, bool& may_have_run);
  void roll_back_first(block_id block, bool is_transaction);
  void settle_blocks(request& r) {
    if (r.ending != block_ending::none || !blocks_.entered.empty()) [[unlikely]]
      settle_ended_blocks(r);
  }
  void settle_ended_blocks(request& r);
  bool begins_anew(const request& r) const noexcept;
  void open_anew(request& r);

  // session.cpp: the queue
  void add_request();
  std::size_t sendable_while_cancelling() const noexcept;
  void append(request* r) noexcept;
  void unlink(request* r) noexcept;
  /// Hands a request that is in no queue to its owner, or back to the store.
  void complete(request* r) {
    r->now = request::state::completed;
    if (r->abandoned || !r->owner) return release(r);
    r->next = nullptr;
    (completed_tail_ ? completed_tail_->next : completed_head_) = r;
    completed_tail_ = r;
  }
  request* take_completed() noexcept {
    request* const r = completed_head_;
    if (!r) return nullptr;
    completed_head_ = r->next;
    if (!completed_head_) completed_tail_ = nullptr;
    return r;
  }
  bool cancel_hits_nobody_else() const noexcept;
  void withdraw(request* r);
  void restart(request* r);
  void place_first(request* r);

  std::string host_;
  protocol::buffer output_;
  protocol::message_framer framer_;
  statement_cache cache_;
  std::shared_ptr<type_catalog> catalog_;
  std::unique_ptr<type_query> type_query_;  // while one is under way: then its request is the gate
  parameter_map parameters_;
  protocol::transaction_status status_;
  std::size_t output_high_water_;
  std::uint64_t written_ = 0;  // position of the first byte of output_ in the stream of all bytes
  std::uint64_t names_ = 0;    // prepared statements named so far

  // One queue: [head_, next_to_write_) is on its way or on the wire, [next_to_write_, tail_] waits.
  request* head_ = nullptr;
  request* tail_ = nullptr;
  request* next_to_write_ = nullptr;
  request* gate_ = nullptr;        // a request that is not yet wholly written: nothing may pass it
  request* opening_ = nullptr;     // whose openers are not all answered: nothing passes it
  request* committing_ = nullptr;  // a COMMIT in the output: nothing passes it before it has begun to leave
  transaction_blocks blocks_;
  std::size_t drained_ = 0;  // requests on the wire that nobody waits for: what is written behind one shields it
  bool cancelling_ = false;
  bool paused_ = false;
  std::uint64_t replies_ = 0;

  request* completed_head_ = nullptr;
  request* completed_tail_ = nullptr;
  std::vector<server_object> closes_;  // to be closed in front of the next request

  error_info failure_;
  error_info last_words_;  // a FATAL error of the server
  std::vector<notice> notices_;
  std::vector<notification> notifications_;
  std::vector<std::unique_ptr<request>> store_;
  std::vector<request*> free_;
};

}  // namespace pgcoro::detail
