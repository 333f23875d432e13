#include "auth/digest.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/sha.h>

namespace pgcoro::auth {

sha256_digest sha256(std::span<const unsigned char> bytes) {
  sha256_digest digest{};
  SHA256(bytes.data(), bytes.size(), digest.data());
  return digest;
}

sha256_digest hmac_sha256(std::span<const unsigned char> key, std::string_view message) {
  sha256_digest digest{};
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), reinterpret_cast<const unsigned char*>(message.data()),
       message.size(), digest.data(), nullptr);
  return digest;
}

bool same_digest(std::span<const unsigned char> a, std::span<const unsigned char> b) noexcept {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace pgcoro::auth
