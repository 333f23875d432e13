#include "net/socket_options.hpp"

#include <array>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/socket_base.hpp>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pwd.h>
#include <sys/socket.h>
#include <unistd.h>

namespace pgcoro::detail {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;

/// Sets an option where it is not left to the system.
void set(stream::socket_type& socket, int level, int name, long long value, error_code& code) {
  if (value <= 0 || code) return;
  const int number = static_cast<int>(value);
  if (::setsockopt(socket.native_handle(), level, name, &number, sizeof number) != 0)
    code.assign(errno, boost::system::system_category());
}

}  // namespace

error_code set_socket_options(stream::socket_type& socket, int family, const tcp_settings& tcp) {
  error_code code;
  socket.non_blocking(true, code);
  if (code || (family != AF_INET && family != AF_INET6)) return code;
  socket.set_option(asio::ip::tcp::no_delay(true), code);
  if (code) return code;
  set(socket, IPPROTO_TCP, TCP_USER_TIMEOUT, tcp.user_timeout.count(), code);
  if (!tcp.keepalives || code) return code;
  socket.set_option(asio::socket_base::keep_alive(true), code);
  set(socket, IPPROTO_TCP, TCP_KEEPIDLE, tcp.keepalives_idle.count(), code);
  set(socket, IPPROTO_TCP, TCP_KEEPINTVL, tcp.keepalives_interval.count(), code);
  set(socket, IPPROTO_TCP, TCP_KEEPCNT, tcp.keepalives_count, code);
  return code;
}

boost::system::result<std::string, error_info> peer_user(stream::socket_type& socket) {
  ucred peer{};
  socklen_t size = sizeof peer;
  if (::getsockopt(socket.native_handle(), SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0)
    return error_info(error_code(errno, boost::system::system_category()), "cannot ask for the server's user");
  std::array<char, 4096> memory{};
  passwd entry{};
  passwd* found = nullptr;
  if (::getpwuid_r(peer.uid, &entry, memory.data(), memory.size(), &found) != 0 || !found)
    return error_info(make_error_code(errc::authentication_refused), "the server's user has no name");
  return std::string(found->pw_name);
}

}  // namespace pgcoro::detail
