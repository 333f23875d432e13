#include "sql/sql_scanner.hpp"

namespace pgcoro::detail {
namespace {

constexpr bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }
constexpr bool starts_word(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || static_cast<unsigned char>(c) >= 0x80;
}
constexpr bool is_in_name(char c) noexcept { return starts_word(c) || is_digit(c); }
constexpr bool is_newline(char c) noexcept { return c == '\n' || c == '\r'; }
constexpr bool is_space(char c) noexcept { return c == ' ' || c == '\t' || c == '\f' || c == '\v' || is_newline(c); }
bool ends_operand(char c) noexcept {
  return is_in_word(c) || c == ')' || c == ']' || c == '}' || c == '\'' || c == '"';
}

}  // namespace

bool is_in_word(char c) noexcept { return is_in_name(c) || c == '$'; }

sql_mark sql_scanner::next() noexcept {
  while (at_ < text_.size()) {
    const std::size_t begin = at_;
    const char c = text_[at_++];
    switch (c) {
      case '\'':
        if (!skip_string()) return unfinished(begin);
        break;
      case '"':
        if (!skip_quoted_identifier()) return unfinished(begin);
        break;
      case '-':
        if (take('-')) skip_line_comment();
        break;
      case '/':
        if (take('*') && !skip_block_comment()) return unfinished(begin);
        break;
      case '$':
        if (is_digit(peek())) {
          while (is_digit(peek())) ++at_;
          return mark(sql_mark::kind::number, begin);
        }
        if (!skip_dollar_quoted()) return unfinished(begin);
        break;
      case ':':
        if (!take(':') && !take('=') && finds_name(begin)) return mark(sql_mark::kind::name, begin);
        break;
      case '{':
        if (take('}')) return mark(sql_mark::kind::placeholder, begin);
        return mark(take('{') ? sql_mark::kind::open_brace : sql_mark::kind::stray_brace, begin);
      case '}': return mark(take('}') ? sql_mark::kind::close_brace : sql_mark::kind::stray_brace, begin);
      default:
        if (!starts_word(c)) break;
        if ((c == 'e' || c == 'E') && take('\'')) {
          if (!skip_escape_string()) return unfinished(begin);
        } else {
          skip_identifier();
        }
    }
  }
  return mark(sql_mark::kind::end, at_);
}

bool sql_scanner::take(char c) noexcept {
  if (at_ == text_.size() || text_[at_] != c) return false;
  ++at_;
  return true;
}

sql_mark sql_scanner::unfinished(std::size_t begin) noexcept {
  at_ = text_.size();
  return mark(sql_mark::kind::unfinished, begin);
}

/// Behind an operand a colon separates: the bounds of a slice, a key and its value.
bool sql_scanner::finds_name(std::size_t colon) noexcept {
  if (!starts_word(peek()) || (colon > 0 && ends_operand(text_[colon - 1]))) return false;
  while (is_in_name(peek())) ++at_;
  return true;
}

void sql_scanner::skip_identifier() noexcept {
  while (is_in_word(peek())) ++at_;
}

void sql_scanner::skip_line_comment() noexcept {
  while (at_ < text_.size() && !is_newline(text_[at_])) ++at_;
  ended_in_comment_ = at_ == text_.size();
}

bool sql_scanner::skip_block_comment() noexcept {
  for (std::size_t depth = 1; depth > 0;) {
    if (at_ == text_.size()) return false;
    const char c = text_[at_++];
    if (c == '/' && take('*')) ++depth;
    if (c == '*' && take('/')) --depth;
  }
  return true;
}

/// A doubled quote is two strings that touch, as far as their borders are concerned.
bool sql_scanner::skip_string() noexcept {
  const std::size_t begin = at_;
  at_ = text_.find('\'', at_);
  if (at_ == std::string_view::npos) return false;
  std::size_t backslashes = at_;
  while (backslashes > begin && text_[backslashes - 1] == '\\') --backslashes;
  if ((at_ - backslashes) % 2 != 0) needs_standard_strings_ = true;
  ++at_;
  return true;
}

bool sql_scanner::skip_quoted_identifier() noexcept {
  at_ = text_.find('"', at_);
  if (at_ == std::string_view::npos) return false;
  ++at_;
  return true;
}

bool sql_scanner::skip_escape_string() noexcept {
  while (at_ < text_.size()) {
    const char c = text_[at_++];
    if (c == '\\' && at_ < text_.size()) {
      ++at_;
    } else if (c == '\'' && !take('\'') && !continues_on_a_new_line()) {
      return true;
    }
  }
  return false;
}

/// Strings with nothing between them but white space that holds a new line are one, of the kind of the first.
bool sql_scanner::continues_on_a_new_line() noexcept {
  bool new_line = false;
  std::size_t at = at_;
  while (at < text_.size()) {
    if (is_space(text_[at])) {
      new_line = new_line || is_newline(text_[at]);
      ++at;
    } else if (text_.substr(at, 2) == "--") {
      while (at < text_.size() && !is_newline(text_[at])) ++at;
    } else {
      break;
    }
  }
  if (!new_line || at == text_.size() || text_[at] != '\'') return false;
  at_ = at + 1;
  return true;
}

/// Behind the first dollar sign. One that begins no quote is passed over alone.
bool sql_scanner::skip_dollar_quoted() noexcept {
  const std::size_t begin = at_ - 1;
  std::size_t at = at_;
  if (at < text_.size() && starts_word(text_[at]))
    while (at < text_.size() && is_in_name(text_[at])) ++at;
  if (at == text_.size() || text_[at] != '$') return true;
  const std::string_view delimiter = text_.substr(begin, at + 1 - begin);
  at = text_.find(delimiter, at + 1);
  if (at == std::string_view::npos) return false;
  at_ = at + delimiter.size();
  return true;
}

bool sticks_to_what_follows(char c) noexcept { return !is_space(c) && c != '(' && c != '[' && c != ',' && c != '.'; }
bool sticks_to_what_precedes(char c) noexcept {
  return !is_space(c) && c != ')' && c != ']' && c != ',' && c != '.' && c != ';';
}

}  // namespace pgcoro::detail
