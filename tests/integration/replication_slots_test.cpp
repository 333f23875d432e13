// Slots of every kind, what their snapshots show, and what becomes of a stream that loses its slot.
#include <gmock/gmock.h>

#include <pgcoro/identifier.hpp>
#include <pgcoro/sql.hpp>

#include "integration/replication_scene.hpp"

namespace pgcoro::test {
namespace {

using repl::pgoutput_options;
using repl::snapshot;
using testing::ElementsAre;
using testing::HasSubstr;

/// A connection with nothing of its own on the server.
asio::awaitable<repl::connection> open_replication() {
  connection db = co_await connect_to("DSN");
  co_await drop_slots(db);
  repl::connection opened = co_await repl::connect(options_of("DSN"));
  co_return opened;
}

/// What pg_replication_slots says of a slot in a Boolean column.
asio::awaitable<bool> slot_is(std::string column, std::string slot) {
  connection db = co_await connect_to("DSN");
  bool found = co_await db.fetch_one<bool>(
      sql("SELECT {} FROM pg_replication_slots WHERE slot_name = :slot", identifier(column), arg("slot", slot)));
  co_return found;
}

void expect_too_old(const error_info& failed, const char* version) {
  EXPECT_EQ(failed.code(), errc::unsupported_server) << failed.what();
  EXPECT_THAT(failed.message(), HasSubstr(std::string("needs PostgreSQL ") + version));
  EXPECT_TRUE(failed.connection_usable());
}

ASYNC_TEST(physical_slot, is_made_read_and_dropped) {
  repl::connection from = co_await open_replication();
  const repl::physical_slot_options reserving{.reserve_wal = true};
  const repl::created_slot reserved = co_await from.create_physical_slot("pgcoro_reserved", reserving);
  EXPECT_EQ(reserved.name, "pgcoro_reserved");
  EXPECT_FALSE(reserved.plugin);
  EXPECT_FALSE(reserved.snapshot);
  const repl::created_slot bare = co_await from.create_physical_slot("pgcoro_bare");
  EXPECT_FALSE(bare.consistent_point.is_valid());
  if (server_version() >= 15) {
    const auto state = co_await from.read_slot("pgcoro_reserved");
    EXPECT_TRUE(state && state->restart_lsn.is_valid());
    EXPECT_EQ(state->restart_timeline, 1U);
    const auto unreserved = co_await from.read_slot("pgcoro_bare");
    EXPECT_TRUE(unreserved && !unreserved->restart_lsn.is_valid());
    EXPECT_FALSE(co_await from.read_slot("pgcoro_none"));
  } else {
    expect_too_old(co_await error_of(from.read_slot("pgcoro_reserved")), "15");
  }
  co_await from.drop_slot("pgcoro_reserved");
  co_await from.drop_slot("pgcoro_bare");
  EXPECT_EQ((co_await error_of(from.drop_slot("pgcoro_bare"))).code(), sqlstate::undefined_object);
  co_await from.close();
}

ASYNC_TEST(temporary_slot, is_gone_with_its_connection) {
  repl::connection from = co_await open_replication();
  const repl::logical_slot_options options{.temporary = true};
  co_await from.create_logical_slot("pgcoro_temporary", options);
  EXPECT_TRUE(co_await slot_is("temporary", "pgcoro_temporary"));
  co_await from.close();
  connection db = co_await connect_to("DSN");
  std::int64_t left = 1;
  for (int i = 0; i < 200 && left != 0; ++i) {
    co_await sleep_for(10ms);
    left = co_await db.fetch_one<std::int64_t>("SELECT count(*) FROM pg_replication_slots");
  }
  EXPECT_EQ(left, 0);
}

ASYNC_TEST(logical_slot, of_another_plugin_says_which) {
  repl::connection from = co_await open_replication();
  const repl::logical_slot_options options{.plugin = "test_decoding", .temporary = true};
  const repl::created_slot made = co_await from.create_logical_slot("pgcoro_plugin", options);
  EXPECT_EQ(made.plugin, "test_decoding");
  EXPECT_FALSE(made.snapshot) << "nothing was asked for";
  EXPECT_EQ((co_await error_of(from.create_logical_slot("pgcoro_plugin"))).code(), sqlstate::duplicate_object);
  co_await from.close();
}

ASYNC_TEST(logical_slot, may_be_two_phase) {
  repl::connection from = co_await open_replication();
  const repl::logical_slot_options options{.two_phase = true};
  const error_info failed = co_await error_of(from.create_logical_slot("pgcoro_two_phase", options));
  if (server_version() >= 15) {
    EXPECT_FALSE(failed) << failed.what();
    EXPECT_TRUE(co_await slot_is("two_phase", "pgcoro_two_phase"));
    co_await from.drop_slot("pgcoro_two_phase");
  } else {
    expect_too_old(failed, "15");
  }
  co_await from.close();
}

ASYNC_TEST(logical_slot, may_be_kept_for_failover) {
  repl::connection from = co_await open_replication();
  const repl::logical_slot_options options{.failover = true};
  const error_info failed = co_await error_of(from.create_logical_slot("pgcoro_failover", options));
  if (server_version() >= 17) {
    EXPECT_FALSE(failed) << failed.what();
    EXPECT_TRUE(co_await slot_is("failover", "pgcoro_failover"));
    co_await from.drop_slot("pgcoro_failover");
  } else {
    expect_too_old(failed, "17");
  }
  co_await from.close();
}

ASYNC_TEST(logical_slot, may_be_altered) {
  repl::connection from = co_await open_replication();
  co_await from.create_logical_slot("pgcoro_altered");
  const repl::slot_changes failover{.failover = true};
  const error_info failed = co_await error_of(from.alter_slot("pgcoro_altered", failover));
  if (server_version() >= 17) {
    EXPECT_FALSE(failed) << failed.what();
    EXPECT_TRUE(co_await slot_is("failover", "pgcoro_altered"));
  } else {
    expect_too_old(failed, "17");
  }
  const repl::slot_changes two_phase{.two_phase = true};
  const error_info failed_again = co_await error_of(from.alter_slot("pgcoro_altered", two_phase));
  if (server_version() >= 18) {
    EXPECT_FALSE(failed_again) << failed_again.what();
    EXPECT_TRUE(co_await slot_is("two_phase", "pgcoro_altered"));
  } else {
    expect_too_old(failed_again, server_version() < 17 ? "17" : "18");
  }
  co_await from.drop_slot("pgcoro_altered");
  co_await from.close();
}

// What a slot's snapshot shows: exactly what its stream does not bring.

constexpr const char* count_items = "SELECT count(*) FROM pgcoro_items";

ASYNC_TEST(exported_snapshot, shows_another_session_what_the_stream_does_not_bring) {
  scene s = co_await open_scene("unused");
  co_await s.db.execute("INSERT INTO pgcoro_items VALUES (1, 'before')");
  const repl::logical_slot_options exporting{.temporary = true, .snapshot = snapshot::export_};
  const repl::created_slot slot = co_await s.repl.create_logical_slot("pgcoro_exported", exporting);
  co_await s.db.execute("INSERT INTO pgcoro_items VALUES (2, 'after')");

  connection reader = co_await connect_to("DSN");
  co_await reader.execute_script("BEGIN ISOLATION LEVEL REPEATABLE READ; SET TRANSACTION SNAPSHOT " +
                                 literal(slot.snapshot.value()).text());
  const auto there = co_await reader.fetch<std::string>("SELECT name FROM pgcoro_items");
  EXPECT_THAT(there, ElementsAre("before"));
  co_await reader.execute_script("COMMIT");
  EXPECT_EQ(co_await reader.fetch_one<std::int64_t>(count_items), 2);

  repl::logical_stream changes =
      co_await s.repl.start_logical("pgcoro_exported", slot.consistent_point, pgoutput_options("pgcoro_items"));
  const std::vector<item> items = co_await read_items(changes, 1);
  EXPECT_EQ(items.at(0).name, "after");
  co_await changes.stop();
  co_await s.end();
}

ASYNC_TEST(used_snapshot, is_that_of_the_transaction_on_the_same_connection) {
  scene s = co_await open_scene("unused");
  co_await s.db.execute("INSERT INTO pgcoro_items VALUES (1, 'before')");
  co_await s.repl.query("BEGIN READ ONLY ISOLATION LEVEL REPEATABLE READ");
  const repl::logical_slot_options using_it{.temporary = true, .snapshot = snapshot::use};
  const repl::created_slot slot = co_await s.repl.create_logical_slot("pgcoro_used", using_it);
  EXPECT_FALSE(slot.snapshot) << "there is nothing to be handed to others";
  co_await s.db.execute("INSERT INTO pgcoro_items VALUES (2, 'after')");
  const result there = co_await s.repl.query("SELECT name FROM pgcoro_items");
  EXPECT_EQ(there.size(), 1U);
  EXPECT_EQ(there[0][0].as<std::string>(), "before");
  co_await s.repl.query("COMMIT");
  repl::logical_stream changes =
      co_await s.repl.start_logical("pgcoro_used", slot.consistent_point, pgoutput_options("pgcoro_items"));
  const std::vector<item> items = co_await read_items(changes, 1);
  EXPECT_EQ(items.at(0).name, "after");
  co_await changes.stop();
  co_await s.end();
}

ASYNC_TEST(used_snapshot, needs_a_transaction) {
  repl::connection from = co_await open_replication();
  const repl::logical_slot_options using_it{.temporary = true, .snapshot = snapshot::use};
  const error_info failed = co_await error_of(from.create_logical_slot("pgcoro_used", using_it));
  EXPECT_TRUE(failed.server());
  EXPECT_THAT(failed.message(), HasSubstr("must be called"));
  EXPECT_TRUE(failed.connection_usable());
  co_await from.close();
}

// A stream whose slot is lost.

ASYNC_TEST(logical_stream, ends_with_a_clear_error_where_its_slot_is_lost) {
  scene s = co_await open_scene("lost");
  repl::logical_stream changes =
      co_await s.repl.start_logical(s.slot, s.start, pgoutput_options("pgcoro_items"), resuming());
  pending next = co_await start(changes.next());
  s.repl = repl::connection();
  co_await drop_slots(s.db);
  const error_info failed = co_await next.outcome();
  EXPECT_EQ(failed.code(), sqlstate::undefined_object) << failed.what();
  EXPECT_THAT(failed.message(), testing::HasSubstr("the stream cannot be resumed: replication slot \"pgcoro_lost\""));
  co_await s.end();
}

/// Writes until the server has thrown away the log that the slot still needs.
asio::awaitable<void> invalidate(connection& db, std::string slot) {
  co_await db.execute("ALTER SYSTEM SET max_slot_wal_keep_size = '1MB'");
  co_await db.execute("SELECT pg_reload_conf()");
  bool lost = false;
  for (int i = 0; i < 100 && !lost; ++i) {
    co_await db.execute_script(
        "CREATE TABLE pgcoro_filler (); DROP TABLE pgcoro_filler; SELECT pg_switch_wal(); CHECKPOINT");
    lost =
        co_await db.fetch_one<bool>("SELECT wal_status = 'lost' FROM pg_replication_slots WHERE slot_name = $1", slot);
  }
  EXPECT_TRUE(lost);
  co_await db.execute("ALTER SYSTEM RESET max_slot_wal_keep_size");
  co_await db.execute("SELECT pg_reload_conf()");
}

ASYNC_TEST(logical_stream, ends_with_a_clear_error_where_its_slot_is_invalidated) {
  for (const bool resume : {false, true}) {
    scene s = co_await open_scene("invalidated");
    repl::logical_stream changes = co_await s.repl.start_logical(s.slot, s.start, pgoutput_options("pgcoro_items"),
                                                                 resume ? resuming() : repl::stream_options());
    co_await s.db.execute("INSERT INTO pgcoro_items VALUES (1, 'never confirmed')");
    const std::vector<item> items = co_await read_items(changes, 1, false);
    EXPECT_EQ(items.size(), 1U);
    pending next = co_await start(changes.next());
    co_await invalidate(s.db, s.slot);
    const error_info failed = co_await next.outcome();
    EXPECT_TRUE(failed.server()) << failed.what();
    EXPECT_FALSE(failed.connection_usable());
    if (resume) {
      EXPECT_EQ(failed.code(), sqlstate::object_not_in_prerequisite_state) << failed.what();
      EXPECT_THAT(failed.message(), HasSubstr("the stream cannot be resumed: "));
      EXPECT_THAT(failed.message(), HasSubstr("\"pgcoro_invalidated\""));
    } else {
      EXPECT_EQ(failed.code(), sqlstate::admin_shutdown) << "which is all that the server says";
    }
    co_await s.end();
  }
}

}  // namespace
}  // namespace pgcoro::test
