#include <algorithm>
#include <cstddef>

#include <pgcoro/copy_target.hpp>
#include <pgcoro/error.hpp>
#include <pgcoro/table.hpp>

#include "sql/composer.hpp"

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
    if (at_ + keyword.size() < text_.size() && is_in_word(text_[at_ + keyword.size()])) return false;
    at_ += keyword.size();
    return true;
  }

  /// A name of one or more parts, and behind it perhaps columns.
  bool name() {
    do {
      if (!part()) return false;
    } while (take('.'));
    return true;
  }
  bool columns() {
    do {
      if (!part()) return false;
    } while (take(','));
    return take(')');
  }

  bool take(char c) {
    skip_spaces();
    if (at_ == text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }
  std::size_t at() const noexcept { return at_; }

 private:
  static bool is_in_word(char c) noexcept {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '$' ||
           static_cast<unsigned char>(c) >= 0x80;
  }
  void skip_spaces() noexcept { at_ = std::min(text_.find_first_not_of(" \t\n\r\f\v", at_), text_.size()); }
  bool part() {
    if (take('"')) return quoted();
    const std::size_t begin = at_;
    while (at_ < text_.size() && is_in_word(text_[at_])) ++at_;
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

copy_target::copy_target(std::string_view statement) : statement_(statement) {
  target_parser parser(statement);
  const auto wrong = [&] {
    throw_error(detail::composition_error("no COPY table (columns) FROM STDIN statement", statement));
  };
  if (!parser.word("copy")) wrong();
  std::size_t begin = parser.at();
  if (!parser.name()) wrong();
  const std::string_view name = statement.substr(begin, parser.at() - begin);
  std::string_view columns = "*";
  if (parser.take('(')) {
    begin = parser.at();
    if (!parser.columns()) wrong();
    columns = statement.substr(begin, parser.at() - 1 - begin);
  }
  if (!parser.word("from")) wrong();
  describing_.append("SELECT ").append(columns).append(" FROM").append(name).append(" LIMIT 0");
}

void copy_target::name_columns(std::span<const std::string_view> names) {
  if (!table_ || !table_->columns().empty()) return;
  for (const std::string_view name : names) table_->add_column(name);
}

std::string copy_target::statement(std::string_view clause) const {
  if (!table_) return statement_;
  return "COPY " + detail::copy_text(*table_) + " FROM STDIN" + std::string(clause);
}

std::string copy_target::describing() const { return table_ ? detail::describing_text(*table_) : describing_; }

}  // namespace pgcoro
