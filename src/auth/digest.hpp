// SHA-256 and HMAC as values, over OpenSSL.
#pragma once

#include <array>
#include <optional>
#include <span>
#include <string_view>

namespace pgcoro::auth {

using sha256_digest = std::array<unsigned char, 32>;

/// Nothing where OpenSSL has no SHA-256 to give: a digest of zeros must never pass for one.
std::optional<sha256_digest> sha256(std::span<const unsigned char> bytes);
std::optional<sha256_digest> hmac_sha256(std::span<const unsigned char> key, std::string_view message);

/// Whether two digests are the same, in a time that does not tell where they differ.
bool same_digest(std::span<const unsigned char> a, std::span<const unsigned char> b) noexcept;

}  // namespace pgcoro::auth
