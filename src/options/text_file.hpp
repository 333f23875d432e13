// Small configuration files, read whole.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pgcoro::detail {

/// More than any service or password file needs; what is larger is not read.
inline constexpr std::size_t max_text_file = std::size_t{1} << 20;

bool file_exists(const std::string& path);

/// The file's bytes; none where it cannot be read, is no regular file or is too large.
std::optional<std::string> read_text_file(const std::string& path);

/// The lines without their ends ("\n" or "\r\n"). They point into `text`.
std::vector<std::string_view> lines_of(std::string_view text);

}  // namespace pgcoro::detail
