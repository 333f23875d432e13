#include "pool/stateful_text.hpp"

#include <cstddef>

namespace pgcoro::detail {
namespace {

constexpr char upper(char c) noexcept { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; }

/// The words at the front of a statement, in capitals.
class leading_words {
 public:
  explicit leading_words(std::string_view sql) noexcept : rest_(sql) {}

  bool next_is(std::string_view word) noexcept {
    skip();
    if (rest_.size() < word.size()) return false;
    for (std::size_t i = 0; i < word.size(); ++i)
      if (upper(rest_[i]) != word[i]) return false;
    if (rest_.size() > word.size() && is_word(rest_[word.size()])) return false;
    rest_.remove_prefix(word.size());
    return true;
  }

  char first() noexcept {
    skip();
    return rest_.empty() ? '\0' : upper(rest_.front());
  }

 private:
  static bool is_word(char c) noexcept {
    const auto u = static_cast<unsigned char>(c);
    return (upper(c) >= 'A' && upper(c) <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '$' || u >= 0x80;
  }

  /// White space and comments; those with /* are nested in PostgreSQL. Semicolons: empty statements.
  void skip() noexcept {
    for (;;) {
      const std::size_t start = rest_.find_first_not_of(" \t\r\n\f\v;");
      rest_.remove_prefix(start == rest_.npos ? rest_.size() : start);
      if (rest_.starts_with("--")) {
        const std::size_t end = rest_.find_first_of("\r\n");
        rest_.remove_prefix(end == rest_.npos ? rest_.size() : end);
      } else if (rest_.starts_with("/*")) {
        skip_block();
      } else {
        return;
      }
    }
  }

  void skip_block() noexcept {
    int depth = 0;
    do {
      if (rest_.starts_with("/*")) {
        ++depth;
        rest_.remove_prefix(2);
      } else if (rest_.starts_with("*/")) {
        --depth;
        rest_.remove_prefix(2);
      } else {
        rest_.remove_prefix(1);
      }
    } while (depth > 0 && !rest_.empty());
  }

  std::string_view rest_;
};

bool creates_temporary(leading_words words) noexcept {
  if (!words.next_is("CREATE")) return false;
  if (words.next_is("OR") && !words.next_is("REPLACE")) return false;
  if (!words.next_is("GLOBAL")) (void)words.next_is("LOCAL");
  return words.next_is("TEMP") || words.next_is("TEMPORARY");
}

bool prepares_statement(leading_words words) noexcept {
  return words.next_is("PREPARE") && !words.next_is("TRANSACTION");  // which is an error of its own, outside one
}

}  // namespace

bool leaves_session_state(std::string_view sql) noexcept {
  leading_words words(sql);
  switch (words.first()) {
    case 'B': return words.next_is("BEGIN");
    case 'S': return words.next_is("SET") || words.next_is("START");
    case 'L': return words.next_is("LISTEN") || words.next_is("LOAD");
    case 'P': return prepares_statement(words);
    case 'D': return words.next_is("DECLARE");
    case 'C': return creates_temporary(words);
    default: return false;
  }
}

}  // namespace pgcoro::detail
