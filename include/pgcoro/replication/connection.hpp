// A connection that replicates: slots, streams of changes or of the log, base backups.
//
//   auto repl = co_await replication::connect("postgresql://cdc@localhost/shop");
//   auto slot = co_await repl.create_logical_slot("shop_cdc", {.snapshot = replication::snapshot::export_});
//   auto changes = co_await repl.start_logical("shop_cdc", slot.consistent_point, pgoutput_options("shop"));
//
// Protocol documentation, "Streaming Replication Protocol". PostgreSQL 13 to 18; what the server is too old for is
// `errc::unsupported_server` and names the version that has it.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <pgcoro/config.hpp>
#include <pgcoro/connect_options.hpp>
#include <pgcoro/replication/base_backup.hpp>
#include <pgcoro/replication/pgoutput_options.hpp>
#include <pgcoro/replication/slot.hpp>
#include <pgcoro/replication/stream.hpp>
#include <pgcoro/result.hpp>

namespace pgcoro::detail {
class replication_session;
}

namespace pgcoro::replication {

/// Lives on the executor of the coroutine that called connect(); everything of it belongs there. One command at a time;
/// while a stream or a backup is open, others are `errc::connection_busy`. Texts are only read by the call, and need
/// not outlive it.
class PGCORO_DECL connection {
 public:
  /// Not connected.
  connection() noexcept;
  explicit connection(std::shared_ptr<detail::replication_session> session) noexcept;
  connection(connection&&) noexcept;
  connection& operator=(connection&&) noexcept;
  ~connection();

  [[nodiscard]] boost::asio::awaitable<system_identity> identify_system();
  /// A setting of the server, as SHOW has it.
  [[nodiscard]] boost::asio::awaitable<std::string> show(std::string_view setting);
  [[nodiscard]] boost::asio::awaitable<timeline_history> read_timeline_history(std::uint32_t timeline);
  /// A statement of SQL, of several results the last; values in text. Not on a physical connection. It is for what
  /// belongs on this connection: the transaction of `snapshot::use`, and what is read in it.
  [[nodiscard]] boost::asio::awaitable<result> query(std::string_view sql);

  [[nodiscard]] boost::asio::awaitable<created_slot> create_logical_slot(std::string_view name,
                                                                         logical_slot_options options = {});
  [[nodiscard]] boost::asio::awaitable<created_slot> create_physical_slot(std::string_view name,
                                                                          physical_slot_options options = {});
  /// Nothing where there is no such slot.
  [[nodiscard]] boost::asio::awaitable<std::optional<physical_slot_state>> read_slot(std::string_view name);
  [[nodiscard]] boost::asio::awaitable<void> alter_slot(std::string_view name, slot_changes changes);
  /// `wait`: until whoever reads it has ended; else that is an error.
  [[nodiscard]] boost::asio::awaitable<void> drop_slot(std::string_view name, bool wait = false);

  /// Changes from `from` on, or from where the slot stands if that is further; decoded by pgoutput.
  [[nodiscard]] boost::asio::awaitable<logical_stream> start_logical(std::string slot, lsn from,
                                                                     pgoutput_options plugin,
                                                                     stream_options options = {});
  /// The same with another output plugin, whose options are handed on as they are.
  using plugin_option_list = std::vector<std::pair<std::string, std::string>>;
  [[nodiscard]] boost::asio::awaitable<raw_stream> start_logical_raw(std::string slot, lsn from,
                                                                     plugin_option_list plugin = {},
                                                                     stream_options options = {});
  /// The log itself. `slot` empty: without one. `timeline` 0: the server's own.
  [[nodiscard]] boost::asio::awaitable<raw_stream> start_physical(std::string slot, lsn from,
                                                                  std::uint32_t timeline = 0,
                                                                  stream_options options = {});

  [[nodiscard]] boost::asio::awaitable<backup_stream> base_backup(base_backup_options options = {});

  /// The server's major version.
  [[nodiscard]] int server_version() const noexcept;
  [[nodiscard]] bool is_open() const noexcept;
  [[nodiscard]] boost::asio::awaitable<void> close();

 private:
  std::shared_ptr<detail::replication_session> session_;
};

/// Opens a connection that replicates, to `dbname` for logical replication unless `options.replication` says physical.
[[nodiscard]] PGCORO_DECL boost::asio::awaitable<connection> connect(connect_options options);

}  // namespace pgcoro::replication
