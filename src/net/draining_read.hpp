// Reads that tell Asio when they have emptied the socket.
//
// Asio tries a read as soon as it is started, and turns to epoll only where the kernel has nothing yet. Behind a reply
// it has nothing: a system call in vain for each request, a fifteenth of all the CPU that a query takes. Asio leaves
// the attempt out where the operation before said that it took everything. Its own say so at the end of the stream
// alone, since the end may hide behind the bytes of a short read: epoll tells of both but once. These reads say so:
//
// - from a Unix socket, where they came short;
// - from TCP, where the kernel counts nothing that is left, and a FIN for something (TCP_INQ, see tcp(7)).
//
// What may still hide is an end that is none of a stream's (a reset), or of a Unix socket's. But nobody can write to a
// peer that has ended so. After a write the owner waits; without one he looks for himself before he waits (must_look).
#pragma once

#include <atomic>
#include <boost/asio/buffer.hpp>
#include <boost/asio/socket_base.hpp>
#include <boost/asio/version.hpp>
#include <boost/system/error_code.hpp>
#include <cstddef>

#if BOOST_ASIO_VERSION == 102600 && defined(__linux__) && !defined(BOOST_ASIO_HAS_IO_URING_AS_DEFAULT)
#define PGCORO_DRAINING_READS 1
#include <boost/asio/detail/reactive_socket_recv_op.hpp>
#endif

namespace pgcoro::detail {

/// What the last read of a socket has left behind.
class drain_state {
 public:
  /// Once, when the socket is connected.
  void watch(int socket) noexcept;

  /// The end may be there although a read that is started now would wait.
  bool must_look() const noexcept { return empty_ && !written_since_.load(std::memory_order_relaxed); }
  /// Before an attempt to write: where several threads run the socket's context, the read that takes the answer may end
  /// on another one first. Nothing else is to be ordered by it, and what it is about passes through the kernel.
  void write_begins() noexcept { written_since_.store(true, std::memory_order_relaxed); }
  void wrote_nothing() noexcept { written_since_.store(false, std::memory_order_relaxed); }

  /// One attempt that does not wait. False where there is nothing yet.
  bool receive(int socket, boost::asio::mutable_buffer into, boost::system::error_code& code, std::size_t& received);
  /// That attempt took all that there was.
  bool empty() const noexcept { return empty_; }

 private:
  enum class evidence : unsigned char { none, short_read, count };

  evidence evidence_ = evidence::none;  // that a read took everything
  bool empty_ = false;
  std::atomic<bool> written_since_ = false;
};

/// A buffer for async_read_some. The state outlives the operation.
class draining_buffer : public boost::asio::mutable_buffer {
 public:
  draining_buffer(boost::asio::mutable_buffer into, drain_state& state) noexcept
      : mutable_buffer(into), state_(&state) {}

  drain_state& state() const noexcept { return *state_; }

 private:
  drain_state* state_;
};

}  // namespace pgcoro::detail

#ifdef PGCORO_DRAINING_READS
/// Asio's operation for one type of buffer, ours. The rest of it (handler, memory, cancellation) is in the class
/// derived from this, which is Asio's own. Other versions of Asio read as they always do.
template <>
class boost::asio::detail::reactive_socket_recv_op_base<pgcoro::detail::draining_buffer> : public reactor_op {
 public:
  reactive_socket_recv_op_base(const boost::system::error_code& success, socket_type socket, socket_ops::state_type,
                               const pgcoro::detail::draining_buffer& buffer, socket_base::message_flags,
                               func_type on_complete) noexcept
      : reactor_op(success, &do_perform, on_complete), socket_(socket), buffer_(buffer) {}

  static status do_perform(reactor_op* base) {
    auto* const self = static_cast<reactive_socket_recv_op_base*>(base);
    pgcoro::detail::drain_state& state = self->buffer_.state();
    const mutable_buffer into(self->buffer_.data(), self->buffer_.size());
    if (!state.receive(self->socket_, into, self->ec_, self->bytes_transferred_)) return not_done;
    return state.empty() ? done_and_exhausted : done;
  }

 private:
  socket_type socket_;
  pgcoro::detail::draining_buffer buffer_;
};
#endif
