#include <pgcoro/copy_target.hpp>
#include <pgcoro/table.hpp>

namespace pgcoro {
namespace detail {
namespace {

std::string listed(const table& of) {
  std::string text;
  for (const std::string& column : of.columns()) {
    if (!text.empty()) text += ", ";
    text += identifier(column).text();
  }
  return text;
}

}  // namespace

std::string copy_text(const table& of) {
  std::string text = of.name().text();
  const std::string list = listed(of);
  if (!list.empty()) text.append(" (").append(list).append(")");
  return text;
}

std::string select_text(const table& of) {
  const std::string list = listed(of);
  return "SELECT " + (list.empty() ? "*" : list) + " FROM " + of.name().text();
}

std::string describing_text(const table& of) { return select_text(of) + " LIMIT 0"; }

}  // namespace detail

// The query on a line of its own: it may end with a comment.
copy_source::copy_source(std::string_view query) {
  text_.append("(\n").append(query).append("\n)");
  describing_.append("SELECT * FROM (\n").append(query).append("\n) AS copied LIMIT 0");
}

copy_source copy_source::part_of(const table& from, std::string_view condition) {
  copy_source part(from);
  part.text_ = "(" + detail::select_text(from) + " WHERE ";
  part.text_.append(condition).append(")");
  return part;
}

}  // namespace pgcoro
