// The connection behind a replication::connection: commands by the simple protocol, and the way to a new connection.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <memory>
#include <string>
#include <utility>

#include <pgcoro/connect_options.hpp>
#include <pgcoro/connection.hpp>
#include <pgcoro/result.hpp>

#include "replication/commands.hpp"

namespace pgcoro::detail {

class replication_session {
 public:
  explicit replication_session(connect_options options) : options_(std::move(options)) {}

  /// Connects, anew where it was connected. Throws.
  boost::asio::awaitable<void> connect();

  /// For the connections to come, where the options have no limit of their own.
  void limit_connecting(std::chrono::milliseconds limit) {
    if (!options_.connect_timeout) options_.connect_timeout = limit;
  }

  /// Runs a command that answers with rows in text. Throws.
  boost::asio::awaitable<result> run(command_text text);
  /// The one row of its answer; errc::protocol_error where there is none or where it has too few columns.
  boost::asio::awaitable<result> run_for_row(command_text text, std::size_t columns);

  connection& db() noexcept { return db_; }
  std::shared_ptr<connection_core> core() const noexcept { return db_.core(); }
  int version() const noexcept { return version_; }

  /// A walsender that has ended a logical stream begins no other one: it ends each at once, up to PostgreSQL 18.
  void wear_out() noexcept { worn_out_ = true; }
  bool worn_out() const noexcept { return worn_out_; }

 private:
  /// Gives what a connection keeps to itself.
  class open_connection : public connection {
   public:
    open_connection() noexcept = default;
    explicit open_connection(connection&& opened) noexcept : connection(std::move(opened)) {}
    const std::shared_ptr<connection_core>& core() const noexcept { return core_; }
  };

  connect_options options_;
  open_connection db_;
  int version_ = 0;
  bool worn_out_ = false;
};

}  // namespace pgcoro::detail
