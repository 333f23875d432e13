// The second half of two-phase commits, which any session of the database may run.
#include <pgcoro/connection.hpp>
#include <pgcoro/prepared_transaction.hpp>
#include <pgcoro/transaction.hpp>
#include <pgcoro/types/chrono.hpp>

#include "client/utility_text.hpp"

namespace pgcoro {

namespace asio = boost::asio;

asio::awaitable<transaction> connection::begin(transaction_options options) {
  return detail::begin_transaction(core_, options);
}

asio::awaitable<void> connection::commit_prepared(std::string gid) {
  const std::string text = detail::text_about_gid("COMMIT PREPARED ", gid);
  co_await execute(query_options{.mode = statement_mode::simple}, text);
}

asio::awaitable<void> connection::rollback_prepared(std::string gid) {
  const std::string text = detail::text_about_gid("ROLLBACK PREPARED ", gid);
  co_await execute(query_options{.mode = statement_mode::simple}, text);
}

asio::awaitable<std::vector<prepared_transaction>> connection::prepared_transactions() {
  return fetch<prepared_transaction>(
      "SELECT gid, prepared, owner, database FROM pg_prepared_xacts WHERE database = current_database() ORDER BY "
      "prepared");
}

}  // namespace pgcoro
