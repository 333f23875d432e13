// What OpenSSL has to say about a failure, as an error of ours.
#pragma once

#include <string>

#include <pgcoro/error.hpp>

namespace pgcoro::detail {

/// Takes everything off OpenSSL's error queue of this thread: "reason (detail)", the newest first cause; or `otherwise`
/// where the queue is empty.
std::string take_openssl_errors(std::string otherwise);

/// `errc::tls_failed`; the connection does not survive it.
error_info make_tls_error(std::string stage, std::string message);

}  // namespace pgcoro::detail
