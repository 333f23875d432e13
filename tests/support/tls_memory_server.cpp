#include "support/tls_memory_server.hpp"

#include <stdexcept>

namespace pgcoro::test {
namespace {

/// Always its own protocol, whatever the client offers.
int choose_alpn(SSL*, const unsigned char** chosen, unsigned char* length, const unsigned char*, unsigned, void* own) {
  const auto& name = *static_cast<const std::string*>(own);
  *chosen = reinterpret_cast<const unsigned char*>(name.data());
  *length = static_cast<unsigned char>(name.size());
  return SSL_TLSEXT_ERR_OK;
}

}  // namespace

memory_server::memory_server(const identity& own, const server_settings& settings)
    : alpn_(settings.alpn), context_(SSL_CTX_new(TLS_server_method())) {
  SSL_CTX* const context = context_.get();
  SSL_CTX_set_security_level(context, 0);  // old versions and hashes are for the client to refuse
  SSL_CTX_set_min_proto_version(context, settings.min_version);
  SSL_CTX_set_max_proto_version(context, settings.max_version);
  SSL_CTX_clear_options(context, SSL_OP_NO_RENEGOTIATION);
  if (!alpn_.empty()) SSL_CTX_set_alpn_select_cb(context, &choose_alpn, &alpn_);
  if (SSL_CTX_use_certificate(context, own.certificate.get()) != 1 ||
      SSL_CTX_use_PrivateKey(context, own.key.get()) != 1)
    throw std::runtime_error("the server's certificate is of no use");
  if (settings.client_authority != nullptr) {
    X509_STORE_add_cert(SSL_CTX_get_cert_store(context), settings.client_authority->certificate.get());
    SSL_CTX_set_verify(context,
                       SSL_VERIFY_PEER | (settings.client_certificate_required ? SSL_VERIFY_FAIL_IF_NO_PEER_CERT : 0),
                       nullptr);
  }
  ssl_.reset(SSL_new(context));
  in_ = BIO_new(BIO_s_mem());
  out_ = BIO_new(BIO_s_mem());
  BIO_set_mem_eof_return(in_, -1);
  SSL_set_bio(ssl(), in_, out_);
  SSL_set_accept_state(ssl());
}

bool memory_server::handshake() { return SSL_do_handshake(ssl()) == 1; }

std::string memory_server::read() {
  std::string all;
  char chunk[16384];
  for (int count; (count = SSL_read(ssl(), chunk, sizeof chunk)) > 0;)
    all.append(chunk, static_cast<std::size_t>(count));
  return all;
}

void memory_server::write(std::string_view plain) {
  if (SSL_write(ssl(), plain.data(), static_cast<int>(plain.size())) != static_cast<int>(plain.size()))
    throw std::runtime_error("the server could not write");
}

void memory_server::receive(std::string_view ciphertext) {
  if (!ciphertext.empty()) BIO_write(in_, ciphertext.data(), static_cast<int>(ciphertext.size()));
}

std::string memory_server::send() {
  std::string all(BIO_ctrl_pending(out_), '\0');
  if (!all.empty()) BIO_read(out_, all.data(), static_cast<int>(all.size()));
  return all;
}

}  // namespace pgcoro::test
