#include "net/stream.hpp"

#include <algorithm>
#include <boost/asio/buffer.hpp>

namespace pgcoro::detail {
namespace {

/// Plaintext that is sealed before the socket has taken what was sealed before: bounds the ciphertext in memory.
constexpr std::size_t sealed_high_water = 64 * 1024;

/// Writes as much of `bytes` as the socket takes; adds to `done`.
[[gnu::hot]] boost::system::error_code write_some(stream::socket_type& socket, drain_state& drained,
                                                  protocol::bytes_view bytes, std::size_t& done, bool& blocked) {
  boost::system::error_code error;
  const std::size_t before = done;
  if (!bytes.empty()) drained.write_begins();
  while (!bytes.empty()) {
    const std::size_t n = socket.write_some(boost::asio::buffer(bytes.data(), bytes.size()), error);
    if (error) [[unlikely]] {
      if (done == before) drained.wrote_nothing();
      blocked = error == boost::asio::error::would_block || error == boost::asio::error::try_again;
      return blocked ? boost::system::error_code() : error;
    }
    done += n;
    bytes = bytes.subspan(n);
  }
  return error;
}

}  // namespace

[[gnu::hot]] stream::write_result stream::write(protocol::bytes_view plain) {
  write_result result;
  if (!tls_) {
    result.error = write_some(socket_, drained_, plain, result.consumed, result.blocked);
    return result;
  }
  do {
    const std::size_t room = sealed_high_water - std::min(sealed_high_water, sealed_out_.size());
    const protocol::bytes_view part = plain.first(std::min(plain.size(), room));
    if (!part.empty() && tls_->encrypt(part, sealed_out_)) {
      result.error = boost::asio::error::connection_aborted;
      return result;
    }
    plain = plain.subspan(part.size());
    result.consumed += part.size();
    std::size_t written = 0;
    result.error = write_some(socket_, drained_, sealed_out_.data(), written, result.blocked);
    sealed_out_.consume(written);
  } while (!plain.empty() && !result.blocked && !result.error);
  return result;
}

error_info stream::decipher(protocol::buffer& input, bool& closed) {
  tls_decrypt_result deciphered = tls_->decrypt(sealed_in_, input);
  if (tls_->has_output()) tls_->take_output(sealed_out_);
  closed = deciphered.closed;
  return std::move(deciphered.error);
}

stream::socket_type stream::release() noexcept {
  boost::system::error_code ignored;
  socket_.cancel(ignored);
  return std::move(socket_);
}

void stream::close() noexcept {
  boost::system::error_code ignored;
  socket_.close(ignored);
}

}  // namespace pgcoro::detail
