#include "client/connection_core.hpp"

#include <algorithm>
#include <atomic>
#include <boost/asio/buffer.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>

#include <pgcoro/protocol/query.hpp>

#include "client/block_operations.hpp"

namespace pgcoro::detail {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;

constexpr std::size_t least_chunk = 16 * 1024;
constexpr std::size_t greatest_chunk = 256 * 1024;
/// An idle connection gives back what a large reply has grown.
constexpr std::size_t idle_capacity = 64 * 1024;
/// For so long a reply that nobody wants is read past before the server is asked to stop: a cancel request costs both
/// sides a connection.
constexpr std::chrono::milliseconds drain_time{20};
/// Operations that end without a reply, and are resumed in one turn.
constexpr int most_ready_in_a_turn = 32;
/// After a failed write: how long to go on reading for the server's last words.
constexpr std::chrono::seconds last_words_time{2};

session_settings make_session_settings(established& made) {
  const connect_settings& options = *made.dialled.options;
  session_settings settings;
  settings.host = made.dialled.host->label();
  settings.statement_cache_capacity = options.statement_cache_capacity;
  settings.max_message_size = options.max_message_size;
  settings.types = options.types;
  settings.parameters = made.opening.parameters;
  settings.status = made.opening.status;
  return settings;
}

template <class T>
std::shared_ptr<const std::function<void(const T&)>> shared(std::function<void(const T&)> handler) {
  if (!handler) return nullptr;
  return std::make_shared<const std::function<void(const T&)>>(std::move(handler));
}

}  // namespace

connection_core::connection_core(const asio::any_io_executor& executor, established made)
    : executor_(executor),
      made_(std::move(made)),
      stream_(*made_.wire),
      input_(made_.input),
      session_(make_session_settings(made_)),
      timer_(executor),
      chunk_(least_chunk),
      tracer_(settings().tracer.get()) {
  if (tracer_) traced_host_ = made_.dialled.host->label();
}

connection_core::~connection_core() = default;

void connection_core::run() {
  stream_.connected();
  take_received();
  read();
}

error_info connection_core::lost(errc code, std::string message) const {
  error_details details;
  details.code = make_error_code(code);
  details.message = std::move(message);
  details.host = made_.dialled.host->label();
  details.connection_usable = false;
  return error_info(std::move(details));
}

// Operations

[[gnu::hot]] void connection_core::start(operation& op, const asio::any_io_executor& awaiting) {
  if (awaiting == executor_) return start_here(op);
  op.foreign_ = true;
  asio::dispatch(executor_, [context = guard(shared_from_this()), &op]() mutable { context.take()->start_here(op); });
}

[[gnu::hot]] void connection_core::start_here(operation& op) {
  if (dropped_block_.load(std::memory_order_acquire) != no_block) end_dropped_blocks();
  link(op);
  if (op.timeout_ == op.timeout_.zero()) op.timeout_ = settings().command_timeout;
  if (op.timeout_ > op.timeout_.zero()) {
    op.deadline_ = clock::now() + op.timeout_;
    arm(op.deadline_);
  }
  if (closing_ && !session_.failed()) {
    error_details refused = lost(errc::connection_closed, "the connection is being closed").details();
    refused.safe_to_retry = true;
    finish(op, error_info(std::move(refused)));
  } else if (flow_ && !op.passes_flow()) {
    finish(op, busy());
  } else {
    op.submit();
  }
  if (!in_turn_) schedule_turn();
}

void connection_core::link(operation& op) noexcept {
  op.previous_ = last_;
  op.next_ = nullptr;
  (last_ ? last_->next_ : first_) = &op;
  last_ = &op;
}

void connection_core::unlink(operation& op) noexcept {
  (op.previous_ ? op.previous_->next_ : first_) = op.next_;
  (op.next_ ? op.next_->previous_ : last_) = op.previous_;
  op.previous_ = op.next_ = nullptr;
}

