// From the fields of an ErrorResponse to an error.
#pragma once

#include <pgcoro/error.hpp>

namespace pgcoro::detail {

/// Makes the error that an ErrorResponse reports. `context` says what the caller knows: host, stage, statement, and
/// `safe_to_retry` where nothing of the user's can have run, as during startup. Its code, message and server are set
/// here.
///
/// `connection_usable` becomes false where the severity is FATAL or PANIC: the server closes the connection then.
/// `safe_to_retry` becomes true for the codes with which the server says that nothing of the statement's transaction is
/// left: 40001 and 40P01, where it rolled the transaction back, and, when fatal, 57P03, 53300 and 08004, where it never
/// let the session begin. All others leave it as it was: a fatal error in mid-session can follow a commit. The caller
/// clears it for a script of several transactions, whose first ones have committed.
/// A code that is missing, ill-formed or claims success counts as XX000.
error_info make_server_error(server_fields fields, error_details context = {});

}  // namespace pgcoro::detail
