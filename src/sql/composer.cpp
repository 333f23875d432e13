#include "sql/composer.hpp"

#include <algorithm>

#include <pgcoro/query_text.hpp>
#include <pgcoro/sql.hpp>

#include "error/excerpt.hpp"

namespace pgcoro {
namespace detail {
namespace {

constexpr bool takes_a_place(const sql_part& part) noexcept {
  return part.what != sql_part::kind::named && part.what != sql_part::kind::members;
}

std::string quoted(std::string_view name) { return "\"" + std::string(name) + "\""; }

}  // namespace

error_info composition_error(std::string message, std::string_view statement) {
  error_details details;
  details.code = make_error_code(errc::invalid_composition);
  details.message = std::move(message);
  details.statement = excerpt(statement);
  details.safe_to_retry = true;
  return error_info(std::move(details));
}

error_info composer::compose(std::string_view text, std::span<const sql_part> parts) {
  text_ = text;
  parts_ = parts;
  if (error_info failed = check_names()) return failed;
  if (error_info failed = scan()) return failed;
  if (error_info failed = check_all_used()) return failed;
  return check_parameters();
}

error_info composer::join(std::span<const sql_part> parts, std::string_view separator) {
  text_ = separator;
  bool first = true;
  for (const sql_part& part : parts) {
    if (!first) append_text(separator);
    first = false;
    append_part(part);
  }
  return check_parameters();
}

error_info composer::scan() {
  sql_scanner scanner(text_);
  std::size_t copied = 0;
  for (;;) {
    const sql_mark mark = scanner.next();
    append_text(text_.substr(copied, mark.begin - copied));
    if (mark.what == sql_mark::kind::end) break;
    if (error_info failed = replace(mark)) return failed;
    copied = mark.end;
  }
  to_.ends_in_comment = (inserted_ && in_comment_) || scanner.ended_in_comment();
  to_.needs_standard_strings = to_.needs_standard_strings || scanner.needs_standard_strings();
  return {};
}

error_info composer::replace(const sql_mark& mark) {
  const std::string_view found = text_.substr(mark.begin, mark.end - mark.begin);
  switch (mark.what) {
    case sql_mark::kind::name: return replace_name(found.substr(1));
    case sql_mark::kind::placeholder: return replace_placeholder();
    case sql_mark::kind::open_brace:
    case sql_mark::kind::close_brace: append_text(found.substr(1)); return {};
    case sql_mark::kind::number:
      to_.numbered = true;
      append_text(found);
      return {};
    case sql_mark::kind::stray_brace:
      return error("offset " + std::to_string(mark.begin) + ": a brace alone; {} is a placeholder, {{ a brace");
    case sql_mark::kind::unfinished:
      return error("offset " + std::to_string(mark.begin) + ": a quote or comment that has no end");
    case sql_mark::kind::end: break;
  }
  return {};
}

error_info composer::replace_placeholder() {
  while (next_part_ < parts_.size() && !takes_a_place(parts_[next_part_])) ++next_part_;
  if (next_part_ == parts_.size()) return error("there are more {} than arguments for them");
  append_part(parts_[next_part_++]);
  return {};
}

error_info composer::replace_name(std::string_view name) {
  const auto used =
      std::find_if(used_names_.begin(), used_names_.end(), [&](const used_name& u) { return u.name == name; });
  if (used != used_names_.end()) {
    append_parameter(used->value);
    return {};
  }
  composed_value value;
  if (error_info failed = value_of_name(name, value)) return failed;
  used_names_.push_back({name, add_value(std::move(value))});
  append_parameter(used_names_.back().value);
  return {};
}

/// An arg() of that name goes before members, so that a struct can be used with a few values changed.
error_info composer::value_of_name(std::string_view name, composed_value& value) {
  bool found = false;
  for (const sql_part& part : parts_)
    if (part.what == sql_part::kind::named && part.text == name) {
      value = part.value;
      return {};
    }
  for (const sql_part& part : parts_) {
    if (part.what != sql_part::kind::members) continue;
    const auto member = std::find(part.names.begin(), part.names.end(), name);
    if (member == part.names.end()) continue;
    if (found) return error("the name " + quoted(name) + " is a member's of two arguments");
    value = part.member(part.object, static_cast<std::size_t>(member - part.names.begin()));
    found = true;
  }
  return found ? error_info() : error("there is no argument of the name " + quoted(name));
}

error_info composer::check_names() const {
  for (auto part = parts_.begin(); part != parts_.end(); ++part)
    if (part->what == sql_part::kind::named)
      for (auto other = parts_.begin(); other != part; ++other)
        if (other->what == sql_part::kind::named && other->text == part->text)
          return error("two arguments have the name " + quoted(part->text));
  return {};
}

error_info composer::check_all_used() const {
  if (std::any_of(parts_.begin() + static_cast<std::ptrdiff_t>(next_part_), parts_.end(), takes_a_place))
    return error("there are fewer {} than arguments for them");
  for (const sql_part& part : parts_) {
    if (part.what != sql_part::kind::named) continue;
    const bool used =
        std::any_of(used_names_.begin(), used_names_.end(), [&](const used_name& u) { return u.name == part.text; });
    if (!used) return error("the argument of the name " + quoted(part.text) + " is not used");
  }
  return {};
}

error_info composer::check_parameters() const {
  if (!to_.numbered || to_.values.empty()) return {};
  return error("$1 and values that are given here do not go together: use {} or :name throughout");
}

// Text

/// The statement's own text keeps its distance from what was put in front of it: a 1 behind $1 would make it $11.
void composer::append_text(std::string_view text) {
  if (text.empty()) return;
  if (inserted_ && in_comment_ && text.front() != '\n' && text.front() != '\r')
    to_.text.push_back('\n');
  else if (inserted_ && sticks_to_what_precedes(text.front()))
    to_.text.push_back(' ');
  to_.text.append(text);
  inserted_ = in_comment_ = false;
}

/// And so does what is put behind it: E{} would change what a quoted string means, -{} might become a comment.
void composer::append_inserted(std::string_view text) {
  if (in_comment_)
    to_.text.push_back('\n');
  else if (!to_.text.empty() && sticks_to_what_follows(to_.text.back()))
    to_.text.push_back(' ');
  to_.text.append(text);
  inserted_ = true;
  in_comment_ = false;
}

void composer::append_part(const sql_part& part) {
  if (part.what == sql_part::kind::value)
    append_parameter(add_value(part.value));
  else if (part.what == sql_part::kind::text)
    append_inserted(part.text);
  else if (part.fragment != nullptr && !part.fragment->text.empty())
    append_fragment(*part.fragment);
}

void composer::append_fragment(const composition& fragment) {
  const std::size_t first_value = to_.values.size();
  to_.values.insert(to_.values.end(), fragment.values.begin(), fragment.values.end());
  append_inserted({});
  std::size_t copied = 0;
  for (const composition::place& place : fragment.places) {
    to_.text.append(fragment.text, copied, place.begin - copied);
    const std::size_t begin = to_.text.size();
    to_.text.append("$").append(std::to_string(first_value + place.value + 1));
    to_.places.push_back({begin, to_.text.size(), first_value + place.value});
    copied = place.end;
  }
  to_.text.append(fragment.text, copied);
  to_.numbered = to_.numbered || fragment.numbered;
  to_.needs_standard_strings = to_.needs_standard_strings || fragment.needs_standard_strings;
  in_comment_ = fragment.ends_in_comment;
}

void composer::append_parameter(std::size_t value) {
  append_inserted({});
  const std::size_t begin = to_.text.size();
  to_.text.append("$").append(std::to_string(value + 1));
  to_.places.push_back({begin, to_.text.size(), value});
}

std::size_t composer::add_value(composed_value value) {
  to_.values.push_back(std::move(value));
  return to_.values.size() - 1;
}

namespace {

std::shared_ptr<const composition> finished(const std::shared_ptr<composition>& made, const error_info& failed) {
  if (failed) throw_error(failed);
  std::vector<argument_view> views;
  views.reserve(made->values.size());
  for (const composed_value& value : made->values) views.push_back({value.type, value.borrowed_value.get()});
  made->parameters = arguments::referring(views);
  return made;
}

}  // namespace

std::shared_ptr<const composition> compose_sql(std::string_view text, std::span<const sql_part> parts) {
  const auto made = std::make_shared<composition>();
  return finished(made, composer(*made).compose(text, parts));
}

std::shared_ptr<const composition> join_sql(std::span<const sql_part> parts, std::string_view separator) {
  const auto made = std::make_shared<composition>();
  return finished(made, composer(*made).join(parts, separator));
}

std::shared_ptr<const composition> list_sql(std::span<const sql_part> parts) {
  if (parts.empty()) throw_error(composition_error("a list needs an element; = ANY({}) takes an empty array, too", {}));
  return join_sql(parts, ", ");
}

}  // namespace detail

query_text::query_text(std::string&& sql) {
  auto owned = std::make_shared<const std::string>(std::move(sql));
  text_ = *owned;
  owned_ = std::move(owned);
}

query_text::query_text(const composed_sql& sql) noexcept
    : owned_(sql.made()), text_(sql.text()), composed_(sql.made().get()) {}

}  // namespace pgcoro
