#include "auth/exchange_policy.hpp"

namespace pgcoro::auth {
namespace {

std::string_view describe(auth_method method) {
  switch (method) {
    case auth_method::none: return "no authentication";
    case auth_method::password: return "the password in clear text";
    case auth_method::md5: return "an MD5-hashed password";
    case auth_method::gss: return "GSSAPI";
    case auth_method::sspi: return "SSPI";
    case auth_method::scram_sha_256: return "SCRAM-SHA-256";
    case auth_method::oauth: return "OAuth";
    case auth_method::other: break;
  }
  return "an unknown method";
}

bool can_bind(auth_method method) { return method == auth_method::scram_sha_256; }

error_info refused_by_list(const exchange_policy& policy, std::string message) {
  return make_auth_error(errc::authentication_refused,
                         std::move(message) + ", which require_auth=" + quoted(policy.methods.text()) + " forbids");
}

}  // namespace

error_info check_request(const exchange_policy& policy, auth_method method) {
  if (!policy.methods.allows(method))
    return refused_by_list(policy, "the server asks for " + std::string(describe(method)));
  if (policy.channel_binding == channel_binding_policy::require && !can_bind(method))
    return make_auth_error(errc::authentication_refused, "the server asks for " + std::string(describe(method)) +
                                                             ", which channel_binding=require forbids");
  return {};
}

error_info check_authentication_ok(const exchange_policy& policy, const exchange_record& record) {
  if (!record.completed)
    return make_auth_error(errc::authentication_failed,
                           "the server accepted the client before it had completed the exchange that it asked for");
  if (!policy.methods.allows(record.method))
    return refused_by_list(policy, "the server accepted the client by " + std::string(describe(record.method)));
  if (policy.channel_binding == channel_binding_policy::require && !record.channel_bound)
    return make_auth_error(errc::authentication_refused,
                           "the server accepted the client without the channel binding that channel_binding=require "
                           "asks for");
  return {};
}

}  // namespace pgcoro::auth
