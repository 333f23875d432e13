// COPY of bytes from and to whatever gives and takes them, with back-pressure.
#include <boost/asio/local/connect_pair.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <cstdint>
#include <string>
#include <vector>

#include <pgcoro/copy_bytes.hpp>

#include "support/async_test.hpp"
#include "support/environment.hpp"

namespace pgcoro::test {
namespace {

using local_socket = asio::local::stream_protocol::socket;

constexpr std::int64_t many = 400'000;

struct socket_pair {
  explicit socket_pair(const asio::any_io_executor& executor) : ours(executor), theirs(executor) {
    asio::local::connect_pair(ours, theirs);
  }
  local_socket ours;    ///< what COPY has
  local_socket theirs;  ///< what is at the other end
};

asio::awaitable<connection> with_numbers() {
  connection db = co_await connect_to("DSN");
  co_await db.execute_script("CREATE TEMP TABLE numbers (n int8, filler text)");
  co_return db;
}

std::string line_of(std::int64_t n) { return std::to_string(n) + "\tsome forty bytes of text to fill a line\n"; }

asio::awaitable<void> write_lines(local_socket& to, std::int64_t lines) {
  std::string piece;
  for (std::int64_t n = 1; n <= lines; ++n) {
    piece += line_of(n);
    if (piece.size() < 10'000 && n < lines) continue;
    co_await asio::async_write(to, asio::buffer(piece), asio::use_awaitable);
    piece.clear();
  }
  to.close();
}

ASYNC_TEST(copy_streams, take_what_a_socket_brings_to_its_end) {
  connection db = co_await with_numbers();
  socket_pair sockets(co_await asio::this_coro::executor);
  pending writer = co_await start(write_lines(sockets.theirs, many));
  std::uint64_t last = 0;
  int calls = 0;
  const copy_totals moved =
      co_await copy_in_from(db, sockets.ours, "COPY numbers FROM STDIN", [&](const copy_totals& t) {
        EXPECT_GE(t.bytes, last);
        last = t.bytes;
        ++calls;
      });
  EXPECT_FALSE(co_await writer.outcome());
  EXPECT_EQ(moved.rows, static_cast<std::uint64_t>(many));
  EXPECT_EQ(moved.of, 0u);
  EXPECT_EQ(last, moved.bytes);
  EXPECT_GT(calls, 100);
  EXPECT_EQ(co_await db.fetch_one<std::int64_t>("SELECT sum(n)::int8 FROM numbers"), many * (many + 1) / 2);
}

ASYNC_TEST(copy_streams, ask_a_socket_for_no_more_while_the_server_takes_nothing) {
  connection db = co_await with_numbers();
  connection other = co_await connect_to("DSN");
  const std::string key = std::to_string(db.backend_process_id());
  // Each row waits for a lock that somebody has.
  co_await db.execute_script(
      "CREATE FUNCTION pg_temp.wait() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM "
      "pg_advisory_xact_lock(" +
      key +
      "); RETURN NEW; END';"
      "CREATE TRIGGER wait BEFORE INSERT ON numbers FOR EACH ROW EXECUTE FUNCTION pg_temp.wait()");
  co_await other.execute("SELECT pg_advisory_lock(" + key + ")");
  socket_pair sockets(co_await asio::this_coro::executor);
  pending writer = co_await start(write_lines(sockets.theirs, many));
  std::uint64_t taken = 0;
  auto load = [&]() -> asio::awaitable<void> {
    co_await copy_in_from(db, sockets.ours, "COPY numbers FROM STDIN",
                          [&taken](const copy_totals& t) { taken = t.bytes; });
  };
  pending loading = co_await start(load());
  std::uint64_t before = 1;
  while (before != taken || taken == 0) {
    before = taken;
    co_await sleep_for(300ms);
  }
  EXPECT_LT(taken, 4u << 20) << "of 18 MiB";
  EXPECT_FALSE(writer.ended());
  co_await other.execute("SELECT pg_advisory_unlock(" + key + ")");
  EXPECT_FALSE(co_await loading.outcome());
  EXPECT_FALSE(co_await writer.outcome());
  EXPECT_EQ(co_await db.fetch_one<std::int64_t>("SELECT count(*) FROM numbers"), many);
}

ASYNC_TEST(copy_streams, that_break_load_nothing_and_say_what_was_wrong) {
  connection db = co_await with_numbers();
  socket_pair sockets(co_await asio::this_coro::executor);
  sockets.ours.close();
  boost::system::error_code failed;
  try {
    co_await copy_in_from(db, sockets.ours, "COPY numbers FROM STDIN");
  } catch (const boost::system::system_error& e) {
    failed = e.code();
  }
  EXPECT_EQ(failed, asio::error::bad_descriptor);
  EXPECT_EQ(co_await db.fetch_one<std::int64_t>("SELECT count(*) FROM numbers"), 0);
}

constexpr auto all_lines =
    "COPY (SELECT n, 'some forty bytes of text to fill a line' FROM generate_series(1, 400000) n) TO STDOUT";

asio::awaitable<void> read_lines(local_socket& from, std::string& all) {
  for (;;) {
    char piece[50'000];
    boost::system::error_code ended;
    const std::size_t n =
        co_await from.async_read_some(asio::buffer(piece), asio::redirect_error(asio::use_awaitable, ended));
    if (ended) co_return;
    all.append(piece, n);
  }
}

ASYNC_TEST(copy_streams, write_to_a_socket_at_its_pace) {
  connection db = co_await connect_to("DSN");
  socket_pair sockets(co_await asio::this_coro::executor);
  std::uint64_t given = 0;
  auto unload = [&]() -> asio::awaitable<void> {
    co_await copy_out_to(db, sockets.ours, all_lines, [&given](const copy_totals& t) { given = t.bytes; });
    sockets.ours.close();
  };
  pending unloading = co_await start(unload());
  std::uint64_t before = 1;
  while (before != given || given == 0) {
    before = given;
    co_await sleep_for(200ms);
  }
  EXPECT_LT(given, 4u << 20) << "nobody reads";
  EXPECT_FALSE(unloading.ended());
  std::string all;
  co_await read_lines(sockets.theirs, all);
  EXPECT_FALSE(co_await unloading.outcome());
  std::string expected;
  for (std::int64_t n = 1; n <= many; ++n) expected += line_of(n);
  EXPECT_TRUE(all == expected);
}

ASYNC_TEST(copy_streams, whose_reader_goes_away_end_the_copy_and_leave_the_connection) {
  connection db = co_await connect_to("DSN");
  socket_pair sockets(co_await asio::this_coro::executor);
  sockets.theirs.close();
  boost::system::error_code failed;
  try {
    co_await copy_out_to(db, sockets.ours, all_lines);
  } catch (const boost::system::system_error& e) {
    failed = e.code();
  }
  EXPECT_EQ(failed, asio::error::broken_pipe);
  EXPECT_EQ(co_await db.fetch_one<int>("SELECT 1"), 1);
}

ASYNC_TEST(copy_streams, may_be_functions_that_wait_or_do_not) {
  connection db = co_await with_numbers();
  std::int64_t next = 0;
  std::string piece;
  auto at_once = [&]() -> copy_bytes {
    piece = next < 1000 ? line_of(++next) : std::string();
    return protocol::as_bytes(piece);
  };
  EXPECT_EQ((co_await copy_in_from(db, at_once, "COPY numbers FROM STDIN")).rows, 1000u);
  next = 0;
  auto later = [&]() -> asio::awaitable<copy_bytes> {
    co_await sleep_for(1ms);
    piece = next < 20 ? line_of(++next) : std::string();
    co_return protocol::as_bytes(piece);
  };
  EXPECT_EQ((co_await copy_in_from(db, later, "COPY numbers FROM STDIN")).rows, 20u);
  std::size_t bytes = 0;
  auto sink = [&](copy_bytes some) -> asio::awaitable<void> {
    co_await sleep_for(1ms);
    bytes += some.size();
  };
  EXPECT_EQ((co_await copy_out_to(db, sink, "COPY numbers TO STDOUT")).bytes, bytes);
}

ASYNC_TEST(copy_streams, may_be_memory_in_one_piece_or_none) {
  connection db = co_await with_numbers();
  std::string all;
  for (std::int64_t n = 1; n <= many; ++n) all += line_of(n);
  const copy_bytes bytes(protocol::as_bytes(all));
  std::uint64_t of = 0;
  const copy_totals moved =
      co_await copy_in_from(db, bytes, "COPY numbers FROM STDIN", [&of](const copy_totals& t) { of = t.of; });
  EXPECT_EQ(moved.rows, static_cast<std::uint64_t>(many));
  EXPECT_EQ(of, all.size());
  EXPECT_EQ((co_await copy_in_from(db, copy_bytes(), "COPY numbers FROM STDIN")).rows, 0u);
}

}  // namespace
}  // namespace pgcoro::test
