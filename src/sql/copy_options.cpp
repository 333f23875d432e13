#include <algorithm>
#include <array>
#include <cctype>

#include <pgcoro/copy_options.hpp>
#include <pgcoro/detail/conversion_error.hpp>
#include <pgcoro/identifier.hpp>

namespace pgcoro {
namespace {

std::string literal_of(std::string_view text) { return literal(text).text(); }
std::string literal_of(char c) { return literal_of(std::string_view(&c, 1)); }

void add(std::string& to, std::string_view name, std::string_view value) {
  to.append(", ").append(name).append(" ").append(value);
}

void add_columns(std::string& to, std::string_view name, const std::optional<std::vector<std::string>>& columns) {
  if (!columns) return;
  std::string list;
  for (const std::string& column : *columns) list.append(list.empty() ? "(" : ", ").append(identifier(column).text());
  add(to, name, list.empty() ? "*" : list + ")");
}

error_info set_rules(const std::optional<std::vector<std::string>>& named, bool detail::copy_column_rules::* rule,
                     const row_description& columns, detail::copy_dialect& out) {
  if (!named) return {};
  if (named->empty())
    for (detail::copy_column_rules& r : out.rules) r.*rule = true;
  for (const std::string& name : *named) {
    const auto at = columns.find(name);
    if (!at) return detail::no_such_column_error(name);
    out.rules[*at].*rule = true;
  }
  return {};
}

/// As the server compares names: letters and digits alone, in any case.
std::string plain_name(std::string_view encoding) {
  std::string name;
  for (const char c : encoding)
    if (const auto u = static_cast<unsigned char>(c); std::isalnum(u) != 0) name += static_cast<char>(std::toupper(u));
  return name;
}

/// Encodings of clients alone, whose longer characters may have an ASCII byte behind the first. PostgreSQL
/// documentation, "Character Set Support".
bool may_hide_ascii(std::string_view encoding) {
  static constexpr std::array<std::string_view, 16> names{
      "BIG5", "WIN950",  "WINDOWS950", "GB18030", "GBK", "WIN936",     "WINDOWS936",   "JOHAB",
      "SJIS", "MSKANJI", "SHIFTJIS",   "WIN932",  "UHC", "WINDOWS932", "SHIFTJIS2004", "WIN949"};
  const std::string name = plain_name(encoding);
  return name == "WINDOWS949" || name == "SJIS2004" || std::ranges::find(names, name) != names.end();
}

}  // namespace

copy_options::copy_options(bool csv) {
  dialect_.csv = csv;
  if (!csv) return;
  dialect_.delimiter = ',';
  dialect_.null.clear();
}

copy_options& copy_options::delimiter(char c) {
  dialect_.delimiter = c;
  return *this;
}
copy_options& copy_options::null(std::string_view marker) {
  dialect_.null = marker;
  return *this;
}
copy_options& copy_options::quote(char c) {
  dialect_.quote = c;
  if (!escape_set_) dialect_.escape = c;
  return *this;
}
copy_options& copy_options::escape(char c) {
  dialect_.escape = c;
  escape_set_ = true;
  return *this;
}
copy_options& copy_options::header(copy_header what) {
  dialect_.header = what;
  return *this;
}
copy_options& copy_options::default_marker(std::string_view marker) {
  dialect_.default_marker = marker;
  return *this;
}
copy_options& copy_options::ignore_errors(std::optional<std::uint64_t> reject_limit) {
  ignore_errors_ = true;
  reject_limit_ = reject_limit;
  return *this;
}
copy_options& copy_options::freeze() {
  freeze_ = true;
  return *this;
}
copy_options& copy_options::encoding(std::string_view name) {
  encoding_ = name;
  return *this;
}
copy_options& copy_options::longest_line(std::size_t bytes) {
  dialect_.longest_line = bytes;
  return *this;
}

/// Written out also where they are the defaults: what is here is what the rows are read and written by.
std::string copy_options::shared_options() const {
  std::string text = dialect_.csv ? " WITH (FORMAT csv" : " WITH (FORMAT text";
  add(text, "DELIMITER", literal_of(dialect_.delimiter));
  add(text, "NULL", literal_of(dialect_.null));
  if (dialect_.csv) {
    add(text, "QUOTE", literal_of(dialect_.quote));
    add(text, "ESCAPE", literal_of(dialect_.escape));
  }
  if (!encoding_.empty()) add(text, "ENCODING", literal_of(encoding_));
  return text;
}

std::string copy_options::from_clause() const {
  std::string text = shared_options();
  if (dialect_.header != copy_header::none)
    add(text, "HEADER", dialect_.header == copy_header::match ? "MATCH" : "TRUE");
  add_columns(text, "FORCE_NOT_NULL", force_not_null_);
  add_columns(text, "FORCE_NULL", force_null_);
  if (dialect_.default_marker) add(text, "DEFAULT", literal_of(*dialect_.default_marker));
  if (ignore_errors_) add(text, "ON_ERROR", "ignore");
  if (reject_limit_) add(text, "REJECT_LIMIT", std::to_string(*reject_limit_));
  if (freeze_) add(text, "FREEZE", "TRUE");
  return text += ')';
}

std::string copy_options::to_clause() const {
  std::string text = shared_options();
  if (dialect_.header != copy_header::none) add(text, "HEADER", "TRUE");
  add_columns(text, "FORCE_QUOTE", force_quote_);
  return text += ')';
}

detail::server_need copy_options::header_need() const noexcept {
  if (dialect_.csv || dialect_.header == copy_header::none) return {};
  return {15, "HEADER of text format"};
}

/// The newest first.
detail::server_need copy_options::from_need() const noexcept {
  const auto names_all = [](const column_list& list) { return list && list->empty(); };
  if (reject_limit_) return {18, "REJECT_LIMIT"};
  if (ignore_errors_) return {17, "ON_ERROR"};
  if (names_all(force_null_) || names_all(force_not_null_)) return {17, "FORCE_NULL or FORCE_NOT_NULL of all columns"};
  if (dialect_.default_marker) return {16, "DEFAULT"};
  if (dialect_.header == copy_header::match) return {15, "HEADER MATCH"};
  return header_need();
}

detail::server_need copy_options::to_need() const noexcept { return header_need(); }

error_info copy_options::resolve(const row_description& columns, detail::copy_dialect& out) const {
  if (may_hide_ascii(encoding_))
    return error_info(make_error_code(errc::invalid_option),
                      "rows cannot be written or read in the encoding " + encoding_ + ": use bytes as they are");
  out = dialect_;
  out.rules.assign(columns.columns.size(), {});
  for (const column& c : columns.columns) out.columns.push_back(c.name);
  error_info failed = set_rules(force_quote_, &detail::copy_column_rules::force_quote, columns, out);
  if (!failed) failed = set_rules(force_not_null_, &detail::copy_column_rules::force_not_null, columns, out);
  if (!failed) failed = set_rules(force_null_, &detail::copy_column_rules::force_null, columns, out);
  return failed;
}

}  // namespace pgcoro
