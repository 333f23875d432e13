// Listening on a connection that is at hand.
//
//   pgcoro::notification_channel orders = co_await db.listen("orders");
//   for (;;) {
//     const pgcoro::notification n = co_await orders.next();
//     std::cout << n.payload << " from process " << n.process_id << '\n';
//   }
//
// It ends with the connection. What has to go on, and what listens on many channels, is for
// <pgcoro/notification_hub.hpp>.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include <pgcoro/config.hpp>
#include <pgcoro/notification.hpp>

namespace pgcoro {

namespace detail {
class connection_core;
class notification_queue;
}  // namespace detail

/// What `connection::listen` gives. Its destructor does not wait: UNLISTEN is queued where no other object of the
/// connection listens on the channel.
class PGCORO_DECL notification_channel {
 public:
  notification_channel() noexcept = default;
  notification_channel(std::shared_ptr<detail::connection_core> core,
                       std::shared_ptr<detail::notification_queue> queue) noexcept;
  notification_channel(notification_channel&&) noexcept = default;
  notification_channel& operator=(notification_channel&& other) noexcept;
  ~notification_channel();

  /// The next notification, in the order in which the server sent them. Several coroutines may wait; each gets its own.
  ///
  /// Awaited on any executor. Cancellation ends it with `asio::error::operation_aborted` and takes no notification
  /// away. Once the connection is gone, and what came before has been taken: its error.
  [[nodiscard]] boost::asio::awaitable<notification> next();
  /// `errc::timeout` where none has come by then.
  [[nodiscard]] boost::asio::awaitable<notification> next(std::chrono::steady_clock::duration limit);
  /// One that is there already. On the connection's executor.
  [[nodiscard]] std::optional<notification> try_next();

  const std::string& name() const noexcept;

 private:
  void leave() noexcept;

  std::shared_ptr<detail::connection_core> core_;
  std::shared_ptr<detail::notification_queue> queue_;
};

}  // namespace pgcoro
