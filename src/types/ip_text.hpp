// IP addresses as PostgreSQL's inet_out writes them.
#pragma once

#include <string>
#include <string_view>

#include <pgcoro/types/network.hpp>

namespace pgcoro::detail {

/// The address without its prefix.
void append_address(std::string& out, const inet& value);

/// The address and its family, from text without a prefix; the prefix becomes the whole address. False where it is
/// none.
bool parse_address(std::string_view text, inet& out) noexcept;

}  // namespace pgcoro::detail