void connection_core::finish(operation& op, error_info outcome) {
  op.error = std::move(outcome);
  unlink(op);
  (ready_last_ ? ready_last_->next_ : ready_first_) = &op;
  ready_last_ = &op;
  if (!in_turn_) schedule_turn();
}

void connection_core::pass_on(completion_handler& next) {
  if (in_turn_ && !next_in_line_)
    next_in_line_ = &next;
  else
    next.post();
}

void connection_core::resume(operation& op) {
  ended(op, op.error);
  if (op.foreign_)
    op.handler_.post();
  else
    op.handler_.invoke();
}

void connection_core::cancel(operation* op, std::uint64_t serial) {
  asio::dispatch(executor_, [self = shared_from_this(), op, serial] { self->cancel_here(op, serial); });
}

void connection_core::cancel_here(operation* op, std::uint64_t serial) {
  for (operation* at = first_; at; at = at->next_)
    if (at == op && at->serial_ == serial)
      return abort(*op, asio::error::operation_aborted, "the operation was cancelled");
}

void connection_core::abort(operation& op, error_code code, std::string message) {
  bool sent = false;
  bool waiting = false;
  bool again = true;
  while (again) {  // abandoning one may unlink others
    again = false;
    for (request* r = session_.head(); r; r = r->next) {
      if (r->owner != &op) continue;
      if (session_.abandon(r)) sent = true;
      waiting = again = true;
      break;
    }
  }
  const bool has_run = session_.forget_completed(&op) || op.has_begun();
  error_details details;
  details.code = code;
  details.message = std::move(message);
  details.host = made_.dialled.host->label();
  details.stage = "query";
  details.safe_to_retry = waiting && !sent && !has_run;
  finish(op, error_info(std::move(details)));
  op.aborted();
  cancel_if_wanted();
}

void connection_core::discard_all() noexcept {
  std::shared_ptr<connection_core> self = shared_from_this();
  session_.detach_all();
  flow_ = nullptr;
  while (operation* op = first_) {
    unlink(*op);
    op->handler_.discard();
  }
  while (operation* op = ready_first_) {
    ready_first_ = op->next_;
    op->handler_.discard();
  }
  ready_last_ = nullptr;
  if (next_in_line_) std::exchange(next_in_line_, nullptr)->discard();
  notifications_.discard();
}

void connection_core::lose(error_info why) {
  if (session_.failed()) return;
  session_.fail(std::move(why));
  transaction_may_have_ended({});
  if (lost_handler_)
    std::exchange(lost_handler_, nullptr)(stream_.release());
  else
    stream_.close();
  timer_.cancel();
  if (!in_turn_) schedule_turn();
}

// Turns

void connection_core::schedule_turn() {
  if (std::exchange(turn_scheduled_, true)) return;
  asio::post(executor_, [context = guard(shared_from_this())]() mutable {
    auto self = context.take();
    self->turn_scheduled_ = false;
    self->turn();
  });
}

[[gnu::hot]] void connection_core::turn() {
  struct scope {
    connection_core& core;
    bool finished = false;
    explicit scope(connection_core& c) : core(c) { core.in_turn_ = true; }
    ~scope() {
      core.in_turn_ = false;
      // A handler of the user's threw: the others still have their turn. Or something ended while handlers ran or
      // while the output drained, when a request was refused or the connection was destroyed.
      if (!finished || core.ready_first_ || core.next_in_line_ || core.session_.has_completed()) core.schedule_turn();
    }
  } running(*this);
  if (session_.has_news()) [[unlikely]]
    deliver_news();  // before what they came in front of
  deliver();
  if (session_.failed()) notifications_.connection_lost(session_.failure());
  flush();
  if (flow_) flow_->written();
  running.finished = true;
  read();
}

