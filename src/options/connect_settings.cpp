#include "options/connect_settings.hpp"

#include <algorithm>
#include <optional>
#include <string_view>

#include "options/fallbacks.hpp"
#include "options/host_list.hpp"
#include "options/option_values.hpp"
#include "options/password_file.hpp"
#include "options/service_file.hpp"
#include "options/startup_parameters.hpp"
#include "options/tls_settings.hpp"

namespace pgcoro::detail {
namespace {

/// Neither unset nor empty.
std::optional<std::string> given(const std::optional<std::string>& option) {
  return option && !option->empty() ? option : std::nullopt;
}

/// What the password file calls a host: its name, else its address; a default socket directory is "localhost".
std::string_view name_in_password_file(const host_entry& entry, const environment& env) {
  if (std::ranges::find(env.socket_directories, entry.host) != env.socket_directories.end()) return "localhost";
  return entry.host.empty() ? entry.hostaddr : entry.host;
}

/// The password given counts for every host; else each has its own from the file.
void set_passwords(connect_settings& settings, const connect_options& options, const environment& env) {
  if (const auto password = given(options.password)) {
    for (host_entry& entry : settings.hosts) entry.password = auth::secret(*password);
    return;
  }
  const auto named = given(options.passfile);
  if (!named && env.home.empty()) return;
  const std::string path = named.value_or(env.home + "/.pgpass");
  std::string warning;
  const auth::secret text = read_password_file(path, warning);
  for (host_entry& entry : settings.hosts) {
    entry.password_note = warning;
    const std::string port = std::to_string(entry.port);
    auto password = find_password(
        text.view(),
        {.host = name_in_password_file(entry, env), .port = port, .dbname = settings.dbname, .user = settings.user});
    if (!password) continue;
    entry.password = *std::move(password);
    entry.password_note = "the password is from file " + path;
  }
}

error_info set_user_and_database(connect_settings& settings, const connect_options& options, const environment& env) {
  settings.user = given(options.user).value_or(env.user);
  if (settings.user.empty()) return invalid_option("user: not set, and the operating system knows no name to take");
  settings.dbname = given(options.dbname).value_or(settings.user);
  return {};
}

error_info set_hosts(connect_settings& settings, const connect_options& options, const environment& env) {
  auto hosts = make_hosts(options.host.value_or(""), options.hostaddr.value_or(""),
                          options.port.value_or(port_list()).text(), env);
  if (!hosts) return hosts.error();
  settings.hosts = *std::move(hosts);
  settings.target_session_attrs = options.target_session_attrs.value_or(target_session_attrs::any);
  settings.load_balance_hosts = options.load_balance_hosts.value_or(load_balance_hosts::disable);
  return {};
}

auth::channel_binding_policy policy_of(channel_binding mode) {
  switch (mode) {
    case channel_binding::disable: return auth::channel_binding_policy::disable;
    case channel_binding::require: return auth::channel_binding_policy::require;
    case channel_binding::prefer: break;
  }
  return auth::channel_binding_policy::prefer;
}

error_info set_authentication(connect_settings& settings, const connect_options& options) {
  const std::string methods = options.require_auth.value_or("");
  if (const auto expected = check_require_auth(methods)) return invalid_option("require_auth: must be " + *expected);
  settings.auth_policy.methods = auth::require_auth::parse(methods).value();
  settings.auth_policy.channel_binding = policy_of(options.channel_binding.value_or(channel_binding::prefer));
  settings.require_peer = options.requirepeer.value_or("");
  settings.scram_max_iterations = options.scram_max_iterations;
  return {};
}

template <class Duration>
Duration not_negative(const std::optional<Duration>& option) {
  return std::max(option.value_or(Duration::zero()), Duration::zero());
}

void set_network(connect_settings& settings, const connect_options& options) {
  settings.connect_timeout = not_negative(options.connect_timeout);
  settings.tcp.keepalives = options.keepalives.value_or(true);
  settings.tcp.keepalives_idle = not_negative(options.keepalives_idle);
  settings.tcp.keepalives_interval = not_negative(options.keepalives_interval);
  settings.tcp.keepalives_count = std::max(options.keepalives_count.value_or(0), 0);
  settings.tcp.user_timeout = not_negative(options.tcp_user_timeout);
}

error_info set_protocol(connect_settings& settings, const connect_options& options) {
  settings.replication = options.replication.value_or(replication_mode::off);
  settings.min_protocol_version = options.min_protocol_version.value_or(protocol_version::v3_0);
  // Whoever insists on more than 3.0 is understood to offer it.
  settings.max_protocol_version = options.max_protocol_version.value_or(settings.min_protocol_version);
  if (settings.min_protocol_version > settings.max_protocol_version) {
    return invalid_option("min_protocol_version: is above max_protocol_version");
  }
  if (const auto expected = check_client_encoding(options.client_encoding.value_or(""))) {
    return invalid_option("client_encoding: must be " + *expected);
  }
  return {};
}

/// What only pgcoro has.
error_info set_own(connect_settings& settings, const connect_options& options) {
  constexpr std::uint64_t least_message_size = 1024;
  if (options.command_timeout.count() < 0) return invalid_option("command_timeout: must not be negative");
  if (options.cancel_timeout.count() < 0) return invalid_option("cancel_timeout: must not be negative");
  if (options.max_message_size < least_message_size) {
    return invalid_option("max_message_size: must be at least " + std::to_string(least_message_size));
  }
  settings.statement_mode = options.statement_mode;
  settings.statement_cache_capacity = options.statement_cache_capacity;
  settings.command_timeout = options.command_timeout;
  settings.cancel_timeout = options.cancel_timeout;
  settings.max_message_size = options.max_message_size;
  settings.types = options.types;
  settings.tracer = options.tracer;
  return {};
}

/// From options in which only defaults are missing.
error_info fill(connect_settings& settings, const connect_options& options, const environment& env) {
  if (error_info error = set_user_and_database(settings, options, env)) return error;
  if (error_info error = set_hosts(settings, options, env)) return error;
  if (error_info error = set_authentication(settings, options)) return error;
  if (error_info error = set_protocol(settings, options)) return error;
  if (error_info error = set_own(settings, options)) return error;
  auto tls = make_tls_settings(options, env);
  if (!tls) return tls.error();
  settings.tls = *std::move(tls);
  auto parameters = make_startup_parameters(options, settings.user, settings.dbname, env);
  if (!parameters) return parameters.error();
  settings.startup_parameters = *std::move(parameters);
  set_network(settings, options);
  set_passwords(settings, options, env);
  return {};
}

}  // namespace

option_result<connect_settings> resolve(const connect_options& options, const environment& env) {
  connect_options complete = options;
  if (error_info error = check_nul(complete)) return error;
  if (error_info error = apply_service(complete, env)) return error;
  if (error_info error = apply_variables(complete, env)) return error;
  connect_settings settings;
  if (error_info error = fill(settings, complete, env)) return error;
  return settings;
}

}  // namespace pgcoro::detail
