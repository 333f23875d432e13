// The answer to AuthenticationMD5Password (protocol documentation, "Start-up": the md5 method).
#pragma once

#include <span>
#include <string_view>

#include "auth/auth_error.hpp"
#include "auth/secret.hpp"

namespace pgcoro::auth {

/// "md5" + md5(md5(password + user) + salt), digests in lower-case hexadecimal. Fails with
/// `authentication_unsupported` where OpenSSL has no MD5 (FIPS).
outcome<secret> md5_password(std::string_view user, std::string_view password, std::span<const std::byte> salt);

}  // namespace pgcoro::auth
