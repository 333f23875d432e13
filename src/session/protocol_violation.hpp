// What the session cannot go on after: the peer broke the protocol, or made the session one that we cannot work with.
#pragma once

#include <string_view>

#include <pgcoro/error.hpp>
#include <pgcoro/protocol/framer.hpp>
#include <pgcoro/protocol/protocol_error.hpp>

namespace pgcoro::detail {

error_info protocol_violation(const protocol::protocol_error& e);

/// A message that is well formed and that the protocol does not allow at this point.
error_info not_allowed_here(const protocol::message_view& m);

/// An ErrorResponse that answers nothing and does not end the session.
error_info unasked_error(const error_info& reported);

/// Whether the session can go on with a setting that the server reported: only client_encoding UTF8 will do, since
/// text is handed to the user as it comes.
error_info check_parameter(std::string_view name, std::string_view value);

}  // namespace pgcoro::detail
