// Asks a server to cancel what a session runs. Protocol documentation: "Canceling Requests in Progress".
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "net/dial.hpp"

namespace pgcoro::detail {

enum class cancel_outcome : unsigned char {
  processed,  ///< the server has closed the connection that carried the request: it can hit nothing any more
  not_sent,   ///< no such connection could be made; nothing was asked
  unknown,    ///< it may still be on its way
};

struct cancel_target {
  dial_settings dialled;
  encryption encrypted;
  stream::endpoint_type endpoint;
  std::uint32_t process_id;
  std::vector<std::byte> key;
};

/// Opens a stream as the session's own was opened, TLS included, sends the request and waits for the server to close.
/// Ends within `limit`.
boost::asio::awaitable<cancel_outcome> send_cancel_request(boost::asio::any_io_executor executor, cancel_target target,
                                                           std::chrono::steady_clock::duration limit);

}  // namespace pgcoro::detail
