// One TLS connection as a filter between buffers, without I/O: ciphertext in, plaintext out, and back.
//
//   tls_engine tls(context, "db.example");
//   auto step = tls.handshake(received, to_send);     // send, receive and repeat until step.done or step.error
//   tls.encrypt(plain, to_send);
//   auto result = tls.decrypt(received, plain_input); // then look at tls.has_output()
//
// Not safe to use from two threads at once. After an error only `take_output` makes sense: it may hold the alert that
// tells the peer why.
#pragma once

#include <memory>
#include <openssl/ssl.h>
#include <string>
#include <vector>

#include <pgcoro/error.hpp>
#include <pgcoro/protocol/buffer.hpp>

#include "net/tls_bio.hpp"
#include "net/tls_context.hpp"

namespace pgcoro::detail {

struct tls_handshake_result {
  bool done = false;  ///< neither done nor an error: more has to be received
  error_info error = {};
};

struct tls_decrypt_result {
  bool closed = false;  ///< the peer said close_notify: there will be no more
  error_info error = {};
};

class tls_engine {
 public:
  /// `host` is what the user called the server: it goes into SNI unless it is an address, and is what the certificate
  /// must name where the settings verify that. Whatever fails here is reported by `handshake`.
  tls_engine(std::shared_ptr<const tls_context> context, const std::string& host);
  ~tls_engine() = default;
  tls_engine(const tls_engine&) = delete;
  tls_engine& operator=(const tls_engine&) = delete;

  /// Takes what it needs off `in` and appends what is to be sent to `out`, also where it fails. Once done, what is left
  /// in `in` is for `decrypt`. Errors: `errc::tls_failed`, with OpenSSL's reason and that of certificate verification.
  tls_handshake_result handshake(protocol::buffer& in, protocol::buffer& out);

  /// Appends the records that carry `plain` to `out`, all of it, after whatever `has_output` tells of.
  error_info encrypt(protocol::bytes_view plain, protocol::buffer& out);

  /// Takes all of `in` and appends what it carries to `out`. Messages of TLS itself (session tickets, key updates)
  /// carry nothing; they may leave an answer to be sent.
  tls_decrypt_result decrypt(protocol::buffer& in, protocol::buffer& out);

  /// Whether something waits to be sent without being anybody's data: an answer to a key update, an alert.
  bool has_output() const noexcept { return !buffers_.spare.empty(); }
  void take_output(protocol::buffer& out);

  /// Appends close_notify to `out`. The peer's answer need not be waited for.
  void shutdown(protocol::buffer& out);

  /// The hash of the server's certificate that channel binding uses (RFC 5929 section 4.1), after the handshake. Empty
  /// where the certificate's signature algorithm names no hash (Ed25519, Ed448): such a channel cannot be bound.
  const std::vector<unsigned char>& tls_server_end_point() const noexcept { return end_point_; }

  /// "TLSv1.3", and the cipher's name, after the handshake.
  const char* version() const noexcept { return SSL_get_version(ssl_.get()); }
  const char* cipher() const noexcept { return SSL_get_cipher_name(ssl_.get()); }

 private:
  /// Lends the buffers to OpenSSL while it lives.
  class lent_buffers;

  error_info configure(const std::string& host);
  error_info check_agreement() const;
  std::string handshake_failure() const;
  error_info failure(const char* doing) const;

  struct free_ssl {
    void operator()(SSL* ssl) const noexcept { SSL_free(ssl); }
  };

  std::shared_ptr<const tls_context> context_;
  std::string host_;
  tls_bio_buffers buffers_;
  std::unique_ptr<SSL, free_ssl> ssl_;  ///< after the buffers that it refers to
  error_info setup_error_;
  std::vector<unsigned char> end_point_;
  bool certificate_requested_ = false;
};

}  // namespace pgcoro::detail
