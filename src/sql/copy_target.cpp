#include <algorithm>
#include <cstddef>
#include <utility>

#include <pgcoro/copy_target.hpp>
#include <pgcoro/error.hpp>
#include <pgcoro/table.hpp>

#include "sql/composer.hpp"
#include "sql/sql_scanner.hpp"

namespace pgcoro {
namespace detail {
namespace {

std::string listed(const auto& names) {
  std::string text;
  for (const auto& name : names) {
    if (!text.empty()) text += ", ";
    text += identifier(name).text();
  }
  return text;
}

std::string with_columns(const std::string& name, const std::string& columns) {
  return columns.empty() ? name : name + " (" + columns + ")";
}

std::string selecting(const std::string& name, const std::string& columns) {
  return "SELECT " + (columns.empty() ? "*" : columns) + " FROM " + name;
}

std::string describing(std::string select) { return std::move(select) + " LIMIT 0"; }

}  // namespace

std::string copy_text(const table& of) { return with_columns(of.name().text(), listed(of.columns())); }

std::string select_text(const table& of) { return selecting(of.name().text(), listed(of.columns())); }

std::string describing_text(const table& of) { return describing(select_text(of)); }

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

namespace {

/// Reads what stands between COPY and FROM.
class target_parser {
 public:
  explicit target_parser(std::string_view text) : text_(text) {}

  /// `keyword`: in small letters.
  bool word(std::string_view keyword) {
    skip_spaces();
    const std::string_view next = text_.substr(at_, keyword.size());
    const auto same = [](char c, char small) { return c == small || c + ('a' - 'A') == small; };
    if (!std::equal(next.begin(), next.end(), keyword.begin(), keyword.end(), same)) return false;
    if (at_ + keyword.size() < text_.size() && detail::is_in_word(text_[at_ + keyword.size()])) return false;
    at_ += keyword.size();
    return true;
  }

  /// A name of one or more parts; empty where none is there.
  std::string_view name() {
    skip_spaces();
    const std::size_t begin = at_;
    std::size_t end = begin;
    do {
      if (!part()) return {};
      end = at_;
    } while (take('.'));
    return text_.substr(begin, end - begin);
  }
  /// To the bracket behind them; empty where they are none.
  std::string_view columns() {
    const std::size_t begin = at_;
    do {
      if (!part()) return {};
    } while (take(','));
    return take(')') ? text_.substr(begin, at_ - 1 - begin) : std::string_view();
  }

  bool take(char c) {
    skip_spaces();
    if (at_ == text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }

 private:
  void skip_spaces() noexcept { at_ = std::min(text_.find_first_not_of(" \t\n\r\f\v", at_), text_.size()); }
  bool part() {
    skip_spaces();
    if (take('"')) return quoted();
    const std::size_t begin = at_;
    while (at_ < text_.size() && detail::is_in_word(text_[at_])) ++at_;
    return at_ > begin;
  }
  /// To the end of a name whose quote has been taken; two quotes stand for one.
  bool quoted() {
    for (;;) {
      at_ = text_.find('"', at_);
      if (at_ == std::string_view::npos) return false;
      ++at_;
      if (at_ == text_.size() || text_[at_] != '"') return true;
      ++at_;
    }
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace

copy_target::copy_target(const table& into) : name_(into.name().text()), columns_(detail::listed(into.columns())) {}

copy_target::copy_target(std::string_view statement) : statement_(statement) {
  target_parser parser(statement);
  const auto wrong = [&] {
    throw_error(detail::composition_error("no COPY table (columns) FROM STDIN statement", statement));
  };
  if (!parser.word("copy")) wrong();
  name_ = parser.name();
  if (name_.empty()) wrong();
  if (parser.take('(')) {
    columns_ = parser.columns();
    if (columns_.empty()) wrong();
  }
  if (!parser.word("from")) wrong();
}

void copy_target::name_columns(std::span<const std::string_view> names) {
  if (statement_.empty() && columns_.empty()) columns_ = detail::listed(names);
}

std::string copy_target::statement(std::string_view clause) const {
  if (!statement_.empty()) return statement_;
  return ("COPY " + detail::with_columns(name_, columns_) + " FROM STDIN").append(clause);
}

std::string copy_target::describing() const { return detail::describing(detail::selecting(name_, columns_)); }

}  // namespace pgcoro
