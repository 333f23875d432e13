// Connection strings, service files and password files made by somebody else: no input may crash or hang, and no error
// may repeat what could be a password.
#include <boost/system/result.hpp>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>

#include <pgcoro/connect_options.hpp>

#include "options/connect_settings.hpp"
#include "options/conninfo.hpp"
#include "options/password_file.hpp"
#include "options/service_file.hpp"

namespace {

using namespace pgcoro;

/// Nothing of the machine, so that an input behaves alike everywhere.
detail::environment nowhere() {
  detail::environment env;
  env.variable = [](const char*) -> std::optional<std::string> { return std::nullopt; };
  env.user = "user";
  return env;
}

void require(bool condition) {
  if (!condition) std::abort();
}

/// With a password in it that no error shows: its characters occur in no message otherwise.
void check_redaction(std::string_view text) {
  const std::string secret = "\x7FXQZ\x7F";
  const auto parsed = connect_options::parse("postgresql://u:" + secret + "@" + std::string(text));
  if (!parsed) require(parsed.error().what().find("XQZ") == std::string::npos);
}

/// What was read can be written down again, quoted, and says the same.
void check_round_trip(const detail::conninfo& settings) {
  std::string text;
  for (const auto& [name, value] : settings) {
    text.append(name).append("='");
    for (const char c : value) {
      if (c == '\'' || c == '\\') text.push_back('\\');
      text.push_back(c);
    }
    text += "' ";
  }
  const auto again = detail::parse_conninfo(text);
  require(again.has_value() && again->size() == settings.size());
  for (std::size_t i = 0; i < settings.size(); ++i) {
    require((*again)[i].name == settings[i].name && (*again)[i].value == settings[i].value);
  }
}

void check_string(std::string_view text) {
  const auto settings = detail::parse_conninfo(text);
  if (settings) check_round_trip(*settings);
  const auto options = connect_options::parse(text);
  require(settings.has_value() || !options.has_value());
  if (!options) return;
  const auto resolved = detail::resolve(*options, nowhere());
  if (!resolved) {
    require(resolved.error().code() == errc::invalid_option || options->service.has_value());
    return;
  }
  require(!resolved->hosts.empty());
  for (const auto& [name, value] : resolved->startup_parameters) {
    require(!name.empty() && name.find('\0') == std::string::npos && value.find('\0') == std::string::npos);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  switch (data[0] % 4) {
    case 0: check_string(text); break;
    case 1: check_redaction(text); break;
    case 2: {
      connect_options options;
      bool found = false;
      detail::apply_service_text(options, text, "s", "file", found);
      break;
    }
    default: detail::find_password(text, {.host = "localhost", .port = "5432", .dbname = "db", .user = "user"});
  }
  return 0;
}
