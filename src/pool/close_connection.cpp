// The end of a connection, up to the moment when the server has forgotten it.
#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <pgcoro/with_timeout.hpp>

#include "client/connection_core.hpp"
#include "pool/pool_core.hpp"

namespace pgcoro::detail {
namespace {

namespace asio = boost::asio;
using socket_type = stream::socket_type;

/// A server closes its end when the process that served the session is no longer among those that it counts.
asio::awaitable<void> read_to_end(socket_type& socket) {
  std::array<std::byte, 512> dropped;
  boost::system::error_code ended;
  for (;;) {
    // Asks epoll afresh: it may have told of the end before the connection's last read, see net/draining_read.hpp.
    co_await socket.async_wait(socket_type::wait_read, asio::redirect_error(asio::use_awaitable, ended));
    if (ended) co_return;
    socket.read_some(asio::buffer(dropped), ended);
    if (ended && ended != asio::error::would_block) co_return;
  }
}

asio::awaitable<void> await_end(socket_type& socket, std::chrono::steady_clock::duration limit) {
  boost::system::error_code ignored;
  socket.shutdown(socket_type::shutdown_send, ignored);
  co_await with_timeout(read_to_end(socket), limit);
}

}  // namespace

void pool_core::close(pooled_connection& slot) {
  slot.core->shut_down();  // says goodbye where nothing is in flight; on_lost keeps the socket
  linger(slot);
}

void pool_core::abort(pooled_connection& slot) {
  if (slot.core) slot.core->shut_down();
  slot.opening.emit(asio::cancellation_type::terminal);
}

void pool_core::linger(pooled_connection& slot) {
  if (!slot.ended_socket || options_.close_timeout <= options_.close_timeout.zero()) return on_gone(slot);
  asio::co_spawn(slot.executor, await_end(*slot.ended_socket, options_.close_timeout),
                 [self = shared_from_this(), &slot](const std::exception_ptr&) { self->on_gone(slot); });
}

void pool_core::on_gone(pooled_connection& slot) {
  slot.ended_socket.reset();
  bool in_use = false;
  report([&](pool_policy& p, auto now) {
    in_use = p.users(slot.id) > 0;  // closed under them, at the pool's end
    if (!in_use) {
      slot.core.reset();
      slot.db = connection();
    }
    p.gone(slot.id, now);
  });
}

}  // namespace pgcoro::detail
