// Where the server for the integration tests is: scripts/postgres.sh hands it over in PGCORO_TEST_* variables.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <string>

#include <pgcoro/connect_options.hpp>
#include <pgcoro/connection.hpp>

namespace pgcoro::test {

/// The variable PGCORO_TEST_<name>. Throws, with what to do about it, where it is not set.
std::string env(const std::string& name);

/// The server's major version.
int server_version();

/// Opens a connection with the string in PGCORO_TEST_<name>, to which `more` options are added: "sslmode=disable …".
boost::asio::awaitable<connection> connect_to(std::string name, std::string more = {});

/// The same as options, for those that no string can say.
connect_options options_of(const std::string& name, const std::string& more = {});

}  // namespace pgcoro::test
