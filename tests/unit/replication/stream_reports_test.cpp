// What a stream tells its server, and when; and when a server that tells nothing is given up.
#include <gmock/gmock.h>

#include <pgcoro/with_timeout.hpp>

#include "unit/replication/stream_server.hpp"

namespace pgcoro::test {
namespace {

namespace repl = pgcoro::replication;
using testing::ElementsAre;
using testing::HasSubstr;

ASYNC_TEST(stream_reports, are_sent_on_a_timer_whether_the_consumer_waits_or_works) {
  fake_server server(co_await asio::this_coro::executor);
  repl::stream_options options = quick_options();
  options.status_interval = 20ms;
  streaming s = co_await open_stream(server, options);
  const auto at_work = co_await report(s.peer);
  EXPECT_EQ(at_work.written, 10U);
  EXPECT_EQ(at_work.flushed, 10U);
  pending next = co_await start(s.changes.next());
  co_await report(s.peer);
  co_await report(s.peer);
  EXPECT_FALSE(next.ended());
  co_await give_up(next);
}

ASYNC_TEST(stream_reports, answer_a_keepalive_that_asks) {
  fake_server server(co_await asio::this_coro::executor);
  streaming s = co_await open_stream(server);
  pending next = co_await start(s.changes.next());
  co_await s.peer.send(keepalive(10));
  EXPECT_TRUE(co_await s.peer.hears_nothing());
  co_await s.peer.send(keepalive(10, true));
  const auto answer = co_await report(s.peer);
  EXPECT_EQ(answer.flushed, 10U);
  EXPECT_FALSE(answer.reply_requested);
  EXPECT_TRUE(co_await s.peer.hears_nothing());
  co_await give_up(next);
}

ASYNC_TEST(stream_reports, move_an_idle_slot_on) {
  fake_server server(co_await asio::this_coro::executor);
  streaming s = co_await open_stream(server);
  pending next = co_await start(s.changes.next());
  co_await s.peer.send(keepalive(5000));
  EXPECT_EQ((co_await report(s.peer)).flushed, 5000U);
  co_await give_up(next);
  EXPECT_EQ(s.changes.position().flushed, lsn{5000});
}

ASYNC_TEST(stream_reports, leave_what_was_not_confirmed_where_it_is) {
  fake_server server(co_await asio::this_coro::executor);
  streaming s = co_await open_stream(server);
  co_await s.peer.send(row_transaction(100, 1));
  const auto batch = co_await s.changes.next();
  EXPECT_THAT(words_of(*batch), ElementsAre("begin", "relation", "1", "commit"));
  pending next = co_await start(s.changes.next());
  co_await s.peer.send(keepalive(5000, true));
  EXPECT_EQ((co_await report(s.peer)).flushed, 10U);
  co_await give_up(next);
  s.changes.confirm({100 + commit_size});
  EXPECT_EQ((co_await report(s.peer)).flushed, 5000U) << "nothing else was outstanding";
}

ASYNC_TEST(stream_reports, do_not_pass_a_transaction_of_which_a_part_has_come) {
  fake_server server(co_await asio::this_coro::executor);
  streaming s = co_await open_stream(server);
  const std::vector<std::string> messages = row_messages(100, 1);
  co_await s.peer.send(messages[0] + messages[1] + messages[2]);
  co_await s.changes.next();
  pending next = co_await start(s.changes.next());
  co_await s.peer.send(keepalive(5000, true));
  EXPECT_EQ((co_await report(s.peer)).flushed, 10U);
  co_await give_up(next);
}

ASYNC_TEST(stream_reports, keep_received_flushed_and_applied_apart) {
  fake_server server(co_await asio::this_coro::executor);
  streaming s = co_await open_stream(server);
  constexpr std::uint64_t end = 100 + commit_size;
  co_await s.peer.send(row_transaction(100, 1));
  co_await s.changes.next();
  s.changes.apply({50});
  s.changes.report();
  const auto read = co_await report(s.peer);
  EXPECT_THAT((std::vector{read.written, read.flushed, read.applied}), ElementsAre(end, 10U, 50U));
  s.changes.confirm({end});
  const auto stored = co_await report(s.peer);
  EXPECT_THAT((std::vector{stored.written, stored.flushed, stored.applied}), ElementsAre(end, end, 50U));
  s.changes.apply({end});
  s.changes.report();
  EXPECT_EQ((co_await report(s.peer)).applied, end);
}

ASYNC_TEST(stream_reports, never_confirm_what_was_not_received_nor_go_back) {
  fake_server server(co_await asio::this_coro::executor);
  streaming s = co_await open_stream(server);
  constexpr std::uint64_t end = 100 + commit_size;
  co_await s.peer.send(row_transaction(100, 1));
  co_await s.changes.next();
  s.changes.confirm({1'000'000});
  EXPECT_EQ((co_await report(s.peer)).flushed, end);
  s.changes.confirm({20});
  s.changes.report();
  EXPECT_EQ((co_await report(s.peer)).flushed, end);
}

ASYNC_TEST(silent_server, is_asked_and_then_given_up) {
  fake_server server(co_await asio::this_coro::executor);
  streaming s = co_await open_stream(server, impatient_options(100ms));
  const auto began = std::chrono::steady_clock::now();
  pending next = co_await start(s.changes.next());
  EXPECT_TRUE((co_await report(s.peer)).reply_requested);
  const error_info failed = co_await next.outcome();
  EXPECT_EQ(failed.code(), errc::timeout) << failed.what();
  EXPECT_FALSE(failed.connection_usable());
  EXPECT_GE(std::chrono::steady_clock::now() - began, 90ms);
  EXPECT_EQ((co_await error_of(s.changes.next())).code(), errc::timeout) << "and stays so";
}

ASYNC_TEST(silent_server, that_answers_when_asked_is_kept) {
  fake_server server(co_await asio::this_coro::executor);
  streaming s = co_await open_stream(server, impatient_options(400ms));
  pending next = co_await start(s.changes.next());
  for (int i = 0; i < 4; ++i) {
    EXPECT_TRUE((co_await report(s.peer)).reply_requested);
    co_await s.peer.send(keepalive(10));
  }
  EXPECT_FALSE(next.ended());
  co_await give_up(next);
}

ASYNC_TEST(silent_server, is_noticed_by_a_consumer_that_looks_in_again_and_again) {
  fake_server server(co_await asio::this_coro::executor);
  streaming s = co_await open_stream(server, impatient_options(100ms));
  error_info failed;
  for (int i = 0; i < 100 && failed.message().find("silent") == std::string::npos; ++i)
    failed = co_await error_of(with_timeout(s.changes.next(), 10ms));
  EXPECT_THAT(failed.message(), HasSubstr("silent for too long"));
}

ASYNC_TEST(silent_server, that_does_not_begin_the_stream_is_given_up) {
  for (const bool shows : {false, true}) {
    fake_server server(co_await asio::this_coro::executor);
    streaming s = co_await open_replication(server);
    pending starting = co_await start_stream(s.from, s.changes, impatient_options(50ms));
    if (shows) co_await answer_show(s.peer);
    const error_info failed = co_await starting.outcome();
    EXPECT_EQ(failed.code(), errc::timeout) << failed.what();
  }
}

ASYNC_TEST(silent_server, does_not_keep_a_stream_from_ending) {
  fake_server server(co_await asio::this_coro::executor);
  streaming s = co_await open_stream(server, impatient_options(50ms));
  const error_info failed = co_await error_of(s.changes.stop());
  EXPECT_EQ(failed.code(), errc::timeout) << failed.what();
  EXPECT_EQ((co_await report(s.peer)).flushed, 10U) << "what was confirmed has been told";
  EXPECT_EQ((co_await s.peer.read()).type, 'c');
}

}  // namespace
}  // namespace pgcoro::test
