#include "replication/replication_stream.hpp"

#include <algorithm>
#include <boost/asio/error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <pgcoro/protocol/replication.hpp>
#include <pgcoro/types/postgres_clock.hpp>

#include "client/connection_core.hpp"
#include "replication/guc_time.hpp"

namespace pgcoro::detail {

namespace asio = boost::asio;
using namespace std::chrono_literals;

namespace {

/// A stream waits for as long as its settings say, whatever limit the connection has for commands.
constexpr auto no_limit = std::chrono::hours(24 * 365);

error_info malformed(const protocol::protocol_error& e) {
  error_details details;
  details.code = make_error_code(e.code());
  details.message = e.to_string();
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
  co_await start(from);
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
  opened.throw_if_failed();
  progress_ = progress(settings_, from, clock::now());
  progress_.set_listening(false, clock::now());
  chunks_ = {};
  timer_.emplace(session_->db().get_executor());
  armed_ = clock::time_point::max();
  arm();
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
      if (const auto e = protocol::parse(chunk, out)) fail(malformed(e));
      progress_.on_data({out.start}, heard_at_);
      return true;
    }
    protocol::primary_keepalive alive;
    if (const auto e = protocol::parse(chunk, alive)) fail(malformed(e));
    progress_.on_keepalive(alive, heard_at_);
    report_if_due();
  }
  return false;
}

asio::awaitable<replication_stream::news> replication_stream::more() {
  if (ended_) co_return news::ended;
  progress_.set_listening(true, clock::now());
  report_if_due();
  arm();
  flow_wait come(*copy_, flow::until::data);
  co_await come.done();
  progress_.set_listening(false, clock::now());
  error_info failed = come.error;
  if (failed) {
    if (!options_.resume.enabled || is_cancellation(failed) || !may_resume_after(failed)) throw_error(failed);
    co_await resume(std::move(failed));
    co_return news::resumed;
  }
  chunks_ = copy_->chunks();
  heard_at_ = clock::now();
  if (!chunks_.empty()) co_return news::data;
  ended_ = true;
  timer_.reset();
  session_->wear_out();
  copy_->finish();
  copy_->send();
  flow_wait over(*copy_, flow::until::end);
  co_await over.done();
  over.throw_if_failed();
  co_return news::ended;
}

asio::awaitable<void> replication_stream::stop() {
  if (ended_) co_return;
  ended_ = true;
  timer_.reset();
  session_->wear_out();
  copy_->finish();
  send_report(false);
  for (;;) {
    flow_wait come(*copy_, flow::until::data);
    co_await come.done();
    come.throw_if_failed();
    if (copy_->chunks().empty()) break;
  }
  flow_wait over(*copy_, flow::until::end);
  co_await over.done();
  over.throw_if_failed();
  copy_ = {};
}

void replication_stream::fail(const error_info& why) {
  ended_ = true;
  timer_.reset();
  session_->core()->lose(why);
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

/// Tries until it succeeds, or throws where trying is of no use.
asio::awaitable<void> replication_stream::resume(error_info lost) {
  lost_because_ = std::move(lost);
  attempts_ = 0;
  const clock::time_point began = clock::now();
  for (;;) {
    timer_.reset();
    chunks_ = {};
    copy_ = {};
    co_await pause(delay_before(attempts_++));
    const error_info failed = co_await try_again();
    if (!failed) co_return;
    const auto limit = options_.resume.give_up_after;
    const bool too_late = limit.count() > 0 && clock::now() - began > limit;
    if (!too_late && may_resume_after(failed)) continue;
    ended_ = true;
    if (is_cancellation(failed)) throw_error(failed);
    error_details details = failed.details();
    details.message = "the stream cannot be resumed: " + details.message;
    details.connection_usable = false;
    throw_error(error_info(std::move(details)));
  }
}

asio::awaitable<error_info> replication_stream::try_again() {
  error_info failed;
  try {
    co_await session_->connect();
    co_await start(progress_.flushed());
  } catch (const error& e) {
    failed = e.info();
  }
  co_return failed;
}

std::chrono::milliseconds replication_stream::delay_before(std::uint32_t attempt) {
  const auto& resume = options_.resume;
  const std::uint32_t doublings = std::min(attempt, 20U);
  const std::int64_t longest = std::min<std::int64_t>(
      resume.last_delay.count(), std::max<std::int64_t>(resume.first_delay.count(), 1) << doublings);
  // Half of it is left to chance: those that lost their server together do not come back together.
  return std::chrono::milliseconds(longest / 2 + static_cast<std::int64_t>(random_()) % (longest / 2 + 1));
}

asio::awaitable<void> replication_stream::pause(std::chrono::milliseconds delay) {
  const asio::any_io_executor executor = co_await asio::this_coro::executor;
  asio::steady_timer wait(executor, delay);
  co_await wait.async_wait(asio::use_awaitable);
}

}  // namespace pgcoro::detail
