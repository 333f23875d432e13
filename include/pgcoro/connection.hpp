// One session with a server.
//
//   auto db = co_await pgcoro::connect("postgresql://app@localhost/shop?sslmode=verify-full");
//   auto n  = co_await db.fetch_one<std::int64_t>("SELECT count(*) FROM orders WHERE customer = $1", 7);
//   co_await db.close();
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <pgcoro/config.hpp>
#include <pgcoro/detail/run_transaction.hpp>
#include <pgcoro/notification.hpp>
#include <pgcoro/protocol/types.hpp>
#include <pgcoro/queryable.hpp>
#include <pgcoro/statement.hpp>
#include <pgcoro/transaction_options.hpp>

namespace pgcoro {

class connect_options;
class notification_channel;
class pipeline;
class transaction;
class type_registry;
struct prepared_transaction;

/// Lives on the executor of the coroutine that called `connect`: an `io_context` that one thread runs, or a strand.
/// Operations may be awaited from coroutines on any executor, several at once: their statements are pipelined in the
/// order in which they were started. The other functions belong on the connection's executor.
///
/// The destructor ends the session at once, without waiting: whatever is in flight fails with
/// `errc::connection_closed`. It may run anywhere.
class PGCORO_DECL connection : public queryable {
 public:
  /// Not connected.
  connection() noexcept = default;
  explicit connection(std::shared_ptr<detail::connection_core> core) noexcept : queryable(std::move(core)) {}
  connection(connection&&) noexcept = default;
  connection& operator=(connection&& other) noexcept;
  ~connection();

  /// Prepares a statement to be kept.
  [[nodiscard]] boost::asio::awaitable<statement> prepare(query_text sql, query_options options = {});

  /// Runs a pipeline: one round trip for all its statements. Throws the first error of an atomic one; of an
  /// independent one each statement has its own. The pipeline must outlive the operation.
  [[nodiscard]] boost::asio::awaitable<void> run(pipeline& statements, query_options options = {});

  /// A transaction, see <pgcoro/transaction.hpp>. Takes no round trip: BEGIN rides in front of the first statement, and
  /// where it fails, so does that. `transaction_misused` where one is open.
  [[nodiscard]] boost::asio::awaitable<pgcoro::transaction> begin(transaction_options options = {});

  /// Runs `callable(transaction&)`, which gives an awaitable, in a transaction; commits when it returns and yields what
  /// it yields. Where it throws, the transaction is rolled back and the exception goes on as it is. After 40001 and
  /// 40P01, of a statement or of COMMIT, it is called once more, after a pause, as often and as long as the options
  /// say; so it must be fit for that. Cancelled, it is rolled back and not tried again. The callable must outlive the
  /// operation; an rvalue is kept. Needs <pgcoro/transaction.hpp>.
  template <class F>
  [[nodiscard]] boost::asio::awaitable<detail::transaction_value<F>> transaction(F&& callable,
                                                                                 transaction_options options = {}) {
    return detail::run_transaction<F>(core_, std::forward<F>(callable), options);
  }

  /// The second half of a two-phase commit, in this session or any other of that database. `sqlstate::undefined_object`
  /// where no transaction has that name (any more).
  [[nodiscard]] boost::asio::awaitable<void> commit_prepared(std::string gid);
  [[nodiscard]] boost::asio::awaitable<void> rollback_prepared(std::string gid);
  /// What waits for its second half in this database, oldest first. See <pgcoro/prepared_transaction.hpp>.
  [[nodiscard]] boost::asio::awaitable<std::vector<prepared_transaction>> prepared_transactions();

  /// A round trip that asks nothing of the server but to answer.
  [[nodiscard]] boost::asio::awaitable<void> ping(query_options options = {});

  /// Listens on a channel, whose name is taken as it stands, upper case included. Ends once the server listens: what is
  /// sent afterwards comes; in a transaction only after its commit. `errc::invalid_composition` for what is no name.
  /// See <pgcoro/notification_channel.hpp>, and notification_hub for what is to outlive the connection.
  [[nodiscard]] boost::asio::awaitable<notification_channel> listen(std::string_view channel, queue_limits limits = {});

  /// Asks the server to cancel the statement that it is executing, on a connection of its own, encrypted as this one
  /// is. Returns once the server has processed the request; the statement then ends as the server decides, usually
  /// with `sqlstate::query_canceled`. Nothing started later can be hit. Bounded by `cancel_timeout`.
  [[nodiscard]] boost::asio::awaitable<void> cancel();

  /// Ends the session in order: what was started before comes to its end first, new operations are refused. Where that
  /// takes longer than `timeout` (zero: `cancel_timeout`) the connection is closed all the same.
  [[nodiscard]] boost::asio::awaitable<void> close(std::chrono::steady_clock::duration timeout = {});

  /// Whether operations are accepted.
  bool is_open() const noexcept;
  /// What the server last reported of a setting (protocol documentation, "Asynchronous Operations"): "server_version",
  /// "TimeZone", "in_hot_standby" … The text is valid until the next operation is awaited.
  std::optional<std::string_view> parameter_status(std::string_view name) const;
  /// What is known by now of the server's types that are not built in; never null.
  std::shared_ptr<const type_registry> types() const;
  /// As the last ReadyForQuery said.
  protocol::transaction_status transaction_status() const noexcept;
  /// Process of the server that serves this session, as in pg_stat_activity.
  std::uint32_t backend_process_id() const noexcept;
  bool is_encrypted() const noexcept;
  boost::asio::any_io_executor get_executor() const noexcept;

  /// Called with each NoticeResponse, in the turn of the loop in which it came; without a handler they are discarded.
  /// The handler runs on the connection's executor.
  void set_notice_handler(std::function<void(const notice&)> handler);
  /// Likewise with each NotificationResponse, whoever listens on the channel besides.
  void set_notification_handler(std::function<void(const notification&)> handler);
};

/// Opens a connection: tries every host and address of the options in turn, and throws one error that lists every
/// attempt. Bounded by `connect_timeout` for each host, cancelled through the awaiting coroutine's slot. The options
/// are those of <pgcoro/connect_options.hpp>, which is to be included where they are not given as text.
[[nodiscard]] PGCORO_DECL boost::asio::awaitable<connection> connect(connect_options options);

/// Likewise with a URI or "key=value …", which is copied. It is parsed when the operation is awaited, so that a bad one
/// is an error of the operation: `errc::invalid_option`.
[[nodiscard]] PGCORO_DECL boost::asio::awaitable<connection> connect(std::string_view dsn);
[[nodiscard]] PGCORO_DECL boost::asio::awaitable<connection> connect(const std::string& dsn);
[[nodiscard]] PGCORO_DECL boost::asio::awaitable<connection> connect(const char* dsn);

}  // namespace pgcoro
