#include "support/environment.hpp"

#include <cstdlib>
#include <stdexcept>

namespace pgcoro::test {

std::string env(const std::string& name) {
  const std::string variable = "PGCORO_TEST_" + name;
  if (const char* value = std::getenv(variable.c_str())) return value;
  throw std::runtime_error(variable +
                           " is not set. Start a server with scripts/postgres.sh start and take its variables with "
                           "eval \"$(scripts/postgres.sh env)\", or let scripts/test.sh do it all.");
}

int server_version() { return std::stoi(env("VERSION")); }

connect_options options_of(const std::string& name, const std::string& more) {
  return connect_options(env(name) + " " + more);
}

boost::asio::awaitable<connection> connect_to(std::string name, std::string more) {
  connection made = co_await connect(options_of(name, more));
  co_return made;
}

}  // namespace pgcoro::test
