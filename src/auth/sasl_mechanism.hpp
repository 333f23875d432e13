// Choice among the SASL mechanisms that the server offers.
#pragma once

#include <span>
#include <string_view>

#include "auth/auth_error.hpp"
#include "auth/exchange_policy.hpp"
#include "auth/scram_client.hpp"

namespace pgcoro::auth {

/// OAUTHBEARER will be one more.
enum class sasl_mechanism : unsigned char { scram_sha_256, scram_sha_256_plus };

/// The name as the protocol spells it.
std::string_view to_string(sasl_mechanism mechanism) noexcept;

/// What the connection below can give.
enum class channel_binding_support : unsigned char {
  no_tls,
  no_hash,    ///< TLS, but the certificate's signature algorithm names no hash (Ed25519): nothing to bind to
  available,  ///< TLS with a tls-server-end-point
};

struct mechanism_choice {
  sasl_mechanism mechanism = sasl_mechanism::scram_sha_256;
  channel_binding_flag binding = channel_binding_flag::unsupported;
};

/// The best mechanism of those offered. Errors: none that pgcoro speaks (`authentication_unsupported`), binding
/// required but not to be had (`authentication_refused`), SCRAM-SHA-256-PLUS offered in the clear, which a server
/// without TLS does not do and a man in the middle might (`authentication_failed`).
outcome<mechanism_choice> choose_mechanism(std::span<const std::string_view> offered, channel_binding_support support,
                                           channel_binding_policy policy);

}  // namespace pgcoro::auth
