// Errors about a statement: the reason, and which statement.
#pragma once

#include <string>
#include <string_view>

#include <pgcoro/error.hpp>

namespace pgcoro::detail {

/// The context of an error about `sql`: stage "query" and the text, cut to a readable length.
error_details statement_context(std::string_view sql);

/// An error that pgcoro raises about `sql`; the connection goes on. `nothing_sent`: trying again is safe.
error_info statement_error(errc code, std::string message, std::string_view sql, bool nothing_sent = false);

/// Adds the statement to an error that does not name one.
error_info with_statement(const error_info& info, std::string_view sql, bool nothing_sent = false);

}  // namespace pgcoro::detail
