#include <algorithm>

#include <pgcoro/detail/copy_line_scanner.hpp>

namespace pgcoro::detail {

/// A newline is a value's where the backslashes in front of it are odd in number.
std::size_t copy_line_scanner::end_of_text(std::string_view bytes) noexcept {
  if (bytes.empty()) return 0;
  std::size_t begin = escaped_ ? 1 : 0;
  for (;;) {
    const std::size_t newline = std::min(bytes.find('\n', begin), bytes.size());
    std::size_t backslashes = 0;
    while (newline - backslashes > begin && bytes[newline - backslashes - 1] == '\\') ++backslashes;
    escaped_ = backslashes % 2 == 1;
    if (newline == bytes.size()) return 0;
    begin = newline + 1;
    if (!escaped_) return begin;
  }
}

/// An escape that is not the quote matters between quotes alone. Where they are one, a doubled quote ends the quotes
/// and begins them again, which comes to the same.
std::size_t copy_line_scanner::end_of_csv(std::string_view bytes) noexcept {
  std::size_t newline = 0;
  for (std::size_t at = 0; at < bytes.size();) {
    if (quoted_) {
      at = end_of_quotes(bytes, at);
      continue;
    }
    if (newline <= at) newline = std::min(bytes.find('\n', at), bytes.size());
    const std::size_t quote = bytes.substr(at, newline - at).find(quote_);
    if (quote == std::string_view::npos) return newline < bytes.size() ? newline + 1 : 0;
    at += quote + 1;
    quoted_ = true;
  }
  return 0;
}

/// Behind the quote that ends what `at` lies in, or behind the bytes.
std::size_t copy_line_scanner::end_of_quotes(std::string_view bytes, std::size_t at) noexcept {
  for (; at < bytes.size() && quoted_; ++at) {
    const bool escaped = escaped_;
    escaped_ = !escaped && bytes[at] == escape_ && escape_ != quote_;
    quoted_ = escaped || bytes[at] != quote_;
  }
  return at;
}

}  // namespace pgcoro::detail
