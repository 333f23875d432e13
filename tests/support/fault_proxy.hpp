// A TCP proxy that is bad at its job, on the test's own io_context.
//
//   fault_proxy proxy(executor, target, {.delay = 0.1, .cut = 0.001}, seed);
//   auto db = co_await connect("host=127.0.0.1 port=" + std::to_string(proxy.port()) + …);
//
// What it does to each piece of a connection's bytes is drawn at random, from one seed, or said by a watcher that sees
// the bytes.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>

namespace pgcoro::test {

/// How likely each fault is, for each piece that is read from either side; 0 to 1.
struct fault_profile {
  double delay = 0;
  double split = 0;  ///< forwarded in two pieces, with a pause between
  double cut = 0;    ///< both ends are closed, at once or in the middle of the piece
  double hole = 0;   ///< nothing is forwarded any more, either way, and nothing closed
  std::chrono::milliseconds longest_delay{20};
};

struct fault_counts {
  std::uint64_t connections = 0, pieces = 0, delays = 0, splits = 0, cuts = 0, holes = 0;
};

class fault_proxy {
 public:
  enum class verdict : unsigned char {
    forward,
    cut,          ///< before the piece
    forward_cut,  ///< after it: what is answered to it is lost
    hole,         ///< before the piece
    forward_hole,
  };
  using watcher = std::function<verdict(bool from_client, std::string_view piece)>;

  fault_proxy(const boost::asio::any_io_executor& executor, boost::asio::ip::tcp::endpoint target,
              fault_profile profile = {}, std::uint64_t seed = 0);
  fault_proxy(const fault_proxy&) = delete;
  fault_proxy& operator=(const fault_proxy&) = delete;
  /// Closes every connection.
  ~fault_proxy();

  unsigned short port() const;
  /// Asked before the dice are.
  void watch(watcher w);
  /// Likewise, and from here on each piece of the sessions that are open is one message, whole. To be called while they
  /// are quiet; they are without TLS.
  void watch_messages(watcher w);
  /// From here on what it forwards, it forwards as it is.
  void behave();
  const fault_counts& counts() const;

 private:
  struct state;
  std::shared_ptr<state> state_;
};

}  // namespace pgcoro::test
