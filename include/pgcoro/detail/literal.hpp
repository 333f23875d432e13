// The parts of the text of arrays, composites, ranges and hstore: words that are quoted where they have to be.
//
//   literal_reader in(text);
//   if (in.skip('(') && in.word(rules, out)) …       // "out" is valid until the next word is read
//
//   const std::size_t begin = out.size();  … append the word …  quote_word(out, begin, rules);
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include <pgcoro/config.hpp>
#include <pgcoro/protocol/buffer.hpp>

namespace pgcoro::detail {

struct literal_rules {
  std::string_view special;     ///< what, beside space, quote and backslash, ends a word or asks for quotes around it
  bool doubled_quotes = false;  ///< a quote or backslash within quotes is written twice; else behind a backslash
  bool null_is_a_word = false;  ///< NULL stands for NULL, so that the text "null" has to be quoted
  bool always_quoted = false;
};

inline constexpr literal_rules composite_rules{"(),", true, false, false};
inline constexpr literal_rules range_rules{"()[],", true, false, false};
inline constexpr literal_rules hstore_rules{"=>,", false, true, true};

/// Those of an array. `special`: "{}" and the delimiter.
constexpr literal_rules array_rules(std::string_view special) noexcept { return {special, false, true, false}; }

/// Puts quotes around what `out` holds from `begin` on, where the rules ask for them.
PGCORO_DECL void quote_word(protocol::buffer& out, std::size_t begin, const literal_rules& rules);

struct literal_word {
  std::string_view text;
  bool quoted = false;
};

class PGCORO_DECL literal_reader {
 public:
  literal_reader() noexcept = default;
  explicit literal_reader(std::string_view text) noexcept : rest_(text) {}

  [[nodiscard]] std::string_view rest() const noexcept { return rest_; }
  [[nodiscard]] bool at_end() const noexcept { return rest_.empty(); }
  [[nodiscard]] bool next_is(char c) const noexcept { return rest_.starts_with(c); }

  /// Reads `expected` if it comes next; says whether it did.
  bool skip(char expected) noexcept {
    if (!next_is(expected)) return false;
    rest_.remove_prefix(1);
    return true;
  }
  bool skip(std::string_view expected) noexcept {
    if (!rest_.starts_with(expected)) return false;
    rest_.remove_prefix(expected.size());
    return true;
  }
  /// Reads a decimal number with an optional sign. False where none is there or it does not fit.
  bool number(std::int32_t& out) noexcept;

  /// Reads a word, as the server writes them: quoted, or up to the next special character, and then perhaps empty.
  /// `out.text` points into the text or at the reader; it is valid until the next word. False where a quote is missing.
  bool word(const literal_rules& rules, literal_word& out);
  /// The same without looking at what the word is.
  bool skip_word(const literal_rules& rules) noexcept;

 private:
  std::string_view rest_;
  std::string unescaped_;
};

}  // namespace pgcoro::detail
