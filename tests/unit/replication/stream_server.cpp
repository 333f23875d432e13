#include "unit/replication/stream_server.hpp"

#include <utility>

#include <pgcoro/types/builtin_types.hpp>

#include "unit/replication/stream_builder.hpp"

namespace pgcoro::test {

namespace repl = pgcoro::replication;

repl::stream_options quick_options() {
  repl::stream_options options;
  options.status_interval = 1h;
  options.confirm_delay = 0ms;
  options.silence_limit = 30s;
  return options;
}

repl::stream_options impatient_options(std::chrono::milliseconds silence_limit) {
  repl::stream_options options = quick_options();
  options.silence_limit = silence_limit;
  return options;
}

repl::stream_options resuming_options() {
  repl::stream_options options = quick_options();
  options.resume.enabled = true;
  options.resume.first_delay = 1ms;
  options.resume.last_delay = 4ms;
  return options;
}

namespace {

constexpr std::uint32_t table = 16'400;

}  // namespace

std::string log_piece(std::uint64_t start, const byte_writer& message) {
  return bytes_of(protocol::xlog_data{
      .start = start, .server_end = start, .clock = 0, .data = protocol::bytes_view(message.bytes())});
}

std::string keepalive(std::uint64_t server_end, bool reply_requested) {
  return bytes_of(
      protocol::primary_keepalive{.server_end = server_end, .clock = 0, .reply_requested = reply_requested});
}

std::vector<std::string> row_messages(std::uint64_t commit, std::int32_t id) {
  const auto xid = static_cast<std::uint32_t>(id);
  byte_writer row;
  row.u8('I').u32(table).u8('N').u16(1).value('t', std::to_string(id));
  return {log_piece(commit - 2, byte_writer().u8('B').u64(commit).u64(0).u32(xid)),
          log_piece(commit - 2, relation_message(table, {{"id", oids::int4, true}})), log_piece(commit - 1, row),
          log_piece(commit, byte_writer().u8('C').u8(0).u64(commit).u64(commit + commit_size).u64(0))};
}

std::string row_transaction(std::uint64_t commit, std::int32_t id) {
  std::string all;
  for (const std::string& message : row_messages(commit, id)) all += message;
  return all;
}

namespace {

asio::awaitable<void> connect_into(connect_options options, repl::connection& from) {
  from = co_await repl::connect(std::move(options));
}

asio::awaitable<void> start_into(repl::connection& from, repl::logical_stream& changes, repl::stream_options options) {
  changes = co_await from.start_logical("slot", {10}, repl::pgoutput_options("items"), std::move(options));
}

}  // namespace

asio::awaitable<pending> start_stream(repl::connection& from, repl::logical_stream& changes,
                                      repl::stream_options options) {
  pending started = co_await start(start_into(from, changes, std::move(options)));
  co_return started;
}

asio::awaitable<void> answer_show(fake_peer& peer) {
  const std::string shown = co_await peer.query();
  EXPECT_EQ(shown, "SHOW \"wal_sender_timeout\"");
  co_await peer.send(text_columns(1) + text_row("1min") + completed("SHOW"));
}

asio::awaitable<std::string> expect_start(fake_peer& peer) {
  co_await answer_show(peer);
  std::string command = co_await peer.query();
  co_await peer.send(bytes_of(protocol::copy_both_response{}));
  co_return command;
}

asio::awaitable<void> refuse_to_start(fake_server& server, std::string sqlstate, std::string message) {
  fake_peer peer = co_await server.accept();
  co_await peer.let_in();
  co_await answer_show(peer);
  co_await peer.query();
  co_await peer.send(error_message("ERROR", sqlstate, message) + ready());
}

asio::awaitable<fake_peer> accept_session(fake_server& server) {
  constexpr auto cancel = static_cast<std::uint32_t>(protocol::initial_request::cancel);
  for (;;) {
    fake_peer caller = co_await server.accept();
    const std::string packet = co_await caller.initial();
    if (fake_peer::initial_code(packet) != cancel) co_return caller;
  }
}

asio::awaitable<std::string> let_resume(fake_server& server, fake_peer& peer) {
  fake_peer next = co_await accept_session(server);
  peer = std::move(next);
  co_await peer.send(greeting().bytes());
  std::string command = co_await expect_start(peer);
  co_return command;
}

asio::awaitable<streaming> open_replication(fake_server& server) {
  repl::connection from;
  pending connecting = co_await start(connect_into(server.options(), from));
  fake_peer peer = co_await server.accept();
  streaming made(std::move(peer));
  co_await made.peer.let_in();
  const error_info refused = co_await connecting.outcome();
  EXPECT_FALSE(refused) << refused.what();
  made.from = std::move(from);
  co_return made;
}

asio::awaitable<streaming> open_stream(fake_server& server, repl::stream_options options) {
  streaming made = co_await open_replication(server);
  pending starting = co_await start_stream(made.from, made.changes, std::move(options));
  co_await expect_start(made.peer);
  const error_info failed = co_await starting.outcome();
  EXPECT_FALSE(failed) << failed.what();
  co_return made;
}

asio::awaitable<void> give_up(pending& operation) {
  operation.cancel();
  co_await operation.outcome();
}

asio::awaitable<protocol::standby_status_update> report(fake_peer& peer) {
  const client_message message = co_await peer.read();
  protocol::standby_status_update update;
  EXPECT_EQ(message.type, 'd') << "a report was expected";
  EXPECT_FALSE(protocol::parse(protocol::as_bytes(message.body), update));
  co_return update;
}

namespace {

struct word {
  std::string operator()(const repl::insert& m) const { return std::to_string(m.row[0].as<int>()); }
  std::string operator()(const repl::begin&) const { return "begin"; }
  std::string operator()(const repl::commit&) const { return "commit"; }
  std::string operator()(const repl::relation_described&) const { return "relation"; }
  std::string operator()(const repl::resumed&) const { return "resumed"; }
  std::string operator()(const auto&) const { return "?"; }
};

}  // namespace

std::vector<std::string> words_of(const repl::batch& batch) {
  std::vector<std::string> words;
  for (const repl::message& m : batch) words.push_back(std::visit(word(), static_cast<const repl::message_body&>(m)));
  return words;
}

asio::awaitable<std::vector<std::string>> read_transaction(repl::logical_stream& changes) {
  std::vector<std::string> words;
  while (words.empty() || words.back() != "commit") {
    const std::optional<repl::batch> batch = co_await changes.next();
    if (!batch) break;
    const std::vector<std::string> more = words_of(*batch);
    words.insert(words.end(), more.begin(), more.end());
    changes.confirm(batch->last_commit_end());
  }
  co_return words;
}

}  // namespace pgcoro::test
