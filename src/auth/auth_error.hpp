// How the layer reports: a value or an error, and never a secret in the text of one.
#pragma once

#include <boost/system/result.hpp>
#include <string>
#include <string_view>

#include <pgcoro/error.hpp>

namespace pgcoro::auth {

template <class T>
using outcome = boost::system::result<T, error_info>;

/// An error of the stage "authentication"; the connection does not survive it.
error_info make_auth_error(errc code, std::string message);

/// Bytes of the peer made fit for a message: quoted, cut to 100 bytes, unprintable ones replaced by '?'.
std::string quoted(std::string_view untrusted);

}  // namespace pgcoro::auth
