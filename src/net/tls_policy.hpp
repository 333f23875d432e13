// What `sslmode` means for the way a connection begins, as libpq has it:
//
//   sslmode       first attempt   server answers 'N'   certificate's chain        certificate's name
//   disable       plain           -                    -                          -
//   allow         plain           -                    if a root file exists      -
//   prefer        TLS             plain                if a root file exists      -
//   require       TLS             error                if a root file exists      -
//   verify-ca     TLS             error                verified                   -
//   verify-full   TLS             error                verified                   verified
//
// `allow` tries again with TLS where the server refuses the plain connection. libpq also tries again without TLS, under
// `prefer`, where a TLS connection fails; pgcoro does not: only 'N' leads to a plain connection, never a handshake that
// somebody may have disturbed. On a Unix socket there is no TLS, whatever the mode.
#pragma once

#include <pgcoro/connect_options.hpp>

namespace pgcoro::detail {

struct tls_policy {
  bool ask = false;             ///< the first attempt uses TLS
  bool accept_refusal = false;  ///< 'N': go on without
  bool retry_with_tls = false;  ///< the server refused a plain connection: once more, with TLS
};

constexpr tls_policy tls_policy_of(sslmode mode, bool is_unix_socket) noexcept {
  if (is_unix_socket) return {};
  switch (mode) {
    case sslmode::disable: return {};
    case sslmode::allow: return {.ask = false, .accept_refusal = false, .retry_with_tls = true};
    case sslmode::prefer: return {.ask = true, .accept_refusal = true, .retry_with_tls = false};
    case sslmode::require:
    case sslmode::verify_ca:
    case sslmode::verify_full: break;
  }
  return {.ask = true, .accept_refusal = false, .retry_with_tls = false};
}

}  // namespace pgcoro::detail
