// A server that says what a test tells it to, when the test tells it to, on the test's own io_context.
//
//   fake_server server(co_await asio::this_coro::executor);
//   served s = co_await open_session(server, server.options());
//   pending query = co_await start(s.db.execute("SELECT 1"));
//   EXPECT_EQ(co_await s.peer.query(), "SELECT 1");
//   co_await s.peer.send(completed("SELECT 1"));
//   EXPECT_FALSE(co_await query.outcome());
//
// It is written with pgcoro's own protocol writers and parsers. Statements are sent by the simple protocol unless a
// test asks for another mode, so that one message is one statement.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include <pgcoro/connect_options.hpp>
#include <pgcoro/connection.hpp>
#include <pgcoro/protocol/backend.hpp>
#include <pgcoro/protocol/frontend.hpp>

#include "support/async_test.hpp"
#include "support/tls_memory_server.hpp"

namespace pgcoro::test {

/// Messages as bytes.
template <class... Message>
std::string bytes_of(const Message&... messages) {
  protocol::buffer all;
  (static_cast<void>(protocol::write(all, messages)), ...);
  return std::string(protocol::as_text(all.data()));
}

/// CommandComplete and ReadyForQuery: the whole reply to a simple statement without rows.
std::string completed(std::string_view tag);
std::string ready(protocol::transaction_status status = protocol::transaction_status::idle);
/// ErrorResponse alone.
std::string error_message(std::string_view severity, std::string_view sqlstate, std::string_view message);
/// ErrorResponse 57014 and ReadyForQuery: what a cancelled statement ends with.
std::string cancelled();
/// RowDescription of text columns named c1, c2 …, and DataRow messages of that many fields.
std::string text_columns(int count);
std::string text_row(std::span<const std::string_view> fields);
template <class... Text>
std::string text_row(const Text&... fields) {
  const std::string_view all[] = {fields...};
  return text_row(std::span<const std::string_view>(all));
}

/// AuthenticationOk up to ReadyForQuery.
class greeting {
 public:
  explicit greeting(std::uint32_t id = 4242, std::string secret = "key!") : process_id(id), key(std::move(secret)) {}

  std::uint32_t process_id;
  std::string key;
  std::string server_version = "18.0 (fake)";
  std::string client_encoding = "UTF8";
  std::string in_hot_standby = "off";
  std::string default_transaction_read_only = "off";

  std::string bytes() const;
};

struct client_message {
  char type = 0;
  std::string body;
};

/// The server's end of one connection.
class fake_peer {
 public:
  explicit fake_peer(const asio::any_io_executor& executor) : socket_(executor) {}

  /// One packet without a type byte, whole: StartupMessage, SSLRequest, CancelRequest. Its code is `initial_code`.
  asio::awaitable<std::string> initial();
  static std::uint32_t initial_code(const std::string& packet);
  /// Expects a CancelRequest.
  asio::awaitable<void> expect_cancel(std::uint32_t process_id, std::string key);
  /// Expects a StartupMessage and lets the client in.
  asio::awaitable<void> let_in(greeting words = greeting());
  /// Expects SSLRequest, answers 'S' and shakes hands.
  asio::awaitable<void> encrypt(const identity& own);
  /// The server's half of the handshake, which the client begins.
  asio::awaitable<void> shake_hands(const identity& own);

  /// The next message of an open session; type 0 where the client has closed.
  asio::awaitable<client_message> read();
  /// Expects Query and gives its text.
  asio::awaitable<std::string> query();
  /// The types of all messages up to the next Sync, Flush, Query or Terminate.
  asio::awaitable<std::string> types();

  asio::awaitable<void> send(std::string bytes);
  /// Each byte in a segment of its own, the client taking each before the next.
  asio::awaitable<void> trickle(std::string bytes);

  /// Waits until the client closes; what it sends meanwhile is dropped.
  asio::awaitable<void> until_closed();
  /// Whether the client has sent nothing that was not read; after everything that is ready has run.
  asio::awaitable<bool> hears_nothing();

  void close();
  /// Closes with RST.
  void reset();

  asio::ip::tcp::socket& socket() noexcept { return socket_; }

 private:
  /// More bytes into `in_`; false at the end.
  asio::awaitable<bool> receive();
  asio::awaitable<void> write(std::string bytes);

  asio::ip::tcp::socket socket_;
  protocol::buffer in_;
  std::unique_ptr<memory_server> tls_;
};

class fake_server {
 public:
  explicit fake_server(const asio::any_io_executor& executor);

  /// Address, user, a password, sslmode=disable, the simple protocol; `more` is a connection string's options.
  connect_options options(const std::string& more = {}) const;
  unsigned short port() const;
  /// "127.0.0.1:port", as errors name it.
  std::string label() const;

  asio::awaitable<fake_peer> accept();
  /// Whether a connection waits to be accepted; after everything that is ready has run.
  asio::awaitable<bool> somebody_calls();
  /// From here on connections are refused.
  void stop();

  asio::ip::tcp::acceptor& acceptor() noexcept { return acceptor_; }

 private:
  asio::ip::tcp::acceptor acceptor_;
};

/// An open connection and the server's end of it.
struct served {
  explicit served(fake_peer p) : peer(std::move(p)) {}
  connection db;
  fake_peer peer;
};

/// A client that is let in.
asio::awaitable<served> open_session(fake_server& server, connect_options options, greeting words = greeting());

/// Starts connect() into `db`.
asio::awaitable<pending> start_connect(connect_options options, connection& db);

}  // namespace pgcoro::test
