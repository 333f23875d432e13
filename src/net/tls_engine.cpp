#include "net/tls_engine.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <limits>
#include <openssl/err.h>
#include <openssl/x509v3.h>
#include <string_view>
#include <utility>

#include "net/tls_end_point.hpp"
#include "net/tls_error.hpp"

namespace pgcoro::detail {
namespace {

constexpr std::string_view protocol_name = "postgresql";
constexpr std::size_t largest_record = 16384;  ///< plaintext of one record (RFC 8446 section 5.1)

bool is_address(const std::string& host) {
  in6_addr address{};
  return inet_pton(AF_INET, host.c_str(), &address) == 1 || inet_pton(AF_INET6, host.c_str(), &address) == 1;
}

/// RFC 6066 allows no address here. As libpq has it, "127.1" is one too.
bool fits_sni(const std::string& host) {
  return !host.empty() && host.find(':') == std::string::npos &&
         host.find_first_not_of("0123456789.") != std::string::npos;
}

/// "fe80::1%eth0" is fe80::1 to a certificate, "db.example." is db.example.
std::string name_for_certificate(const std::string& host) {
  std::string name = host.substr(0, host.find(':') == std::string::npos ? std::string::npos : host.find('%'));
  if (name.size() > 1 && name.ends_with('.')) name.pop_back();
  return name;
}

}  // namespace

class tls_engine::lent_buffers {
 public:
  lent_buffers(tls_engine& engine, protocol::buffer* in, protocol::buffer* out) : lent_(engine.buffers_) {
    lent_.in = in;
    lent_.out = out;
    // SSL_get_error looks at the whole queue, and others use OpenSSL on this thread too.
    if (ERR_peek_error() != 0) ERR_clear_error();
  }
  ~lent_buffers() { lent_.in = lent_.out = nullptr; }
  lent_buffers(const lent_buffers&) = delete;
  lent_buffers& operator=(const lent_buffers&) = delete;

