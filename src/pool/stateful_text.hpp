// Which statements change the session rather than the database: not for connections that are shared.
#pragma once

#include <string_view>

namespace pgcoro::detail {

/// By the first words of the text, comments skipped: BEGIN, SET, LISTEN, PREPARE, CREATE TEMP … What functions do is
/// not seen, nor SELECT INTO TEMP.
bool leaves_session_state(std::string_view sql) noexcept;

}  // namespace pgcoro::detail
