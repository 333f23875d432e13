#include "options/conninfo.hpp"

#include <algorithm>
#include <cstddef>
#include <optional>

#include "options/option_table.hpp"

namespace pgcoro::detail {
namespace {

/// The characters that isspace() finds in the C locale.
constexpr std::string_view blanks = " \t\n\v\f\r";

/// Reads a "key=value" string from the left.
class scanner {
 public:
  explicit scanner(std::string_view text) : text_(text) {}

  bool at_end() const noexcept { return position_ == text_.size(); }
  std::size_t position() const noexcept { return position_; }

  void skip_blanks() { position_ = std::min(text_.find_first_not_of(blanks, position_), text_.size()); }

  bool skip(char c) {
    if (at_end() || text_[position_] != c) return false;
    ++position_;
    return true;
  }

  std::string_view name() {
    const std::size_t begin = position_;
    position_ = std::min(text_.find_first_of(" \t\n\v\f\r=", begin), text_.size());
    return text_.substr(begin, position_ - begin);
  }

  /// A value without quotes: up to a blank; a backslash takes the next character literally.
  std::string bare_value() {
    std::string value;
    while (!at_end() && blanks.find(text_[position_]) == std::string_view::npos) take_one(value);
    return value;
  }

  /// A value whose opening quote has been read; none where the closing one is missing.
  std::optional<std::string> quoted_value() {
    std::string value;
    while (!at_end()) {
      if (skip('\'')) return value;
      take_one(value);
    }
    return std::nullopt;
  }

 private:
  /// A backslash at the very end stands for nothing.
  void take_one(std::string& value) {
    skip('\\');
    if (!at_end()) value.push_back(text_[position_++]);
  }

  std::string_view text_;
  std::size_t position_ = 0;
};

error_info at(std::size_t position, std::string_view what) {
  return invalid_option("connection string: " + std::string(what) + " at byte " + std::to_string(position + 1));
}

option_result<conninfo_setting> parse_pair(scanner& in) {
  const std::size_t begin = in.position();
  const std::string_view name = in.name();
  in.skip_blanks();
  if (!in.skip('=')) return at(begin, "no \"=\" follows the word that begins");
  in.skip_blanks();
  const std::size_t value_begin = in.position();
  std::optional<std::string> value = in.skip('\'') ? in.quoted_value() : in.bare_value();
  if (!value) return at(value_begin, "no closing quote for the one");
  return make_setting(name, *std::move(value));
}

}  // namespace

option_result<conninfo> parse_key_values(std::string_view text) {
  conninfo settings;
  scanner in(text);
  for (in.skip_blanks(); !in.at_end(); in.skip_blanks()) {
    auto setting = parse_pair(in);
    if (!setting) return setting.error();
    settings.push_back(*std::move(setting));
  }
  return settings;
}

option_result<conninfo> parse_conninfo(std::string_view text) {
  if (has_nul(text)) return invalid_option("connection string: it contains a NUL character");
  for (const std::string_view prefix : {"postgresql://", "postgres://"}) {
    if (text.starts_with(prefix)) return parse_uri(text.substr(prefix.size()));
  }
  return parse_key_values(text);
}

}  // namespace pgcoro::detail
