#include <pgcoro/identifier.hpp>
#include <pgcoro/notification_hub.hpp>
#include <pgcoro/with_timeout.hpp>

#include "client/hub_core.hpp"

namespace pgcoro {
namespace detail {
namespace {

namespace asio = boost::asio;

/// Subscribers that are not confirmed yet leave again when they are cancelled.
class joined {
 public:
  joined(std::shared_ptr<hub_core> hub, std::shared_ptr<notification_queue> queue)
      : hub_(std::move(hub)), queue_(std::move(queue)) {
    hub_->join(queue_);
  }
  joined(const joined&) = delete;
  joined& operator=(const joined&) = delete;
  ~joined() {
    if (queue_) hub_->leave(std::move(queue_));
  }
  notification_queue& queue() const noexcept { return *queue_; }
  subscription take() { return {std::move(hub_), std::move(queue_)}; }

 private:
  std::shared_ptr<hub_core> hub_;
  std::shared_ptr<notification_queue> queue_;
};

asio::awaitable<subscription> run_subscribe(std::shared_ptr<hub_core> hub, std::string channel) {
  if (!hub) throw_error(error_info(make_error_code(errc::not_available), "the notification hub was moved from"));
  const identifier checked(channel);
  joined waiting(hub, hub->make_queue(std::move(channel)));
  co_await waiting.queue().next();
  co_return waiting.take();
}

/// Why the hub has no connection is what the time-out is about.
[[noreturn]] void throw_with_trouble(const error& timeout, const error_info& trouble) {
  if (timeout.code() != errc::timeout || !trouble) throw timeout;
  error_details details = timeout.info().details();
  details.message += "; the last attempt to connect: " + trouble.what();
  throw_error(error_info(std::move(details)));
}

asio::awaitable<subscription> run_subscribe_within(std::shared_ptr<hub_core> hub, std::string channel,
                                                   std::chrono::steady_clock::duration limit) {
  try {
    subscription made = co_await with_timeout(run_subscribe(hub, std::move(channel)), limit);
    co_return made;
  } catch (const error& e) {
    throw_with_trouble(e, hub->trouble());
  }
}

asio::awaitable<void> run_close(std::shared_ptr<hub_core> hub) {
  if (!hub) co_return;
  hub->shut_down();
  try {
    co_await hub->ended()->next();
  } catch (const error& e) {
    if (e.code() != errc::connection_closed) throw;
  }
}

asio::awaitable<notification_event> run_next(std::shared_ptr<notification_queue> queue) {
  if (!queue) throw_error(error_info(make_error_code(errc::not_available), "this object is subscribed to no channel"));
  notification_event event = co_await queue->next();
  co_return event;
}

}  // namespace
}  // namespace detail

subscription::subscription(std::shared_ptr<detail::hub_core> hub,
                           std::shared_ptr<detail::notification_queue> queue) noexcept
    : hub_(std::move(hub)), queue_(std::move(queue)) {}

subscription& subscription::operator=(subscription&& other) noexcept {
  if (this == &other) return *this;
  leave();
  hub_ = std::move(other.hub_);
  queue_ = std::move(other.queue_);
  return *this;
}

subscription::~subscription() { leave(); }

void subscription::leave() noexcept {
  if (queue_) hub_->leave(std::move(queue_));
}

boost::asio::awaitable<notification_event> subscription::next() { return detail::run_next(queue_); }

boost::asio::awaitable<notification_event> subscription::next(std::chrono::steady_clock::duration limit) {
  return with_timeout(next(), limit);
}

std::optional<notification_event> subscription::try_next() { return queue_->try_next(); }

const std::string& subscription::channel() const noexcept { return queue_->channel(); }

notification_hub::notification_hub(boost::asio::any_io_executor executor, connect_options options,
                                   hub_options behaviour)
    : core_(std::make_shared<detail::hub_core>(std::move(executor), std::move(options), behaviour)) {}

notification_hub& notification_hub::operator=(notification_hub&& other) noexcept {
  if (core_ && core_ != other.core_) core_->shut_down();
  core_ = std::move(other.core_);
  return *this;
}

notification_hub::~notification_hub() {
  if (core_) core_->shut_down();
}

boost::asio::awaitable<subscription> notification_hub::subscribe(std::string_view channel) {
  return detail::run_subscribe(core_, std::string(channel));
}

boost::asio::awaitable<subscription> notification_hub::subscribe(std::string_view channel,
                                                                 std::chrono::steady_clock::duration limit) {
  return detail::run_subscribe_within(core_, std::string(channel), limit);
}

boost::asio::awaitable<void> notification_hub::close() { return detail::run_close(core_); }

bool notification_hub::is_connected() const noexcept { return core_ && core_->is_connected(); }

std::uint64_t notification_hub::reconnects() const noexcept { return core_ ? core_->reconnects() : 0; }

}  // namespace pgcoro
