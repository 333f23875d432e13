// What a notification_hub and its subscriptions share: the channels, and the coroutine that keeps a connection for
// them.
//
// Everything but the functions so marked runs on the hub's executor.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <random>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include <pgcoro/connection.hpp>
#include <pgcoro/notification_hub.hpp>

#include "client/notification_queue.hpp"
#include "client/notification_router.hpp"

namespace pgcoro::detail {

class hub_core final : public notification_listener, public std::enable_shared_from_this<hub_core> {
 public:
  using clock = std::chrono::steady_clock;

  hub_core(boost::asio::any_io_executor executor, connect_options options, const hub_options& behaviour);
  hub_core(const hub_core&) = delete;
  hub_core& operator=(const hub_core&) = delete;
  ~hub_core();

  // On any thread

  const boost::asio::any_io_executor& executor() const noexcept { return executor_; }
  std::shared_ptr<notification_queue> make_queue(std::string name) const;
  void join(std::shared_ptr<notification_queue> queue);
  void leave(std::shared_ptr<notification_queue> queue);
  void shut_down();
  /// Closed when there is no connection any more, and never will be.
  const std::shared_ptr<notification_queue>& ended() const noexcept { return ended_; }
  /// Why there is no connection; none where there is one.
  error_info trouble() const;

  bool is_connected() const noexcept { return connected_; }
  std::uint64_t reconnects() const noexcept { return reconnects_; }

  // notification_listener
  void heard(const notification& n) override;
  void connection_lost(const error_info& why) override;
  void discard() noexcept override {}  // with the coroutine that keeps the connection
  const std::string* only_channel() const noexcept override { return nullptr; }

 private:
  /// What the server knows of a channel.
  enum class state : unsigned char { absent, requested, listening, leaving };

  struct channel {
    std::vector<std::shared_ptr<notification_queue>> subscribers;
    state server = state::absent;
  };

  // Asio destroys a coroutine that it will not resume only where the context ends.
  struct guard {
    hub_core& hub;
    ~guard() { hub.on_keeper_gone(); }
  };

  void join_here(const std::shared_ptr<notification_queue>& queue);
  void leave_here(const std::shared_ptr<notification_queue>& queue);
  void shut_down_here();
  void give_up(const error_info& why);
  void close_all(const error_info& why);
  void on_keeper_gone() noexcept;
  void wake();

  boost::asio::awaitable<void> keep(std::shared_ptr<hub_core> self);
  boost::asio::awaitable<bool> connect_and_serve();
  boost::asio::awaitable<void> serve(connection& db, bool& served);
  boost::asio::awaitable<void> sleep_until(clock::time_point when);

  /// LISTEN and UNLISTEN for some of the channels of which the server does not know what it should; empty where there
  /// are none.
  std::string next_commands();
  void acknowledge();
  void confirm(channel& c);
  void forget_session();
  void note_trouble(error_info why);
  clock::duration jittered(clock::duration delay);

  boost::asio::any_io_executor executor_;
  connect_options options_;
  hub_options behaviour_;
  std::shared_ptr<notification_queue> ended_;

  std::unordered_map<std::string, channel> channels_;
  std::vector<std::string> changed_;    // channels of which the server is to be told
  std::vector<std::string> in_flight_;  // those of which it is being told

  boost::asio::steady_timer timer_;
  boost::asio::cancellation_signal cancel_;
  clock::time_point last_heard_{};
  error_info lost_;  // of the connection that is being served
  std::uint64_t reconnects_ = 0;
  bool keeping_ = false;
  bool had_session_ = false;
  bool closed_ = false;
  bool connected_ = false;
  bool woken_ = false;
  std::minstd_rand random_;

  mutable std::mutex trouble_mutex_;
  error_info trouble_;
};

}  // namespace pgcoro::detail
