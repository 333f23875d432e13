#include "pool/server_limits.hpp"

#include <charconv>
#include <cstdint>
#include <string_view>
#include <tuple>

namespace pgcoro::detail {
namespace {

namespace asio = boost::asio;

// By the simple protocol: any pooler lets it pass, and nothing is left prepared.
constexpr query_options simple{.mode = statement_mode::simple, .timeout = std::chrono::seconds(5)};

constexpr const char* limit_sql =
    "SELECT current_setting('max_connections')::int8 - current_setting('superuser_reserved_connections')::int8"
    " - coalesce(current_setting('reserved_connections', true), '0')::int8, pg_backend_pid()::int8";

constexpr const char* limit_source = "max_connections less superuser_reserved_connections and reserved_connections";

std::size_t number(std::string_view text) {
  std::size_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

asio::awaitable<server_limit> limit_of_pgbouncer(connect_options options) {
  options.dbname = "pgbouncer";
  options.target_session_attrs = target_session_attrs::any;
  connection console = co_await connect(std::move(options));
  const result settings = co_await console.query(simple, "SHOW CONFIG");
  server_limit limit;
  for (const row_view row : settings)
    if (row[0].as<std::string_view>() == "max_client_conn") limit.connections = number(row[1].as<std::string_view>());
  limit.source = "PgBouncer's max_client_conn";
  co_return limit;
}

}  // namespace

asio::awaitable<server_limit> limit_of(connection& db, const connect_options& options) {
  const auto [admitted, pid] = co_await db.fetch_one<std::tuple<std::int64_t, std::int64_t>>(simple, limit_sql);
  server_limit limit;
  limit.connections = admitted > 0 ? static_cast<std::size_t>(admitted) : 0;
  limit.source = limit_source;
  const bool direct = pid == static_cast<std::int64_t>(db.backend_process_id());
  if (direct) co_return limit;
  limit = {};
  try {
    limit = co_await limit_of_pgbouncer(options);
  } catch (const error&) {  // a pooler that does not tell us
    limit = {};
  }
  co_return limit;
}

}  // namespace pgcoro::detail
