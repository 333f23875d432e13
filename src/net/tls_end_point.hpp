// Channel binding "tls-server-end-point" (RFC 5929 section 4).
#pragma once

#include <openssl/x509.h>
#include <vector>

namespace pgcoro::detail {

/// The hash of a certificate by the hash function of its signature; SHA-256 where that is MD5 or SHA-1. Empty where
/// there is no certificate, or its signature uses no single hash function (Ed25519, Ed448): the RFC leaves that
/// undefined, and to guess would be to bind to something else than the server does.
std::vector<unsigned char> hash_end_point(X509* certificate);

}  // namespace pgcoro::detail
