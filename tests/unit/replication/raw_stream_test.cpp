// Streams of the log itself, as far as they differ.
#include <gmock/gmock.h>

#include "unit/replication/stream_server.hpp"

namespace pgcoro::test {
namespace {

namespace repl = pgcoro::replication;
using testing::HasSubstr;

std::string next_timeline() { return text_columns(2) + text_row("2", "0/300") + completed("START_STREAMING"); }

asio::awaitable<void> start_log(repl::connection& from, repl::raw_stream& log) {
  log = co_await from.start_physical({}, {0x200}, 1);
}

void expect_next_timeline(const repl::raw_stream& log) {
  const std::optional<repl::timeline_start> next = log.next_timeline();
  EXPECT_TRUE(next && next->timeline == 2 && next->position == lsn{0x300});
}

ASYNC_TEST(physical_stream, counts_bytes_as_received_and_says_where_the_log_goes_on) {
  fake_server server(co_await asio::this_coro::executor);
  streaming s = co_await open_replication(server);
  repl::raw_stream log;
  pending starting = co_await start(start_log(s.from, log));
  EXPECT_THAT(co_await expect_start(s.peer), HasSubstr("PHYSICAL 0/200 TIMELINE 1"));
  EXPECT_FALSE(co_await starting.outcome());
  EXPECT_FALSE(log.next_timeline());
  co_await s.peer.send(log_piece(0x200, byte_writer().u64(1).u64(2)));
  const std::span<const repl::raw_data> pieces = co_await log.next();
  EXPECT_EQ(pieces.size(), 1U);
  EXPECT_EQ(pieces[0].data.size(), 16U);
  log.report();
  const auto told = co_await report(s.peer);
  EXPECT_EQ(told.written, 0x210U);
  EXPECT_EQ(told.flushed, 0x200U);
  co_await s.peer.send(bytes_of(protocol::copy_done{}) + next_timeline());
  EXPECT_TRUE((co_await log.next()).empty());
  EXPECT_TRUE((co_await log.next()).empty()) << "and stays so";
  expect_next_timeline(log);
}

ASYNC_TEST(physical_stream, from_the_very_end_of_a_timeline_has_ended_already) {
  fake_server server(co_await asio::this_coro::executor);
  streaming s = co_await open_replication(server);
  repl::raw_stream log;
  pending starting = co_await start(start_log(s.from, log));
  co_await answer_show(s.peer);
  co_await s.peer.query();
  co_await s.peer.send(next_timeline());
  EXPECT_FALSE(co_await starting.outcome());
  EXPECT_TRUE((co_await log.next()).empty());
  expect_next_timeline(log);
  EXPECT_FALSE(co_await error_of(log.stop()));
}

ASYNC_TEST(physical_stream, that_is_answered_with_something_else_is_an_error) {
  fake_server server(co_await asio::this_coro::executor);
  streaming s = co_await open_replication(server);
  repl::raw_stream log;
  pending starting = co_await start(start_log(s.from, log));
  co_await answer_show(s.peer);
  co_await s.peer.query();
  co_await s.peer.send(completed("SELECT 0"));
  EXPECT_EQ((co_await starting.outcome()).code(), errc::copy_not_allowed);
}

}  // namespace
}  // namespace pgcoro::test
