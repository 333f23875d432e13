// ~/.pgpass (libpq's documentation, "The Password File").
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "auth/secret.hpp"

namespace pgcoro::detail {

/// Whom a password is for. All four are matched as text.
struct password_key {
  std::string_view host;  ///< "localhost" for a socket in one of the default directories
  std::string_view port;
  std::string_view dbname;
  std::string_view user;
};

/// The password of the first line "host:port:dbname:user:password" that matches; "*" stands for any value, and a
/// backslash before ":" or "\" takes it literally. None where no line matches.
std::optional<auth::secret> find_password(std::string_view text, const password_key& key);

/// Reads the file at `path`; as in libpq one that is missing is passed over, and so is one that is no regular file or
/// that group or others may read or write, of which `warning` then says so.
auth::secret read_password_file(const std::string& path, std::string& warning);

}  // namespace pgcoro::detail
