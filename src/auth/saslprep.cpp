#include "auth/saslprep.hpp"

#include <algorithm>
#include <span>

#include "auth/saslprep_tables.hpp"
#include "auth/unicode_normalize.hpp"

namespace pgcoro::auth {
namespace {

bool is_printable_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c <= '~'; });
}

/// One code point off the front of UTF-8 text, or nothing where it is not the shortest form of a Unicode scalar value.
std::optional<char32_t> take_code_point(std::string_view& text) {
  const auto lead = static_cast<unsigned char>(text[0]);
  const std::size_t length = lead < 0x80   ? 1
                             : lead < 0xC0 ? 0
                             : lead < 0xE0 ? 2
                             : lead < 0xF0 ? 3
                             : lead < 0xF8 ? 4
                                           : 0;
  if (length == 0 || length > text.size()) return std::nullopt;
  char32_t code = length == 1 ? lead : lead & (0x7Fu >> length);
  for (std::size_t i = 1; i < length; ++i) {
    const auto next = static_cast<unsigned char>(text[i]);
    if ((next & 0xC0) != 0x80) return std::nullopt;
    code = (code << 6) | (next & 0x3Fu);
  }
  constexpr char32_t smallest[] = {0, 0, 0x80, 0x800, 0x10000};
  if (code < smallest[length] || code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF)) return std::nullopt;
  text.remove_prefix(length);
  return code;
}

void append_utf8(secret& out, char32_t code) {
  const auto put = [&out](char32_t byte) { out.push_back(static_cast<char>(byte)); };
  const auto put_tail = [&](unsigned shift) { put(0x80 | ((code >> shift) & 0x3F)); };
  if (code < 0x80) return put(code);
  if (code < 0x800) {
    put(0xC0 | (code >> 6));
  } else {
    if (code < 0x10000) {
      put(0xE0 | (code >> 12));
    } else {
      put(0xF0 | (code >> 18));
      put_tail(12);
    }
    put_tail(6);
  }
  put_tail(0);
}

bool is_in(std::span<const code_point_range> set, char32_t c) {
  const auto after = std::upper_bound(set.begin(), set.end(), c,
                                      [](char32_t code, const code_point_range& range) { return code < range.first; });
  return after != set.begin() && c <= (after - 1)->last;
}

bool any_in(std::span<const code_point_range> set, const secret_text& text) {
  return std::any_of(text.begin(), text.end(), [set](char32_t c) { return is_in(set, c); });
}

/// RFC 3454 section 3. Nothing where the text is not UTF-8.
std::optional<secret_text> map(std::string_view text) {
  secret_text mapped;
  mapped.reserve(text.size());
  while (!text.empty()) {
    const auto code = take_code_point(text);
    if (!code) return std::nullopt;
    if (is_in(non_ascii_spaces, *code))
      mapped.push_back(U' ');
    else if (!is_in(mapped_to_nothing, *code))
      mapped.push_back(*code);
  }
  return mapped;
}

/// RFC 3454 section 6: a text with right-to-left characters has no left-to-right ones, begins and ends with the former.
bool is_bidirectional_text_legal(const secret_text& text) {
  if (!any_in(right_to_left, text)) return true;
  return !any_in(left_to_right, text) && is_in(right_to_left, text.front()) && is_in(right_to_left, text.back());
}

}  // namespace

std::optional<secret> saslprep(std::string_view password) {
  if (!password.empty() && is_printable_ascii(password)) return secret(password);
  const std::optional<secret_text> mapped = map(password);
  if (!mapped || mapped->empty() || any_in(prohibited, *mapped) || !is_bidirectional_text_legal(*mapped))
    return std::nullopt;
  secret prepared;
  prepared.reserve(password.size());
  for (const char32_t c : normalize_kc(*mapped)) append_utf8(prepared, c);
  return prepared;
}

secret normalize_password(std::string_view password) {
  std::optional<secret> prepared = saslprep(password);
  return prepared ? std::move(*prepared) : secret(password);
}

}  // namespace pgcoro::auth
