// What an error of the server tells about what has run: the facts behind `error::safe_to_retry()`.
#pragma once

#include <pgcoro/error.hpp>

#include "session/request.hpp"

namespace pgcoro::detail {

/// The server reports an error to the request before it has executed any of its statements. `opening`: it has not even
/// begun the transaction that they are to run in.
bool nothing_has_run(const request& r, bool opening) noexcept;

/// Part of the request may have been committed before the error.
bool may_have_committed(const request& r);

error_info not_safe_to_retry(const error_info& info);

}  // namespace pgcoro::detail
