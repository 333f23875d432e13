// What the process's surroundings say; a parameter, so that tests can say something else.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace pgcoro::detail {

struct environment {
  /// The value of an environment variable.
  std::function<std::optional<std::string>(const char* name)> variable;
  std::string home;  ///< the user's directory: HOME, else what the system says; empty where unknown
  std::string user;  ///< the operating system's name for the effective user; empty where unknown
  /// Where servers put their Unix sockets, the preferred place first.
  std::vector<std::string> socket_directories;
  /// Where pg_service.conf is if PGSYSCONFDIR does not say.
  std::string system_config_directory;
};

environment system_environment();

}  // namespace pgcoro::detail
