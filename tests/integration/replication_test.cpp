// Replication against a real server: slots, streams, what keeps them alive and what ends them.
#include <csignal>
#include <gmock/gmock.h>

#include "integration/replication_scene.hpp"

namespace pgcoro::test {
namespace {

namespace repl = pgcoro::replication;
using repl::pgoutput_options;

ASYNC_TEST(replication_connection, identifies_the_system_and_shows_settings) {
  repl::connection repl = co_await repl::connect(options_of("DSN"));
  const repl::system_identity who = co_await repl.identify_system();
  EXPECT_NE(who.system_id, 0U);
  EXPECT_EQ(who.timeline, 1U);
  EXPECT_TRUE(who.position.is_valid());
  EXPECT_EQ(who.database, env("DATABASE"));
  EXPECT_EQ(repl.server_version(), server_version());
  EXPECT_EQ(co_await repl.show("wal_level"), "logical");
  const error_info failed = co_await error_of(repl.show("no_such_setting"));
  EXPECT_TRUE(failed.server());
  EXPECT_TRUE(failed.connection_usable());
  const error_info none = co_await error_of(repl.read_timeline_history(7));
  EXPECT_TRUE(none.server());
  co_await repl.close();
}

ASYNC_TEST(logical_stream, gives_changes_as_structs_and_ends_in_order) {
  scene s = co_await open_scene("structs");
  repl::logical_stream changes = co_await s.repl.start_logical(s.slot, s.start, pgoutput_options("pgcoro_items"));
  EXPECT_EQ((co_await error_of(s.repl.identify_system())).code(), errc::connection_busy);
  co_await s.db.execute("INSERT INTO pgcoro_items VALUES (1, 'one'), (2, NULL)");
  std::vector<std::string> kinds;
  lsn end;
  while (!end.is_valid()) {
    const std::optional<repl::batch> batch = co_await changes.next();
    for (const repl::message& m : *batch) {
      if (std::holds_alternative<repl::begin>(m)) kinds.emplace_back("begin");
      if (std::holds_alternative<repl::commit>(m)) kinds.emplace_back("commit");
      if (const auto* const i = std::get_if<repl::insert>(&m))
        kinds.push_back(i->row["name"].is_null() ? "null" : i->row.as<item>().name);
    }
    end = batch->last_commit_end();
  }
  EXPECT_THAT(kinds, testing::ElementsAre("begin", "one", "null", "commit"));
  changes.confirm(end);
  co_await changes.stop();
  const repl::system_identity who = co_await s.repl.identify_system();
  EXPECT_TRUE(who.position.is_valid());
  const lsn confirmed = co_await confirmed_flush(s.db, s.slot);
  EXPECT_GE(confirmed, changes.position().flushed);
  co_await s.end();
}

ASYNC_TEST(logical_stream, begins_again_behind_what_was_confirmed) {
  scene s = co_await open_scene("again");
  {
    repl::logical_stream changes = co_await s.repl.start_logical(s.slot, s.start, pgoutput_options("pgcoro_items"));
    co_await s.db.execute("INSERT INTO pgcoro_items VALUES (1, 'confirmed')");
    const std::vector<item> first = co_await read_items(changes, 1);
    EXPECT_EQ(first.size(), 1U);
    co_await s.db.execute("INSERT INTO pgcoro_items VALUES (2, 'read, and not confirmed')");
    const std::vector<item> second = co_await read_items(changes, 1, false);
    EXPECT_EQ(second.size(), 1U);
    co_await changes.stop();
  }
  repl::logical_stream changes = co_await s.repl.start_logical(s.slot, {}, pgoutput_options("pgcoro_items"));
  const std::vector<item> items = co_await read_items(changes, 1);
  EXPECT_EQ(items.at(0).id, 2);
  co_await changes.stop();
  co_await s.end();
}

ASYNC_TEST(logical_stream, lets_an_idle_slot_advance) {
  scene s = co_await open_scene("idle");
  repl::stream_options options;
  options.status_interval = 50ms;
  options.silence_limit = 200ms;
  repl::logical_stream changes =
      co_await s.repl.start_logical(s.slot, s.start, pgoutput_options("pgcoro_items"), options);
  pending next = co_await start(changes.next());
  // What is written in other databases never comes, nor does a word of it.
  connection elsewhere = co_await connect_to("DSN", "dbname=postgres");
  co_await elsewhere.execute_script(
      "CREATE TABLE pgcoro_elsewhere AS SELECT generate_series(1, 1000); DROP TABLE pgcoro_elsewhere");
  const lsn written = co_await s.db.fetch_one<lsn>("SELECT pg_current_wal_lsn()");
  lsn confirmed;
  for (int i = 0; i < 200 && confirmed < written; ++i) {
    co_await sleep_for(20ms);
    confirmed = co_await confirmed_flush(s.db, s.slot);
  }
  EXPECT_GE(confirmed, written);
  EXPECT_FALSE(next.ended()) << "the silence is broken by keepalives that were asked for";
  next.cancel();
  EXPECT_EQ((co_await next.outcome()).code(), asio::error::operation_aborted);
  co_await s.db.execute("INSERT INTO pgcoro_items VALUES (1, 'after a cancelled next')");
  const std::vector<item> items = co_await read_items(changes, 1);
  EXPECT_EQ(items.at(0).id, 1);
  co_await changes.stop();
  co_await s.end();
}

ASYNC_TEST(logical_stream, stays_alive_while_its_consumer_is_busy) {
  scene s = co_await open_scene("busy");
  connect_options options = options_of("DSN", "options='-c wal_sender_timeout=600ms'");
  repl::connection repl = co_await repl::connect(std::move(options));
  repl::logical_stream changes = co_await repl.start_logical(s.slot, s.start, pgoutput_options("pgcoro_items"));
  co_await s.db.execute("INSERT INTO pgcoro_items SELECT n, repeat('x', 1000) FROM generate_series(1, 20000) n");
  std::size_t rows = 0;
  {
    const std::optional<repl::batch> first = co_await changes.next();
    for (const repl::message& m : *first) rows += std::holds_alternative<repl::insert>(m) ? 1 : 0;
  }
  EXPECT_LT(rows, 20000U);
  co_await sleep_for(2s);  // three times as long as the server waits for a sign of life
  while (rows < 20000) {
    const std::vector<item> more = co_await read_items(changes, 1);
    if (more.empty()) break;
    rows += more.size();
  }
  EXPECT_EQ(rows, 20000U);
  co_await changes.stop();
  co_await repl.close();
  co_await s.end();
}

ASYNC_TEST(logical_stream, that_is_cut_is_an_error_without_resume) {
  scene s = co_await open_scene("cut");
  repl::logical_stream changes = co_await s.repl.start_logical(s.slot, s.start, pgoutput_options("pgcoro_items"));
  pending next = co_await start(changes.next());
  co_await cut(s.db, s.slot);
  const error_info failed = co_await next.outcome();
  EXPECT_EQ(failed.code(), sqlstate::admin_shutdown) << failed.what();
  EXPECT_FALSE(failed.connection_usable());
  co_await s.end();
}

ASYNC_TEST(logical_stream, gives_a_server_up_that_has_fallen_silent) {
  scene s = co_await open_scene("silent");
  repl::stream_options options;
  options.silence_limit = 400ms;
  repl::logical_stream changes =
      co_await s.repl.start_logical(s.slot, s.start, pgoutput_options("pgcoro_items"), options);
  const auto walsender =
      co_await s.db.fetch_one<std::int32_t>("SELECT active_pid FROM pg_replication_slots WHERE slot_name = $1", s.slot);
  if (::kill(walsender, SIGSTOP) == 0) {
    const auto began = std::chrono::steady_clock::now();
    const error_info failed = co_await error_of(changes.next());
    const auto took = std::chrono::steady_clock::now() - began;
    ::kill(walsender, SIGCONT);
    EXPECT_EQ(failed.code(), errc::timeout) << failed.what();
    EXPECT_FALSE(failed.connection_usable());
    EXPECT_GE(took, 300ms);
    EXPECT_LT(took, 5s);
  }  // else the server is not on this machine, or somebody else's
  co_await s.end();
}

ASYNC_TEST(logical_stream, that_is_cut_resumes_behind_what_was_confirmed) {
  scene s = co_await open_scene("resume");
  repl::logical_stream changes =
      co_await s.repl.start_logical(s.slot, s.start, pgoutput_options("pgcoro_items"), resuming());
  co_await s.db.execute("INSERT INTO pgcoro_items VALUES (1, 'confirmed')");
  const std::vector<item> first = co_await read_items(changes, 1);
  EXPECT_EQ(first.size(), 1U);
  co_await cut(s.db, s.slot);
  co_await s.db.execute("INSERT INTO pgcoro_items VALUES (2, 'afterwards')");
  std::vector<std::int64_t> seen;
  bool resumed = false;
  while (seen.empty()) {
    const std::optional<repl::batch> batch = co_await changes.next();
    for (const repl::message& m : *batch) {
      if (const auto* const r = std::get_if<repl::resumed>(&m)) {
        resumed = true;
        EXPECT_EQ(r->because->code(), sqlstate::admin_shutdown);
        EXPECT_GE(r->attempts, 1U);
      }
      if (const auto* const i = std::get_if<repl::insert>(&m)) seen.push_back(i->row.as<item>().id);
    }
    changes.confirm(batch->last_commit_end());
  }
  EXPECT_TRUE(resumed);
  EXPECT_THAT(seen, testing::ElementsAre(2));
  co_await changes.stop();
  co_await s.end();
}

ASYNC_TEST(logical_stream, that_resumes_is_as_well_protected_as_before) {
  scene s = co_await open_scene("protected");
  repl::connection from = co_await repl::connect(options_of("TLS_DSN", "channel_binding=require"));
  repl::logical_stream changes =
      co_await from.start_logical(s.slot, s.start, pgoutput_options("pgcoro_items"), resuming());
  constexpr const char* walsender =
      "SELECT pid, ssl FROM pg_stat_ssl JOIN pg_replication_slots ON active_pid = pid WHERE slot_name = $1";
  using session = std::tuple<std::int32_t, bool>;
  const session before = co_await s.db.fetch_one<session>(walsender, s.slot);
  co_await cut(s.db, s.slot);
  const std::optional<repl::batch> batch = co_await changes.next();
  EXPECT_TRUE(std::holds_alternative<repl::resumed>((*batch)[0]));
  const session after = co_await s.db.fetch_one<session>(walsender, s.slot);
  EXPECT_NE(std::get<0>(before), std::get<0>(after));
  EXPECT_TRUE(std::get<1>(before));
  EXPECT_TRUE(std::get<1>(after));
  co_await changes.stop();
  co_await from.close();
  co_await s.end();
}

ASYNC_TEST(transaction_stream, tells_what_becomes_of_prepared_transactions) {
  scene s = co_await open_scene("prepared");
  pgoutput_options plugin("pgcoro_items");
  plugin.two_phase = true;
  if (server_version() < 15) {
    const error_info failed = co_await error_of(s.repl.start_logical(s.slot, s.start, plugin));
    EXPECT_EQ(failed.code(), errc::unsupported_server) << failed.what();
    co_await s.end();
    co_return;
  }
  repl::logical_stream changes = co_await s.repl.start_logical(s.slot, s.start, plugin);
  repl::transaction_stream whole = std::move(changes).transactions();
  for (const char* const statement :
       {"BEGIN; INSERT INTO pgcoro_items VALUES (1, 'kept'); PREPARE TRANSACTION 'pgcoro_kept'",
        "BEGIN; INSERT INTO pgcoro_items VALUES (2, 'void'); PREPARE TRANSACTION 'pgcoro_void'"})
    co_await s.db.execute_script(statement);
  co_await s.db.execute("COMMIT PREPARED 'pgcoro_kept'");
  co_await s.db.execute("ROLLBACK PREPARED 'pgcoro_void'");
  using kind = repl::transaction::kind;
  std::vector<std::pair<kind, std::string>> told;
  while (told.size() < 4) {
    const std::optional<repl::transaction> t = co_await whole.next();
    told.emplace_back(t->what, t->gid);
    whole.confirm(t->end_lsn);
  }
  EXPECT_THAT(told,
              testing::ElementsAre(std::pair(kind::prepared, "pgcoro_kept"), std::pair(kind::prepared, "pgcoro_void"),
                                   std::pair(kind::commit_prepared, "pgcoro_kept"),
                                   std::pair(kind::rollback_prepared, "pgcoro_void")));
  co_await whole.stop();
  co_await s.end();
}

ASYNC_TEST(transaction_stream, gives_whole_transactions) {
  scene s = co_await open_scene("whole");
  pgoutput_options plugin("pgcoro_items");
  if (server_version() >= 14) plugin.streaming = repl::streaming_mode::on;
  repl::logical_stream changes = co_await s.repl.start_logical(s.slot, s.start, plugin);
  repl::transaction_stream whole = std::move(changes).transactions();
  co_await s.db.execute_script(
      "BEGIN; INSERT INTO pgcoro_items VALUES (1, 'a'); SAVEPOINT x; INSERT INTO pgcoro_items "
      "VALUES (2, 'b'); ROLLBACK TO x; INSERT INTO pgcoro_items VALUES (3, 'c'); COMMIT");
  co_await s.db.execute("INSERT INTO pgcoro_items SELECT n, repeat('x', 2000) FROM generate_series(10, 40009) n");
  std::optional<repl::transaction> t = co_await whole.next();
  std::vector<std::int64_t> ids;
  for (const repl::message& m : t->changes())
    if (const auto* const i = std::get_if<repl::insert>(&m)) ids.push_back(i->row.as<item>().id);
  EXPECT_THAT(ids, testing::ElementsAre(1, 3));
  whole.confirm(t->end_lsn);
  t = co_await whole.next();
  EXPECT_GE(t->changes().size(), 40000U);
  whole.confirm(t->end_lsn);
  EXPECT_EQ(whole.position().flushed, t->end_lsn);
  co_await whole.stop();
  co_await s.end();
}

ASYNC_TEST(raw_stream, gives_what_another_plugin_sends) {
  connection db = co_await connect_to("DSN");
  repl::connection repl = co_await repl::connect(options_of("DSN"));
  const repl::logical_slot_options options{.plugin = "test_decoding", .temporary = true};
  const repl::created_slot slot = co_await repl.create_logical_slot("pgcoro_raw", options);
  repl::connection::plugin_option_list plugin;
  plugin.emplace_back("include-xids", "0");
  repl::raw_stream raw = co_await repl.start_logical_raw("pgcoro_raw", slot.consistent_point, std::move(plugin));
  co_await db.execute_script(
      "CREATE TABLE pgcoro_raw (id int); INSERT INTO pgcoro_raw VALUES (7); DROP TABLE pgcoro_raw");
  std::string text;
  while (text.find("COMMIT") == std::string::npos) {
    const std::span<const repl::raw_data> pieces = co_await raw.next();
    for (const repl::raw_data& piece : pieces) text.append(protocol::as_text(piece.data)).append("\n");
  }
  EXPECT_THAT(text, testing::HasSubstr("table public.pgcoro_raw: INSERT: id[integer]:7"));
  co_await raw.stop();
  co_await repl.close();
}

ASYNC_TEST(raw_stream, gives_the_log_itself) {
  connection db = co_await connect_to("DSN");
  connect_options options = options_of("DSN");
  options.replication = replication_mode::physical;
  repl::connection repl = co_await repl::connect(std::move(options));
  const repl::system_identity who = co_await repl.identify_system();
  EXPECT_FALSE(who.database);
  co_await drop_slots(db);
  const repl::physical_slot_options reserving{.reserve_wal = true};
  co_await repl.create_physical_slot("pgcoro_log", reserving);
  repl::raw_stream log = co_await repl.start_physical("pgcoro_log", who.position, who.timeline);
  co_await db.execute_script("CREATE TABLE pgcoro_log AS SELECT 'findme' || 'inthelog' AS text; DROP TABLE pgcoro_log");
  std::string bytes;
  lsn expected = who.position;
  while (bytes.find("findmeinthelog") == std::string::npos) {
    const std::span<const repl::raw_data> pieces = co_await log.next();
    for (const repl::raw_data& piece : pieces) {
      EXPECT_EQ(piece.start, expected) << "there is no gap";
      expected = piece.start + piece.data.size();
      bytes += protocol::as_text(piece.data);
      log.confirm(expected);
    }
  }
  EXPECT_EQ(log.position().flushed, expected);
  EXPECT_FALSE(log.next_timeline());
  co_await log.stop();
  EXPECT_EQ(co_await db.fetch_one<lsn>("SELECT restart_lsn FROM pg_replication_slots"), expected)
      << "the slot follows what was confirmed";
  co_await repl.drop_slot("pgcoro_log", true);
  co_await repl.close();
}

}  // namespace
}  // namespace pgcoro::test
