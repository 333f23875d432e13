#include "options/service_file.hpp"

#include <algorithm>
#include <cstddef>
#include <optional>

#include "options/option_table.hpp"
#include "options/text_file.hpp"

namespace pgcoro::detail {
namespace {

constexpr std::string_view blanks = " \t\n\v\f\r";

std::string_view trimmed(std::string_view line) {
  line.remove_prefix(std::min(line.find_first_not_of(blanks), line.size()));
  return line.substr(0, line.find_last_not_of(blanks) + 1);
}

/// "[name]"; what follows the bracket does not matter.
bool begins_section(std::string_view line, std::string_view name) {
  return line.starts_with('[') && line.substr(1).starts_with(name) && line.substr(1 + name.size()).starts_with(']');
}

/// One "name=value" line, taken literally: no blanks around the "=", no quotes. The first line for an option counts.
error_info apply_line(connect_options& options, std::string_view line, const std::string& place) {
  if (line.starts_with("ldap://")) return invalid_option(place + ": pgcoro looks up no services in LDAP");
  const std::size_t equals = line.find('=');
  const option_entry* option = equals == std::string_view::npos ? nullptr : find_option(line.substr(0, equals));
  if (option == nullptr) return invalid_option(place + ": not of the form \"option=value\" with a known option");
  if (option->name == "service") return invalid_option(place + ": a service cannot name another service");
  if (option->is_set != nullptr && option->is_set(options)) return {};
  return store_option(options, *option, line.substr(equals + 1), place);
}

/// Reads the file if it is there. One that the user named must be.
error_info apply_file(connect_options& options, const std::string& path, bool required, std::string_view service,
                      bool& found) {
  if (!required && !file_exists(path)) return {};
  const std::optional<std::string> text = read_text_file(path);
  if (!text) return invalid_option("service: cannot read the service file " + path);
  return apply_service_text(options, *text, service, path, found);
}

}  // namespace

error_info apply_service_text(connect_options& options, std::string_view text, std::string_view service,
                              std::string_view file_name, bool& found) {
  std::size_t number = 0;
  for (const std::string_view whole : lines_of(text)) {
    ++number;
    const std::string_view line = trimmed(whole);
    if (line.empty() || line.starts_with('#')) continue;
    if (line.starts_with('[')) {
      if (found) return {};
      found = begins_section(line, service);
    } else if (found) {
      const std::string place = "service file " + std::string(file_name) + ", line " + std::to_string(number);
      if (error_info error = apply_line(options, line, place)) return error;
    }
  }
  return {};
}

error_info apply_service(connect_options& options, const environment& env) {
  const std::optional<std::string> service = options.service ? options.service : env.variable("PGSERVICE");
  if (!service) return {};
  bool found = false;
  const std::optional<std::string> named = env.variable("PGSERVICEFILE");
  if (named || !env.home.empty()) {
    const std::string path = named.value_or(env.home + "/.pg_service.conf");
    if (error_info error = apply_file(options, path, named.has_value(), *service, found)) return error;
  }
  if (!found) {
    const std::string directory = env.variable("PGSYSCONFDIR").value_or(env.system_config_directory);
    if (error_info error = apply_file(options, directory + "/pg_service.conf", false, *service, found)) return error;
  }
  if (!found) return invalid_option("service: there is no definition of \"" + *service + "\"");
  return {};
}

}  // namespace pgcoro::detail