/// A COPY whose socket takes everything at once would keep the thread to itself, and never read that the server has
/// refused it: after so many the rest has the next turn.
[[gnu::hot]] void connection_core::deliver() {
  for (int resumed = 0;;) {
    if (request* r = session_.has_completed() ? session_.next_completed() : nullptr) {
      auto& op = *static_cast<operation*>(r->owner);
      const bool last = op.complete(*r);
      session_.release(r);
      if (!last) continue;
      unlink(op);
      resume(op);
    } else if (operation* op = resumed < most_ready_in_a_turn ? ready_first_ : nullptr) {
      ++resumed;
      ready_first_ = op->next_;
      if (!ready_first_) ready_last_ = nullptr;
      op->next_ = nullptr;
      resume(*op);
    } else if (next_in_line_ && resumed < most_ready_in_a_turn) {
      ++resumed;
      std::exchange(next_in_line_, nullptr)->invoke();
    } else {
      return;
    }
  }
}

void connection_core::deliver_news() {
  for (const notice& n : session_.take_notices())
    if (const auto handler = notice_handler_) (*handler)(n);  // kept alive: it may replace itself
  for (const notification& n : session_.take_notifications()) notifications_.deliver(n);
}

[[gnu::hot]] void connection_core::flush() {
  if (waiting_writable_ || session_.failed() || !write_error_.empty()) return;
  for (;;) {
    const std::size_t limit = session_.sendable();
    if (limit == 0 && !stream_.has_sealed_output()) return;
    const stream::write_result written = stream_.write(session_.output().data().first(limit));
    session_.on_written(written.consumed);
    if (written.error) return on_write_error(written.error);
    if (written.blocked) return wait_writable();
  }
}

/// The server may have said why before it closed: what it said is still to be read.
void connection_core::on_write_error(error_code code) {
  write_error_ = code.message();
  write_deadline_ = clock::now() + last_words_time;
  arm(write_deadline_);
}

void connection_core::wait_writable() {
  waiting_writable_ = true;
  stream_.socket().async_wait(stream::socket_type::wait_write,
                              [context = guard(shared_from_this())](error_code code) mutable {
                                auto self = context.take();
                                self->waiting_writable_ = false;
                                if (!code) self->turn();
                              });
}

/// Reads on, unless somebody has enough. After what was to be written: see net/draining_read.hpp.
[[gnu::hot]] void connection_core::read() {
  if (session_.failed() || session_.paused() || std::exchange(reading_, true)) return;
  protocol::buffer& into = stream_.receive_buffer(input_);
  if (into.empty() && !session_.busy()) into.shrink(idle_capacity);
  const std::size_t room = into.empty() ? chunk_ : session_.room_wanted(into.size(), chunk_);
  stream_.read_some(asio::buffer(into.prepare(room), room),
                    [context = guard(shared_from_this())](error_code code, std::size_t n) mutable {
                      auto self = context.take();
                      self->on_read(code, n);
                    });
}

[[gnu::hot]] void connection_core::on_read(error_code code, std::size_t n) {
  reading_ = false;
  if (session_.failed()) return;
  chunk_ =
      n >= chunk_ ? std::min(2 * chunk_, greatest_chunk) : std::max(n * 2 < chunk_ ? chunk_ / 2 : chunk_, least_chunk);
  stream_.receive_buffer(input_).commit(n);
  bool closed = false;
  error_info failed = stream_.received(input_, closed);
  if (code || closed) {
    const bool eof = closed || code == asio::error::eof;
    read_error_ = lost(errc::connection_closed, eof ? "the server closed the connection unexpectedly" : code.message());
  }
  if (failed)
    lose(std::move(failed));
  else
    take_received();
  turn();
  cancel_if_wanted();
}

/// Takes what has come.
[[gnu::hot]] void connection_core::take_received() {
  error_info failed = session_.receive(input_);
  if (!failed && flow_) flow_->received();
  if (!failed && read_error_ && !session_.paused()) failed = read_error_;
  if (failed) lose(std::move(failed));
}

