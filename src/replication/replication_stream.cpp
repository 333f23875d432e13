#include "replication/replication_stream.hpp"

#include <algorithm>
#include <boost/asio/error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <pgcoro/protocol/replication.hpp>
#include <pgcoro/types/postgres_clock.hpp>
#include <pgcoro/with_timeout.hpp>

#include "client/connection_core.hpp"
#include "replication/answer.hpp"
#include "replication/guc_time.hpp"

namespace pgcoro::detail {

namespace asio = boost::asio;
using namespace std::chrono_literals;

namespace {

/// A stream waits for as long as its settings say, whatever limit the connection has for commands.
constexpr auto no_limit = std::chrono::hours(24 * 365);

error_info malformed(const protocol::protocol_error& e, lsn behind) {
  error_details details;
  details.code = make_error_code(e.code());
  details.message = e.to_string() + ", behind position " + to_string(behind) + " of the log";
  details.stage = "replication";
  details.connection_usable = false;
  return error_info(std::move(details));
}

bool is_cancellation(const error_info& e) noexcept { return e.code() == asio::error::operation_aborted; }

}  // namespace

bool may_resume_after(const error_info& why) noexcept {
  if (is_cancellation(why)) return false;
  // The old walsender has not noticed yet that its client is gone.
  if (why.code() == sqlstate::object_in_use) return true;
  if (why.server()) return why.is_transient();
  return why.code() != errc::protocol_error && why.code() != errc::message_too_large &&
         why.code() != errc::unsupported_server && why.code() != errc::invalid_option;
}

replication_stream::replication_stream(std::shared_ptr<replication_session> session, start_command command,
                                       replication::stream_options options)
    : session_(std::move(session)),
      command_(std::move(command)),
      options_(std::move(options)),
      settings_{options_.status_interval, options_.confirm_delay, options_.silence_limit},
      progress_(settings_, {}, clock::now()) {}

replication_stream::~replication_stream() = default;

asio::awaitable<void> replication_stream::open(lsn from) {
  progress_ = progress(settings_, from, clock::now());
  if (options_.resume.enabled) session_->limit_connecting(options_.silence_limit);
  co_await bounded(start(from));
}

/// Whoever does not answer is waited for as long as a silent server is.
asio::awaitable<void> replication_stream::bounded(asio::awaitable<void> exchange) const {
  if (options_.silence_limit <= 0ms) return exchange;
  return with_timeout(std::move(exchange), options_.silence_limit);
}

asio::awaitable<void> replication_stream::start(lsn from) {
  if (session_->worn_out()) co_await session_->connect();
  co_await adapt_interval();
  command_text text = command_(session_->version(), from);
  if (!text) throw_error(text.error());
  const query_options options{.timeout = no_limit};
  copy_ = flow_handle<raw_copy>(
      std::make_shared<raw_copy>(session_->core(), std::move(*text), copy_direction::both, options));
  flow_wait opened(*copy_, flow::until::open);
  co_await opened.done();
  if (has_ended_already(opened.error)) co_return;
  opened.throw_if_failed();
  progress_.begin_anew(settings_, clock::now());
  progress_.set_listening(false, clock::now());
  chunks_ = {};
  timer_.emplace(session_->db().get_executor());
  armed_ = clock::time_point::max();
  arm();
}

/// From the very end of an old timeline the server begins no COPY, but says at once where the log goes on.
bool replication_stream::has_ended_already(const error_info& refused) {
  if (refused.code() != errc::copy_not_allowed) return false;
  read_answer(copy_->take_result());
  ended_ = next_timeline_.has_value();
  return ended_;
}

/// A server that hears nothing for wal_sender_timeout ends the connection.
asio::awaitable<void> replication_stream::adapt_interval() {
  result shown = co_await session_->run_for_row(show_command("wal_sender_timeout"), 1);
  const std::chrono::milliseconds timeout = guc_time(shown[0][0].text());
  settings_.status_interval = options_.status_interval;
  if (timeout > 0ms) settings_.status_interval = std::min(settings_.status_interval, timeout / 3);
}

bool replication_stream::take(protocol::xlog_data& out) {
  while (!chunks_.empty()) {
    const protocol::bytes_view chunk = chunks_.front();
    chunks_ = chunks_.subspan(1);
    if (protocol::replication_kind(chunk) == protocol::xlog_data::kind) [[likely]] {
      if (const auto e = protocol::parse(chunk, out)) fail(malformed(e, progress_.written()));
      progress_.on_data({out.start}, heard_at_);
      return true;
    }
    protocol::primary_keepalive alive;
    if (const auto e = protocol::parse(chunk, alive)) fail(malformed(e, progress_.written()));
    progress_.on_keepalive(alive, heard_at_);
    report_if_due();
  }
  return false;
}

asio::awaitable<replication_stream::news> replication_stream::more() {
  if (failure_) throw_error(failure_);
  if (ended_) co_return news::ended;
  if (!copy_) {  // the call before was cancelled while it tried to
    co_await resume();
    co_return news::resumed;
  }
  progress_.set_listening(true, clock::now());
  report_if_due();
  arm();
  flow_wait come(*copy_, flow::until::data);
  co_await come.done();
  progress_.set_listening(false, clock::now());
  if (come.error) {
    if (is_cancellation(come.error)) throw_error(come.error);
    if (!options_.resume.enabled || !may_resume_after(come.error)) end_with(come.error);
    disconnected(std::move(come.error));
    co_await resume();
    co_return news::resumed;
  }
  chunks_ = copy_->chunks();
  heard_at_ = clock::now();
  if (!chunks_.empty()) co_return news::data;
  ended_ = true;
  copy_->finish();
  copy_->send();
  co_await finish();
  co_return news::ended;
}

asio::awaitable<void> replication_stream::stop() {
  if (std::exchange(ended_, true) || !copy_) co_return;
  copy_->finish();
  send_report(false);
  co_await finish();
}

/// CopyDone is on its way: what the server still sends is dropped.
asio::awaitable<void> replication_stream::finish() {
  timer_.reset();
  session_->wear_out();
  const flow_handle<raw_copy> ending = std::move(copy_);
  do co_await bounded(ending->wait(flow::until::data));
  while (!ending->chunks().empty());
  co_await bounded(ending->wait(flow::until::end));
  read_answer(ending->take_result());
}

void replication_stream::read_answer(const result& answer) {
  if (answer.size() != 1 || answer.columns().columns.size() != 2) return;
  next_timeline_ = {answer_number<std::uint32_t>(answer[0][0]), answer_position(answer[0][1])};
}

void replication_stream::fail(const error_info& why) {
  session_->core()->lose(why);
  end_with(why);
}

void replication_stream::end_with(const error_info& why) {
  ended_ = true;
  failure_ = why;
  timer_.reset();
  throw_error(why);
}

// --- reports --------------------------------------------------------------------------------------------------------

void replication_stream::confirm(lsn end) {
  progress_.confirm(end);
  report_if_due();
  arm();
}

void replication_stream::apply(lsn end) {
  progress_.apply(end);
  report_if_due();
}

void replication_stream::report() {
  if (!ended_) send_report(false);
}

void replication_stream::report_if_due() {
  if (ended_) return;
  const progress::action due = progress_.due(clock::now());
  if (due == progress::action::report || due == progress::action::ask) send_report(due == progress::action::ask);
}

void replication_stream::send_report(bool ask) {
  if (!copy_ || copy_->ended()) return;
  const std::int64_t now = postgres_clock::now().time_since_epoch().count();
  // A status update is a CopyData as a whole, and far below the limit.
  static_cast<void>(protocol::write(copy_->staging(), progress_.update(now, ask)));
  copy_->send();
  progress_.sent(clock::now(), ask);
}

void replication_stream::arm() {
  if (!timer_) return;
  const clock::time_point next = progress_.next_due();
  if (next >= armed_) return;
  armed_ = next;
  timer_->expires_at(next);
  timer_->async_wait([weak = weak_from_this()](boost::system::error_code code) {
    if (code == asio::error::operation_aborted) return;
    if (const auto self = weak.lock()) self->on_timer();
  });
}

void replication_stream::on_timer() {
  if (ended_ || !copy_ || copy_->ended()) return;
  armed_ = clock::time_point::max();
  if (progress_.due(clock::now()) == progress::action::dead) {
    connection_core& core = *session_->core();
    core.lose(core.lost(errc::timeout, "the server has been silent for too long"));
    return;
  }
  report_if_due();
  arm();
}

// --- a new connection -----------------------------------------------------------------------------------------------

void replication_stream::disconnected(error_info why) {
  lost_because_ = std::move(why);
  lost_at_ = clock::now();
  attempts_ = 0;
  timer_.reset();
  chunks_ = {};
  copy_ = {};
}

/// Tries until it succeeds, or throws where trying is of no use.
asio::awaitable<void> replication_stream::resume() {
  for (;;) {
    const error_info failed = co_await try_again(delay_before(attempts_++));
    if (!failed) co_return;
    timer_.reset();
    copy_ = {};
    if (is_cancellation(failed)) throw_error(failed);
    const auto limit = options_.resume.give_up_after;
    const bool too_late = limit > 0ms && clock::now() - lost_at_ > limit;
    if (too_late || !may_resume_after(failed)) end_with(cannot_resume(failed));
  }
}

asio::awaitable<error_info> replication_stream::try_again(std::chrono::milliseconds delay) {
  error_info failed;
  try {
    asio::steady_timer pause(co_await asio::this_coro::executor, delay);
    co_await pause.async_wait(asio::use_awaitable);
    co_await session_->connect();
    co_await bounded(start(progress_.flushed()));
  } catch (const error& e) {
    failed = e.info();
  } catch (const boost::system::system_error& e) {  // Asio's own, of the pause
    failed = error_info(e.code(), "cancelled while the stream was to be resumed");
  }
  co_return failed;
}

error_info replication_stream::cannot_resume(const error_info& why) const {
  error_details details = why.details();
  details.message = "the stream cannot be resumed: " + details.message;
  details.connection_usable = false;
  return error_info(std::move(details));
}

std::chrono::milliseconds replication_stream::delay_before(std::uint32_t attempt) {
  const auto& resume = options_.resume;
  const std::uint32_t doublings = std::min(attempt, 20U);
  const std::int64_t longest = std::min<std::int64_t>(
      resume.last_delay.count(), std::max<std::int64_t>(resume.first_delay.count(), 1) << doublings);
  // Half of it is left to chance: those that lost their server together do not come back together.
  return std::chrono::milliseconds(longest / 2 + static_cast<std::int64_t>(random_()) % (longest / 2 + 1));
}

}  // namespace pgcoro::detail
