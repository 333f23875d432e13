// Notifications for as long as a program runs: one connection for any number of channels and subscribers.
//
//   pgcoro::notification_hub hub(executor, "postgresql://app@localhost/shop");
//   pgcoro::subscription orders = co_await hub.subscribe("orders");
//   for (;;) {
//     const pgcoro::notification_event event = co_await orders.next();
//     if (event.is_gap()) co_await read_everything_again();
//     else                handle(event.payload);
//   }
//
// When the connection is lost the hub opens another, listens again, and puts a gap in front of what comes then: what
// was sent meanwhile is lost, as PostgreSQL keeps notifications for nobody who is not there.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <pgcoro/config.hpp>
#include <pgcoro/connect_options.hpp>
#include <pgcoro/notification.hpp>

namespace pgcoro {

namespace detail {
class hub_core;
class notification_queue;
}  // namespace detail

struct hub_options {
  queue_limits queue{};  ///< for each subscriber
  /// Between attempts to connect: from `reconnect_delay`, doubled each time up to `reconnect_delay_max`, of which half
  /// is left to chance.
  std::chrono::steady_clock::duration reconnect_delay = std::chrono::milliseconds(100);
  std::chrono::steady_clock::duration reconnect_delay_max = std::chrono::seconds(10);
  std::chrono::steady_clock::duration connect_limit = std::chrono::seconds(15);  ///< for one attempt, all hosts of it
  /// After so long without a sign of life the server is asked for one, and has `probe_limit` to give it. LISTEN is
  /// bounded by `probe_limit`, too.
  std::chrono::steady_clock::duration probe_interval = std::chrono::seconds(15);
  std::chrono::steady_clock::duration probe_limit = std::chrono::seconds(5);
};

/// A notification, or the news that some were missed.
struct notification_event : notification {
  enum class kind : unsigned char {
    notification,
    reconnected,  ///< the connection was lost and is back: nobody knows how many were missed. What is read from the
                  ///< database from here on is not older than what comes next
    overflow,     ///< the queue was full: `missed` were dropped, see queue_limits
  };

  kind what = kind::notification;

  bool is_gap() const noexcept { return what != kind::notification; }
};

/// A subscriber to one channel. Leaves the channel when it is destroyed, without waiting; must not be used by two
/// threads at a time.
class PGCORO_DECL subscription {
 public:
  subscription() noexcept = default;
  subscription(std::shared_ptr<detail::hub_core> hub, std::shared_ptr<detail::notification_queue> queue) noexcept;
  subscription(subscription&&) noexcept = default;
  subscription& operator=(subscription&& other) noexcept;
  ~subscription();

  /// The next event, in the order in which the server sent them. Several coroutines may wait; each gets its own.
  ///
  /// Awaited on any executor. Cancellation ends it with `asio::error::operation_aborted` and takes no event away. After
  /// `close()` of the hub, once everything was taken: `errc::connection_closed`. That the server is away is no error
  /// here: the wait goes on.
  [[nodiscard]] boost::asio::awaitable<notification_event> next();
  /// `errc::timeout` where none has come by then.
  [[nodiscard]] boost::asio::awaitable<notification_event> next(std::chrono::steady_clock::duration limit);
  /// One that is there already. On the hub's executor.
  [[nodiscard]] std::optional<notification_event> try_next();

  const std::string& channel() const noexcept;

 private:
  void leave() noexcept;

  std::shared_ptr<detail::hub_core> hub_;
  std::shared_ptr<detail::notification_queue> queue_;
};

/// The connection lives on `executor`, an io_context that one thread runs or a strand; it is opened with the first
/// subscription. The destructor does not wait: it ends the connection, and with it every subscription.
class PGCORO_DECL notification_hub {
 public:
  notification_hub(boost::asio::any_io_executor executor, connect_options options, hub_options behaviour = {});
  notification_hub(notification_hub&&) noexcept = default;
  notification_hub& operator=(notification_hub&& other) noexcept;
  ~notification_hub();

  /// Ends once the server listens: what is sent afterwards comes. The name is taken as it stands, upper case included
  /// (NOTIFY Orders, unquoted, is for "orders"). The second subscriber to a channel costs no message to the server; the
  /// last to leave ends listening.
  ///
  /// Waits for as long as the server is away: cancel it, or give a limit. `errc::timeout` then says why the last
  /// attempt to connect failed. `errc::invalid_composition` for what is no name.
  [[nodiscard]] boost::asio::awaitable<subscription> subscribe(std::string_view channel);
  [[nodiscard]] boost::asio::awaitable<subscription> subscribe(std::string_view channel,
                                                               std::chrono::steady_clock::duration limit);

  /// Ends every subscription and the connection. It does not wait for the server.
  [[nodiscard]] boost::asio::awaitable<void> close();

  /// Whether there is a connection now. On the hub's executor.
  bool is_connected() const noexcept;
  /// How often the connection was made anew. On the hub's executor.
  std::uint64_t reconnects() const noexcept;

 private:
  std::shared_ptr<detail::hub_core> core_;
};

}  // namespace pgcoro