 private:
  tls_bio_buffers& lent_;
};

tls_engine::tls_engine(std::shared_ptr<const tls_context> context, const std::string& host)
    : context_(std::move(context)), host_(name_for_certificate(host)), ssl_(SSL_new(context_->native())) {
  ERR_clear_error();
  setup_error_ = configure(host_);
}

error_info tls_engine::configure(const std::string& host) {
  const auto fail = [](std::string message) { return make_tls_error("TLS setup", std::move(message)); };
  BIO* const bio = ssl_ ? make_tls_bio(buffers_) : nullptr;
  if (bio == nullptr) return fail("could not make a TLS connection: " + take_openssl_errors("out of memory"));
  SSL_set_bio(ssl_.get(), bio, bio);
  SSL_set_connect_state(ssl_.get());

  if (context_->sends_sni() && fits_sni(host) && SSL_set_tlsext_host_name(ssl_.get(), host.c_str()) != 1)
    return fail("could not set SNI: " + take_openssl_errors("the host name is too long"));

  SSL_set_cert_cb(
      ssl_.get(),
      [](SSL*, void* engine) {
        static_cast<tls_engine*>(engine)->certificate_requested_ = true;
        return 1;
      },
      this);

  if (!context_->verifies_host()) return {};
  // A name that begins with a dot would match every name below it.
  if (host.empty() || host.front() == '.')
    return fail("sslmode=verify-full needs the name of the host that the certificate is to name");
  X509_VERIFY_PARAM* const verification = SSL_get0_param(ssl_.get());
  X509_VERIFY_PARAM_set_hostflags(verification, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
  const bool set = is_address(host) ? X509_VERIFY_PARAM_set1_ip_asc(verification, host.c_str()) == 1
                                    : X509_VERIFY_PARAM_set1_host(verification, host.data(), host.size()) == 1;
  if (!set) return fail("could not set the host name to verify: " + take_openssl_errors("it is malformed"));
  return {};
}

tls_handshake_result tls_engine::handshake(protocol::buffer& in, protocol::buffer& out) {
  if (setup_error_) return {.error = setup_error_};
  const lent_buffers lent(*this, &in, &out);
  const int result = SSL_connect(ssl_.get());
  if (result != 1) {
    if (SSL_get_error(ssl_.get(), result) == SSL_ERROR_WANT_READ) return {};
    return {.error = make_tls_error("TLS handshake", handshake_failure())};
  }
  if (error_info error = check_agreement()) return {.error = std::move(error)};
  end_point_ = hash_end_point(SSL_get0_peer_certificate(ssl_.get()));
  return {.done = true};
}

/// What OpenSSL does not insist on by itself.
error_info tls_engine::check_agreement() const {
  const unsigned char* data = nullptr;
  unsigned length = 0;
  SSL_get0_alpn_selected(ssl_.get(), &data, &length);
  const std::string_view agreed(reinterpret_cast<const char*>(data), length);
  if (agreed.empty() ? context_->demands_alpn() : agreed != protocol_name)
    return make_tls_error("TLS handshake", "the server did not agree to speak \"postgresql\" (ALPN)");

  if (context_->demands_certificate_request()) {
    if (!certificate_requested_)
      return make_tls_error("TLS handshake", "sslcertmode=require: the server did not ask for a certificate");
    if (SSL_get_certificate(ssl_.get()) == nullptr)
      return make_tls_error("TLS handshake", "sslcertmode=require: there is no certificate to send");
  }
  return {};
}

std::string tls_engine::handshake_failure() const {
  if (buffers_.out_of_memory) return "out of memory";
  std::string text = take_openssl_errors("the peer broke off");
  const long verdict = SSL_get_verify_result(ssl_.get());
  if (verdict != X509_V_OK) {
    text += ": ";
    text += X509_verify_cert_error_string(verdict);
    if (verdict == X509_V_ERR_HOSTNAME_MISMATCH || verdict == X509_V_ERR_IP_ADDRESS_MISMATCH)
      text += ", the certificate does not name \"" + host_ + "\"";
  }
  return text;
}

error_info tls_engine::encrypt(protocol::bytes_view plain, protocol::buffer& out) {
  take_output(out);
  const lent_buffers lent(*this, nullptr, &out);
  while (!plain.empty()) {
    const std::size_t part = std::min<std::size_t>(plain.size(), std::numeric_limits<int>::max());
    std::size_t written = 0;
    if (SSL_write_ex(ssl_.get(), plain.data(), part, &written) != 1) return failure("could not encrypt");
    plain = plain.subspan(written);
  }
  return {};
}

tls_decrypt_result tls_engine::decrypt(protocol::buffer& in, protocol::buffer& out) {
  const lent_buffers lent(*this, &in, nullptr);
  while (true) {
    std::size_t count = 0;
    const int result = SSL_read_ex(ssl_.get(), out.prepare(largest_record), largest_record, &count);
    if (result == 1) {
      out.commit(count);
      // Spares the usual case, whole records and nothing behind them, a second call that only finds nothing to read.
      if (in.empty() && SSL_has_pending(ssl_.get()) == 0) return {};
      continue;
    }
    switch (SSL_get_error(ssl_.get(), result)) {
      case SSL_ERROR_WANT_READ: return {};
      case SSL_ERROR_ZERO_RETURN: return {.closed = true};
      default: return {.error = failure("could not decrypt")};
    }
  }
}

error_info tls_engine::failure(const char* doing) const {
  const std::string reason = buffers_.out_of_memory ? "out of memory" : take_openssl_errors("the connection has ended");
  return make_tls_error("TLS", doing + (": " + reason));
}

void tls_engine::take_output(protocol::buffer& out) {
  out.append(buffers_.spare.data());
  buffers_.spare.clear();
}

void tls_engine::shutdown(protocol::buffer& out) {
  take_output(out);
  if (!ssl_ || SSL_is_init_finished(ssl_.get()) == 0) return;
  const lent_buffers lent(*this, nullptr, &out);
  SSL_shutdown(ssl_.get());
  ERR_clear_error();
}

}  // namespace pgcoro::detail
