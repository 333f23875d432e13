// Base64 as RFC 4648 section 4 has it and RFC 5802 asks for it: padded, canonical, nothing else between the letters.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace pgcoro::auth {

std::string base64_encode(std::span<const unsigned char> bytes);

/// Nothing where the text is not exactly what `base64_encode` makes of some bytes: a wrong length, a character outside
/// the alphabet (white space too), padding that is missing, misplaced or too long, bits set behind the last byte.
std::optional<std::vector<unsigned char>> base64_decode(std::string_view text);

}  // namespace pgcoro::auth
