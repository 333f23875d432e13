// A consumer of a replication stream that stops reading. The server must stop sending and keep the connection, memory
// must stay as it is, and when the consumer goes on it must find every row, in order.
//
//   stalled_consumer DSN SECONDS
#include <algorithm>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <exception>
#include <fstream>
#include <iostream>
#include <stdexcept>
#include <string>
#include <tuple>
#include <unistd.h>

#include <pgcoro/connection.hpp>
#include <pgcoro/replication/connection.hpp>
#include <pgcoro/sync_wait.hpp>
#include <pgcoro/types/lsn.hpp>

namespace {

namespace asio = boost::asio;
namespace repl = pgcoro::replication;
using clock_type = std::chrono::steady_clock;
using namespace std::chrono_literals;

constexpr std::int64_t rows = 200'000;  // of 1 kB
constexpr std::int64_t rows_before_the_stall = 20'000;
constexpr std::int64_t tolerance = 1 << 20;

void require(bool holds, const std::string& what) {
  if (!holds) throw std::runtime_error(what);
}

/// Of this process, in bytes.
std::int64_t resident_memory() {
  std::int64_t size = 0;
  std::int64_t resident = 0;
  std::ifstream("/proc/self/statm") >> size >> resident;
  return resident * sysconf(_SC_PAGESIZE);
}

asio::awaitable<void> sleep_for(clock_type::duration time) {
  asio::steady_timer timer(co_await asio::this_coro::executor, time);
  co_await timer.async_wait(asio::use_awaitable);
}

asio::awaitable<void> prepare(pgcoro::connection& db) {
  co_await db.execute_script(
      "SET client_min_messages = warning; DROP PUBLICATION IF EXISTS stalled; DROP TABLE IF EXISTS stalled;"
      "CREATE TABLE stalled (id bigint PRIMARY KEY, filler text); CREATE PUBLICATION stalled FOR TABLE stalled");
}

/// Many transactions, one of which is large.
asio::awaitable<void> write_rows(pgcoro::connection& db) {
  constexpr const char* insert =
      "INSERT INTO stalled SELECT n, repeat('x', 1000) FROM generate_series($1::bigint, $2::bigint) n";
  co_await db.execute(insert, std::int64_t{1}, rows / 2);
  for (std::int64_t first = rows / 2 + 1; first <= rows; first += 1000) co_await db.execute(insert, first, first + 999);
}

class consumer {
 public:
  /// Reads on, checking the order, until so many rows have come.
  asio::awaitable<void> read_to(repl::logical_stream& changes, std::int64_t count) {
    while (read_ < count || open_) {
      const auto batch = co_await changes.next();
      require(batch.has_value(), "the server has ended the stream");
      for (const repl::message& m : *batch) {
        open_ = !std::holds_alternative<repl::commit>(m);
        const auto* const i = std::get_if<repl::insert>(&m);
        if (i == nullptr) continue;
        require(i->row["id"].as<std::int64_t>() == ++read_, "a row is missing");
      }
      changes.confirm(batch->last_commit_end());
      if (count != rows && read_ >= count) break;  // in the middle of a transaction
    }
  }

 private:
  std::int64_t read_ = 0;
  bool open_ = false;
};

struct walsender {
  pgcoro::lsn sent;
  pgcoro::lsn flushed;
  double seconds_since_reply = 0;
};

asio::awaitable<walsender> look_at_server(pgcoro::connection& db) {
  const auto [sent, flushed, since] = co_await db.fetch_one<std::tuple<pgcoro::lsn, pgcoro::lsn, double>>(
      "SELECT sent_lsn, coalesce(flush_lsn, '0/0'), coalesce(extract(epoch FROM clock_timestamp() - reply_time), 0)"
      "::float8 FROM pg_stat_replication JOIN pg_replication_slots ON active_pid = pid WHERE slot_name = 'stalled'");
  co_return walsender{sent, flushed, since};
}

asio::awaitable<void> stall(pgcoro::connection& db, clock_type::duration length) {
  co_await sleep_for(500ms);  // what fits into the sockets' buffers comes to a rest
  const walsender before = co_await look_at_server(db);
  const std::int64_t memory = resident_memory();
  std::int64_t most = memory;
  double longest_silence = 0;
  const clock_type::time_point end = clock_type::now() + length;
  while (clock_type::now() < end) {
    co_await sleep_for(200ms);
    const walsender now = co_await look_at_server(db);
    require(now.sent == before.sent, "the server went on sending");
    longest_silence = std::max(longest_silence, now.seconds_since_reply);
    most = std::max(most, resident_memory());
  }
  const auto behind =
      co_await db.fetch_one<std::int64_t>("SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), $1)::int8", before.sent);
  std::cout << "stalled for " << std::chrono::duration_cast<std::chrono::seconds>(length).count() << " s with "
            << behind / 1'000'000 << " MB unsent: sent_lsn stood at " << to_string(before.sent)
            << ", the client reported at least every " << longest_silence << " s, memory " << memory / 1024
            << " kB, at most " << (most - memory) / 1024 << " kB more\n";
  require(behind > 50'000'000, "there was nothing that the server could have sent");
  require(most - memory < tolerance, "memory has grown");
  require(longest_silence < 5, "the server was not told that the consumer lives");
}

asio::awaitable<void> run(std::string dsn, clock_type::duration length) {
  pgcoro::connection db = co_await pgcoro::connect(dsn);
  co_await prepare(db);
  // A server that hears nothing ends the connection: sooner than the stall is over.
  repl::connection from = co_await repl::connect(dsn + " options='-c wal_sender_timeout=3s'");
  const repl::logical_slot_options temporary{.temporary = true};
  const repl::created_slot slot = co_await from.create_logical_slot("stalled", temporary);
  co_await write_rows(db);
  repl::logical_stream changes =
      co_await from.start_logical("stalled", slot.consistent_point, repl::pgoutput_options("stalled"));
  consumer reader;
  co_await reader.read_to(changes, rows_before_the_stall);
  co_await stall(db, length);
  co_await reader.read_to(changes, rows);
  std::cout << rows << " rows, each once and in order\n";
  co_await changes.stop();
  co_await from.close();
  co_await db.execute_script("DROP PUBLICATION stalled; DROP TABLE stalled");
  co_await db.close();
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::cerr << "usage: stalled_consumer DSN SECONDS\n";
    return 2;
  }
  try {
    asio::io_context context(1);
    pgcoro::sync_wait(context, run(argv[1], std::chrono::seconds(std::atoi(argv[2]))));
  } catch (const std::exception& e) {
    std::cerr << "stalled_consumer failed: " << e.what() << '\n';
    return 1;
  }
}
