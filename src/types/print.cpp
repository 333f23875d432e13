#include <algorithm>
#include <boost/system/result.hpp>
#include <ostream>
#include <vector>

#include <pgcoro/print.hpp>
#include <pgcoro/types/text.hpp>

namespace pgcoro {
namespace {

/// Characters, as far as UTF-8 tells: its bytes that go on a character are not counted.
std::size_t width(std::string_view text) noexcept {
  return static_cast<std::size_t>(
      std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
}

using line = std::vector<std::string>;

line values_of(const row_view& row) {
  line made;
  made.reserve(row.size());
  for (const field_view field : row) made.push_back(to_string(field));
  return made;
}

line names_of(const row_description& columns) {
  line made;
  for (const column& c : columns.columns) made.push_back(c.name);
  return made;
}

void append_line(std::string& text, const line& cells, const std::vector<std::size_t>& widths) {
  for (std::size_t i = 0; i < cells.size(); ++i) {
    text.append(i == 0 ? " " : " | ").append(cells[i]);
    if (i + 1 != cells.size()) text.append(widths[i] - width(cells[i]), ' ');
  }
  text.push_back('\n');
}

void append_rule(std::string& text, const std::vector<std::size_t>& widths) {
  for (std::size_t i = 0; i < widths.size(); ++i) text.append(i == 0 ? "" : "+").append(widths[i] + 2, '-');
  text.push_back('\n');
}

}  // namespace

std::string to_string(const field_view& value) {
  if (value.is_null()) return "NULL";
  if (auto text = value.get<std::string>()) return std::move(*text);
  std::string hex;
  const value_type bytea{oids::bytea, protocol::format::binary};
  static_cast<void>(detail::append_text(value.bytes(), hex, bytea));
  return hex;
}

std::string to_string(const row_view& row) {
  std::string text = "(";
  for (const field_view field : row) text.append(text.size() == 1 ? "" : ", ").append(to_string(field));
  return text.append(")");
}

std::string to_string(const result& rows) {
  if (rows.columns().columns.empty()) return rows.command_tag() + "\n";
  std::vector<line> lines{names_of(rows.columns())};
  for (const row_view row : rows) lines.push_back(values_of(row));
  std::vector<std::size_t> widths(lines.front().size());
  for (const line& cells : lines)
    for (std::size_t i = 0; i < cells.size(); ++i) widths[i] = std::max(widths[i], width(cells[i]));

  std::string text;
  for (const line& cells : lines) {
    append_line(text, cells, widths);
    if (&cells == &lines.front()) append_rule(text, widths);
  }
  return text.append("(").append(std::to_string(rows.size())).append(rows.size() == 1 ? " row)\n" : " rows)\n");
}

std::ostream& operator<<(std::ostream& out, const field_view& value) { return out << to_string(value); }
std::ostream& operator<<(std::ostream& out, const row_view& row) { return out << to_string(row); }
std::ostream& operator<<(std::ostream& out, const result& rows) { return out << to_string(rows); }

}  // namespace pgcoro
