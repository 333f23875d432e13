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
  const auto client_key = derived ? hmac_sha256(salted_password, "Client Key") : std::nullopt;
  const auto server_key = derived ? hmac_sha256(salted_password, "Server Key") : std::nullopt;
  const auto stored_key = client_key ? sha256(*client_key) : std::nullopt;
  OPENSSL_cleanse(salted_password.data(), salted_password.size());
  if (!client_key || !server_key || !stored_key)
    return make_auth_error(errc::authentication_unsupported, "SCRAM: OpenSSL refuses SHA-256, HMAC or PBKDF2");

  return scram_keys(*client_key, *stored_key, *server_key);
}

}  // namespace pgcoro::auth
