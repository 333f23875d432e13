// What all TLS connections with the same settings share: trusted authorities, the client's certificate, limits. Files
// are read once, here: that takes a third of a millisecond, and 50 where it is the system's authorities. Keep it.
//
//   auto context = tls_context::create(settings.tls);
//   if (!context) fail(context.error());
//   auto engine = std::make_unique<tls_engine>(*context, host);
#pragma once

#include <boost/system/result.hpp>
#include <memory>
#include <openssl/ssl.h>

#include <pgcoro/error.hpp>

#include "options/connect_settings.hpp"

namespace pgcoro::detail {

class tls_context {
 public:
  /// Reads what the settings name. A file that is named and cannot be used is an error that names it: an authority or a
  /// revocation list that is passed over in silence protects nobody. Nothing is ever asked at the terminal.
  ///
  /// Differences from libpq: a CRL file that cannot be read is an error; it may hold only CRLs; where host names are
  /// verified, an address matches an address in the certificate, never its common name.
  static boost::system::result<std::shared_ptr<const tls_context>, error_info> create(const tls_settings& settings);

  SSL_CTX* native() const noexcept { return native_.get(); }
  bool verifies_host() const noexcept { return verifies_host_; }
  bool sends_sni() const noexcept { return sends_sni_; }
  /// Direct negotiation: a server that does not agree on the protocol "postgresql" by ALPN is refused.
  bool demands_alpn() const noexcept { return demands_alpn_; }
  /// `sslcertmode=require`: a server that does not ask for the client's certificate is refused.
  bool demands_certificate_request() const noexcept { return demands_certificate_request_; }

 private:
  explicit tls_context(const tls_settings& settings);

  struct free_context {
    void operator()(SSL_CTX* context) const noexcept { SSL_CTX_free(context); }
  };
  std::unique_ptr<SSL_CTX, free_context> native_;
  bool verifies_host_;
  bool sends_sni_;
  bool demands_alpn_;
  bool demands_certificate_request_;
};

}  // namespace pgcoro::detail
