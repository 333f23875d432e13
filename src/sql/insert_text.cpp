#include <algorithm>
#include <numeric>

#include <pgcoro/detail/insert_text.hpp>

#include "sql/composer.hpp"

namespace pgcoro {

void table::add_column(std::string_view name) {
  const identifier checked(name);
  columns_.emplace_back(name);
}

namespace detail {
namespace {

std::string head(const table& target) {
  std::string text = "INSERT INTO " + target.name().text() + " (";
  const char* separator = "";
  for (const std::string& column : target.columns()) {
    text.append(separator).append(identifier(column).text());
    separator = ", ";
  }
  return text + ") ";
}

error_info misfit(const table& into, const std::string& why) {
  return composition_error("insert_rows into " + into.name().text() + ": " + why, {});
}

}  // namespace

table insert_target(const table& into, std::span<const std::string_view> names, std::size_t count) {
  if (!into.columns().empty()) {
    if (names.empty() && into.columns().size() != count)
      throw_error(
          misfit(into, std::to_string(into.columns().size()) + " columns for rows of " + std::to_string(count)));
    for (const std::string& column : into.columns())
      if (!names.empty() && std::find(names.begin(), names.end(), column) == names.end())
        throw_error(misfit(into, "the struct has no member \"" + column + "\""));
    return into;
  }
  if (names.empty())
    throw_error(misfit(into, "rows whose members have no names need the columns: table(name, columns…)"));
  table target = into;
  for (const std::string_view name : names) target.add_column(name);
  return target;
}

std::vector<std::size_t> insert_members(const table& target, std::span<const std::string_view> names) {
  std::vector<std::size_t> members(target.columns().size());
  std::iota(members.begin(), members.end(), std::size_t{0});
  if (names.empty()) return members;
  std::transform(target.columns().begin(), target.columns().end(), members.begin(), [&](const std::string& column) {
    return static_cast<std::size_t>(std::find(names.begin(), names.end(), column) - names.begin());
  });
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

std::string insert_unnest_text(const table& target, std::span<const std::optional<std::string>> types) {
  std::string text = head(target) + "SELECT * FROM unnest(";
  for (std::size_t column = 0; column < types.size(); ++column)
    text.append(column == 0 ? "$" : ", $")
        .append(std::to_string(column + 1))
        .append("::")
        .append(*types[column])
        .append("[]");
  return text + ")";
}

/// format_type with a modifier of -1: "bpchar", where without one it says "character", which is one character long.
std::string_view column_types_query() noexcept {
  return "SELECT CASE WHEN t.typarray <> 0 AND t.typcategory NOT IN ('A', 'C', 'P') "
         "THEN format_type(a.atttypid, -1) END "
         "FROM unnest($2::text[]) WITH ORDINALITY AS wanted(name, place) "
         "JOIN pg_attribute a ON a.attrelid = $1::text::regclass AND a.attname = wanted.name AND a.attnum > 0 "
         "AND NOT a.attisdropped JOIN pg_type t ON t.oid = a.atttypid ORDER BY wanted.place";
}

}  // namespace detail
}  // namespace pgcoro
