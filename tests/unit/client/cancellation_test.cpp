// Operations that are cancelled, at each of the moments that matter.
#include <pgcoro/pipeline.hpp>
#include <pgcoro/protocol/query.hpp>
#include <pgcoro/sqlstate.hpp>

#include "support/fake_server.hpp"

namespace pgcoro::test {
namespace {

constexpr auto aborted = asio::error::operation_aborted;

/// Accepts the CancelRequest of the default greeting and closes, as a server does that has processed it.
asio::awaitable<void> take_cancel(fake_server& server) {
  fake_peer caller = co_await server.accept();
  const greeting words;
  co_await caller.expect_cancel(words.process_id, words.key);
  caller.close();
}

ASYNC_TEST(cancellation, before_a_byte_is_written_nothing_is_sent) {
  fake_server server(co_await asio::this_coro::executor);
  served s = co_await open_session(server, server.options());
  pending query = co_await start(s.db.execute("SELECT 1"));
  query.cancel();  // in the same turn of the loop: the request is in the output, not on the wire
  const error_info failed = co_await query.outcome();
  EXPECT_EQ(failed.code(), aborted);
  EXPECT_TRUE(failed.safe_to_retry());
  EXPECT_TRUE(co_await s.peer.hears_nothing());
  EXPECT_FALSE(co_await server.somebody_calls()) << "there is nothing to cancel on the server";

  pending next = co_await start(s.db.execute("SELECT 2"));
  EXPECT_EQ(co_await s.peer.query(), "SELECT 2");
  co_await s.peer.send(completed("SELECT 1"));
  EXPECT_FALSE(co_await next.outcome());
}

ASYNC_TEST(cancellation, a_request_between_two_others_is_withdrawn_alone) {
  fake_server server(co_await asio::this_coro::executor);
  served s = co_await open_session(server, server.options());
  pending first = co_await start(s.db.execute("SELECT 1"));
  pending second = co_await start(s.db.execute("SELECT 2"));
  pending third = co_await start(s.db.execute("SELECT 3"));
  second.cancel();
  EXPECT_EQ(co_await s.peer.query(), "SELECT 1");
  EXPECT_EQ(co_await s.peer.query(), "SELECT 3");
  co_await s.peer.send(completed("SELECT 1") + completed("SELECT 3"));
  EXPECT_FALSE(co_await first.outcome());
  EXPECT_EQ((co_await second.outcome()).code(), aborted);
  EXPECT_FALSE(co_await third.outcome());
}

ASYNC_TEST(cancellation, a_request_that_waits_behind_a_description_is_never_sent) {
  fake_server server(co_await asio::this_coro::executor);
  connect_options options = server.options();
  options.statement_mode = statement_mode::cached;
  served s = co_await open_session(server, options);
  pending first = co_await start(s.db.execute("INSERT INTO t VALUES (1)"));
  pending second = co_await start(s.db.execute("INSERT INTO t VALUES (2)"));
  EXPECT_EQ(co_await s.peer.types(), "PDH");
  second.cancel();
  const error_info failed = co_await second.outcome();
  EXPECT_EQ(failed.code(), aborted);
  EXPECT_TRUE(failed.safe_to_retry());
  co_await s.peer.send(bytes_of(protocol::parse_complete{}, protocol::parameter_description{}, protocol::no_data{}));
  EXPECT_EQ(co_await s.peer.types(), "BES");
  co_await s.peer.send(bytes_of(protocol::bind_complete{}) + completed("INSERT 0 1"));
  EXPECT_FALSE(co_await first.outcome());
  EXPECT_TRUE(co_await s.peer.hears_nothing());
}

ASYNC_TEST(cancellation, in_flight_the_operation_ends_at_once_and_the_server_is_told) {
  fake_server server(co_await asio::this_coro::executor);
  served s = co_await open_session(server, server.options());
  pending query = co_await start(s.db.execute("SELECT pg_sleep(1000)"));
  co_await s.peer.query();
  query.cancel();
  const error_info failed = co_await query.outcome();  // although the server has not said a word
  EXPECT_EQ(failed.code(), aborted);
  EXPECT_FALSE(failed.safe_to_retry());
  EXPECT_TRUE(failed.connection_usable());
  co_await take_cancel(server);
  co_await s.peer.send(cancelled());

  pending next = co_await start(s.db.execute("SELECT 2"));
  EXPECT_EQ(co_await s.peer.query(), "SELECT 2");
  co_await s.peer.send(completed("SELECT 2"));
  const error_info second = co_await next.outcome();
  EXPECT_FALSE(second) << second.what();
}

ASYNC_TEST(cancellation, nothing_is_sent_before_the_server_has_processed_the_cancel_request) {
  fake_server server(co_await asio::this_coro::executor);
  served s = co_await open_session(server, server.options());
  pending query = co_await start(s.db.execute("SELECT 1"));
  co_await s.peer.query();
  query.cancel();
  co_await query.outcome();
  fake_peer caller = co_await server.accept();
  co_await caller.expect_cancel(4242, "key!");

  // The statement has ended by itself, the request is still on its way: it would hit whatever runs when it arrives.
  co_await s.peer.send(completed("SELECT 1"));
  pending next = co_await start(s.db.execute("SELECT 2"));
  EXPECT_TRUE(co_await s.peer.hears_nothing());
  EXPECT_FALSE(next.ended());

  caller.close();
  EXPECT_EQ(co_await s.peer.query(), "SELECT 2");
  co_await s.peer.send(completed("SELECT 2"));
  EXPECT_FALSE(co_await next.outcome());
}

ASYNC_TEST(cancellation, never_cancels_what_others_wait_for) {
  fake_server server(co_await asio::this_coro::executor);
  served s = co_await open_session(server, server.options());
  pending first = co_await start(s.db.execute("SELECT 1"));
  pending second = co_await start(s.db.execute("SELECT 2"));
  co_await s.peer.query();
  co_await s.peer.query();
  first.cancel();
  EXPECT_EQ((co_await first.outcome()).code(), aborted);
  EXPECT_FALSE(co_await server.somebody_calls()) << "a request that is late would hit the second statement";
  co_await s.peer.send(completed("SELECT 1") + completed("UPDATE 7"));
  EXPECT_FALSE(co_await second.outcome());
}

ASYNC_TEST(cancellation, after_the_reply_came_and_before_the_coroutine_ran_only_the_outcome_is_lost) {
  fake_server server(co_await asio::this_coro::executor);
  served s = co_await open_session(server, server.options());
  std::vector<pending> second;
  auto first_then_cancel = [&]() -> asio::awaitable<void> {
    co_await s.db.execute("SELECT 1");
    second.front().cancel();  // its reply came in the same read
  };
  pending first = co_await start(first_then_cancel());
  second.push_back(co_await start(s.db.execute("SELECT 2")));
  co_await s.peer.query();
  co_await s.peer.query();
  co_await s.peer.send(completed("SELECT 1") + completed("SELECT 2"));
  EXPECT_FALSE(co_await first.outcome());
  const error_info failed = co_await second.front().outcome();
  EXPECT_EQ(failed.code(), aborted);
  EXPECT_FALSE(failed.safe_to_retry()) << "it has run";
  EXPECT_FALSE(co_await server.somebody_calls());

  pending next = co_await start(s.db.execute("SELECT 3"));
  EXPECT_EQ(co_await s.peer.query(), "SELECT 3");
  co_await s.peer.send(completed("SELECT 3"));
  EXPECT_FALSE(co_await next.outcome());
}

ASYNC_TEST(cancellation, twice_is_once) {
  fake_server server(co_await asio::this_coro::executor);
  served s = co_await open_session(server, server.options());
  pending query = co_await start(s.db.execute("SELECT 1"));
  co_await s.peer.query();
  query.cancel();
  query.cancel();
  EXPECT_EQ((co_await query.outcome()).code(), aborted);
  query.cancel();
  co_await take_cancel(server);
  co_await s.peer.send(cancelled());
  EXPECT_FALSE(co_await server.somebody_calls());
  EXPECT_TRUE(s.db.is_open());
}

ASYNC_TEST(cancellation, a_statement_that_had_not_begun_when_the_request_came_is_cancelled_again) {
  fake_server server(co_await asio::this_coro::executor);
  connect_options options = server.options();
  options.cancel_timeout = 4s;
  served s = co_await open_session(server, options);
  pending query = co_await start(s.db.execute("SELECT 1"));
  co_await s.peer.query();
  query.cancel();
  co_await take_cancel(server);  // lost: the server was not executing anything yet
  co_await take_cancel(server);
  co_await s.peer.send(cancelled());
  pending ping = co_await start(s.db.ping());
  EXPECT_EQ(co_await s.peer.types(), "S");
  co_await s.peer.send(ready());
  EXPECT_FALSE(co_await ping.outcome());
}

ASYNC_TEST(cancellation, of_an_independent_pipeline_abandons_every_statement_of_it) {
  fake_server server(co_await asio::this_coro::executor);
  connect_options options = server.options();
  options.statement_mode = statement_mode::unnamed;
  served s = co_await open_session(server, options);
  pipeline statements(pipeline::independent);
  for (int i = 0; i < 3; ++i) statements.execute("UPDATE t SET n = n + 1");
  pending run = co_await start(s.db.run(statements));
  for (int i = 0; i < 3; ++i) EXPECT_EQ(co_await s.peer.types(), "PBDES");
  run.cancel();
  const error_info failed = co_await run.outcome();
  EXPECT_EQ(failed.code(), aborted);
  EXPECT_FALSE(failed.safe_to_retry());
  co_await take_cancel(server);
  co_await s.peer.send(cancelled() + cancelled() + cancelled());
  pending ping = co_await start(s.db.ping());
  EXPECT_EQ(co_await s.peer.types(), "S");
  co_await s.peer.send(ready());
  EXPECT_FALSE(co_await ping.outcome());
}

/// Runs a statement without parameters and rows for the first time.
asio::awaitable<void> know(served& s, const char* sql) {
  pending first = co_await start(s.db.execute(sql));
  co_await s.peer.types();
  co_await s.peer.send(bytes_of(protocol::parse_complete{}, protocol::parameter_description{}, protocol::no_data{}));
  co_await s.peer.types();
  co_await s.peer.send(bytes_of(protocol::bind_complete{}) + completed("UPDATE 1"));
  EXPECT_FALSE(co_await first.outcome());
}

ASYNC_TEST(cancellation, of_an_independent_pipeline_that_has_begun_is_not_safe_to_retry) {
  fake_server server(co_await asio::this_coro::executor);
  connect_options options = server.options();
  options.statement_mode = statement_mode::cached;
  served s = co_await open_session(server, options);
  co_await know(s, "UPDATE a");
  co_await know(s, "UPDATE b");
  pipeline statements(pipeline::independent);
  statements.execute("UPDATE a");
  statements.execute("UPDATE b");
  std::vector<pending> run;
  run.push_back(co_await start(s.db.run(statements)));
  auto other_then_cancel = [&]() -> asio::awaitable<void> {
    co_await s.db.execute("UPDATE b");
    run.front().cancel();
  };
  pending other = co_await start(other_then_cancel());
  for (int i = 0; i < 3; ++i) EXPECT_EQ(co_await s.peer.types(), "BES");
  // The plan of the first is stale: it starts again, and is in the output, unsent, when the second is answered.
  const std::string done = bytes_of(protocol::bind_complete{}) + completed("UPDATE 1");
  co_await s.peer.send(error_message("ERROR", "26000", "gone") + ready() + done + done);
  const error_info failed = co_await run.front().outcome();
  EXPECT_EQ(failed.code(), aborted);
  EXPECT_FALSE(failed.safe_to_retry()) << "the second has run";
  EXPECT_FALSE(co_await other.outcome());
  EXPECT_TRUE(co_await s.peer.hears_nothing()) << "the first was withdrawn";
}

ASYNC_TEST(cancellation, an_outcome_belongs_to_its_statement_also_where_one_before_it_starts_again) {
  fake_server server(co_await asio::this_coro::executor);
  connect_options options = server.options();
  options.statement_mode = statement_mode::cached;
  served s = co_await open_session(server, options);
  co_await know(s, "UPDATE a");
  co_await know(s, "UPDATE b");
  pipeline statements(pipeline::independent);
  auto first = statements.execute("UPDATE a");
  auto second = statements.execute("UPDATE b");
  pending run = co_await start(s.db.run(statements));
  for (int i = 0; i < 2; ++i) EXPECT_EQ(co_await s.peer.types(), "BES");
  co_await s.peer.send(error_message("ERROR", "26000", "gone") + ready() + bytes_of(protocol::bind_complete{}) +
                       error_message("ERROR", "23505", "twice") + ready());
  EXPECT_EQ(co_await s.peer.types(), "CPDH");
  co_await s.peer.send(bytes_of(protocol::close_complete{}, protocol::parse_complete{},
                                protocol::parameter_description{}, protocol::no_data{}));
  co_await s.peer.types();
  co_await s.peer.send(bytes_of(protocol::bind_complete{}) + completed("UPDATE 7"));
  EXPECT_FALSE(co_await run.outcome());
  EXPECT_EQ(first.value().rows_affected(), 7u);
  EXPECT_EQ(second.error().code(), sqlstate::unique_violation);
}

ASYNC_TEST(cancellation, many_rows_still_being_sent_are_undone) {
  fake_server server(co_await asio::this_coro::executor);
  connect_options options = server.options();
  options.statement_mode = statement_mode::cached;
  served s = co_await open_session(server, options);
  const std::vector<std::string> rows(3000, std::string(10'000, 'x'));  // more than any socket buffers
  pending insert = co_await start(s.db.execute_many("INSERT INTO t VALUES ($1)", rows));
  EXPECT_EQ(co_await s.peer.types(), "PDH");
  const std::vector<oid> text{25};
  co_await s.peer.send(
      bytes_of(protocol::parse_complete{}, protocol::parameter_description{text}, protocol::no_data{}));
  co_await s.peer.read();
  insert.cancel();
  EXPECT_EQ((co_await insert.outcome()).code(), aborted);
  co_await take_cancel(server);
  const std::string sent = co_await s.peer.types();
  // The last Execute names a portal that does not exist: it makes the server abort what Sync would commit.
  EXPECT_TRUE(sent.ends_with("EES")) << sent.substr(sent.size() - std::min<std::size_t>(sent.size(), 10));
  EXPECT_LT(sent.size(), 2 * rows.size()) << "not every row was sent";
  co_await s.peer.send(cancelled());
  pending ping = co_await start(s.db.ping());
  EXPECT_EQ(co_await s.peer.types(), "S");
  co_await s.peer.send(ready());
  EXPECT_FALSE(co_await ping.outcome());
}

}  // namespace
}  // namespace pgcoro::test
