// A server that falls silent at each stage of connecting: connect_timeout and cancellation both get control back.
#include <array>
#include <sys/socket.h>
#include <vector>

#include "support/fake_server.hpp"

namespace pgcoro::test {
namespace {

const identity& server_identity() {
  static const identity authority = make_authority("the test's authority");
  static const identity made = issue(authority, {.common_name = "127.0.0.1", .names = "IP:127.0.0.1"});
  return made;
}

struct silence {
  const char* after;
  const char* options;
  const char* stage;  ///< what the error says was being done
  asio::awaitable<void> (*script)(fake_peer&);
};

asio::awaitable<void> say_nothing(fake_peer& peer) { co_await peer.initial(); }

asio::awaitable<void> agree_to_tls(fake_peer& peer) {
  co_await peer.initial();
  co_await peer.send("S");
}

asio::awaitable<void> shake_hands(fake_peer& peer) {
  co_await peer.encrypt(server_identity());
  co_await peer.initial();
}

asio::awaitable<void> ask_for_the_password(fake_peer& peer) {
  co_await peer.initial();
  co_await peer.send(bytes_of(protocol::authentication{protocol::authentication_kind::cleartext_password}));
  co_await peer.read();
}

asio::awaitable<void> ask_for_scram(fake_peer& peer) {
  co_await peer.initial();
  const std::array<std::string_view, 1> mechanisms{"SCRAM-SHA-256"};
  co_await peer.send(bytes_of(protocol::authentication{protocol::authentication_kind::sasl, {}, mechanisms}));
  co_await peer.read();
}

asio::awaitable<void> accept_the_client(fake_peer& peer) {
  co_await peer.initial();
  co_await peer.send(bytes_of(protocol::authentication{}));
}

asio::awaitable<void> stop_in_the_middle_of_a_message(fake_peer& peer) {
  co_await peer.initial();
  const greeting words;
  co_await peer.send(words.bytes().substr(0, 20));
}

const silence silences[] = {
    {"accept", "", "authentication", say_nothing},
    {"SSLRequest", "sslmode=require", "TLS negotiation", say_nothing},
    {"S", "sslmode=require", "TLS handshake", agree_to_tls},
    {"no word at all with direct TLS", "sslmode=require sslnegotiation=direct", "TLS handshake", nullptr},
    {"handshake", "sslmode=require", "authentication", shake_hands},
    {"password", "", "authentication", ask_for_the_password},
    {"SASLInitialResponse", "", "authentication", ask_for_scram},
    {"AuthenticationOk", "", "authentication", accept_the_client},
    {"half a message", "", "authentication", stop_in_the_middle_of_a_message},
};

class silent_server : public testing::TestWithParam<silence> {};

TEST_P(silent_server, is_left_when_connecting_is_cancelled) {
  run([]() -> asio::awaitable<void> {
    const silence& silent = GetParam();
    fake_server server(co_await asio::this_coro::executor);
    connection db;
    pending connecting = co_await start_connect(server.options(silent.options), db);
    fake_peer peer = co_await server.accept();
    if (silent.script) co_await silent.script(peer);
    co_await settle();
    EXPECT_FALSE(connecting.ended());
    connecting.cancel();
    const error_info failed = co_await connecting.outcome();
    EXPECT_EQ(failed.code(), asio::error::operation_aborted);
    EXPECT_EQ(failed.stage(), silent.stage);
    EXPECT_EQ(failed.host(), server.label());
    EXPECT_TRUE(failed.safe_to_retry());
    co_await peer.until_closed();
  });
}

TEST_P(silent_server, is_left_after_connect_timeout) {
  run([]() -> asio::awaitable<void> {
    const silence& silent = GetParam();
    fake_server server(co_await asio::this_coro::executor);
    connect_options options = server.options(silent.options);
    options.connect_timeout = 400ms;
    connection db;
    pending connecting = co_await start_connect(options, db);
    fake_peer peer = co_await server.accept();
    if (silent.script) co_await silent.script(peer);
    const error_info failed = co_await connecting.outcome();
    EXPECT_EQ(failed.code(), errc::timeout) << failed.what();
    EXPECT_EQ(failed.host(), server.label());
    EXPECT_TRUE(failed.is_transient());
    co_await peer.until_closed();
  });
}

INSTANTIATE_TEST_SUITE_P(stages, silent_server, testing::ValuesIn(silences), [](const auto& given) {
  std::string name = std::string("silent_after_") + given.param.after;
  for (char& c : name)
    if (c == ' ') c = '_';
  return name;
});

ASYNC_TEST(connect_timeout, is_one_for_the_whole_attempt_and_not_for_each_message) {
  fake_server server(co_await asio::this_coro::executor);
  connect_options options = server.options();
  options.connect_timeout = 300ms;
  connection db;
  pending connecting = co_await start_connect(options, db);
  fake_peer peer = co_await server.accept();
  co_await peer.initial();
  co_await peer.send(bytes_of(protocol::authentication{}));
  while (!connecting.ended()) {  // never silent for as long as the limit
    co_await peer.send(bytes_of(protocol::parameter_status{"application_name", "endless"}));
    co_await sleep_for(20ms);
  }
  EXPECT_EQ((co_await connecting.outcome()).code(), errc::timeout);
}

ASYNC_TEST(connect_timeout, holds_where_no_address_answers) {
  const asio::any_io_executor executor = co_await asio::this_coro::executor;
  fake_server server(executor);
  server.acceptor().listen(0);  // a queue for one connection, which the next ones fill
  std::vector<asio::ip::tcp::socket> crowd;
  for (int i = 0; i < 4; ++i) {
    asio::ip::tcp::socket& one = crowd.emplace_back(executor);
    one.open(asio::ip::tcp::v4());
    one.non_blocking(true);
    const auto address = server.acceptor().local_endpoint();
    EXPECT_LE(::connect(one.native_handle(), address.data(), static_cast<socklen_t>(address.size())), 0);
  }
  connect_options options = server.options();
  options.connect_timeout = 200ms;
  connection db;
  pending connecting = co_await start_connect(options, db);
  const error_info failed = co_await connecting.outcome();
  EXPECT_EQ(failed.code(), errc::timeout);
  EXPECT_EQ(failed.stage(), "connect");
}

ASYNC_TEST(connect_timeout, leaves_time_for_the_next_host) {
  const asio::any_io_executor executor = co_await asio::this_coro::executor;
  fake_server silent(executor);
  fake_server good(executor);
  connect_options options = silent.options("host=127.0.0.1,127.0.0.1 port=" + std::to_string(silent.port()) + "," +
                                           std::to_string(good.port()));
  options.connect_timeout = 1s;
  connection db;
  pending connecting = co_await start_connect(options, db);
  fake_peer black_hole = co_await silent.accept();
  fake_peer peer = co_await good.accept();
  co_await peer.let_in();
  const error_info failed = co_await connecting.outcome();
  EXPECT_FALSE(failed) << failed.what();
  EXPECT_TRUE(db.is_open());
}

}  // namespace
}  // namespace pgcoro::test
