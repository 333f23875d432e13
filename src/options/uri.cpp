#include <algorithm>
#include <cstddef>

#include "options/conninfo.hpp"
#include "options/option_table.hpp"
#include "types/hex_digit.hpp"

namespace pgcoro::detail {
namespace {

/// Spaces around a piece of a URI are dropped, as people break URIs over lines; one inside must be written "%20".
option_result<std::string_view> without_spaces(std::string_view piece, std::string_view what) {
  piece.remove_prefix(std::min(piece.find_first_not_of(' '), piece.size()));
  piece = piece.substr(0, piece.find_last_not_of(' ') + 1);
  if (piece.find(' ') != std::string_view::npos) {
    return invalid_option(std::string(what) + " of the URI contains a space; write it as %20");
  }
  return piece;
}

/// `what` names the piece in errors, its text never does.
option_result<std::string> decode(std::string_view encoded, std::string_view what) {
  const auto piece = without_spaces(encoded, what);
  if (!piece) return piece.error();
  std::string decoded;
  for (std::size_t i = 0; i < piece->size(); ++i) {
    if ((*piece)[i] != '%') {
      decoded.push_back((*piece)[i]);
      continue;
    }
    const int high = i + 2 < piece->size() ? hex_digit((*piece)[i + 1]) : no_digit;
    const int low = high != no_digit ? hex_digit((*piece)[i + 2]) : no_digit;
    if (low == no_digit)
      return invalid_option(std::string(what) + " of the URI has a \"%\" without two hexadecimal digits");
    if (high == 0 && low == 0) return invalid_option(std::string(what) + " of the URI contains %00");
    decoded.push_back(static_cast<char>(high * 16 + low));
    i += 2;
  }
  return decoded;
}

/// Cuts `rest` at the first of the characters in `ends` and returns what stands before it; that character stays.
std::string_view take_until(std::string_view& rest, std::string_view ends) {
  const std::string_view taken = rest.substr(0, rest.find_first_of(ends));
  rest.remove_prefix(taken.size());
  return taken;
}

bool take(std::string_view& rest, char c) {
  if (!rest.starts_with(c)) return false;
  rest.remove_prefix(1);
  return true;
}

class uri_parser {
 public:
  explicit uri_parser(std::string_view text) : rest_(text) {}

  option_result<conninfo> parse() {
    error_info error = parse_credentials();
    if (!error) error = parse_hosts();
    if (!error && take(rest_, '/')) error = store("dbname", take_until(rest_, "?"));
    if (!error && take(rest_, '?')) error = parse_query();
    if (error) return error;
    return std::move(settings_);
  }

 private:
  /// "user:password@". As in libpq the first "@" ends it, wherever it stands before the first "/".
  error_info parse_credentials() {
    const std::size_t end = rest_.find_first_of("@/");
    if (end == std::string_view::npos || rest_[end] == '/') return {};
    std::string_view credentials = rest_.substr(0, end);
    rest_.remove_prefix(end + 1);
    if (error_info error = store("user", take_until(credentials, ":"))) return error;
    return take(credentials, ':') ? store("password", credentials) : error_info();
  }

  /// "host:port,host:port": stored as the lists that `host` and `port` are, commas and all.
  error_info parse_hosts() {
    std::string hosts;
    std::string ports;
    for (;;) {
      if (error_info error = parse_host(hosts)) return error;
      if (take(rest_, ':')) ports += take_until(rest_, "/?,");
      if (!take(rest_, ',')) break;
      hosts += ',';
      ports += ',';
    }
    if (error_info error = store("host", hosts)) return error;
    return store("port", ports);
  }

  error_info parse_host(std::string& hosts) {
    if (!take(rest_, '[')) {
      hosts += take_until(rest_, ":/?,");
      return {};
    }
    const std::string_view address = take_until(rest_, "]");
    if (!take(rest_, ']')) return invalid_option("host of the URI: no \"]\" ends the IPv6 address");
    if (address.empty()) return invalid_option("host of the URI: the IPv6 address between \"[\" and \"]\" is empty");
    if (!rest_.empty() && std::string_view(":/?,").find(rest_.front()) == std::string_view::npos) {
      return invalid_option(
          "host of the URI: only a port, \"/\", \"?\" or \",\" may follow the \"]\" of an IPv6 address");
    }
    hosts += address;
    return {};
  }

  error_info parse_query() {
    // Where an "@" comes so late, it is likely that an unescaped character has cut a password in two.
    may_hold_password_ = rest_.find('@') != std::string_view::npos;
    while (!rest_.empty()) {
      if (error_info error = parse_parameter(take_until(rest_, "&"))) return error;
      take(rest_, '&');
    }
    return {};
  }

  error_info parse_parameter(std::string_view parameter) {
    const std::string_view encoded_name = take_until(parameter, "=");
    if (!take(parameter, '=')) return invalid_option("query of the URI: a parameter has no \"=\"");
    if (parameter.find('=') != std::string_view::npos) {
      return invalid_option("query of the URI: a parameter has more than one \"=\"");
    }
    const auto name = decode(encoded_name, "a parameter's name in the query");
    if (!name) return name.error();
    auto value = decode(parameter, "a parameter's value in the query");
    if (!value) return value.error();
    if (*name == "ssl" && *value == "true") return keep(make_setting("sslmode", "require"));  // as JDBC writes it
    return keep(make_setting(*name, *std::move(value)));
  }

  /// Stores a piece that is not part of the query; an empty one leaves the option unset.
  error_info store(std::string_view name, std::string_view encoded) {
    if (encoded.empty()) return {};
    auto value = decode(encoded, name);
    return value ? keep(make_setting(name, *std::move(value))) : value.error();
  }

  error_info keep(option_result<conninfo_setting> setting) {
    if (setting) {
      settings_.push_back(*std::move(setting));
      return {};
    }
    if (!may_hold_password_) return setting.error();
    return invalid_option(
        "query of the URI: unknown parameter (if \"/\", \"?\" or \"@\" is part of the password, percent-encode it)");
  }

  std::string_view rest_;
  conninfo settings_;
  bool may_hold_password_ = false;
};

}  // namespace

option_result<conninfo> parse_uri(std::string_view text) { return uri_parser(text).parse(); }

}  // namespace pgcoro::detail
