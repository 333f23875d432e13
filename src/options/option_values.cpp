#include "options/option_values.hpp"

#include <algorithm>
#include <charconv>
#include <span>

#include "auth/require_auth.hpp"

namespace pgcoro::detail {
namespace {

constexpr std::string_view blanks = " \t\n\v\f\r";

std::string_view trimmed(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of(blanks), text.size()));
  return text.substr(0, text.find_last_not_of(blanks) + 1);
}

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; }

bool equals_ignoring_case(std::string_view a, std::string_view b) { return std::ranges::equal(a, b, {}, lower, lower); }

bool is_any_of(std::string_view text, std::span<const std::string_view> words) {
  return std::ranges::any_of(words, [&](std::string_view word) { return equals_ignoring_case(text, word); });
}

}  // namespace

std::optional<int> parse_integer(std::string_view text) {
  text = trimmed(text);
  if (text.starts_with('+')) {
    text.remove_prefix(1);
    if (text.starts_with('-')) return std::nullopt;
  }
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::string one_of(const std::string_view* names, std::size_t count) {
  std::string text = "one of ";
  for (std::size_t i = 0; i < count; ++i) text.append(i == 0 ? "" : ", ").append(names[i]);
  return text;
}

expectation read_option(std::string_view text, std::string& value) {
  value = text;
  return std::nullopt;
}

expectation read_option(std::string_view text, port_list& value) {
  value = port_list(text);
  return std::nullopt;
}

expectation read_option(std::string_view text, bool& value) {
  const std::optional<int> parsed = parse_integer(text);
  if (!parsed) return "0 or 1";
  value = *parsed != 0;
  return std::nullopt;
}

expectation read_option(std::string_view text, int& value) {
  const std::optional<int> parsed = parse_integer(text);
  if (!parsed) return "an integer";
  value = *parsed;
  return std::nullopt;
}

expectation read_option(std::string_view text, tls_version& value) {
  if (equals_ignoring_case(text, "TLSv1.2")) {
    value = tls_version::tls1_2;
  } else if (equals_ignoring_case(text, "TLSv1.3")) {
    value = tls_version::tls1_3;
  } else {
    return "TLSv1.2 or TLSv1.3 (pgcoro speaks no older TLS)";
  }
  return std::nullopt;
}

expectation read_option(std::string_view text, gssencmode& value) {
  if (text != "disable" && text != "prefer") return "disable or prefer: pgcoro does not speak GSSAPI";
  value = text == "disable" ? gssencmode::disable : gssencmode::prefer;
  return std::nullopt;
}

expectation read_option(std::string_view text, replication_mode& value) {
  constexpr std::array<std::string_view, 4> yes{"on", "true", "yes", "1"};
  constexpr std::array<std::string_view, 4> no{"off", "false", "no", "0"};
  if (text == "database") {
    value = replication_mode::database;
  } else if (is_any_of(text, yes)) {
    value = replication_mode::physical;
  } else if (is_any_of(text, no)) {
    value = replication_mode::off;
  } else {
    return "database, or a Boolean";
  }
  return std::nullopt;
}

expectation read_option(std::string_view text, protocol_version& value) {
  if (text == "3.0") {
    value = protocol_version::v3_0;
  } else if (text == "3.2" || text == "latest") {
    value = protocol_version::v3_2;
  } else {
    return "3.0, 3.2 or latest";
  }
  return std::nullopt;
}

expectation check_client_encoding(std::string_view text) {
  constexpr std::array<std::string_view, 4> names{"utf8", "utf-8", "unicode", "auto"};
  if (text.empty() || is_any_of(text, names)) return std::nullopt;
  return "UTF8 or auto: pgcoro works in UTF-8 only";
}

expectation check_require_auth(std::string_view text) {
  if (auth::require_auth::parse(text)) return std::nullopt;
  return "a list of none, password, md5, gss, sspi, scram-sha-256 and oauth, each once at most, all or none with \"!\"";
}

}  // namespace pgcoro::detail
