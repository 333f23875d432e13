#include "pool/sql_comment.hpp"

#include <string_view>

namespace pgcoro::detail {
namespace {

bool is_unreserved(char c) noexcept {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' ||
         c == '.' || c == '~';
}

void append_encoded(std::string& to, std::string_view text) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  for (const char c : text) {
    if (is_unreserved(c)) {
      to += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    to += '%';
    to += digits[byte >> 4];
    to += digits[byte & 15];
  }
}

}  // namespace

std::string sql_comment(const std::map<std::string, std::string>& tags) {
  if (tags.empty()) return {};
  std::string comment = " /*";
  for (const auto& [name, value] : tags) {
    if (comment.back() != '*') comment += ',';
    append_encoded(comment, name);
    comment += "='";
    append_encoded(comment, value);
    comment += '\'';
  }
  comment += "*/";
  return comment;
}

}  // namespace pgcoro::detail
