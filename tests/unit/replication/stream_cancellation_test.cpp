// next() is cancelled, or its time is over, wherever it waits: it ends at once, and the call after it loses nothing.
#include <gmock/gmock.h>

#include <pgcoro/with_timeout.hpp>

#include "unit/replication/stream_server.hpp"

namespace pgcoro::test {
namespace {

namespace repl = pgcoro::replication;
using testing::ElementsAre;

/// The two ways in which a call is not waited for any longer.
enum class impatience { cancelled, expired };
constexpr impatience both[] = {impatience::cancelled, impatience::expired};

asio::awaitable<pending> start_next(repl::logical_stream& changes, impatience how) {
  if (how == impatience::cancelled) co_return co_await start(changes.next());
  co_return co_await start(with_timeout(changes.next(), 20ms));
}

asio::awaitable<void> expect_ended(pending& next, impatience how) {
  if (how == impatience::cancelled) next.cancel();
  const error_info ended = co_await next.outcome();
  if (how == impatience::cancelled)
    EXPECT_EQ(ended.code(), asio::error::operation_aborted) << ended.what();
  else
    EXPECT_EQ(ended.code(), errc::timeout) << ended.what();
}

ASYNC_TEST(impatient_next, loses_nothing_between_any_two_bytes) {
  fake_server server(co_await asio::this_coro::executor);
  streaming s = co_await open_stream(server);
  std::vector<std::string> seen;
  const auto read = [&]() -> asio::awaitable<void> {
    const std::optional<repl::batch> batch = co_await s.changes.next();
    for (const std::string& word : words_of(*batch)) seen.push_back(word);
  };
  for (const char byte : row_transaction(100, 1)) {
    co_await s.peer.send(std::string(1, byte));
    pending next = co_await start(read());
    co_await settle();
    co_await give_up(next);
  }
  EXPECT_THAT(seen, ElementsAre("begin", "relation", "1", "commit"));
}

ASYNC_TEST(impatient_next, waits_for_data_again) {
  for (const impatience how : both) {
    fake_server server(co_await asio::this_coro::executor);
    streaming s = co_await open_stream(server);
    pending next = co_await start_next(s.changes, how);
    co_await settle();
    co_await expect_ended(next, how);
    co_await s.peer.send(row_transaction(100, 1));
    EXPECT_THAT(co_await read_transaction(s.changes), ElementsAre("begin", "relation", "1", "commit"));
  }
}

ASYNC_TEST(impatient_next, sees_its_time_pass_while_the_server_goes_on_talking) {
  fake_server server(co_await asio::this_coro::executor);
  streaming s = co_await open_stream(server);
  pending next = co_await start(with_timeout(s.changes.next(), 50ms));
  for (std::uint64_t position = 10; !next.ended() && position < 10'000; ++position) {
    co_await s.peer.send(keepalive(10));
    co_await sleep_for(1ms);
  }
  EXPECT_EQ((co_await next.outcome()).code(), errc::timeout);
}

/// How far the new connection has come when the call is given up.
enum class step { pause, login, show, start };

asio::awaitable<void> come_to(step where, fake_server& server, fake_peer& peer) {
  if (where == step::pause) co_return;
  fake_peer next = co_await accept_session(server);
  peer = std::move(next);
  if (where == step::login) co_return;
  co_await peer.send(greeting().bytes());
  if (where == step::start) co_await answer_show(peer);
  co_await peer.query();
}

ASYNC_TEST(impatient_next, goes_on_with_resuming_wherever_it_was) {
  for (const impatience how : both) {
    for (const step where : {step::pause, step::login, step::show, step::start}) {
      SCOPED_TRACE(static_cast<int>(where));
      fake_server server(co_await asio::this_coro::executor);
      repl::stream_options options = resuming_options();
      if (where == step::pause) options.resume.first_delay = options.resume.last_delay = 100ms;
      streaming s = co_await open_stream(server, options);
      pending next = co_await start_next(s.changes, how);
      s.peer.close();
      co_await settle();
      co_await come_to(where, server, s.peer);
      co_await expect_ended(next, how);
      s.peer.close();

      std::vector<std::string> seen;
      const auto read = [&]() -> asio::awaitable<void> { seen = co_await read_transaction(s.changes); };
      pending reading = co_await start(read());
      co_await let_resume(server, s.peer);
      co_await s.peer.send(row_transaction(100, 1));
      EXPECT_FALSE(co_await reading.outcome());
      EXPECT_THAT(seen, ElementsAre("resumed", "begin", "relation", "1", "commit"));
    }
  }
}

ASYNC_TEST(impatient_next, leaves_a_stream_that_can_be_stopped_while_it_has_no_connection) {
  fake_server server(co_await asio::this_coro::executor);
  streaming s = co_await open_stream(server, resuming_options());
  pending next = co_await start(s.changes.next());
  server.stop();
  s.peer.close();
  co_await settle();
  co_await give_up(next);
  s.changes.confirm({100});
  s.changes.report();
  EXPECT_FALSE(co_await error_of(s.changes.stop()));
  EXPECT_FALSE(co_await s.changes.next());
}

ASYNC_TEST(impatient_start, leaves_no_stream_behind) {
  fake_server server(co_await asio::this_coro::executor);
  streaming s = co_await open_replication(server);
  pending starting = co_await start_stream(s.from, s.changes);
  co_await answer_show(s.peer);
  co_await s.peer.query();
  starting.cancel();
  EXPECT_EQ((co_await starting.outcome()).code(), asio::error::operation_aborted);
}

}  // namespace
}  // namespace pgcoro::test
