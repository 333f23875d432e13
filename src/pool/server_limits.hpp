// How many connections a server admits.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <cstddef>
#include <string>

#include <pgcoro/connect_options.hpp>
#include <pgcoro/connection.hpp>

namespace pgcoro::detail {

struct server_limit {
  std::size_t connections = 0;  ///< 0: not known
  std::string source;           ///< which settings say so
};

/// Asks the server that `db` is connected to; where a pooler stands in between, asks PgBouncer's own database, which
/// answers SHOW CONFIG to those that it lists in stats_users and admin_users. Throws where the server cannot say.
boost::asio::awaitable<server_limit> limit_of(connection& db, const connect_options& options);

}  // namespace pgcoro::detail
