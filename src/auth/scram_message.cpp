#include "auth/scram_message.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

namespace pgcoro::auth {
namespace {

error_info malformed(std::string message) { return make_auth_error(errc::authentication_failed, std::move(message)); }

struct attribute {
  char name;
  std::string_view value;
};

/// Takes comma-separated attributes off the front of a message.
class attribute_reader {
 public:
  explicit attribute_reader(std::string_view message) : rest_(message) {}

  bool at_end() const noexcept { return at_end_; }

  /// attr-val: a letter, '=', at least one character; no NUL. Nothing where the next one is not of that form.
  std::optional<attribute> next() {
    const std::size_t comma = rest_.find(',');
    const std::string_view text = rest_.substr(0, comma);
    at_end_ = comma == std::string_view::npos;
    rest_.remove_prefix(at_end_ ? rest_.size() : comma + 1);
    if (text.size() < 3 || !is_letter(text[0]) || text[1] != '=' || text.find('\0') != std::string_view::npos)
      return std::nullopt;
    return attribute{text[0], text.substr(2)};
  }

 private:
  static bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

  std::string_view rest_;
  bool at_end_ = false;
};

std::optional<std::uint32_t> parse_count(std::string_view digits) {
  std::uint32_t count = 0;
  const char* const end = digits.data() + digits.size();
  const auto [stopped, failure] = std::from_chars(digits.data(), end, count);
  if (failure != std::errc{} || stopped != end || count == 0) return std::nullopt;
  return count;
}

bool is_nonce(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c <= '~'; });
}

error_info check_extensions(attribute_reader& reader) {
  while (!reader.at_end()) {
    const auto extension = reader.next();
    if (!extension) return malformed("a malformed attribute");
    if (extension->name == 'm') return malformed("the server demands an extension that is not known");
  }
  return {};
}

}  // namespace

outcome<scram_server_first> parse_scram_server_first(std::string_view message) {
  attribute_reader reader(message);
  const auto nonce = reader.next();
  if (nonce && nonce->name == 'm') return malformed("the server demands an extension that is not known");
  if (!nonce || nonce->name != 'r' || !is_nonce(nonce->value)) return malformed("server-first-message without a nonce");
  const auto salt = reader.at_end() ? std::nullopt : reader.next();
  if (!salt || salt->name != 's') return malformed("server-first-message without a salt");
  const auto count = reader.at_end() ? std::nullopt : reader.next();
  if (!count || count->name != 'i') return malformed("server-first-message without an iteration count");
  const auto iterations = parse_count(count->value);
  if (!iterations) return malformed("the iteration count is not a positive number");
  if (error_info error = check_extensions(reader)) return error;
  return scram_server_first{nonce->value, salt->value, *iterations};
}

outcome<scram_server_final> parse_scram_server_final(std::string_view message) {
  attribute_reader reader(message);
  const auto verdict = reader.next();
  if (!verdict || (verdict->name != 'v' && verdict->name != 'e'))
    return malformed("server-final-message without a signature");
  if (error_info error = check_extensions(reader)) return error;
  return scram_server_final{verdict->name == 'e', verdict->value};
}

}  // namespace pgcoro::auth
