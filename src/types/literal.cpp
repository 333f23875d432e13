#include <algorithm>
#include <charconv>
#include <cstdint>

#include <pgcoro/detail/literal.hpp>

namespace pgcoro::detail {
namespace {

/// What the server's parsers take for space, whatever the locale.
constexpr bool is_space(char c) noexcept { return c == ' ' || (c >= '\t' && c <= '\r'); }

constexpr bool is_escaped(char c) noexcept { return c == '"' || c == '\\'; }

/// Letters and digits, which are nothing but themselves by any rules: most of what there is.
constexpr bool is_plain(char c) noexcept {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool ends_word(char c, const literal_rules& rules) noexcept {
  if (is_plain(c)) return false;
  for (const char s : rules.special)
    if (c == s) return true;
  return is_space(c) || is_escaped(c);
}

bool is_null_word(std::string_view word) noexcept {
  return std::ranges::equal(word, std::string_view("null"), {}, [](char c) { return static_cast<char>(c | 0x20); });
}

bool needs_quotes(std::string_view word, const literal_rules& rules) noexcept {
  if (rules.always_quoted || word.empty() || (rules.null_is_a_word && is_null_word(word))) return true;
  return std::ranges::any_of(word, [&](char c) { return ends_word(c, rules); });
}

/// The length of a quoted word with its quotes; npos where the second one is missing. `escapes`: whether it has any.
std::size_t quoted_length(std::string_view text, const literal_rules& rules, bool& escapes) noexcept {
  escapes = false;
  for (std::size_t i = 1; i < text.size(); ++i) {
    if (text[i] == '\\') {
      escapes = true;
      ++i;
    } else if (text[i] == '"') {
      if (!rules.doubled_quotes || !text.substr(i + 1).starts_with('"')) return i + 1;
      escapes = true;
      ++i;
    }
  }
  return std::string_view::npos;
}

std::size_t bare_length(std::string_view text, const literal_rules& rules) noexcept {
  std::size_t length = 0;
  while (length < text.size() && !ends_word(text[length], rules)) ++length;
  return length;
}

}  // namespace

void quote_word(protocol::buffer& out, std::size_t begin, const literal_rules& rules) {
  const std::string_view written = protocol::as_text(out.data().subspan(begin));
  if (!needs_quotes(written, rules)) return;
  const std::string word(written);
  out.truncate(begin);
  out.append_u8('"');
  for (const char c : word) {
    if (is_escaped(c)) out.append_u8(static_cast<std::uint8_t>(rules.doubled_quotes ? c : '\\'));
    out.append_u8(static_cast<std::uint8_t>(c));
  }
  out.append_u8('"');
}

bool literal_reader::number(std::int32_t& out) noexcept {
  const char* const begin = rest_.data();
  const std::from_chars_result result = std::from_chars(begin, begin + rest_.size(), out);
  if (result.ec != std::errc{}) return false;
  rest_.remove_prefix(static_cast<std::size_t>(result.ptr - begin));
  return true;
}

bool literal_reader::word(const literal_rules& rules, literal_word& out) {
  out.quoted = next_is('"');
  if (!out.quoted) {
    out.text = rest_.substr(0, bare_length(rest_, rules));
    rest_.remove_prefix(out.text.size());
    return true;
  }
  bool escapes = false;
  const std::size_t length = quoted_length(rest_, rules, escapes);
  if (length == std::string_view::npos) return false;
  out.text = rest_.substr(1, length - 2);
  rest_.remove_prefix(length);
  if (!escapes) return true;
  unescaped_.clear();
  for (std::size_t i = 0; i < out.text.size(); ++i) {
    if (is_escaped(out.text[i])) ++i;  // what is escaped follows: the length has been found by that
    unescaped_.push_back(out.text[i]);
  }
  out.text = unescaped_;
  return true;
}

bool literal_reader::skip_word(const literal_rules& rules) noexcept {
  bool escapes = false;
  const std::size_t length = next_is('"') ? quoted_length(rest_, rules, escapes) : bare_length(rest_, rules);
  if (length == std::string_view::npos) return false;
  rest_.remove_prefix(length);
  return true;
}

}  // namespace pgcoro::detail
