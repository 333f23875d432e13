#include "options/environment.hpp"

#include <array>
#include <cstdlib>
#include <pwd.h>
#include <unistd.h>

namespace pgcoro::detail {
namespace {

std::optional<std::string> variable_of_process(const char* name) {
  const char* value = std::getenv(name);
  return value != nullptr ? std::optional<std::string>(value) : std::nullopt;
}

/// What the user database says of the effective user.
void read_user_database(environment& env) {
  std::array<char, 16384> buffer;
  passwd entry{};
  passwd* found = nullptr;
  if (::getpwuid_r(::geteuid(), &entry, buffer.data(), buffer.size(), &found) != 0 || found == nullptr) return;
  env.user = found->pw_name;
  env.home = found->pw_dir;
}

}  // namespace

environment system_environment() {
  environment env;
  env.variable = variable_of_process;
  read_user_database(env);
  if (const auto home = variable_of_process("HOME"); home && !home->empty()) env.home = *home;
  // What libpq has compiled in: the first on Debian and Red Hat, the second where PostgreSQL was built from source.
  env.socket_directories = {"/var/run/postgresql", "/tmp"};
  env.system_config_directory = "/etc/postgresql-common";
  return env;
}

}  // namespace pgcoro::detail
