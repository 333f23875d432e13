#include "auth/unicode_normalize.hpp"

#include <algorithm>
#include <tuple>

#include "auth/saslprep_tables.hpp"

namespace pgcoro::auth {
namespace {

/// Hangul syllables are arithmetic over their parts (Unicode Standard, section 3.12).
namespace hangul {
constexpr char32_t syllables = 0xAC00, leads = 0x1100, vowels = 0x1161, before_trails = 0x11A7;
constexpr char32_t vowel_count = 21, trail_count = 28, lead_count = 19;
constexpr char32_t syllable_count = lead_count * vowel_count * trail_count;

/// Distances below a first code point wrap round to huge ones, so that one comparison checks both ends.
bool is_syllable(char32_t c) { return c - syllables < syllable_count; }
bool is_lead(char32_t c) { return c - leads < lead_count; }
bool is_vowel(char32_t c) { return c - vowels < vowel_count; }
bool is_trail(char32_t c) { return c - before_trails - 1 < trail_count - 1; }
bool lacks_trail(char32_t syllable) { return (syllable - syllables) % trail_count == 0; }

void decompose(char32_t syllable, secret_text& out) {
  const char32_t index = syllable - syllables;
  out.push_back(leads + index / (vowel_count * trail_count));
  out.push_back(vowels + index % (vowel_count * trail_count) / trail_count);
  if (!lacks_trail(syllable)) out.push_back(before_trails + index % trail_count);
}

/// 0 where the two do not compose.
char32_t compose(char32_t first, char32_t second) {
  if (is_lead(first) && is_vowel(second))
    return syllables + ((first - leads) * vowel_count + (second - vowels)) * trail_count;
  if (is_syllable(first) && lacks_trail(first) && is_trail(second)) return first + (second - before_trails);
  return 0;
}
}  // namespace hangul

std::uint8_t combining_class(char32_t c) {
  const auto found = std::upper_bound(combining_classes.begin(), combining_classes.end(), c,
                                      [](char32_t code, const auto& range) { return code < range.first; });
  if (found == combining_classes.begin() || c > (found - 1)->last) return 0;
  return (found - 1)->combining_class;
}

void decompose(char32_t c, secret_text& out) {
  if (hangul::is_syllable(c)) return hangul::decompose(c, out);
  const auto found = std::lower_bound(decompositions.begin(), decompositions.end(), c,
                                      [](const auto& entry, char32_t code) { return entry.code < code; });
  if (found == decompositions.end() || found->code != c) return out.push_back(c);
  const auto text = decomposition_text.subspan(found->offset, found->length);
  out.insert(out.end(), text.begin(), text.end());
}

/// 0 where the two do not compose.
char32_t compose(char32_t first, char32_t second) {
  if (const char32_t syllable = hangul::compose(first, second)) return syllable;
  const auto found = std::lower_bound(
      compositions.begin(), compositions.end(), std::tuple(first, second),
      [](const auto& entry, const auto& pair) { return std::tuple(entry.first, entry.second) < pair; });
  if (found == compositions.end() || found->first != first || found->second != second) return 0;
  return found->composite;
}

/// Sorts each run of combining marks by class and leaves marks of one class in their order. An insertion sort: runs are
/// short, and std::stable_sort would leave the password in a buffer that nobody wipes.
void order_canonically(secret_text& text) {
  for (std::size_t i = 1; i < text.size(); ++i) {
    const std::uint8_t of_this = combining_class(text[i]);
    if (of_this == 0) continue;
    for (std::size_t j = i; j > 0 && combining_class(text[j - 1]) > of_this; --j) std::swap(text[j - 1], text[j]);
  }
}

/// Merges each character into the last starter before it unless something between the two blocks it: a character of
/// the same or a higher class, or another starter.
void compose_canonically(secret_text& text) {
  constexpr std::size_t none = static_cast<std::size_t>(-1);
  std::size_t starter = none;
  std::size_t length = 0;
  for (const char32_t c : text) {
    const std::uint8_t of_this = combining_class(c);
    if (starter != none && (length - 1 == starter || combining_class(text[length - 1]) < of_this)) {
      if (const char32_t composite = compose(text[starter], c)) {
        text[starter] = composite;
        continue;
      }
    }
    if (of_this == 0) starter = length;
    text[length++] = c;
  }
  text.resize(length);
}

}  // namespace

secret_text normalize_kc(const secret_text& text) {
  secret_text normal;
  normal.reserve(text.size());
  for (const char32_t c : text) decompose(c, normal);
  order_canonically(normal);
  compose_canonically(normal);
  return normal;
}

}  // namespace pgcoro::auth
