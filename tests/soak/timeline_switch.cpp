// A standby is promoted: its history can be read, the log of the old timeline ends where the new one begins, and goes
// on there.
//
//   timeline_switch STANDBY_DSN         scripts/replication.sh starts both servers
#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <exception>
#include <iostream>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>

#include <pgcoro/connection.hpp>
#include <pgcoro/replication/connection.hpp>
#include <pgcoro/sync_wait.hpp>
#include <pgcoro/types/lsn.hpp>

namespace {

namespace asio = boost::asio;
namespace repl = pgcoro::replication;

void require(bool holds, const std::string& what) {
  if (!holds) throw std::runtime_error(what);
}

/// Reads the log of the first timeline from `from` to where the server ends the stream, and gives that position.
asio::awaitable<pgcoro::lsn> read_to_the_end(repl::connection& server, pgcoro::lsn from) {
  repl::raw_stream log = co_await server.start_physical({}, from, 1);
  pgcoro::lsn end = from;
  for (;;) {
    const std::span<const repl::raw_data> pieces = co_await log.next();
    if (pieces.empty()) break;
    for (const repl::raw_data& piece : pieces) {
      require(piece.start == end, "there is a gap in the log");
      end = piece.start + piece.data.size();
    }
    log.confirm(end);
  }
  const std::optional<repl::timeline_start> next = log.next_timeline();
  require(next && next->timeline == 2 && next->position == end, "the server does not say where the log goes on");
  co_return end;
}

asio::awaitable<void> run(std::string standby_dsn) {
  pgcoro::connect_options options(standby_dsn);
  options.replication = pgcoro::replication_mode::physical;
  repl::connection server = co_await repl::connect(options);
  const repl::system_identity before = co_await server.identify_system();
  require(before.timeline == 1, "the standby is not on the first timeline");

  pgcoro::connection db = co_await pgcoro::connect(standby_dsn);
  require(co_await db.fetch_one<bool>("SELECT pg_promote(true, 30)"), "the standby was not promoted");
  co_await db.execute_script("CREATE TABLE timeline_switch (); DROP TABLE timeline_switch");

  // A walsender of before the promotion is ended by it.
  server = co_await repl::connect(options);
  const repl::system_identity after = co_await server.identify_system();
  require(after.timeline == 2, "the standby is not on the second timeline");
  const repl::timeline_history history = co_await server.read_timeline_history(2);
  std::cout << history.file_name << ": " << history.content;
  require(history.file_name == "00000002.history", "the history is of another timeline");
  const std::string parent = history.content.substr(0, history.content.find('\t'));
  require(parent == "1", "the history does not say which timeline came before");
  const std::size_t begin = history.content.find('\t') + 1;
  pgcoro::lsn switched;
  const auto text = history.content.substr(begin, history.content.find('\t', begin) - begin);
  require(parse(text, switched) == pgcoro::errc{}, "the history does not say where the timeline ended");

  const std::uint64_t last = switched.value - 1;
  const pgcoro::lsn segment{last - last % (16 << 20)};
  const pgcoro::lsn end = co_await read_to_the_end(server, segment);
  require(end == switched, "the old timeline does not end where the history says");
  require(co_await read_to_the_end(server, end) == end, "there is something behind the end");
  repl::raw_stream log = co_await server.start_physical({}, end, 2);
  const std::span<const repl::raw_data> pieces = co_await log.next();
  require(!pieces.empty() && pieces[0].start == end, "the new timeline does not go on where the old one ended");
  co_await log.stop();
  co_await server.close();
  co_await db.close();
  std::cout << "timeline 1 ends at " << to_string(end) << ", where timeline 2 goes on\n";
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: timeline_switch STANDBY_DSN\n";
    return 2;
  }
  try {
    asio::io_context context(1);
    pgcoro::sync_wait(context, run(argv[1]));
  } catch (const std::exception& e) {
    std::cerr << "timeline_switch failed: " << e.what() << '\n';
    return 1;
  }
}
