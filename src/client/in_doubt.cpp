#include "client/in_doubt.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <optional>
#include <string>
#include <tuple>

#include <pgcoro/as_result.hpp>
#include <pgcoro/connection.hpp>
#include <pgcoro/with_timeout.hpp>

#include "client/connect.hpp"
#include "client/connection_core.hpp"

namespace pgcoro::detail {
namespace {

namespace asio = boost::asio;
using clock = std::chrono::steady_clock;

/// Between two questions: the server may be committing still, or starting up again.
constexpr std::chrono::milliseconds pause{50};

enum class fate : unsigned char { undecided, committed, aborted, unknown };

using status_row = std::tuple<bool, std::optional<std::string>>;

asio::awaitable<connection> connect_again(std::shared_ptr<const connect_settings> settings) {
  const asio::any_io_executor executor = co_await asio::this_coro::executor;
  connector attempts(executor, std::move(settings));
  expected<established> made = co_await attempts.connect();
  if (!made) throw_error(made.error());
  auto core = std::make_shared<connection_core>(executor, std::move(*made));
  core->run();
  co_return connection(std::move(core));
}

/// A standby has not replayed everything: it may become the primary and know.
fate read_status(const status_row& row) {
  const auto& [in_recovery, status] = row;
  if (in_recovery || status == "in progress") return fate::undecided;
  if (status == "committed") return fate::committed;
  if (status == "aborted") return fate::aborted;
  return fate::unknown;  // so long ago that the server has forgotten
}

asio::awaitable<fate> ask(connection& db, const std::string& xid, clock::duration limit) {
  auto row = co_await as_result(db.fetch_one<status_row>(
      query_options{.timeout = limit},
      "SELECT pg_is_in_recovery(), CASE WHEN NOT pg_is_in_recovery() THEN pg_xact_status($1::text::xid8) END", xid));
  if (row) co_return read_status(*row);
  co_return row.error().server() && row.error().connection_usable() ? fate::unknown : fate::undecided;
}

asio::awaitable<fate> ask_until(std::shared_ptr<const connect_settings> settings, std::uint64_t xid,
                                clock::time_point deadline) {
  asio::steady_timer timer(co_await asio::this_coro::executor);
  const std::string id = std::to_string(xid);
  connection db;
  for (clock::time_point now = clock::now(); now < deadline; now = clock::now()) {
    if (!db.is_open()) {
      auto made = co_await as_result(with_timeout(connect_again(settings), deadline - now));
      if (made) db = std::move(*made);
    }
    if (db.is_open()) {
      const fate told = co_await ask(db, id, deadline - now);
      if (told != fate::undecided) co_return told;
    }
    timer.expires_after(pause);
    co_await timer.async_wait(asio::use_awaitable);
  }
  co_return fate::undecided;
}

[[noreturn]] void throw_outcome(const error_info& why, errc code, const std::string& message, bool safe) {
  error_details details = why.details();
  details.code = make_error_code(code);
  details.message = message + ": " + why.message();
  details.server.reset();
  details.safe_to_retry = safe;
  throw_error(error_info(std::move(details)));
}

}  // namespace

bool is_in_doubt(const error_info& error) noexcept {
  return error.code() == errc::in_doubt || (error.code() == errc::timeout && !error.safe_to_retry());
}

asio::awaitable<void> settle_doubt(std::shared_ptr<connection_core> core, error_info why, std::uint64_t xid,
                                   clock::duration limit) {
  if (xid == 0 || limit <= limit.zero())
    throw_outcome(why, errc::in_doubt, "it is not known whether the transaction was committed", false);
  const fate told = co_await ask_until(core->made().dialled.options, xid, clock::now() + limit);
  if (told == fate::committed) co_return;
  if (told == fate::aborted) throw_outcome(why, errc::transaction_aborted, "the transaction was not committed", true);
  throw_outcome(why, errc::in_doubt,
                told == fate::unknown ? "the server does not know whether the transaction was committed"
                                      : "it could not be learnt in time whether the transaction was committed",
                false);
}

}  // namespace pgcoro::detail
