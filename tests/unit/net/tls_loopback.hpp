// A TLS engine of ours, an OpenSSL server in memory, and the passing of bytes between the two.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "net/tls_engine.hpp"
#include "support/tls_memory_server.hpp"

namespace pgcoro::test {

/// A client's engine with its buffers, and its server.
struct connection {
  connection(std::shared_ptr<const detail::tls_context> context, const std::string& host, const identity& own,
             const server_settings& settings = {})
      : client(std::move(context), host), server(own, settings) {}

  /// Shakes hands, with `chunk` bytes passed to the client at a time. The client's error, if any.
  error_info handshake(std::size_t chunk = static_cast<std::size_t>(-1));

  /// Everything that the server has to send, deciphered, `chunk` bytes at a time.
  std::string receive(std::size_t chunk = static_cast<std::size_t>(-1));
  /// Sends to the server and returns what arrives there.
  std::string send(std::string_view plain);

  detail::tls_engine client;
  memory_server server;
  protocol::buffer in, out;
  detail::tls_decrypt_result last;  ///< of `receive`
};

std::string text_of(const protocol::buffer& buffer);

}  // namespace pgcoro::test
