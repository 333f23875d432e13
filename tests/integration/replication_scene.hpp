// What tests of replication need of a server.
//
//   scene s = co_await open_scene("name");
//   repl::logical_stream changes = co_await s.repl.start_logical(s.slot, s.start, pgoutput_options("pgcoro_items"));
//   co_await s.db.execute("INSERT INTO pgcoro_items VALUES (1, 'one')");
//   EXPECT_EQ((co_await read_items(changes, 1)).at(0).id, 1);
//   co_await s.end();
#pragma once

#include <boost/describe/class.hpp>
#include <cstdint>
#include <string>
#include <vector>

#include <pgcoro/replication/connection.hpp>

#include "support/async_test.hpp"
#include "support/environment.hpp"

namespace pgcoro::test {

namespace repl = pgcoro::replication;

struct item {
  std::int64_t id = 0;
  std::string name;
};
BOOST_DESCRIBE_STRUCT(item, (), (id, name))

/// Slots outlive whatever made them: those of a test that failed are in nobody's way either.
asio::awaitable<void> drop_slots(connection& db);

/// A table, a publication and a slot of one test.
struct scene {
  connection db;
  repl::connection repl;
  std::string slot;
  lsn start;

  asio::awaitable<void> end();
};
asio::awaitable<scene> open_scene(std::string slot);

/// Inserted rows until there are `count` and the transaction has ended; what ends in a batch is confirmed.
asio::awaitable<std::vector<item>> read_items(repl::logical_stream& changes, std::size_t count, bool confirm = true);

asio::awaitable<lsn> confirmed_flush(connection& db, std::string slot);

/// Ends the walsender that serves the slot.
asio::awaitable<void> cut(connection& db, std::string slot);

/// With a new connection at once where one is lost.
repl::stream_options resuming();

}  // namespace pgcoro::test
