#include "net/tls_context.hpp"

#include <cerrno>
#include <cstring>
#include <openssl/err.h>
#include <openssl/x509_vfy.h>
#include <string>
#include <sys/stat.h>
#include <system_error>

#include "net/tls_error.hpp"

namespace pgcoro::detail {
namespace {

/// The id of RFC 7301 under which IANA lists the protocol, with its length before it.
constexpr unsigned char alpn[] = "\x0apostgresql";

error_info setup_error(std::string message) { return make_tls_error("TLS setup", std::move(message)); }

/// "could not read <what> "<path>": <OpenSSL's reason>".
error_info file_error(std::string_view what, const std::string& path) {
  return setup_error("could not read " + std::string(what) + " \"" + path +
                     "\": " + take_openssl_errors("it holds nothing of the kind"));
}

int native_version(tls_version version) { return version == tls_version::tls1_2 ? TLS1_2_VERSION : TLS1_3_VERSION; }

error_info set_limits(SSL_CTX* context, const tls_settings& settings) {
  SSL_CTX_set_options(context, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION);
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  if (SSL_CTX_set_min_proto_version(context, native_version(settings.min_version)) != 1 ||
      SSL_CTX_set_max_proto_version(context, native_version(settings.max_version)) != 1)
    return setup_error("could not set the protocol's versions: " + take_openssl_errors("OpenSSL refuses them"));
  if (SSL_CTX_set_alpn_protos(context, alpn, sizeof alpn - 1) != 0)
    return setup_error("could not set ALPN: " + take_openssl_errors("OpenSSL refuses it"));
  return {};
}

/// Only CRLs are taken from the file: a certificate in it would become an authority.
error_info load_revocations(SSL_CTX* context, const tls_settings& settings) {
  if (settings.crl_file.empty() && settings.crl_dir.empty()) return {};
  X509_STORE* const store = SSL_CTX_get_cert_store(context);
  if (!settings.crl_file.empty()) {
    X509_LOOKUP* const lookup = X509_STORE_add_lookup(store, X509_LOOKUP_file());
    if (lookup == nullptr || X509_load_crl_file(lookup, settings.crl_file.c_str(), X509_FILETYPE_PEM) < 1)
      return file_error("the certificate revocation list", settings.crl_file);
  }
  if (!settings.crl_dir.empty()) {
    struct stat status{};
    X509_LOOKUP* const lookup = X509_STORE_add_lookup(store, X509_LOOKUP_hash_dir());
    // OpenSSL looks into the directory only when it needs a list, and takes a missing one for an empty one.
    if (lookup == nullptr || stat(settings.crl_dir.c_str(), &status) != 0 || !S_ISDIR(status.st_mode) ||
        X509_LOOKUP_add_dir(lookup, settings.crl_dir.c_str(), X509_FILETYPE_PEM) != 1)
      return file_error("the directory of certificate revocation lists", settings.crl_dir);
  }
  X509_STORE_set_flags(store, X509_V_FLAG_CRL_CHECK | X509_V_FLAG_CRL_CHECK_ALL);
  return {};
}

error_info load_authorities(SSL_CTX* context, const tls_settings& settings) {
  if (!settings.verifies_chain()) return {};
  if (settings.system_roots) {
    if (SSL_CTX_set_default_verify_paths(context) != 1)
      return setup_error("could not find the system's certificate authorities: " + take_openssl_errors("none there"));
  } else if (settings.root_file.empty()) {
    return setup_error(
        "there is no root certificate file to verify the server with: name one in sslrootcert, use the system's "
        "authorities (sslrootcert=system), or choose an sslmode that verifies nothing");
  } else if (SSL_CTX_load_verify_file(context, settings.root_file.c_str()) != 1) {
    return file_error("the root certificate file", settings.root_file);
  }
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
  return load_revocations(context, settings);
}

/// libpq's rule: a key is its owner's alone, or root's and readable by a group.
error_info check_key_file(const std::string& path) {
  struct stat status{};
  if (stat(path.c_str(), &status) != 0)
    return setup_error("could not read the private key file \"" + path +
                       "\": " + std::generic_category().message(errno));
  if (!S_ISREG(status.st_mode)) return setup_error("the private key file \"" + path + "\" is not a regular file");
  const mode_t forbidden = status.st_uid == 0 ? S_IWGRP | S_IXGRP | S_IRWXO : S_IRWXG | S_IRWXO;
  if ((status.st_mode & forbidden) != 0)
    return setup_error("the private key file \"" + path +
                       "\" is open to others: it must have permissions 0600, or 0640 where root owns it");
  return {};
}

/// OpenSSL's question for the key's password. Without this answer it would ask at the terminal.
int answer_with_password(char* answer, int size, int, void* password) {
  const auto* const text = static_cast<const auth::secret*>(password);
  if (text->empty() || size < 0 || text->size() > static_cast<std::size_t>(size)) return -1;
  std::memcpy(answer, text->data(), text->size());
  return static_cast<int>(text->size());
}

error_info load_certificate(SSL_CTX* context, const tls_settings& settings) {
  if (settings.cert_file.empty() || settings.certmode == sslcertmode::disable) return {};
  if (SSL_CTX_use_certificate_chain_file(context, settings.cert_file.c_str()) != 1)
    return file_error("the certificate file", settings.cert_file);
  if (settings.key_file.empty())
    return setup_error("there is a certificate, \"" + settings.cert_file + "\", but no private key file for it");
  if (error_info error = check_key_file(settings.key_file)) return error;

  const auto load = [&](int format) {
    return SSL_CTX_use_PrivateKey_file(context, settings.key_file.c_str(), format) == 1;
  };
  SSL_CTX_set_default_passwd_cb(context, &answer_with_password);
  SSL_CTX_set_default_passwd_cb_userdata(context, const_cast<auth::secret*>(&settings.key_password));
  error_info error;
  if (!load(SSL_FILETYPE_PEM)) {
    // The reason that counts is that of the PEM format, unless the file turns out to be DER.
    error = file_error("the private key file (is sslpassword right?)", settings.key_file);
    if (load(SSL_FILETYPE_ASN1)) error = {};
    ERR_clear_error();
  }
  SSL_CTX_set_default_passwd_cb_userdata(context, nullptr);
  if (error) return error;
  if (SSL_CTX_check_private_key(context) != 1)
    return setup_error("the certificate \"" + settings.cert_file + "\" and the private key \"" + settings.key_file +
                       "\" do not belong together: " + take_openssl_errors("they differ"));
  return {};
}

}  // namespace

tls_context::tls_context(const tls_settings& settings)
    : native_(SSL_CTX_new(TLS_client_method())),
      verifies_host_(settings.verifies_host()),
      sends_sni_(settings.sni),
      demands_alpn_(settings.negotiation == sslnegotiation::direct),
      demands_certificate_request_(settings.certmode == sslcertmode::require) {}

boost::system::result<std::shared_ptr<const tls_context>, error_info> tls_context::create(
    const tls_settings& settings) {
  ERR_clear_error();
  std::shared_ptr<const tls_context> made(new tls_context(settings));
  SSL_CTX* const context = made->native();
  if (context == nullptr) return setup_error("could not make a context: " + take_openssl_errors("out of memory"));
  if (error_info error = set_limits(context, settings)) return error;
  if (error_info error = load_authorities(context, settings)) return error;
  if (error_info error = load_certificate(context, settings)) return error;
  return made;
}

}  // namespace pgcoro::detail
