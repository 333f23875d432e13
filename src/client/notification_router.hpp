// Who is told of the notifications of one connection: the user's handler, and everybody who listens.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <pgcoro/error.hpp>
#include <pgcoro/notification.hpp>

namespace pgcoro::detail {

/// Called on the connection's executor.
class notification_listener {
 public:
  virtual void heard(const notification& n) = 0;
  /// Nothing will be heard any more.
  virtual void connection_lost(const error_info& why) = 0;
  /// The context ends: whoever waits is never resumed.
  virtual void discard() noexcept = 0;
  /// The channel that it is there for; null where it looks after channels itself.
  virtual const std::string* only_channel() const noexcept = 0;

 protected:
  ~notification_listener() = default;
};

/// Listeners may come and go while it calls them.
class notification_router {
 public:
  void set_handler(std::function<void(const notification&)> handler);
  void add(std::shared_ptr<notification_listener> listener);
  void remove(const notification_listener* listener);
  bool wanted() const noexcept { return handler_ != nullptr || !listeners_.empty(); }
  /// Whether somebody is there for this channel.
  bool has_listener_for(std::string_view channel) const noexcept;

  void deliver(const notification& n);
  void connection_lost(const error_info& why);
  void discard() noexcept;

 private:
  void close_gaps();

  std::shared_ptr<const std::function<void(const notification&)>> handler_;
  std::vector<std::shared_ptr<notification_listener>> listeners_;  // null where one has left while others are called
  std::size_t calls_ = 0;                                          // of listeners, one within the other
};

}  // namespace pgcoro::detail
