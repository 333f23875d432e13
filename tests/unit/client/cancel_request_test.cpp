// What a CancelRequest carries, and connection::cancel().
#include <pgcoro/sqlstate.hpp>

#include "support/fake_server.hpp"

namespace pgcoro::test {
namespace {

const identity& authority() {
  static const identity made = make_authority("the test's authority");
  return made;
}

const identity& server_identity() {
  static const identity made = issue(authority(), {.common_name = "127.0.0.1", .names = "IP:127.0.0.1"});
  return made;
}

ASYNC_TEST(cancel_request, carries_the_process_id_and_the_key) {
  fake_server server(co_await asio::this_coro::executor);
  served s = co_await open_session(server, server.options(), greeting(0x89abcdef, "\x01\xff\x02z"));
  pending query = co_await start(s.db.execute("SELECT 1"));
  co_await s.peer.query();
  pending cancel = co_await start(s.db.cancel());
  fake_peer caller = co_await server.accept();
  co_await caller.expect_cancel(0x89abcdef, "\x01\xff\x02z");
  caller.close();
  EXPECT_FALSE(co_await cancel.outcome());
  co_await s.peer.send(cancelled());
  EXPECT_EQ((co_await query.outcome()).code(), sqlstate::query_canceled) << "the statement ends as the server says";
}

ASYNC_TEST(cancel_request, carries_a_long_key_of_protocol_3_2) {
  fake_server server(co_await asio::this_coro::executor);
  const std::string key(256, 'k');
  served s = co_await open_session(server, server.options("max_protocol_version=3.2"), greeting(1, key));
  pending cancel = co_await start(s.db.cancel());
  fake_peer caller = co_await server.accept();
  co_await caller.expect_cancel(1, key);
  caller.close();
  EXPECT_FALSE(co_await cancel.outcome());
}

ASYNC_TEST(cancel_request, is_encrypted_where_the_session_is) {
  fake_server server(co_await asio::this_coro::executor);
  const temporary_folder files;
  const std::string root = files.write("root.crt", authority().certificate_pem());
  connection db;
  pending connecting = co_await start_connect(server.options("sslmode=verify-full sslrootcert=" + root), db);
  fake_peer peer = co_await server.accept();
  co_await peer.encrypt(server_identity());
  co_await peer.let_in();
  const error_info failed = co_await connecting.outcome();
  EXPECT_FALSE(failed) << failed.what();
  EXPECT_TRUE(db.is_encrypted());

  pending query = co_await start(db.execute("SELECT 1"));
  EXPECT_EQ(co_await peer.query(), "SELECT 1");
  query.cancel();
  fake_peer caller = co_await server.accept();
  co_await caller.encrypt(server_identity());
  co_await caller.expect_cancel(4242, "key!");
  caller.close();
  co_await peer.send(cancelled());
  EXPECT_EQ((co_await query.outcome()).code(), asio::error::operation_aborted);
}

ASYNC_TEST(cancel_request, is_not_sent_in_clear_where_the_server_gives_up_TLS) {
  fake_server server(co_await asio::this_coro::executor);
  connection db;
  pending connecting = co_await start_connect(server.options("sslmode=prefer"), db);
  fake_peer peer = co_await server.accept();
  co_await peer.encrypt(server_identity());
  co_await peer.let_in();
  EXPECT_FALSE(co_await connecting.outcome());
  pending cancel = co_await start(db.cancel());
  fake_peer caller = co_await server.accept();
  const std::string asked = co_await caller.initial();
  EXPECT_EQ(fake_peer::initial_code(asked), static_cast<std::uint32_t>(protocol::initial_request::ssl));
  co_await caller.send("N");
  EXPECT_TRUE(co_await cancel.outcome());
  EXPECT_TRUE(db.is_open()) << "a cancel that could not be delivered harms nobody";
}

ASYNC_TEST(cancel_request, waits_for_the_server_to_close) {
  fake_server server(co_await asio::this_coro::executor);
  served s = co_await open_session(server, server.options());
  pending cancel = co_await start(s.db.cancel());
  fake_peer caller = co_await server.accept();
  co_await caller.expect_cancel(4242, "key!");
  co_await settle();
  EXPECT_FALSE(cancel.ended());
  pending next = co_await start(s.db.execute("SELECT 1"));
  EXPECT_TRUE(co_await s.peer.hears_nothing()) << "the request could hit it";
  caller.close();
  EXPECT_FALSE(co_await cancel.outcome());
  EXPECT_EQ(co_await s.peer.query(), "SELECT 1");
  co_await s.peer.send(completed("SELECT 1"));
  EXPECT_FALSE(co_await next.outcome());
}

ASYNC_TEST(cancel_request, that_cannot_be_delivered_is_an_error_and_the_connection_goes_on) {
  fake_server server(co_await asio::this_coro::executor);
  served s = co_await open_session(server, server.options());
  server.stop();
  const error_info failed = co_await error_of(s.db.cancel());
  EXPECT_EQ(failed.code(), errc::connect_failed);
  EXPECT_TRUE(s.db.is_open());
  pending next = co_await start(s.db.execute("SELECT 1"));
  EXPECT_EQ(co_await s.peer.query(), "SELECT 1");
  co_await s.peer.send(completed("SELECT 1"));
  EXPECT_FALSE(co_await next.outcome());
}

}  // namespace
}  // namespace pgcoro::test
