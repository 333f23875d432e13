// What the user demands of authentication, judged by what was done rather than by what was offered.
#pragma once

#include "auth/auth_error.hpp"
#include "auth/require_auth.hpp"

namespace pgcoro::auth {

/// libpq's `channel_binding`.
enum class channel_binding_policy : unsigned char { disable, prefer, require };

struct exchange_policy {
  require_auth methods;
  channel_binding_policy channel_binding = channel_binding_policy::prefer;
};

/// What has happened between client and server when AuthenticationOk arrives.
struct exchange_record {
  auth_method method = auth_method::none;
  bool completed = true;       ///< the client's side is done; for SCRAM: the server's signature is verified
  bool channel_bound = false;  ///< by an exchange that completed
};

/// Whether the client may answer a server that asks for `method`. An answer may give away the password, so this comes
/// before it. `errc::authentication_refused` names the method and the setting that forbids it.
error_info check_request(const exchange_policy& policy, auth_method method);

/// Whether AuthenticationOk ends an exchange that satisfies the policy. An exchange that was begun and not completed
/// never does (`errc::authentication_failed`), whatever the policy says.
error_info check_authentication_ok(const exchange_policy& policy, const exchange_record& record);

}  // namespace pgcoro::auth
