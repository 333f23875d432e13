#include "support/fake_server.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <poll.h>
#include <stdexcept>
#include <vector>

namespace pgcoro::test {
namespace {

using boost::system::error_code;
using tcp = asio::ip::tcp;

auto into(error_code& code) { return asio::redirect_error(asio::use_awaitable, code); }

asio::awaitable<void> connect_into(connect_options options, connection& db) {
  db = co_await connect(std::move(options));
}

}  // namespace

// Replies

std::string completed(std::string_view tag) { return bytes_of(protocol::command_complete{tag}) + ready(); }

std::string ready(protocol::transaction_status status) { return bytes_of(protocol::ready_for_query{status}); }

std::string error_message(std::string_view severity, std::string_view sqlstate, std::string_view message) {
  const std::vector<protocol::error_field> fields{{'S', severity}, {'V', severity}, {'C', sqlstate}, {'M', message}};
  return bytes_of(protocol::error_response{fields});
}

std::string cancelled() { return error_message("ERROR", "57014", "canceling statement due to user request") + ready(); }

std::string text_columns(int count) {
  constexpr oid text = 25;
  std::vector<std::string> names;
  for (int i = 1; i <= count; ++i) names.push_back("c" + std::to_string(i));
  std::vector<protocol::column_description> columns;
  for (const std::string& name : names) columns.push_back({.name = name, .type = text, .type_size = -1});
  return bytes_of(protocol::row_description{columns});
}

std::string text_row(std::span<const std::string_view> fields) {
  std::vector<protocol::field> values;
  for (const std::string_view f : fields)
    values.push_back({protocol::as_bytes(f).data(), static_cast<std::int32_t>(f.size())});
  return bytes_of(protocol::data_row{values});
}

std::string greeting::bytes() const {
  return bytes_of(protocol::authentication{}, protocol::parameter_status{"client_encoding", client_encoding},
                  protocol::parameter_status{"server_version", server_version},
                  protocol::parameter_status{"in_hot_standby", in_hot_standby},
                  protocol::parameter_status{"default_transaction_read_only", default_transaction_read_only},
                  protocol::backend_key_data{process_id, protocol::as_bytes(key)}) +
         ready();
}

// fake_peer

asio::awaitable<bool> fake_peer::receive() {
  char chunk[16 * 1024];
  error_code code;
  const std::size_t n = co_await socket_.async_read_some(asio::buffer(chunk), into(code));
  if (code) co_return false;
  if (tls_) {
    tls_->receive({chunk, n});
    in_.append(tls_->read());
  } else {
    in_.append(std::string_view(chunk, n));
  }
  co_return true;
}

asio::awaitable<void> fake_peer::write(std::string bytes) {
  error_code ignored;  // a client that has gone is what the test is about
  co_await asio::async_write(socket_, asio::buffer(bytes), into(ignored));
}

asio::awaitable<void> fake_peer::send(std::string bytes) {
  if (tls_) {
    tls_->write(bytes);
    bytes = tls_->send();
  }
  co_await write(std::move(bytes));
}

asio::awaitable<void> fake_peer::trickle(std::string bytes) {
  for (const char byte : bytes) {
    std::string one(1, byte);
    co_await send(std::move(one));
    co_await settle();
  }
}

asio::awaitable<std::string> fake_peer::initial() {
  for (;;) {
    protocol::initial_packet packet;
    protocol::protocol_error wrong;
    const protocol::frame_status status = protocol::next_initial(in_.data(), packet, wrong);
    if (status == protocol::frame_status::complete) {
      const std::string whole(protocol::as_text(in_.data().first(packet.size())));
      in_.consume(packet.size());
      co_return whole;
    }
    if (status == protocol::frame_status::failed) throw std::runtime_error("the client begins with no packet");
    const bool more = co_await receive();
    if (!more) throw std::runtime_error("the client closed where it should have begun a session");
  }
}

std::uint32_t fake_peer::initial_code(const std::string& packet) {
  return protocol::load_be<std::uint32_t>(protocol::as_bytes(packet).data() + 4);
}

asio::awaitable<void> fake_peer::expect_cancel(std::uint32_t process_id, std::string key) {
  const std::string whole = co_await initial();
  protocol::initial_packet packet;
  protocol::protocol_error wrong;
  protocol::cancel_request request;
  EXPECT_EQ(protocol::next_initial(protocol::as_bytes(whole), packet, wrong), protocol::frame_status::complete);
  EXPECT_FALSE(protocol::parse(packet, request)) << "a CancelRequest was expected";
  EXPECT_EQ(request.process_id, process_id);
  EXPECT_EQ(protocol::as_text(request.key), key);
}

asio::awaitable<void> fake_peer::let_in(greeting words) {
  const std::string packet = co_await initial();
  EXPECT_EQ(initial_code(packet) >> 16, 3u) << "a StartupMessage was expected";
  co_await send(words.bytes());
}

asio::awaitable<void> fake_peer::encrypt(const identity& own) {
  const std::string packet = co_await initial();
  EXPECT_EQ(initial_code(packet), static_cast<std::uint32_t>(protocol::initial_request::ssl));
  co_await send("S");
  co_await shake_hands(own);
}

asio::awaitable<void> fake_peer::shake_hands(const identity& own) {
  tls_ = std::make_unique<memory_server>(own);
  for (bool done = false; !done;) {
    const bool more = co_await receive();
    if (!more) co_return;  // the client's side of the story is told by its error
    done = tls_->handshake();
    co_await write(tls_->send());
  }
  in_.append(tls_->read());
}

asio::awaitable<client_message> fake_peer::read() {
  protocol::message_framer framer({}, protocol::sender::client);
  framer.authenticated();
  for (;;) {
    protocol::message_view message;
    const protocol::frame_status status = framer.next(in_.data(), message);
    if (status == protocol::frame_status::complete) {
      client_message whole;
      whole.type = message.type;
      whole.body = protocol::as_text(message.body);
      in_.consume(message.size());
      co_return whole;
    }
    if (status == protocol::frame_status::failed) throw std::runtime_error("the client sends no message");
    const bool more = co_await receive();
    if (!more) co_return client_message();
  }
}

asio::awaitable<std::string> fake_peer::query() {
  const client_message message = co_await read();
  EXPECT_EQ(message.type, 'Q') << "Query was expected";
  co_return message.body.substr(0, message.body.find('\0'));
}

asio::awaitable<std::string> fake_peer::types() {
  std::string all;
  for (;;) {
    const client_message message = co_await read();
    if (message.type == 0) co_return all;
    all += message.type;
    if (std::string_view("SHQX").find(message.type) != std::string_view::npos) co_return all;
  }
}

asio::awaitable<void> fake_peer::until_closed() {
  bool more = true;
  while (more) more = co_await receive();
  in_.clear();
}

asio::awaitable<bool> fake_peer::hears_nothing() {
  co_await settle();
  co_return in_.empty() && socket_.available() == 0;
}

void fake_peer::close() {
  error_code ignored;
  socket_.close(ignored);
}

void fake_peer::reset() {
  socket_.set_option(asio::socket_base::linger(true, 0));
  close();
}

// fake_server

fake_server::fake_server(const asio::any_io_executor& executor)
    : acceptor_(executor, tcp::endpoint(asio::ip::address_v4::loopback(), 0)) {}

unsigned short fake_server::port() const { return acceptor_.local_endpoint().port(); }

std::string fake_server::label() const { return "127.0.0.1:" + std::to_string(port()); }

connect_options fake_server::options(const std::string& more) const {
  connect_options made("host=127.0.0.1 port=" + std::to_string(port()) +
                       " user=tester dbname=test password=hush sslmode=disable " + more);
  made.statement_mode = statement_mode::simple;
  return made;
}

asio::awaitable<fake_peer> fake_server::accept() {
  const asio::any_io_executor executor = acceptor_.get_executor();
  fake_peer peer(executor);
  co_await acceptor_.async_accept(peer.socket(), asio::use_awaitable);
  peer.socket().set_option(tcp::no_delay(true));
  co_return peer;
}

asio::awaitable<bool> fake_server::somebody_calls() {
  co_await settle();
  pollfd listening{acceptor_.native_handle(), POLLIN, 0};
  co_return poll(&listening, 1, 0) > 0;
}

void fake_server::stop() { acceptor_.close(); }

asio::awaitable<pending> start_connect(connect_options options, connection& db) {
  pending connecting = co_await start(connect_into(std::move(options), db));
  co_return connecting;
}

asio::awaitable<served> open_session(fake_server& server, connect_options options, greeting words) {
  connection db;
  pending connecting = co_await start_connect(std::move(options), db);
  fake_peer peer = co_await server.accept();
  co_await peer.let_in(std::move(words));
  const error_info failed = co_await connecting.outcome();
  if (failed) throw std::runtime_error(failed.what());
  served made(std::move(peer));
  made.db = std::move(db);
  co_return made;
}

}  // namespace pgcoro::test
