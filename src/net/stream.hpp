// A byte stream to a server: a socket, TCP or Unix, and TLS as a filter over it. Whoever owns it moves the bytes.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/append.hpp>
#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/post.hpp>
#include <memory>
#include <utility>

#include <pgcoro/error.hpp>
#include <pgcoro/protocol/buffer.hpp>

#include "net/draining_read.hpp"
#include "net/tls_engine.hpp"

namespace pgcoro::detail {

class stream {
 public:
  using socket_type = boost::asio::basic_stream_socket<boost::asio::generic::stream_protocol>;
  using endpoint_type = boost::asio::generic::stream_protocol::endpoint;

  explicit stream(const boost::asio::any_io_executor& executor) : socket_(executor) {}

  socket_type& socket() noexcept { return socket_; }
  /// Where it was connected to: a cancel request goes there too.
  endpoint_type endpoint;

  bool encrypted() const noexcept { return tls_ != nullptr; }
  tls_engine* tls() noexcept { return tls_.get(); }
  void encrypt_with(std::unique_ptr<tls_engine> engine) noexcept { tls_ = std::move(engine); }

  /// Where bytes from the socket go: `input` itself, or the ciphertext that `received` deciphers into it.
  protocol::buffer& receive_buffer(protocol::buffer& input) noexcept { return tls_ ? sealed_in_ : input; }

  /// Before the first read_some.
  void connected() noexcept { drained_.watch(socket_.native_handle()); }
  /// Reads into `receive_buffer`. `handler(error_code, std::size_t)` is called later, on the socket's executor.
  template <class Handler>
  void read_some(boost::asio::mutable_buffer into, Handler&& handler);

  /// To be called after bytes were committed to `receive_buffer`: deciphers them into `input`. `closed` is set where
  /// the peer has closed TLS in order.
  error_info received(protocol::buffer& input, bool& closed) { return tls_ ? decipher(input, closed) : error_info(); }

  struct write_result {
    std::size_t consumed = 0;  ///< bytes of the argument that are on their way; TLS may hold them back a while
    bool blocked = false;      ///< the socket takes no more: wait until it is writable, then call again
    boost::system::error_code error;
  };
  /// Writes what the socket takes without waiting.
  write_result write(protocol::bytes_view plain);

  /// Ciphertext waits to be written, whatever the owner's output holds.
  bool has_sealed_output() const noexcept { return !sealed_out_.empty(); }
  protocol::buffer& sealed_in() noexcept { return sealed_in_; }
  protocol::buffer& sealed_out() noexcept { return sealed_out_; }

  /// Ends what is outstanding and gives the socket away: whoever takes it may wait for the peer's end.
  socket_type release() noexcept;

  /// Closes at once, without a word to the peer.
  void close() noexcept;

 private:
  error_info decipher(protocol::buffer& input, bool& closed);

  socket_type socket_;
  std::unique_ptr<tls_engine> tls_;
  protocol::buffer sealed_in_;
  protocol::buffer sealed_out_;
  drain_state drained_;
};

template <class Handler>
void stream::read_some(boost::asio::mutable_buffer into, Handler&& handler) {
#ifdef PGCORO_DRAINING_READS
  boost::system::error_code code;
  std::size_t received = 0;
  if (drained_.must_look() && drained_.receive(socket_.native_handle(), into, code, received)) [[unlikely]]
    return boost::asio::post(socket_.get_executor(),
                             boost::asio::append(std::forward<Handler>(handler), code, received));
  socket_.async_read_some(draining_buffer(into, drained_), std::forward<Handler>(handler));
#else
  socket_.async_read_some(into, std::forward<Handler>(handler));
#endif
}

}  // namespace pgcoro::detail
