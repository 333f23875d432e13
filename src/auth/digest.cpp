#include "auth/digest.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/sha.h>

namespace pgcoro::auth {

std::optional<sha256_digest> sha256(std::span<const unsigned char> bytes) {
  sha256_digest digest{};
  if (!SHA256(bytes.data(), bytes.size(), digest.data())) return std::nullopt;
  return digest;
}

std::optional<sha256_digest> hmac_sha256(std::span<const unsigned char> key, std::string_view message) {
  sha256_digest digest{};
  const auto* data = reinterpret_cast<const unsigned char*>(message.data());
  if (!HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), data, message.size(), digest.data(), nullptr))
    return std::nullopt;
  return digest;
}

bool same_digest(std::span<const unsigned char> a, std::span<const unsigned char> b) noexcept {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace pgcoro::auth
