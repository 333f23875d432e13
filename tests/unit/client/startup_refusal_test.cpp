// What a server may ask for or say while a session begins, and what pgcoro refuses.
#include <array>

#include <pgcoro/sqlstate.hpp>

#include "support/fake_server.hpp"

namespace pgcoro::test {
namespace {

const std::string ask_for_password =
    bytes_of(protocol::authentication{protocol::authentication_kind::cleartext_password});

std::string offer(std::string_view mechanism) {
  const std::array<std::string_view, 1> mechanisms{mechanism};
  return bytes_of(protocol::authentication{protocol::authentication_kind::sasl, {}, mechanisms});
}

/// Answers StartupMessage with these bytes; how connecting fails. The client must have sent nothing more.
asio::awaitable<error_info> answered_with(std::string reply, std::string more_options) {
  fake_server server(co_await asio::this_coro::executor);
  connection db;
  pending connecting = co_await start_connect(server.options(more_options), db);
  fake_peer peer = co_await server.accept();
  co_await peer.initial();
  co_await peer.send(std::move(reply));
  const client_message answer = co_await peer.read();
  EXPECT_EQ(answer.type, 0) << "the client answered with " << answer.type;
  const error_info failed = co_await connecting.outcome();
  EXPECT_TRUE(failed.safe_to_retry());
  EXPECT_EQ(failed.host(), server.label());
  EXPECT_EQ(std::string(failed.what()).find("hush"), std::string::npos) << "the password is in " << failed.what();
  co_return failed;
}

ASYNC_TEST(startup_refusal, no_password_goes_out_where_require_auth_forbids_it) {
  const error_info failed = co_await answered_with(ask_for_password, "require_auth=scram-sha-256");
  EXPECT_EQ(failed.code(), errc::authentication_refused);
  EXPECT_EQ(failed.stage(), "authentication");
}

ASYNC_TEST(startup_refusal, AuthenticationOk_without_the_required_exchange) {
  const greeting words;
  const error_info failed = co_await answered_with(words.bytes(), "require_auth=scram-sha-256");
  EXPECT_EQ(failed.code(), errc::authentication_refused);
}

ASYNC_TEST(startup_refusal, AuthenticationOk_where_channel_binding_is_required) {
  const greeting words;
  const error_info failed = co_await answered_with(words.bytes(), "channel_binding=require");
  EXPECT_EQ(failed.code(), errc::authentication_refused);
}

ASYNC_TEST(startup_refusal, a_password_where_channel_binding_is_required) {
  const error_info failed = co_await answered_with(ask_for_password, "channel_binding=require");
  EXPECT_EQ(failed.code(), errc::authentication_refused);
}

ASYNC_TEST(startup_refusal, plain_scram_where_channel_binding_is_required) {
  const error_info failed = co_await answered_with(offer("SCRAM-SHA-256"), "channel_binding=require");
  EXPECT_EQ(failed.code(), errc::authentication_refused);
}

ASYNC_TEST(startup_refusal, mechanisms_that_nobody_knows) {
  const error_info failed = co_await answered_with(offer("SCRAM-SHA-1024"), "");
  EXPECT_EQ(failed.code(), errc::authentication_unsupported);
}

ASYNC_TEST(startup_refusal, an_end_of_sasl_that_was_never_begun) {
  const std::string final = "v=0000";
  const error_info failed = co_await answered_with(
      bytes_of(protocol::authentication{protocol::authentication_kind::sasl_final, {}, {}, protocol::as_bytes(final)}),
      "");
  EXPECT_TRUE(failed.code() == errc::protocol_error || failed.code() == errc::authentication_failed) << failed.what();
}

ASYNC_TEST(startup_refusal, ParameterStatus_before_authentication) {
  const error_info failed = co_await answered_with(bytes_of(protocol::parameter_status{"client_encoding", "UTF8"}), "");
  EXPECT_EQ(failed.code(), errc::protocol_error);
}

ASYNC_TEST(startup_refusal, a_client_encoding_other_than_UTF8) {
  greeting words;
  words.client_encoding = "LATIN1";
  const error_info failed = co_await answered_with(words.bytes(), "");
  EXPECT_EQ(failed.code(), errc::unsupported_server);
  EXPECT_NE(failed.message().find("LATIN1"), std::string::npos);
}

ASYNC_TEST(startup_refusal, a_long_cancel_key_in_protocol_3_0) {
  const greeting words(1, std::string(32, 'k'));
  const error_info failed = co_await answered_with(words.bytes(), "");
  EXPECT_EQ(failed.code(), errc::protocol_error);
}

ASYNC_TEST(startup_refusal, an_older_protocol_than_asked_for) {
  const error_info failed =
      co_await answered_with(bytes_of(protocol::negotiate_protocol_version{protocol::protocol_3_0}),
                             "min_protocol_version=3.2 max_protocol_version=3.2");
  EXPECT_EQ(failed.code(), errc::unsupported_server);
}

ASYNC_TEST(startup_refusal, a_gigabyte_of_error_before_authentication) {
  const char claim[] = {'E', 0x3f, '\xff', '\xff', '\xff', 'S'};
  const error_info failed = co_await answered_with(std::string(claim, sizeof claim), "");
  EXPECT_TRUE(failed.code() == errc::protocol_error || failed.code() == errc::message_too_large) << failed.what();
}

ASYNC_TEST(startup_refusal, an_error_without_terminator) {
  const char cut[] = {'E', 0, 0, 0, 9, 'M', 'a', 'b', 'c', 'd'};
  const error_info failed = co_await answered_with(std::string(cut, sizeof cut), "");
  EXPECT_EQ(failed.code(), errc::protocol_error);
}

ASYNC_TEST(startup_refusal, an_error_of_the_server_is_told_in_its_own_words) {
  const error_info failed =
      co_await answered_with(error_message("FATAL", "3D000", "database \"test\" does not exist"), "");
  EXPECT_EQ(failed.code(), sqlstate::invalid_catalog_name);
  EXPECT_EQ(failed.message(), "database \"test\" does not exist");
}

ASYNC_TEST(startup_refusal, a_request_for_the_password_in_mid_session) {
  fake_server server(co_await asio::this_coro::executor);
  served s = co_await open_session(server, server.options());
  pending query = co_await start(s.db.execute("SELECT 1"));
  co_await s.peer.query();
  co_await s.peer.send(ask_for_password);
  EXPECT_EQ((co_await query.outcome()).code(), errc::protocol_error);
  const client_message answer = co_await s.peer.read();
  EXPECT_EQ(answer.type, 0) << "no password goes out";
}

ASYNC_TEST(startup_refusal, a_client_encoding_that_changes_in_mid_session) {
  fake_server server(co_await asio::this_coro::executor);
  served s = co_await open_session(server, server.options());
  pending query = co_await start(s.db.execute("SET client_encoding = 'LATIN1'"));
  co_await s.peer.query();
  co_await s.peer.send(bytes_of(protocol::parameter_status{"client_encoding", "LATIN1"}) + completed("SET"));
  EXPECT_EQ((co_await query.outcome()).code(), errc::unsupported_server);
  EXPECT_FALSE(s.db.is_open());
}

ASYNC_TEST(startup_refusal, a_NUL_in_a_startup_value_is_refused_before_anything_is_sent) {
  fake_server server(co_await asio::this_coro::executor);
  connect_options options = server.options();
  options.application_name = std::string("x\0user\0admin", 12);
  const error_info failed = co_await error_of(connect(options));
  EXPECT_TRUE(failed);
  if (co_await server.somebody_calls()) {
    fake_peer peer = co_await server.accept();
    const client_message nothing = co_await peer.read();
    EXPECT_EQ(nothing.type, 0);
  }
}

}  // namespace
}  // namespace pgcoro::test
