#include <utility>

#include <pgcoro/replication/connection.hpp>

#include "replication/answer.hpp"
#include "replication/replication_session.hpp"
#include "replication/stream_readers.hpp"

namespace pgcoro::replication {

namespace asio = boost::asio;
using detail::command_text;
using detail::replication_session;

namespace {

std::optional<std::string> optional_text(const field_view& value) {
  return value.is_null() ? std::nullopt : std::optional(std::string(value.text()));
}

// Coroutines that own what they are given: the commands are composed before the first of them is awaited.

asio::awaitable<created_slot> create_slot(std::shared_ptr<replication_session> session, command_text text) {
  const result answer = co_await session->run_for_row(std::move(text), 4);
  const row_view row = answer[0];
  created_slot made;
  made.name = detail::answer_text(row[0]);
  made.consistent_point = detail::answer_position(row[1]);
  made.snapshot = optional_text(row[2]);
  made.plugin = optional_text(row[3]);
  co_return made;
}

asio::awaitable<std::optional<physical_slot_state>> read_state(std::shared_ptr<replication_session> session,
                                                               command_text text) {
  const result answer = co_await session->run_for_row(std::move(text), 3);
  const row_view row = answer[0];
  if (row[0].is_null()) co_return std::nullopt;
  physical_slot_state state;
  state.restart_lsn = detail::answer_position(row[1]);
  state.restart_timeline = detail::answer_number<std::uint32_t>(row[2]);
  co_return state;
}

asio::awaitable<std::string> show_setting(std::shared_ptr<replication_session> session, command_text text) {
  const result answer = co_await session->run_for_row(std::move(text), 1);
  co_return std::string(detail::answer_text(answer[0][0]));
}

asio::awaitable<void> run(std::shared_ptr<replication_session> session, command_text text) {
  co_await session->run(std::move(text));
}

asio::awaitable<std::shared_ptr<detail::replication_stream>> start(std::shared_ptr<replication_session> session,
                                                                   detail::replication_stream::start_command command,
                                                                   lsn from, stream_options options) {
  auto stream =
      std::make_shared<detail::replication_stream>(std::move(session), std::move(command), std::move(options));
  co_await stream->open(from);
  co_return stream;
}

}  // namespace

connection::connection() noexcept = default;
connection::connection(std::shared_ptr<replication_session> session) noexcept : session_(std::move(session)) {}
connection::connection(connection&&) noexcept = default;
connection& connection::operator=(connection&&) noexcept = default;
connection::~connection() = default;

int connection::server_version() const noexcept { return session_->version(); }
bool connection::is_open() const noexcept { return session_ && session_->db().is_open(); }
asio::awaitable<void> connection::close() { return session_->db().close(); }

asio::awaitable<system_identity> connection::identify_system() {
  const result answer = co_await session_->run_for_row(std::string("IDENTIFY_SYSTEM"), 4);
  const row_view row = answer[0];
  system_identity found;
  found.system_id = detail::answer_number<std::uint64_t>(row[0]);
  found.timeline = detail::answer_number<std::uint32_t>(row[1]);
  found.position = detail::answer_position(row[2]);
  found.database = optional_text(row[3]);
  co_return found;
}

asio::awaitable<std::string> connection::show(std::string_view setting) {
  return show_setting(session_, detail::show_command(setting));
}

asio::awaitable<timeline_history> connection::read_timeline_history(std::uint32_t timeline) {
  const result answer = co_await session_->run_for_row(detail::timeline_history_command(timeline), 2);
  const row_view row = answer[0];
  timeline_history found;
  found.file_name = detail::answer_text(row[0]);
  found.content = protocol::as_text(row[1].bytes());  // as it is in the file, although its column may be a bytea
  co_return found;
}

asio::awaitable<result> connection::query(std::string_view sql) { return session_->run(std::string(sql)); }

asio::awaitable<created_slot> connection::create_logical_slot(std::string_view name, logical_slot_options options) {
  return create_slot(session_, detail::create_slot_command(server_version(), name, options));
}

asio::awaitable<created_slot> connection::create_physical_slot(std::string_view name, physical_slot_options options) {
  return create_slot(session_, detail::create_slot_command(server_version(), name, options));
}

asio::awaitable<std::optional<physical_slot_state>> connection::read_slot(std::string_view name) {
  return read_state(session_, detail::read_slot_command(server_version(), name));
}

asio::awaitable<void> connection::alter_slot(std::string_view name, slot_changes changes) {
  return run(session_, detail::alter_slot_command(server_version(), name, changes));
}

asio::awaitable<void> connection::drop_slot(std::string_view name, bool wait) {
  return run(session_, detail::drop_slot_command(name, wait));
}

asio::awaitable<logical_stream> connection::start_logical(std::string slot, lsn from, pgoutput_options plugin,
                                                          stream_options options) {
  decoder_options decoding;
  decoding.parallel_streaming = plugin.streaming == streaming_mode::parallel;
  decoding.types = options.types;
  auto reader = std::make_unique<detail::logical_reader>(std::move(decoding));
  // Composed anew for each connection: after a failover the server may be another version.
  auto command = [name = std::move(slot), plugin = std::move(plugin)](int version, lsn at) -> command_text {
    const auto chosen = detail::pgoutput_plugin_options(version, plugin);
    return chosen ? detail::start_logical_command(name, at, *chosen) : chosen.error();
  };
  auto stream = co_await start(session_, std::move(command), from, std::move(options));
  co_return logical_stream(std::move(stream), std::move(reader));
}

asio::awaitable<raw_stream> connection::start_logical_raw(std::string slot, lsn from, plugin_option_list plugin,
                                                          stream_options options) {
  auto command = [name = std::move(slot), plugin = detail::plugin_options{std::move(plugin)}](int, lsn at) {
    return detail::start_logical_command(name, at, plugin);
  };
  auto stream = co_await start(session_, std::move(command), from, std::move(options));
  co_return raw_stream(std::move(stream), false);
}

asio::awaitable<raw_stream> connection::start_physical(std::string slot, lsn from, std::uint32_t timeline,
                                                       stream_options options) {
  auto command = [name = std::move(slot), timeline](int, lsn at) {
    return detail::start_physical_command(name, at, timeline);
  };
  auto stream = co_await start(session_, std::move(command), from, std::move(options));
  co_return raw_stream(std::move(stream), true);
}

asio::awaitable<connection> connect(connect_options options) {
  if (!options.replication || *options.replication == replication_mode::off)
    options.replication = replication_mode::database;
  auto session = std::make_shared<replication_session>(std::move(options));
  co_await session->connect();
  co_return connection(std::move(session));
}

}  // namespace pgcoro::replication
