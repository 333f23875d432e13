// Peers that send a byte at a time, or take none for a while.
#include <pgcoro/protocol/query.hpp>

#include "support/fake_server.hpp"

namespace pgcoro::test {
namespace {

/// Far less than what is sent in these tests, and enough to be quick.
const asio::socket_base::receive_buffer_size small_window(64 * 1024);

std::string notice_message() {
  const std::vector<protocol::error_field> fields{{'S', "NOTICE"}, {'C', "00000"}, {'M', "in between"}};
  return bytes_of(protocol::notice_response{fields});
}

ASYNC_TEST(slow_peer, a_session_that_comes_byte_by_byte_is_the_same_session) {
  fake_server server(co_await asio::this_coro::executor);
  connect_options options = server.options();
  options.statement_mode = statement_mode::cached;
  connection db;
  pending connecting = co_await start_connect(options, db);
  fake_peer peer = co_await server.accept();
  co_await peer.initial();
  const greeting words;
  co_await peer.trickle(words.bytes());
  EXPECT_FALSE(co_await connecting.outcome());

  result rows;
  auto fetch = [&]() -> asio::awaitable<void> { rows = co_await db.query("SELECT c1, c2 FROM t"); };
  pending query = co_await start(fetch());
  EXPECT_EQ(co_await peer.types(), "PDH");
  co_await peer.trickle(bytes_of(protocol::parse_complete{}, protocol::parameter_description{}) + text_columns(2));
  EXPECT_EQ(co_await peer.types(), "BES");
  co_await peer.trickle(bytes_of(protocol::bind_complete{}) + text_row("one", "") + notice_message() +
                        text_row("two", "zwei") + bytes_of(protocol::notification_response{1, "c", "p"}) +
                        completed("SELECT 2"));
  EXPECT_FALSE(co_await query.outcome());
  EXPECT_EQ(rows.size(), 2u) << "messages in between change no result";
  EXPECT_EQ(rows[0][0].as<std::string>(), "one");
  EXPECT_EQ(rows[1][1].as<std::string>(), "zwei");
}

ASYNC_TEST(slow_peer, that_sends_before_it_reads_is_no_deadlock) {
  fake_server server(co_await asio::this_coro::executor);
  server.acceptor().set_option(small_window);
  served s = co_await open_session(server, server.options());
  s.peer.socket().set_option(asio::socket_base::send_buffer_size(64 * 1024));
  const std::string large = "SELECT '" + std::string(16 << 20, 'x') + "'";
  pending first = co_await start(s.db.query("SELECT * FROM large"));
  pending second = co_await start(s.db.execute(large));
  EXPECT_EQ(co_await s.peer.query(), "SELECT * FROM large");
  // The server writes all of its reply before it reads on; the client, which is not done writing, must take it.
  const std::string row = text_row(std::string(1 << 20, 'y'));
  co_await s.peer.send(text_columns(1));
  for (int i = 0; i < 16; ++i) co_await s.peer.send(row);
  co_await s.peer.send(completed("SELECT 16"));
  EXPECT_FALSE(co_await first.outcome());
  EXPECT_EQ((co_await s.peer.query()).size(), large.size());
  co_await s.peer.send(completed("SELECT 1"));
  EXPECT_FALSE(co_await second.outcome());
}

ASYNC_TEST(slow_peer, statements_wait_in_order_while_the_socket_takes_nothing) {
  fake_server server(co_await asio::this_coro::executor);
  server.acceptor().set_option(small_window);
  served s = co_await open_session(server, server.options());
  const std::string large = "SELECT '" + std::string(8 << 20, 'x') + "'";
  pending first = co_await start(s.db.execute(large));
  std::vector<pending> later;
  for (int i = 0; i < 100; ++i) {
    pending next = co_await start(s.db.execute("SELECT " + std::to_string(i)));
    later.push_back(std::move(next));
  }
  EXPECT_EQ(co_await s.peer.query(), large);
  co_await s.peer.send(completed("SELECT 1"));
  for (int i = 0; i < 100; ++i) {
    EXPECT_EQ(co_await s.peer.query(), "SELECT " + std::to_string(i));
    co_await s.peer.send(completed("SELECT 1"));
  }
  for (pending& p : later) EXPECT_FALSE(co_await p.outcome());
}

ASYNC_TEST(slow_peer, that_claims_a_large_message_and_sends_little_gets_little_memory) {
  fake_server server(co_await asio::this_coro::executor);
  connect_options options = server.options();
  options.max_message_size = 1 << 20;
  served s = co_await open_session(server, options);
  pending query = co_await start(s.db.query("SELECT 1"));
  co_await s.peer.query();
  const char claim[] = {'D', 0x7f, '\xff', '\xff', '\xff', 0, 1};
  co_await s.peer.send(text_columns(1) + std::string(claim, sizeof claim));
  const error_info failed = co_await query.outcome();
  EXPECT_EQ(failed.code(), errc::message_too_large) << failed.what();
  EXPECT_FALSE(s.db.is_open());
}

}  // namespace
}  // namespace pgcoro::test
