// SASLprep (RFC 4013) as PostgreSQL applies it to passwords.
#pragma once

#include <optional>
#include <string_view>

#include "auth/secret.hpp"

namespace pgcoro::auth {

/// The password with spaces and invisible characters mapped and in normal form KC. Nothing where it is not UTF-8,
/// holds a character that RFC 4013 prohibits or Unicode 3.2 has not assigned, breaks the rules for right-to-left text
/// (RFC 3454 section 6), or maps to nothing at all.
///
/// The prohibitions are checked before normalisation, where RFC 3454 has them after it: PostgreSQL's server made its
/// verifier that way, and the two differ for a few characters (U+0340 is prohibited, its normal form U+0300 is not).
std::optional<secret> saslprep(std::string_view password);

/// The bytes that go into SCRAM: SASLprep's outcome, or the password as it is where SASLprep has none. PostgreSQL does
/// the same on both sides, against the letter of RFC 5802, since it knows no encoding of passwords.
secret normalize_password(std::string_view password);

}  // namespace pgcoro::auth
