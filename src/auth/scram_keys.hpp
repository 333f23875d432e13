// The expensive part of SCRAM-SHA-256 (RFC 5802 section 3): from password, salt and iteration count to the keys of an
// exchange. It depends on nothing else, so it may run on any thread, and its outcome may be kept (scram_key_cache.hpp).
#pragma once

#include <cstdint>
#include <openssl/crypto.h>
#include <span>
#include <vector>

#include "auth/auth_error.hpp"
#include "auth/digest.hpp"
#include "auth/secret.hpp"

namespace pgcoro::auth {

/// ClientKey and ServerKey let their holder log in and impersonate the server: wiped on destruction.
struct scram_keys {
  sha256_digest client_key{};
  sha256_digest stored_key{};
  sha256_digest server_key{};

  scram_keys() = default;
  scram_keys(const sha256_digest& client, const sha256_digest& stored, const sha256_digest& server)
      : client_key(client), stored_key(stored), server_key(server) {}
  scram_keys(const scram_keys&) = default;
  scram_keys& operator=(const scram_keys&) = default;
  ~scram_keys() {
    OPENSSL_cleanse(client_key.data(), client_key.size());
    OPENSSL_cleanse(stored_key.data(), stored_key.size());
    OPENSSL_cleanse(server_key.data(), server_key.size());
  }
};

/// PBKDF2-HMAC-SHA-256 and the three keys. `normalized_password` has been through `normalize_password`. Takes about
/// half a microsecond an iteration and cannot be interrupted: `scram_options::max_iterations` bounds it.
/// Fails only where OpenSSL does (out of memory, an algorithm that the loaded providers lack).
outcome<scram_keys> derive_keys(std::string_view normalized_password, std::span<const unsigned char> salt,
                                std::uint32_t iterations);

/// One derivation as a job that owns what it needs: it may run on another thread, outlive the connection that asked
/// for it, or never run.
struct key_derivation {
  secret password;  ///< normalised
  std::vector<unsigned char> salt;
  std::uint32_t iterations = 0;

  outcome<scram_keys> run() const { return derive_keys(password.view(), salt, iterations); }
};

}  // namespace pgcoro::auth
