// A stream between a client and a server that says what a test tells it to.
//
//   streaming s = co_await open_stream(server, options);
//   co_await s.peer.send(row_transaction(100, 1));          // the transaction whose commit is at 100 inserts row 1
//   EXPECT_THAT(co_await rows_of(s.changes), ElementsAre(1));
//   EXPECT_EQ((co_await report(s.peer)).flushed, 100U);
#pragma once

#include <string>
#include <vector>

#include <pgcoro/protocol/replication.hpp>
#include <pgcoro/replication/connection.hpp>

#include "support/fake_server.hpp"
#include "unit/replication/pgoutput_encoder.hpp"

namespace pgcoro::test {

/// Everything ends soon, nothing is said unless a test is about it.
replication::stream_options quick_options();
/// The same, but for a server that has said nothing for so long.
replication::stream_options impatient_options(std::chrono::milliseconds silence_limit);
/// The same with a new connection where one is lost.
replication::stream_options resuming_options();

/// A transaction is as long as this: it ends so many bytes behind its commit.
inline constexpr std::uint64_t commit_size = 8;

/// CopyData messages.
std::string log_piece(std::uint64_t start, const byte_writer& message);
std::string keepalive(std::uint64_t server_end, bool reply_requested = false);
/// Each message of a transaction that inserts one row, committed at `commit`.
std::vector<std::string> row_messages(std::uint64_t commit, std::int32_t id);
std::string row_transaction(std::uint64_t commit, std::int32_t id);

/// Both ends of a stream that has begun at position 10.
struct streaming {
  explicit streaming(fake_peer p) : peer(std::move(p)) {}
  replication::connection from;
  fake_peer peer;
  replication::logical_stream changes;
};
asio::awaitable<streaming> open_stream(fake_server& server, replication::stream_options options = quick_options());

/// The connection alone, without a stream, and the client's half of beginning one.
asio::awaitable<streaming> open_replication(fake_server& server);
asio::awaitable<pending> start_stream(replication::connection& from, replication::logical_stream& changes,
                                      replication::stream_options options = quick_options());
/// The server's half: SHOW, then START_REPLICATION, whose text is the result.
asio::awaitable<void> answer_show(fake_peer& peer);
asio::awaitable<std::string> expect_start(fake_peer& peer);
/// The same on the next connection, where START_REPLICATION fails.
asio::awaitable<void> refuse_to_start(fake_server& server, std::string sqlstate, std::string message);
/// The next client that begins a session, before it is let in. Who wants to cancel what was given up is not heard.
asio::awaitable<fake_peer> accept_session(fake_server& server);
/// All of it on a new connection.
asio::awaitable<std::string> let_resume(fake_server& server, fake_peer& peer);

/// Cancels an operation, and waits until it has ended.
asio::awaitable<void> give_up(pending& operation);

/// The next report of the client; anything else fails the test.
asio::awaitable<protocol::standby_status_update> report(fake_peer& peer);

/// What a batch says, in a word for each message: "begin", "relation", "1" for a row, "commit", "resumed".
std::vector<std::string> words_of(const replication::batch& batch);
/// Of batches until one ends with a commit, which is confirmed.
asio::awaitable<std::vector<std::string>> read_transaction(replication::logical_stream& changes);

}  // namespace pgcoro::test
