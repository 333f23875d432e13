// Lexemes as tsvector and tsquery write them: in quotes, quotes and backslashes inside doubled.
#pragma once

#include <string>
#include <string_view>

#include "types/text_scanner.hpp"

namespace pgcoro::detail {

void append_lexeme(std::string& out, std::string_view lexeme);

/// A lexeme in quotes; fails where there is none.
void scan_lexeme(text_scanner& in, std::string& out);

/// Not empty, at most `max_size` bytes, without a NUL.
bool is_lexeme(std::string_view text, std::size_t max_size) noexcept;

}  // namespace pgcoro::detail