// Flows

error_info connection_core::busy() const {
  error_details details;
  details.code = make_error_code(errc::connection_busy);
  details.message = "a row stream, a COPY or a replication stream is open on the connection";
  details.host = made_.dialled.host->label();
  details.safe_to_retry = true;
  return error_info(std::move(details));
}

error_info connection_core::begin_flow(flow& f) {
  if (flow_) return busy();
  flow_ = &f;
  return {};
}

void connection_core::resume_receiving() {
  if (!session_.paused()) return;
  session_.resume();
  if (reading_) return;
  take_received();
  read();
}

void connection_core::drain() {
  patient_until_ = clock::now() + drain_time;
  arm(patient_until_);
  session_.resume();
  if (!reading_ && !session_.failed()) take_received();
  if (!in_turn_) schedule_turn();
}

void connection_core::give_up_flow() {
  if (flow_) flow_->give_up(lost(errc::connection_closed, "the connection is being closed"));
}

// Handles

void connection_core::shut_down() {
  asio::dispatch(executor_, [self = shared_from_this()] {
    if (self->session_.failed()) return;
    if (!self->waiting_writable_ && !self->session_.busy()) {
      protocol::buffer goodbye;
      (void)write(goodbye, protocol::terminate_request{});
      (void)self->stream_.write(goodbye.data());
    }
    self->lose(self->lost(errc::connection_closed, "the connection was closed by its owner"));
  });
}

void connection_core::drop_block(block_id block) {
  block_id other = dropped_block_.load(std::memory_order_relaxed);
  while (block < other && !dropped_block_.compare_exchange_weak(other, block, std::memory_order_acq_rel)) {
  }
  asio::dispatch(executor_, [self = shared_from_this()] { self->end_dropped_blocks(); });
}

void connection_core::end_dropped_blocks() {
  const block_id block = dropped_block_.exchange(no_block, std::memory_order_acq_rel);
  if (block == no_block) return;
  session_.roll_back(block);
  transaction_may_have_ended({});
  if (!in_turn_) schedule_turn();
}

void connection_core::forget(std::shared_ptr<prepared_statement> statement) {
  asio::dispatch(executor_, [self = shared_from_this(), statement = std::move(statement)] {
    self->session_.close_statement(*statement);
  });
}

void connection_core::on_notice(std::function<void(const notice&)> handler) {
  session_.keep_notices = static_cast<bool>(handler);
  notice_handler_ = shared(std::move(handler));
}

void connection_core::on_notification(std::function<void(const notification&)> handler) {
  notifications_.set_handler(std::move(handler));
  session_.keep_notifications = notifications_.wanted();
}

void connection_core::add_listener(std::shared_ptr<notification_listener> listener) {
  if (session_.failed()) return listener->connection_lost(session_.failure());
  notifications_.add(std::move(listener));
  session_.keep_notifications = true;
}

void connection_core::remove_listener(const notification_listener* listener) {
  notifications_.remove(listener);
  session_.keep_notifications = notifications_.wanted();
}

// operation

[[gnu::hot]] void operation::start(const asio::any_io_executor& awaiting) {
  if (core_) return core_->start(*this, awaiting);
  // No connection but an owner: what a transaction that has ended leaves behind, see transaction.cpp.
  if (core_.use_count() > 0)
    error = misused("the transaction has ended");
  else
    error = error_info(make_error_code(errc::connection_closed), "not connected");
  handler_.post();
}

std::uint64_t operation::next_serial() noexcept {
  static std::atomic<std::uint64_t> serials{0};
  return 1 + serials.fetch_add(1, std::memory_order_relaxed);
}

operation::canceller operation::make_canceller() {
  serial_ = next_serial();
  return {core_, this, serial_};
}

void operation::canceller::operator()(asio::cancellation_type) const {
  if (const auto alive = core.lock()) alive->cancel(target, serial);
}

}  // namespace pgcoro::detail
