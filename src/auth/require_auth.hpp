// libpq's `require_auth`: which authentication methods the server may use, and whether it may use none.
//
//   require_auth policy = require_auth::parse("scram-sha-256").value();
//   policy.allows(auth_method::md5);   // false
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "auth/auth_error.hpp"

namespace pgcoro::auth {

/// The method that an exchange uses, by the names that `require_auth` gives them (libpq of PostgreSQL 18).
enum class auth_method : std::uint8_t {
  none,      ///< no exchange: trust, peer, or a client certificate
  password,  ///< in clear text
  md5,
  gss,
  sspi,
  scram_sha_256,
  oauth,
  other,  ///< one that has no name in `require_auth`; allowed only where the list is absent or negated
};

std::string_view to_string(auth_method method) noexcept;

/// Default-constructed, and parsed from an empty string: everything goes, no exchange included.
class require_auth {
 public:
  require_auth() = default;

  /// A list "a,b" names the only methods allowed; a list "!a,!b" allows every other one. The two are not mixed.
  ///
  /// `none` is the server that asks for nothing. A list of names excludes it unless it is named; a negated list allows
  /// it unless "!none" is there. So "!none" alone asks for some exchange, whichever, "none" for no exchange at all.
  ///
  /// An unknown name, a name that comes twice, an empty name or a mixture is `errc::invalid_option`, which says so.
  static outcome<require_auth> parse(std::string_view list);

  bool allows(auth_method method) const noexcept;

  /// The list as it was given, for error texts; empty where everything goes.
  const std::string& text() const noexcept { return text_; }

 private:
  std::string text_;
  std::uint32_t allowed_ = ~std::uint32_t{0};  ///< one bit for each auth_method
};

}  // namespace pgcoro::auth
