// What the operating system is told, and asked, about a socket.
#pragma once

#include <boost/system/error_code.hpp>
#include <boost/system/result.hpp>
#include <string>

#include "net/stream.hpp"
#include "options/connect_settings.hpp"

namespace pgcoro::detail {

/// Non-blocking; for TCP also no delay, keepalives and the user timeout as the settings say.
boost::system::error_code set_socket_options(stream::socket_type& socket, int family, const tcp_settings& tcp);

/// Name of the user that the process at the other end of a Unix socket runs as.
boost::system::result<std::string, error_info> peer_user(stream::socket_type& socket);

}  // namespace pgcoro::detail
