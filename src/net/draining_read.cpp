#include "net/draining_read.hpp"

#include <boost/asio/error.hpp>
#include <cerrno>
#include <cstring>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

namespace pgcoro::detail {
namespace {

/// What the kernel still has, a FIN counted as one byte.
int left_behind(msghdr& message) noexcept {
  int left = 1;
  for (cmsghdr* c = CMSG_FIRSTHDR(&message); c; c = CMSG_NXTHDR(&message, c))
    if (c->cmsg_level == IPPROTO_TCP && c->cmsg_type == TCP_CM_INQ) std::memcpy(&left, CMSG_DATA(c), sizeof left);
  return left;
}

/// As recv, and says what is left.
ssize_t receive_and_count(int socket, boost::asio::mutable_buffer into, int& left) noexcept {
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))];
  iovec part{into.data(), into.size()};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = control;
  message.msg_controllen = sizeof control;
  const ssize_t n = ::recvmsg(socket, &message, 0);
  if (n > 0) left = left_behind(message);
  return n;
}

}  // namespace

void drain_state::watch(int socket) noexcept {
  const int on = 1;
  int family = AF_UNSPEC;
  socklen_t size = sizeof family;
  if (::setsockopt(socket, IPPROTO_TCP, TCP_INQ, &on, sizeof on) == 0)
    evidence_ = evidence::count;
  else if (::getsockopt(socket, SOL_SOCKET, SO_DOMAIN, &family, &size) == 0 && family == AF_UNIX)
    evidence_ = evidence::short_read;
}

[[gnu::hot]] bool drain_state::receive(int socket, boost::asio::mutable_buffer into, boost::system::error_code& code,
                                       std::size_t& received) {
  int left = 1;
  ssize_t n = 0;
  do {  // recv costs less than recvmsg
    n = evidence_ == evidence::count ? receive_and_count(socket, into, left)
                                     : ::recv(socket, into.data(), into.size(), 0);
  } while (n < 0 && errno == EINTR);
  if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return false;
  code.clear();
  if (n == 0) code = boost::asio::error::eof;
  if (n < 0) code.assign(errno, boost::system::system_category());
  received = n > 0 ? static_cast<std::size_t>(n) : 0;
  if (evidence_ == evidence::short_read && received < into.size()) left = 0;
  empty_ = n > 0 && left == 0;
  written_since_.store(false, std::memory_order_relaxed);
  return true;
}

}  // namespace pgcoro::detail
