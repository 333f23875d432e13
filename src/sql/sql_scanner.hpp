// Finds the places in a statement's text that sql() replaces. What stands in quotes, dollar quotes and comments is
// passed over as PostgreSQL's own scanner does it (documentation, "Lexical Structure"; src/backend/parser/scan.l), for
// a server whose `standard_conforming_strings` is on.
//
//   sql_scanner scanner("SELECT ':a', :b");
//   scanner.next();    // a name, at [13, 15)
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace pgcoro::detail {

struct sql_mark {
  enum class kind : unsigned char {
    end,
    name,         ///< :name
    placeholder,  ///< {}
    open_brace,   ///< {{
    close_brace,  ///< }}
    number,       ///< $1
    stray_brace,  ///< a brace that is none of these
    unfinished,   ///< a quote or comment that has no end
  };

  kind what = kind::end;
  std::size_t begin = 0;
  std::size_t end = 0;
};

class sql_scanner {
 public:
  explicit sql_scanner(std::string_view text) noexcept : text_(text) {}

  /// The next place, from the front to the end. After `unfinished` there is none.
  sql_mark next() noexcept;

  /// The text ended within a comment that the end of the line ends.
  bool ended_in_comment() const noexcept { return ended_in_comment_; }
  /// A string has an odd number of backslashes in front of a quote: where it ends depends on
  /// `standard_conforming_strings`.
  bool needs_standard_strings() const noexcept { return needs_standard_strings_; }

 private:
  char peek() const noexcept { return at_ < text_.size() ? text_[at_] : '\0'; }
  bool take(char c) noexcept;
  void skip_identifier() noexcept;
  void skip_line_comment() noexcept;
  bool skip_block_comment() noexcept;
  bool skip_string() noexcept;
  bool skip_escape_string() noexcept;
  bool skip_quoted_identifier() noexcept;
  bool skip_dollar_quoted() noexcept;
  bool continues_on_a_new_line() noexcept;
  bool finds_name(std::size_t colon) noexcept;
  sql_mark mark(sql_mark::kind what, std::size_t begin) const noexcept { return {what, begin, at_}; }
  sql_mark unfinished(std::size_t begin) noexcept;

  std::string_view text_;
  std::size_t at_ = 0;
  bool ended_in_comment_ = false;
  bool needs_standard_strings_ = false;
};

/// Of an identifier without quotes, or a keyword; not necessarily its first character.
bool is_in_word(char c) noexcept;

/// Whether a character that is put next to it might become part of a word, a number, an operator or a quote's prefix.
bool sticks_to_what_follows(char c) noexcept;
bool sticks_to_what_precedes(char c) noexcept;

}  // namespace pgcoro::detail
