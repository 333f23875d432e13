#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>

#include <pgcoro/detail/copy_line_writer.hpp>

#include "types/copy_escapes.hpp"

namespace pgcoro::detail {
namespace {

void append_hex(protocol::buffer& out, char c) {
  constexpr std::string_view digits = "0123456789abcdef";
  out.append("\\x");
  out.append_u8(byte_of(digits[byte_of(c) >> 4]));
  out.append_u8(byte_of(digits[byte_of(c) & 15]));
}

}  // namespace

copy_line_writer::copy_line_writer(copy_dialect dialect) : dialect_(std::move(dialect)) {
  for (const char c : {'\n', '\r', dialect_.delimiter, dialect_.csv ? dialect_.quote : '\\'})
    special_[byte_of(c)] = true;
  if (dialect_.csv) return;
  for (const copy_escape& e : copy_escapes) special_[byte_of(e.byte)] = true;
}

void copy_line_writer::header(protocol::buffer& out) {
  if (dialect_.header == copy_header::none) return;
  for (const std::string& name : dialect_.columns) {
    begin_value(out);
    out.append(name);
    static_cast<void>(end_value(out));  // a name is not empty
  }
  end(out);
}

bool copy_line_writer::is_special(std::string_view text) const noexcept {
  return std::ranges::any_of(text, [this](char c) { return special_[byte_of(c)]; });
}

bool copy_line_writer::is_marker(std::string_view text) const noexcept {
  return text == dialect_.null || text == dialect_.default_marker;
}

errc copy_line_writer::end_value(protocol::buffer& out) {
  const std::string_view text = protocol::as_text(out.data().subspan(begin_));
  const bool forced = dialect_.csv && column_ < dialect_.rules.size() && dialect_.rules[column_].force_quote;
  ++column_;
  // Servers before 18 take \. on a line of its own for the end of the data, in CSV too.
  const bool as_it_is = !forced && !is_special(text) && !is_marker(text) && text != "\\.";
  if (as_it_is) return errc{};
  const std::string value(text);
  out.truncate(begin_);
  if (!dialect_.csv) return escape(out, value);
  quote(out, value);
  return errc{};
}

void copy_line_writer::quote(protocol::buffer& out, std::string_view text) const {
  out.append_u8(byte_of(dialect_.quote));
  for (const char c : text) {
    if (c == dialect_.quote || c == dialect_.escape) out.append_u8(byte_of(dialect_.escape));
    out.append_u8(byte_of(c));
  }
  out.append_u8(byte_of(dialect_.quote));
}

void copy_line_writer::escape_bytes(protocol::buffer& out, std::string_view text) const {
  for (const char c : text) {
    const bool special = special_[byte_of(c)];
    if (special) out.append_u8('\\');
    out.append_u8(byte_of(special ? letter_of(c) : c));
  }
}

/// What looks like a marker is compared before backslashes are: a first byte that is spelled out makes it a value.
errc copy_line_writer::escape(protocol::buffer& out, std::string_view text) const {
  escape_bytes(out, text);
  if (!is_marker(protocol::as_text(out.data().subspan(begin_)))) return errc{};
  if (text.empty()) return errc::invalid_value;
  out.truncate(begin_);
  append_hex(out, text.front());
  escape_bytes(out, text.substr(1));
  return errc{};
}

errc copy_line_writer::default_value(protocol::buffer& out) {
  if (!dialect_.default_marker) return errc::type_mismatch;
  out.append(*dialect_.default_marker);
  ++column_;
  return errc{};
}

}  // namespace pgcoro::detail
