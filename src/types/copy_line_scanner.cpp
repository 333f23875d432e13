#include <pgcoro/detail/copy_line_scanner.hpp>

namespace pgcoro::detail {

std::size_t copy_line_scanner::end_of_text(std::string_view bytes) noexcept {
  std::size_t at = 0;
  while (at < bytes.size()) {
    const bool escaped = escaped_;
    escaped_ = false;
    if (!escaped && bytes[at] == '\n') return at + 1;
    escaped_ = !escaped && bytes[at] == '\\';
    ++at;
  }
  return 0;
}

/// An escape that is not the quote matters between quotes alone. Where they are one, a doubled quote ends the quotes
/// and begins them again, which comes to the same.
std::size_t copy_line_scanner::end_of_csv(std::string_view bytes) noexcept {
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    const char c = bytes[at];
    const bool escaped = escaped_;
    escaped_ = !escaped && quoted_ && c == escape_ && escape_ != quote_;
    if (c == quote_ && !escaped) quoted_ = !quoted_;
    if (c == '\n' && !quoted_) return at + 1;
  }
  return 0;
}

}  // namespace pgcoro::detail
