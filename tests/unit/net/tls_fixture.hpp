// An authority, a server's certificate of it, and a client's settings that trust it.
#pragma once

#include <memory>

#include "unit/net/tls_loopback.hpp"

namespace pgcoro::test {

inline const identity& authority() {
  static const identity made = make_authority("the test's authority");
  return made;
}

/// Names db.example.
inline const identity& server_identity() {
  static const identity made = issue(authority(), {.common_name = "db.example", .names = "DNS:db.example"});
  return made;
}

inline const temporary_folder& files() {
  static const temporary_folder folder;
  return folder;
}

/// Trusts the authority above in this mode.
inline detail::tls_settings trusting(sslmode mode = sslmode::verify_full) {
  detail::tls_settings settings;
  settings.mode = mode;
  settings.root_file = files().write("root.crt", authority().certificate_pem());
  return settings;
}

inline std::shared_ptr<const detail::tls_context> context_of(const detail::tls_settings& settings) {
  return detail::tls_context::create(settings).value();
}

}  // namespace pgcoro::test
