#include "auth/sasl_mechanism.hpp"

#include <algorithm>

namespace pgcoro::auth {

std::string_view to_string(sasl_mechanism mechanism) noexcept {
  return mechanism == sasl_mechanism::scram_sha_256_plus ? "SCRAM-SHA-256-PLUS" : "SCRAM-SHA-256";
}

outcome<mechanism_choice> choose_mechanism(std::span<const std::string_view> offered, channel_binding_support support,
                                           channel_binding_policy policy) {
  const auto offers = [offered](sasl_mechanism mechanism) {
    return std::find(offered.begin(), offered.end(), to_string(mechanism)) != offered.end();
  };
  const bool server_can_bind = offers(sasl_mechanism::scram_sha_256_plus);
  const bool required = policy == channel_binding_policy::require;

  if (server_can_bind && support == channel_binding_support::no_tls)
    return make_auth_error(errc::authentication_failed,
                           "the server offers SCRAM-SHA-256-PLUS over a connection without TLS: something between "
                           "client and server may have taken TLS away");
  if (required && support == channel_binding_support::no_tls)
    return make_auth_error(errc::authentication_refused, "channel_binding=require needs TLS, and there is none");
  if (required && support == channel_binding_support::no_hash)
    return make_auth_error(errc::authentication_refused,
                           "channel_binding=require: the signature algorithm of the server's certificate has no hash "
                           "that a channel could be bound by");

  const bool may_bind = support == channel_binding_support::available && policy != channel_binding_policy::disable;
  if (server_can_bind && may_bind)
    return mechanism_choice{sasl_mechanism::scram_sha_256_plus, channel_binding_flag::bound};
  if (required)
    return make_auth_error(errc::authentication_refused,
                           "channel_binding=require: the server offers no mechanism with channel binding");
  if (!offers(sasl_mechanism::scram_sha_256))
    return make_auth_error(errc::authentication_unsupported,
                           "the server offers no SASL mechanism that pgcoro speaks (SCRAM-SHA-256)");
  return mechanism_choice{sasl_mechanism::scram_sha_256,
                          may_bind ? channel_binding_flag::not_offered : channel_binding_flag::unsupported};
}

}  // namespace pgcoro::auth
