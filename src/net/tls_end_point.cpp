#include "net/tls_end_point.hpp"

#include <openssl/err.h>
#include <openssl/evp.h>

namespace pgcoro::detail {

std::vector<unsigned char> hash_end_point(X509* certificate) {
  int hash = NID_undef;
  // Unlike the plain signature id, this looks into the parameters of RSA-PSS.
  if (certificate == nullptr || X509_get_signature_info(certificate, &hash, nullptr, nullptr, nullptr) != 1)
    hash = NID_undef;
  if (hash == NID_md5 || hash == NID_sha1) hash = NID_sha256;
  const EVP_MD* const function = hash == NID_undef ? nullptr : EVP_get_digestbynid(hash);

  std::vector<unsigned char> digest(EVP_MAX_MD_SIZE);
  unsigned length = 0;
  if (function == nullptr || X509_digest(certificate, function, digest.data(), &length) != 1) length = 0;
  ERR_clear_error();
  digest.resize(length);
  return digest;
}

}  // namespace pgcoro::detail
