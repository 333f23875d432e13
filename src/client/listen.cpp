// connection::listen, and what it gives; notify.
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/dispatch.hpp>
#include <string>

#include <pgcoro/connection.hpp>
#include <pgcoro/identifier.hpp>
#include <pgcoro/notification_channel.hpp>
#include <pgcoro/types/text.hpp>
#include <pgcoro/with_timeout.hpp>

#include "client/connection_core.hpp"
#include "client/control_operations.hpp"
#include "client/notification_queue.hpp"

namespace pgcoro {
namespace detail {
namespace {

/// LISTEN as a script. The queue hears from the moment in which it is sent: notifications may come right behind.
class listen_operation final : public script_operation {
 public:
  listen_operation(std::shared_ptr<connection_core> core, const query_text& sql,
                   std::shared_ptr<notification_queue> queue) noexcept
      : script_operation(std::move(core), sql, {}), queue_(std::move(queue)) {}

 private:
  void submit() override {
    core().add_listener(queue_);
    script_operation::submit();
  }
  bool complete(request& r) override {
    const bool last = script_operation::complete(r);
    if (error) core().remove_listener(queue_.get());
    return last;
  }
  void aborted() override { core().remove_listener(queue_.get()); }

  std::shared_ptr<notification_queue> queue_;
};

boost::asio::awaitable<void> unlisten(std::shared_ptr<connection_core> core, std::string text) {
  const query_text sql(text);
  script_operation op(std::move(core), sql, {});
  co_await op.done();  // an error means that the session has ended, or its transaction will be undone
}

boost::asio::awaitable<notification_channel> run_listen(std::shared_ptr<connection_core> core, std::string channel,
                                                        queue_limits limits) {
  if (!core) throw_error(error_info(make_error_code(errc::connection_closed), "not connected"));
  const std::string text = "LISTEN " + identifier(channel).text();
  const query_text sql(text);
  auto queue = std::make_shared<notification_queue>(core->executor(), std::move(channel), limits);
  listen_operation op(core, sql, queue);
  co_await op.done();
  op.throw_if_failed();
  co_return notification_channel(std::move(core), std::move(queue));
}

}  // namespace

boost::asio::awaitable<void> run_notify(std::shared_ptr<connection_core> core, std::string channel,
                                        std::string payload) {
  co_await run_execute(std::move(core), "SELECT pg_notify($1, $2)", arguments::binding(channel, payload), {});
}

}  // namespace detail

boost::asio::awaitable<notification_channel> connection::listen(std::string_view channel, queue_limits limits) {
  return detail::run_listen(core_, std::string(channel), limits);
}

notification_channel::notification_channel(std::shared_ptr<detail::connection_core> core,
                                           std::shared_ptr<detail::notification_queue> queue) noexcept
    : core_(std::move(core)), queue_(std::move(queue)) {}

notification_channel& notification_channel::operator=(notification_channel&& other) noexcept {
  if (this == &other) return *this;
  leave();
  core_ = std::move(other.core_);
  queue_ = std::move(other.queue_);
  return *this;
}

notification_channel::~notification_channel() { leave(); }

void notification_channel::leave() noexcept {
  if (!queue_) return;
  boost::asio::dispatch(core_->executor(), [core = core_, queue = std::move(queue_)]() mutable {
    core->remove_listener(queue.get());
    queue->close(error_info(make_error_code(errc::connection_closed), "the channel's object is gone"));
    if (core->has_listener_for(queue->channel()) || !core->is_open()) return;
    std::string text = "UNLISTEN " + identifier(queue->channel()).text();
    const auto executor = core->executor();
    boost::asio::co_spawn(executor, detail::unlisten(std::move(core), std::move(text)), boost::asio::detached);
  });
}

/// An overflow is told with the notification behind it.
boost::asio::awaitable<notification> notification_channel::next() {
  const auto queue = queue_;
  if (!queue) throw_error(error_info(make_error_code(errc::not_available), "this object listens on no channel"));
  std::uint64_t missed = 0;
  for (;;) {
    notification_event event = co_await queue->next();
    missed += event.missed;
    if (event.is_gap()) continue;
    event.missed = missed;
    notification heard = std::move(event);
    co_return heard;
  }
}

boost::asio::awaitable<notification> notification_channel::next(std::chrono::steady_clock::duration limit) {
  return with_timeout(next(), limit);
}

std::optional<notification> notification_channel::try_next() {
  std::uint64_t missed = 0;
  for (;;) {
    std::optional<notification_event> event = queue_->try_next();
    if (!event) return std::nullopt;
    missed += event->missed;
    if (event->is_gap()) continue;
    event->missed = missed;
    return notification(std::move(*event));
  }
}

const std::string& notification_channel::name() const noexcept { return queue_->channel(); }

}  // namespace pgcoro
