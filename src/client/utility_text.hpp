// Text of commands that take no parameters.
#pragma once

#include <string>
#include <string_view>

namespace pgcoro::detail {

/// `text` as a string constant, whatever `standard_conforming_strings` says. It must not contain NUL.
std::string quoted_literal(std::string_view text);

/// "PREPARE TRANSACTION 'gid'" and its like. Throws `embedded_nul`.
std::string text_about_gid(std::string_view command, std::string_view gid);

}  // namespace pgcoro::detail
