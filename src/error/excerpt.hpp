// Text made fit for one line of a log.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace pgcoro::detail {

/// The longest piece of SQL that an error keeps, in bytes.
inline constexpr std::size_t statement_excerpt_limit = 500;

/// `text` cut to at most `limit` bytes, at the border of a UTF-8 character and with "…" where something is missing.
/// Control characters become spaces, so that what a server sends can neither break a log's lines nor drive a terminal.
std::string excerpt(std::string_view text, std::size_t limit = statement_excerpt_limit);

}  // namespace pgcoro::detail
