#include "options/startup_parameters.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>

namespace pgcoro::detail {
namespace {

/// The server compares the names of its settings without regard to case.
std::string lower(std::string_view name) {
  std::string result(name);
  for (char& c : result) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
  }
  return result;
}

error_info check_parameter(std::string_view name, std::string_view value) {
  constexpr std::array<std::string_view, 6> own{"user",    "database",         "replication",
                                                "options", "application_name", "client_encoding"};
  if (name.empty()) return invalid_option("parameters: a name is empty");
  if (has_nul(name)) return invalid_option("parameters: a name contains a NUL character");
  const std::string key = lower(name);
  if (has_nul(value)) return invalid_option("parameters: the value of \"" + key + "\" contains a NUL character");
  if (std::ranges::find(own, key) != own.end()) {
    return invalid_option("parameters: \"" + key + "\" has an option of its own; set that");
  }
  if (key.starts_with("_pq_.")) return invalid_option("parameters: names that begin with _pq_. are the protocol's own");
  return {};
}

bool has_parameter(const connect_options& options, std::string_view name) {
  return std::ranges::any_of(options.parameters, [&](const auto& p) { return lower(p.first) == name; });
}

/// libpq sends these settings of the environment with every connection.
void add_variables(startup_parameter_list& list, const connect_options& options, const environment& env) {
  constexpr std::array<std::pair<const char*, std::string_view>, 3> variables{
      {{"PGDATESTYLE", "datestyle"}, {"PGTZ", "timezone"}, {"PGGEQO", "geqo"}}};
  for (const auto& [variable, name] : variables) {
    const std::optional<std::string> value = env.variable(variable);
    if (value && lower(*value) != "default" && !has_parameter(options, name)) list.emplace_back(name, *value);
  }
}

}  // namespace

option_result<startup_parameter_list> make_startup_parameters(const connect_options& options, std::string user,
                                                              std::string dbname, const environment& env) {
  startup_parameter_list list;
  list.emplace_back("user", std::move(user));
  list.emplace_back("database", std::move(dbname));
  if (options.replication == replication_mode::physical) list.emplace_back("replication", "true");
  if (options.replication == replication_mode::database) list.emplace_back("replication", "database");
  if (options.options && !options.options->empty()) list.emplace_back("options", *options.options);
  for (const auto& name : {options.application_name, options.fallback_application_name}) {
    if (!name || name->empty()) continue;
    list.emplace_back("application_name", *name);
    break;
  }
  list.emplace_back("client_encoding", "UTF8");
  for (const auto& [name, value] : options.parameters) {
    if (error_info error = check_parameter(name, value)) return error;
    list.emplace_back(name, value);
  }
  add_variables(list, options, env);
  return list;
}

}  // namespace pgcoro::detail
