#include "auth/scram_keys.hpp"

#include <limits>
#include <openssl/evp.h>

namespace pgcoro::auth {

outcome<scram_keys> derive_keys(std::string_view normalized_password, std::span<const unsigned char> salt,
                                std::uint32_t iterations) {
  constexpr std::size_t longest = std::numeric_limits<int>::max();
  if (iterations == 0 || iterations > longest || normalized_password.size() > longest || salt.size() > longest)
    return make_auth_error(errc::authentication_failed, "SCRAM: password, salt or iteration count out of range");

  sha256_digest salted_password{};
  const bool derived =
      PKCS5_PBKDF2_HMAC(normalized_password.data(), static_cast<int>(normalized_password.size()), salt.data(),
                        static_cast<int>(salt.size()), static_cast<int>(iterations), EVP_sha256(),
                        static_cast<int>(salted_password.size()), salted_password.data()) == 1;
  if (!derived)
    return make_auth_error(errc::authentication_unsupported, "SCRAM: OpenSSL refuses PBKDF2 with HMAC-SHA-256");

  scram_keys keys;
  keys.client_key = hmac_sha256(salted_password, "Client Key");
  keys.stored_key = sha256(keys.client_key);
  keys.server_key = hmac_sha256(salted_password, "Server Key");
  OPENSSL_cleanse(salted_password.data(), salted_password.size());
  return keys;
}

}  // namespace pgcoro::auth
