#include <algorithm>
#include <numeric>

#include <pgcoro/copy_target.hpp>
#include <pgcoro/detail/insert_text.hpp>

#include "sql/composer.hpp"

namespace pgcoro {

void table::add_column(std::string_view name) {
  const identifier checked(name);
  columns_.emplace_back(name);
}

namespace detail {
namespace {

std::string head(const table& target) { return "INSERT INTO " + copy_text(target) + " "; }

/// Number of the member of that name; behind the last where there is none.
std::size_t member_of(std::string_view column, std::span<const std::string_view> names) {
  return static_cast<std::size_t>(std::ranges::find(names, column) - names.begin());
}

table with_columns(const table& into, std::span<const std::string_view> columns) {
  table target(into.name());
  for (const std::string_view column : columns) target.add_column(column);
  return target;
}

}  // namespace

error_info insert_misfit(const table& into, const std::string& why) {
  return composition_error("insert_rows into " + into.name().text() + ": " + why, {});
}

table insert_target(const table& into, std::span<const std::string_view> names, std::size_t count) {
  if (into.columns().empty() && names.empty())
    throw_error(insert_misfit(into, "rows whose members have no names need the columns: table(name, columns…)"));
  if (names.empty() && into.columns().size() != count)
    throw_error(
        insert_misfit(into, std::to_string(into.columns().size()) + " columns for rows of " + std::to_string(count)));
  if (names.empty()) return into;
  if (into.columns().empty()) return with_columns(into, names);
  for (const std::string& column : into.columns())
    if (member_of(column, names) == names.size())
      throw_error(insert_misfit(into, "the struct has no member \"" + column + "\""));
  std::vector<std::string_view> ordered(into.columns().begin(), into.columns().end());
  std::ranges::sort(ordered, {}, [&](std::string_view column) { return member_of(column, names); });
  return with_columns(into, ordered);
}

std::vector<std::size_t> insert_members(const table& target, std::span<const std::string_view> names) {
  std::vector<std::size_t> members(target.columns().size());
  std::iota(members.begin(), members.end(), std::size_t{0});
  if (names.empty()) return members;
  std::ranges::transform(target.columns(), members.begin(),
                         [&](const std::string& column) { return member_of(column, names); });
  return members;
}

std::string insert_values_text(const table& target, std::size_t rows) {
  std::string text = head(target) + "VALUES ";
  std::size_t number = 0;
  for (std::size_t row = 0; row < rows; ++row) {
    text.append(row == 0 ? "(" : ", (");
    for (std::size_t column = 0; column < target.columns().size(); ++column)
      text.append(column == 0 ? "$" : ", $").append(std::to_string(++number));
    text.push_back(')');
  }
  return text;
}

std::string insert_unnest_text(const table& target, std::span<const insert_column> columns) {
  std::string text = head(target) + "SELECT * FROM unnest(";
  for (std::size_t column = 0; column < columns.size(); ++column)
    text.append(column == 0 ? "$" : ", $")
        .append(std::to_string(column + 1))
        .append("::")
        .append(columns[column].type)
        .append("[]");
  return text + ")";
}

std::string insert_copy_text(const table& target) {
  return "COPY " + copy_text(target) + " FROM STDIN (FORMAT binary)";
}

std::string insert_describing_text(const table& target, std::span<const insert_column> columns) {
  std::string text = "SELECT";
  for (std::size_t column = 0; column < columns.size(); ++column)
    text.append(column == 0 ? " NULL::" : ", NULL::")
        .append(columns[column].type)
        .append(" AS ")
        .append(identifier(target.columns()[column]).text());
  return text;
}

/// format_type with a modifier of -1: "bpchar", where without one it says "character", which is one character long.
///
/// COPY passes rules by, writes identity columns that INSERT refuses, and is refused itself where row security is in
/// force. Views and foreign tables take it only where their triggers or wrappers do.
std::string_view insert_columns_query() noexcept {
  return "SELECT format_type(a.atttypid, -1), "
         "t.typarray <> 0 AND t.typcategory NOT IN ('A', 'C', 'P'), "
         "a.attidentity <> 'a' AND a.attgenerated = '' "
         "AND c.relkind IN ('r', 'p') AND NOT row_security_active(c.oid) "
         "AND NOT EXISTS (SELECT FROM pg_rewrite r WHERE r.ev_class = c.oid AND r.ev_type = '3' "
         "AND r.ev_enabled <> 'D') "
         "FROM unnest($2::text[]) WITH ORDINALITY AS wanted(name, place) "
         "JOIN pg_attribute a ON a.attrelid = $1::text::regclass AND a.attname = wanted.name AND a.attnum > 0 "
         "AND NOT a.attisdropped JOIN pg_type t ON t.oid = a.atttypid JOIN pg_class c ON c.oid = a.attrelid "
         "ORDER BY wanted.place";
}

}  // namespace detail
}  // namespace pgcoro
