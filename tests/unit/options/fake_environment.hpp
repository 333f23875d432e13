// Surroundings of a test's own: variables, a home directory and files that last as long as the object.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

#include "options/environment.hpp"

namespace pgcoro::test {

class fake_environment {
 public:
  fake_environment() {
    std::string name = (std::filesystem::temp_directory_path() / "pgcoro-options-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("mkdtemp");
    directory_ = name;
    env_.variable = [this](const char* variable) -> std::optional<std::string> {
      const auto found = variables.find(variable);
      return found != variables.end() ? std::optional(found->second) : std::nullopt;
    };
    env_.home = directory_;
    env_.user = "osuser";
    env_.socket_directories = {path("run"), path("tmp")};
    env_.system_config_directory = path("etc");
  }
  fake_environment(const fake_environment&) = delete;
  fake_environment& operator=(const fake_environment&) = delete;
  ~fake_environment() {
    std::error_code ignored;
    std::filesystem::remove_all(directory_, ignored);
  }

  std::string path(std::string_view name) const { return directory_ + "/" + std::string(name); }

  /// Writes a file, with its directory, that only its owner may read.
  std::string write(std::string_view name, std::string_view text) {
    const std::filesystem::path file = path(name);
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file, std::ios::binary) << text;
    std::filesystem::permissions(file, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
    return file.string();
  }

  detail::environment& env() { return env_; }

  std::map<std::string, std::string, std::less<>> variables;

 private:
  std::string directory_;
  detail::environment env_;
};

}  // namespace pgcoro::test
