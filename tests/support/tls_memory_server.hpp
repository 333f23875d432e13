// An OpenSSL server in memory: whoever owns it passes the bytes.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <openssl/ssl.h>
#include <string>
#include <string_view>

#include "support/tls_certificates.hpp"

namespace pgcoro::test {

struct server_settings {
  int min_version = TLS1_2_VERSION;
  int max_version = TLS1_3_VERSION;
  std::string alpn = "postgresql";             ///< empty: the server knows no ALPN
  const identity* client_authority = nullptr;  ///< set: the server asks for a client certificate of this authority
  bool client_certificate_required = true;
};

class memory_server {
 public:
  explicit memory_server(const identity& own, const server_settings& settings = {});

  SSL* ssl() const { return ssl_.get(); }

  /// One step of the handshake; returns whether it is complete.
  bool handshake();
  /// What the client has sent and the server can read now.
  std::string read();
  void write(std::string_view plain);
  void close() { SSL_shutdown(ssl()); }

  /// Bytes on the wire.
  void receive(std::string_view ciphertext);
  std::string send();

 private:
  struct free_openssl {
    void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
    void operator()(SSL* ssl) const { SSL_free(ssl); }
  };

  std::string alpn_;
  std::unique_ptr<SSL_CTX, free_openssl> context_;
  std::unique_ptr<SSL, free_openssl> ssl_;
  BIO* in_ = nullptr;
  BIO* out_ = nullptr;
};

}  // namespace pgcoro::test
