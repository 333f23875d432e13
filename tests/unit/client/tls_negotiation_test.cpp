// SSLRequest and what may come of it, mode by mode.
#include "support/fake_server.hpp"

namespace pgcoro::test {
namespace {

const identity& server_identity() {
  static const identity authority = make_authority("the test's authority");
  static const identity made = issue(authority, {.common_name = "127.0.0.1", .names = "IP:127.0.0.1"});
  return made;
}

std::string root_file() {
  static const temporary_folder files;
  static const std::string path = files.write("root.crt", server_identity().certificate_pem());
  return path;
}

constexpr auto ssl_request = static_cast<std::uint32_t>(protocol::initial_request::ssl);

class refusing_mode : public testing::TestWithParam<const char*> {};

TEST_P(refusing_mode, takes_no_plain_connection) {
  run([]() -> asio::awaitable<void> {
    fake_server server(co_await asio::this_coro::executor);
    connection db;
    pending connecting = co_await start_connect(
        server.options("sslmode=" + std::string(GetParam()) + " sslrootcert=" + root_file()), db);
    fake_peer peer = co_await server.accept();
    const std::string asked = co_await peer.initial();
    EXPECT_EQ(fake_peer::initial_code(asked), ssl_request);
    co_await peer.send("N");
    const error_info failed = co_await connecting.outcome();
    EXPECT_EQ(failed.code(), errc::tls_not_supported);
    EXPECT_EQ(failed.host(), server.label());
    co_await peer.until_closed();
    EXPECT_FALSE(co_await server.somebody_calls()) << "it is not tried without TLS";
  });
}

INSTANTIATE_TEST_SUITE_P(sslmode, refusing_mode, testing::Values("require", "verify-ca", "verify-full"),
                         [](const auto& given) {
                           std::string name = given.param;
                           for (char& c : name)
                             if (c == '-') c = '_';
                           return name;
                         });

ASYNC_TEST(sslmode, disable_does_not_ask_for_TLS) {
  fake_server server(co_await asio::this_coro::executor);
  const served s = co_await open_session(server, server.options("sslmode=disable"));
  EXPECT_FALSE(s.db.is_encrypted());
}

ASYNC_TEST(sslmode, prefer_goes_on_without_TLS_on_the_same_connection) {
  fake_server server(co_await asio::this_coro::executor);
  connection db;
  pending connecting = co_await start_connect(server.options("sslmode=prefer"), db);
  fake_peer peer = co_await server.accept();
  const std::string asked = co_await peer.initial();
  EXPECT_EQ(fake_peer::initial_code(asked), ssl_request);
  co_await peer.send("N");
  co_await peer.let_in();
  EXPECT_FALSE(co_await connecting.outcome());
  EXPECT_FALSE(db.is_encrypted());
}

ASYNC_TEST(sslmode, prefer_never_falls_back_after_a_failed_handshake) {
  fake_server server(co_await asio::this_coro::executor);
  connection db;
  pending connecting = co_await start_connect(server.options("sslmode=prefer"), db);
  fake_peer peer = co_await server.accept();
  co_await peer.initial();
  co_await peer.send("S");
  peer.close();
  EXPECT_TRUE(co_await connecting.outcome());
  EXPECT_FALSE(co_await server.somebody_calls());
}

ASYNC_TEST(sslmode, prefer_takes_no_answer_but_N_for_a_refusal) {
  fake_server server(co_await asio::this_coro::executor);
  connection db;
  pending connecting = co_await start_connect(server.options("sslmode=prefer"), db);
  fake_peer peer = co_await server.accept();
  co_await peer.initial();
  co_await peer.send("R");
  const error_info failed = co_await connecting.outcome();
  EXPECT_EQ(failed.code(), errc::protocol_error);
  EXPECT_FALSE(co_await server.somebody_calls());
}

ASYNC_TEST(sslmode, allow_tries_again_with_TLS_where_the_server_refuses_without) {
  fake_server server(co_await asio::this_coro::executor);
  connection db;
  pending connecting = co_await start_connect(server.options("sslmode=allow"), db);
  fake_peer plain = co_await server.accept();
  co_await plain.initial();
  co_await plain.send(error_message("FATAL", "28000", "no pg_hba.conf entry, no encryption"));
  plain.close();
  fake_peer peer = co_await server.accept();
  co_await peer.encrypt(server_identity());
  co_await peer.let_in();
  const error_info failed = co_await connecting.outcome();
  EXPECT_FALSE(failed) << failed.what();
  EXPECT_TRUE(db.is_encrypted());
}

ASYNC_TEST(tls_start, bytes_behind_the_S_are_not_taken_as_if_they_came_over_TLS) {
  fake_server server(co_await asio::this_coro::executor);
  connection db;
  pending connecting = co_await start_connect(server.options("sslmode=require"), db);
  fake_peer peer = co_await server.accept();
  co_await peer.initial();
  const greeting words;
  co_await peer.send("S" + words.bytes() + error_message("ERROR", "XX000", "injected"));
  const error_info failed = co_await connecting.outcome();
  EXPECT_EQ(failed.code(), errc::tls_failed);
  EXPECT_EQ(failed.what().find("injected"), std::string::npos) << failed.what();
  EXPECT_FALSE(db.is_open());
}

ASYNC_TEST(tls_start, bytes_between_the_S_and_a_true_handshake_break_it) {
  fake_server server(co_await asio::this_coro::executor);
  connection db;
  pending connecting = co_await start_connect(server.options("sslmode=require"), db);
  fake_peer peer = co_await server.accept();
  co_await peer.initial();
  co_await peer.send("S" + ready());
  co_await peer.shake_hands(server_identity());
  EXPECT_EQ((co_await connecting.outcome()).code(), errc::tls_failed);
}

ASYNC_TEST(tls_start, an_error_in_clear_text_is_not_shown_where_TLS_is_required) {
  fake_server server(co_await asio::this_coro::executor);
  connection db;
  pending connecting = co_await start_connect(server.options("sslmode=require"), db);
  fake_peer peer = co_await server.accept();
  co_await peer.initial();
  co_await peer.send(error_message("FATAL", "XX000", "send your password to evil.example"));
  const error_info failed = co_await connecting.outcome();
  EXPECT_TRUE(failed);
  EXPECT_EQ(failed.server(), nullptr);
  EXPECT_EQ(failed.what().find("evil"), std::string::npos) << failed.what();
}

ASYNC_TEST(tls_start, the_handshake_may_come_byte_by_byte) {
  fake_server server(co_await asio::this_coro::executor);
  connection db;
  pending connecting = co_await start_connect(server.options("sslmode=require"), db);
  fake_peer peer = co_await server.accept();
  co_await peer.encrypt(server_identity());
  co_await peer.initial();
  const greeting words;
  co_await peer.trickle(words.bytes());
  EXPECT_FALSE(co_await connecting.outcome());
  EXPECT_TRUE(db.is_encrypted());
}

ASYNC_TEST(tls_start, nothing_else_is_sent_before_the_answer) {
  fake_server server(co_await asio::this_coro::executor);
  connection db;
  pending connecting = co_await start_connect(server.options("sslmode=require"), db);
  fake_peer peer = co_await server.accept();
  co_await peer.initial();
  EXPECT_TRUE(co_await peer.hears_nothing()) << "user and database would go out in clear text";
  connecting.cancel();
  EXPECT_TRUE(co_await connecting.outcome());
}

}  // namespace
}  // namespace pgcoro::test
