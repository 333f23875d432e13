#include "client/notification_router.hpp"

#include <algorithm>
#include <utility>

namespace pgcoro::detail {

void notification_router::set_handler(std::function<void(const notification&)> handler) {
  if (handler)
    handler_ = std::make_shared<const std::function<void(const notification&)>>(std::move(handler));
  else
    handler_ = nullptr;
}

void notification_router::add(std::shared_ptr<notification_listener> listener) {
  listeners_.push_back(std::move(listener));
}

void notification_router::remove(const notification_listener* listener) {
  for (auto& held : listeners_)
    if (held.get() == listener) held = nullptr;
  close_gaps();
}

void notification_router::close_gaps() {
  if (calls_ == 0) std::erase(listeners_, nullptr);
}

bool notification_router::has_listener_for(std::string_view channel) const noexcept {
  return std::any_of(listeners_.begin(), listeners_.end(), [&](const auto& held) {
    return held && held->only_channel() != nullptr && *held->only_channel() == channel;
  });
}

void notification_router::deliver(const notification& n) {
  struct call {
    notification_router& router;
    explicit call(notification_router& r) noexcept : router(r) { ++router.calls_; }
    ~call() {
      --router.calls_;
      router.close_gaps();
    }
  } calling(*this);
  const std::size_t count = listeners_.size();  // who comes meanwhile has not been listening
  for (std::size_t i = 0; i < count; ++i)
    if (const auto listener = listeners_[i]) listener->heard(n);
  if (const auto handler = handler_) (*handler)(n);  // kept alive: it may replace itself
}

void notification_router::connection_lost(const error_info& why) {
  for (const auto& listener : std::exchange(listeners_, {}))
    if (listener) listener->connection_lost(why);
}

void notification_router::discard() noexcept {
  for (const auto& listener : std::exchange(listeners_, {}))
    if (listener) listener->discard();
}

}  // namespace pgcoro::detail
