#include "client/hub_core.hpp"

#include <algorithm>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <pgcoro/connect_options.hpp>
#include <pgcoro/identifier.hpp>
#include <pgcoro/with_timeout.hpp>

#include "client/connection_core.hpp"

namespace pgcoro::detail {
namespace {

namespace asio = boost::asio;

/// Names in one script of LISTEN.
constexpr std::size_t batch = 1000;

error_info hub_closed() { return {make_error_code(errc::connection_closed), "the notification hub was closed"}; }

/// The core of a connection: who listens there is told by it.
struct core_access : queryable {
  static const std::shared_ptr<connection_core>& of(const connection& db) { return db.*(&core_access::core_); }
};

/// Hears what the connection hears, until it is gone.
class attachment {
 public:
  attachment(const connection& db, std::shared_ptr<notification_listener> listener)
      : core_(core_access::of(db)), listener_(listener.get()) {
    core_->add_listener(std::move(listener));
  }
  attachment(const attachment&) = delete;
  attachment& operator=(const attachment&) = delete;
  ~attachment() { core_->remove_listener(listener_); }

 private:
  std::shared_ptr<connection_core> core_;
  const notification_listener* listener_;
};

}  // namespace

hub_core::hub_core(asio::any_io_executor executor, connect_options options, const hub_options& behaviour)
    : executor_(std::move(executor)),
      options_(std::move(options)),
      behaviour_(behaviour),
      ended_(std::make_shared<notification_queue>(executor_, std::string(), queue_limits())),
      timer_(executor_),
      random_(std::random_device()()) {}

hub_core::~hub_core() = default;

std::shared_ptr<notification_queue> hub_core::make_queue(std::string name) const {
  return std::make_shared<notification_queue>(executor_, std::move(name), behaviour_.queue);
}

void hub_core::join(std::shared_ptr<notification_queue> queue) {
  asio::dispatch(executor_, [self = shared_from_this(), queue = std::move(queue)] { self->join_here(queue); });
}

void hub_core::leave(std::shared_ptr<notification_queue> queue) {
  asio::dispatch(executor_, [self = shared_from_this(), queue = std::move(queue)] { self->leave_here(queue); });
}

void hub_core::shut_down() {
  asio::dispatch(executor_, [self = shared_from_this()] { self->shut_down_here(); });
}

void hub_core::join_here(const std::shared_ptr<notification_queue>& queue) {
  if (closed_) return queue->close(hub_closed());
  channel& c = channels_[queue->channel()];
  c.subscribers.push_back(queue);
  if (c.server == state::listening) return queue->confirm();
  if (c.server == state::absent && c.subscribers.size() == 1) changed_.push_back(queue->channel());
  if (!std::exchange(keeping_, true))
    asio::co_spawn(executor_, keep(shared_from_this()),
                   asio::bind_cancellation_slot(cancel_.slot(), [](const std::exception_ptr&) {}));
  wake();
}

void hub_core::leave_here(const std::shared_ptr<notification_queue>& queue) {
  queue->close(error_info(make_error_code(errc::connection_closed), "the subscription is gone"));
  const auto found = channels_.find(queue->channel());
  if (found == channels_.end() || std::erase(found->second.subscribers, queue) == 0) return;
  if (!found->second.subscribers.empty()) return;
  changed_.push_back(queue->channel());
  wake();
}

void hub_core::shut_down_here() {
  if (std::exchange(closed_, true)) return;
  close_all(hub_closed());
  cancel_.emit(asio::cancellation_type::terminal);
  if (!keeping_) ended_->close(hub_closed());
}

/// Trying again would not help.
void hub_core::give_up(const error_info& why) {
  closed_ = true;
  close_all(why);
}

void hub_core::close_all(const error_info& why) {
  for (auto& [name, c] : channels_)
    for (const auto& queue : c.subscribers) queue->close(why);
}

void hub_core::on_keeper_gone() noexcept {
  if (closed_) return ended_->close(hub_closed());
  ended_->discard();
  for (auto& [name, c] : channels_)
    for (const auto& queue : std::exchange(c.subscribers, {})) queue->discard();
}

void hub_core::wake() {
  woken_ = true;
  timer_.cancel();
}

void hub_core::note_trouble(error_info why) {
  const std::scoped_lock lock(trouble_mutex_);
  trouble_ = std::move(why);
}

error_info hub_core::trouble() const {
  const std::scoped_lock lock(trouble_mutex_);
  return trouble_;
}

// The connection

asio::awaitable<void> hub_core::keep(std::shared_ptr<hub_core> self) {
  const guard gone{*self};
  clock::duration delay = behaviour_.reconnect_delay;
  while (!closed_) {
    const bool served = co_await connect_and_serve();
    forget_session();
    if (closed_) break;
    delay = served ? behaviour_.reconnect_delay : std::min(2 * delay, behaviour_.reconnect_delay_max);
    const clock::time_point again = clock::now() + jittered(delay);
    while (!closed_ && clock::now() < again) co_await sleep_until(again);
  }
}

/// Whether it came so far that the server listened.
asio::awaitable<bool> hub_core::connect_and_serve() {
  bool served = false;
  try {
    connection db = co_await with_timeout(connect(options_), behaviour_.connect_limit);
    const attachment listening(db, shared_from_this());
    connected_ = true;
    last_heard_ = clock::now();
    note_trouble({});
    co_await serve(db, served);
  } catch (const error& e) {
    note_trouble(e.info());
    if (e.code() == errc::invalid_option) give_up(e.info());
  } catch (const boost::system::system_error& e) {
    note_trouble(error_info(e.code(), e.what()));
  }
  co_return served;
}

asio::awaitable<void> hub_core::serve(connection& db, bool& served) {
  const query_options bounded{.mode = {}, .timeout = behaviour_.probe_limit};
  while (!closed_) {
    if (lost_) throw_error(lost_);
    const std::string commands = next_commands();
    if (!commands.empty()) {
      co_await db.execute_script(bounded, commands);
      last_heard_ = clock::now();
      acknowledge();
      if (!std::exchange(served, true) && had_session_) ++reconnects_;
      had_session_ = true;
      continue;
    }
    const clock::time_point probe = last_heard_ + behaviour_.probe_interval;
    if (clock::now() >= probe) {
      co_await db.ping(bounded);
      last_heard_ = clock::now();
    } else {
      co_await sleep_until(probe);
    }
  }
}

/// Or until somebody wakes it.
asio::awaitable<void> hub_core::sleep_until(clock::time_point when) {
  if (std::exchange(woken_, false)) co_return;
  timer_.expires_at(when);
  boost::system::error_code ignored;
  co_await timer_.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
  woken_ = false;
}

hub_core::clock::duration hub_core::jittered(clock::duration delay) {
  const clock::duration half = delay / 2;
  return half + clock::duration(std::uniform_int_distribution<clock::rep>(0, half.count())(random_));
}

// Channels

std::string hub_core::next_commands() {
  std::string script;
  while (!changed_.empty() && in_flight_.size() < batch) {
    std::string name = std::move(changed_.back());
    changed_.pop_back();
    const auto found = channels_.find(name);
    if (found == channels_.end()) continue;
    channel& c = found->second;
    const bool wanted = !c.subscribers.empty();
    if (wanted && c.server == state::absent) {
      script.append("LISTEN ");
      c.server = state::requested;
    } else if (!wanted && c.server == state::listening) {
      script.append("UNLISTEN ");
      c.server = state::leaving;
    } else {
      if (!wanted && c.server == state::absent) channels_.erase(found);
      continue;
    }
    script.append(identifier(name).text()).append(";");
    in_flight_.push_back(std::move(name));
  }
  return script;
}

/// The server has done what it was told; meanwhile something else may be wanted.
void hub_core::acknowledge() {
  for (std::string& name : std::exchange(in_flight_, {})) {
    const auto found = channels_.find(name);
    if (found == channels_.end()) continue;
    channel& c = found->second;
    if (c.server == state::requested) confirm(c);
    if (c.server == state::leaving) c.server = state::absent;
    if (c.subscribers.empty() || c.server == state::absent) changed_.push_back(std::move(name));
  }
}

/// Who was there before has missed something.
void hub_core::confirm(channel& c) {
  c.server = state::listening;
  for (const auto& queue : c.subscribers) {
    if (queue->confirmed())
      queue->push_gap(notification_event::kind::reconnected);
    else
      queue->confirm();
  }
}

void hub_core::forget_session() {
  connected_ = false;
  lost_ = {};
  in_flight_.clear();
  changed_.clear();
  for (auto at = channels_.begin(); at != channels_.end();) {
    if (at->second.subscribers.empty()) {
      at = channels_.erase(at);
      continue;
    }
    at->second.server = state::absent;
    changed_.push_back(at->first);
    ++at;
  }
}

/// A notification may come in front of the end of LISTEN's reply.
void hub_core::heard(const notification& n) {
  last_heard_ = clock::now();
  const auto found = channels_.find(n.channel);
  if (found == channels_.end()) return;
  if (found->second.server == state::requested) confirm(found->second);
  for (const auto& queue : found->second.subscribers)
    if (queue->confirmed()) queue->push(n);
}

void hub_core::connection_lost(const error_info& why) {
  lost_ = why;
  wake();
}

}  // namespace pgcoro::detail
