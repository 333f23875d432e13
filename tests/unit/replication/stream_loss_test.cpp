// Streams whose connection is lost, or brings what makes no sense.
#include <gmock/gmock.h>

#include "unit/replication/stream_server.hpp"

namespace pgcoro::test {
namespace {

namespace repl = pgcoro::replication;
using testing::AnyOf;
using testing::ElementsAre;
using testing::ElementsAreArray;
using testing::HasSubstr;
using testing::StartsWith;

using words = std::vector<std::string>;
const words whole{"begin", "relation", "1", "commit", "begin", "relation", "2", "commit"};
constexpr std::uint64_t first_end = 100 + commit_size;

/// Two transactions, message by message.
std::vector<std::string> two_transactions() {
  std::vector<std::string> all = row_messages(100, 1);
  for (std::string& message : row_messages(200, 2)) all.push_back(std::move(message));
  return all;
}

std::string first_of(const std::vector<std::string>& messages, std::size_t count) {
  std::string all;
  for (std::size_t i = 0; i < count; ++i) all += messages[i];
  return all;
}

/// What comes until the stream ends or fails; what is complete is confirmed.
asio::awaitable<void> collect(repl::logical_stream& changes, words& into) {
  while (const std::optional<repl::batch> batch = co_await changes.next()) {
    for (const std::string& word : words_of(*batch)) into.push_back(word);
    changes.confirm(batch->last_commit_end());
  }
}

ASYNC_TEST(cut_stream, gives_what_had_come_and_then_the_error_again_and_again) {
  for (std::size_t sent = 0; sent <= whole.size(); ++sent) {
    fake_server server(co_await asio::this_coro::executor);
    streaming s = co_await open_stream(server);
    co_await s.peer.send(first_of(two_transactions(), sent));
    s.peer.close();
    words seen;
    const error_info failed = co_await error_of(collect(s.changes, seen));
    // What the client says meanwhile may make the system forget what had come.
    EXPECT_THAT(failed.code(), AnyOf(make_error_code(errc::connection_closed), asio::error::connection_reset));
    EXPECT_FALSE(failed.connection_usable());
    EXPECT_THAT(seen, ElementsAreArray(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(seen.size())));
    EXPECT_EQ((co_await error_of(s.changes.next())).code(), failed.code());
    EXPECT_FALSE(co_await server.somebody_calls());
  }
}

ASYNC_TEST(cut_stream, resumes_wherever_it_is_cut) {
  for (std::size_t sent = 0; sent <= whole.size(); ++sent) {
    SCOPED_TRACE(sent);
    fake_server server(co_await asio::this_coro::executor);
    streaming s = co_await open_stream(server, resuming_options());
    words seen;
    pending reading = co_await start(collect(s.changes, seen));
    co_await s.peer.send(first_of(two_transactions(), sent));
    co_await settle();
    EXPECT_EQ(seen.size(), sent);
    s.peer.close();
    const std::string command = co_await let_resume(server, s.peer);
    const int complete = sent < 4 ? 0 : sent < 8 ? 1 : 2;
    EXPECT_THAT(command, HasSubstr(complete == 0 ? " 0/A " : complete == 1 ? " 0/6C " : " 0/D0 "));
    // As a server does: what ended before that position is left out.
    if (complete == 0) co_await s.peer.send(row_transaction(100, 1));
    if (complete <= 1) co_await s.peer.send(row_transaction(200, 2));
    co_await settle();
    words expected(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(sent));
    expected.emplace_back("resumed");
    expected.insert(expected.end(), whole.begin() + 4 * complete, whole.end());
    EXPECT_EQ(seen, expected);
    co_await give_up(reading);
  }
}

ASYNC_TEST(cut_stream, says_in_band_how_it_was_lost_and_from_where_it_goes_on) {
  fake_server server(co_await asio::this_coro::executor);
  streaming s = co_await open_stream(server, resuming_options());
  co_await s.peer.send(row_transaction(100, 1));
  co_await read_transaction(s.changes);
  std::optional<repl::batch> batch;
  const auto read = [&]() -> asio::awaitable<void> { batch = co_await s.changes.next(); };
  pending next = co_await start(read());
  co_await s.peer.send(error_message("FATAL", "57P01", "terminating connection due to administrator command"));
  s.peer.close();
  for (int i = 0; i < 2; ++i) {  // it does not come back at once
    fake_peer busy = co_await server.accept();
    co_await busy.initial();
    busy.close();
  }
  co_await let_resume(server, s.peer);
  EXPECT_FALSE(co_await next.outcome());
  const auto* const resumed = std::get_if<repl::resumed>(&(*batch)[0]);
  EXPECT_NE(resumed, nullptr);
  EXPECT_EQ(resumed->from, lsn{first_end});
  EXPECT_EQ(resumed->attempts, 3U);
  EXPECT_EQ(resumed->because->code(), sqlstate::admin_shutdown);
}

ASYNC_TEST(resumed_stream, skips_transactions_that_were_confirmed_if_they_come_all_the_same) {
  fake_server server(co_await asio::this_coro::executor);
  streaming s = co_await open_stream(server, resuming_options());
  words seen;
  pending reading = co_await start(collect(s.changes, seen));
  co_await s.peer.send(row_transaction(100, 1));
  co_await settle();
  s.peer.close();
  co_await let_resume(server, s.peer);
  co_await s.peer.send(row_transaction(100, 1) + row_transaction(200, 2));
  co_await settle();
  EXPECT_THAT(seen, ElementsAre("begin", "relation", "1", "commit", "resumed", "begin", "relation", "2", "commit"));
  co_await give_up(reading);
}

ASYNC_TEST(resumed_stream, of_whole_transactions_gives_each_of_them_once) {
  fake_server server(co_await asio::this_coro::executor);
  streaming s = co_await open_stream(server, resuming_options());
  repl::transaction_stream changes = std::move(s.changes).transactions();
  std::vector<std::pair<repl::transaction::kind, lsn>> seen;
  const auto collect_all = [&]() -> asio::awaitable<void> {
    while (const std::optional<repl::transaction> t = co_await changes.next()) {
      seen.emplace_back(t->what, t->end_lsn);
      changes.confirm(t->end_lsn);
    }
  };
  pending reading = co_await start(collect_all());
  co_await s.peer.send(row_transaction(100, 1) + row_messages(200, 2)[0]);
  co_await settle();
  s.peer.close();
  co_await let_resume(server, s.peer);
  co_await s.peer.send(row_transaction(100, 1) + row_transaction(200, 2));
  co_await settle();
  using kind = repl::transaction::kind;
  EXPECT_THAT(seen, ElementsAre(std::pair(kind::committed, lsn{first_end}), std::pair(kind::resumed, lsn{first_end}),
                                std::pair(kind::committed, lsn{200 + commit_size})));
  co_await give_up(reading);
}

ASYNC_TEST(resumed_stream, ends_clearly_where_its_slot_is_gone_or_invalidated) {
  for (const auto& [state, text] : {std::pair("42704", "replication slot \"slot\" does not exist"),
                                    std::pair("55000", "can no longer get changes from replication slot \"slot\"")}) {
    fake_server server(co_await asio::this_coro::executor);
    streaming s = co_await open_stream(server, resuming_options());
    pending next = co_await start(s.changes.next());
    s.peer.close();
    co_await refuse_to_start(server, state, text);
    const error_info failed = co_await next.outcome();
    EXPECT_EQ(failed.message(), std::string("the stream cannot be resumed: ") + text);
    EXPECT_TRUE(failed.server());
    EXPECT_FALSE(failed.connection_usable());
    EXPECT_EQ((co_await error_of(s.changes.next())).message(), failed.message());
    EXPECT_FALSE(co_await server.somebody_calls()) << "there is nothing to try again";
  }
}

ASYNC_TEST(resumed_stream, waits_for_a_slot_that_the_old_connection_still_holds) {
  fake_server server(co_await asio::this_coro::executor);
  streaming s = co_await open_stream(server, resuming_options());
  pending next = co_await start(s.changes.next());
  s.peer.close();
  co_await refuse_to_start(server, "55006", "replication slot \"slot\" is active for PID 7");
  co_await let_resume(server, s.peer);
  EXPECT_FALSE(co_await next.outcome());
}

ASYNC_TEST(resumed_stream, does_not_wait_for_a_server_that_does_not_answer) {
  fake_server server(co_await asio::this_coro::executor);
  repl::stream_options options = resuming_options();
  options.silence_limit = 60ms;
  streaming s = co_await open_stream(server, options);
  pending next = co_await start(s.changes.next());
  s.peer.close();
  fake_peer mute = co_await server.accept();  // does not let it in
  fake_peer slow = co_await accept_session(server);
  co_await slow.send(greeting().bytes());  // and says no more
  fake_peer slower = co_await accept_session(server);
  co_await slower.send(greeting().bytes());
  co_await answer_show(slower);  // and begins no stream
  mute.close();
  slow.close();
  slower.close();
  co_await let_resume(server, s.peer);
  EXPECT_FALSE(co_await next.outcome());
}

ASYNC_TEST(resumed_stream, gives_up_after_the_time_that_it_has) {
  fake_server server(co_await asio::this_coro::executor);
  repl::stream_options options = resuming_options();
  options.resume.give_up_after = 40ms;
  streaming s = co_await open_stream(server, options);
  pending next = co_await start(s.changes.next());
  server.stop();
  s.peer.close();
  const error_info failed = co_await next.outcome();
  EXPECT_THAT(failed.message(), StartsWith("the stream cannot be resumed: "));
  EXPECT_EQ(failed.code(), asio::error::connection_refused) << failed.what();
}

struct nonsense {
  std::string bytes;
  const char* said;
};

ASYNC_TEST(malformed_stream, ends_with_what_is_wrong_and_where_and_is_not_resumed) {
  const std::string begun = row_messages(100, 1)[0];
  const auto copied = [](std::string_view data) { return bytes_of(protocol::copy_data{protocol::as_bytes(data)}); };
  const nonsense cases[] = {
      {begun + log_piece(0x16'B374'D848, byte_writer().u8('I').u32(9)), "Insert: "},
      {begun + log_piece(0x16'B374'D848, byte_writer().u8('I').u32(9)), "at byte 1, position 16/B374D848 of the log"},
      {begun + copied("w1234"), "XLogData: "},
      {begun + copied("w1234"), "behind position 0/62 of the log"},
      {copied("k1"), "at byte "},
      {copied("?"), "behind position 0/A of the log"},
      {copied(""), "behind position 0/A of the log"},
  };
  for (const auto& [bytes, said] : cases) {
    fake_server server(co_await asio::this_coro::executor);
    streaming s = co_await open_stream(server, resuming_options());
    co_await s.peer.send(bytes);
    words seen;
    const error_info failed = co_await error_of(collect(s.changes, seen));
    EXPECT_EQ(failed.code(), errc::protocol_error) << failed.what();
    EXPECT_THAT(failed.message(), HasSubstr(said));
    EXPECT_FALSE(failed.connection_usable());
    EXPECT_EQ((co_await error_of(s.changes.next())).message(), failed.message());
    EXPECT_FALSE(co_await server.somebody_calls());
  }
}

}  // namespace
}  // namespace pgcoro::test
