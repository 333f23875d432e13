// What a stream brings besides rows: tables that change while it runs, and what was asked for.
#include <gmock/gmock.h>

#include <pgcoro/replication/subscriber.hpp>

#include "integration/replication_scene.hpp"

namespace pgcoro::test {
namespace {

using repl::pgoutput_options;
using testing::ElementsAre;

struct priced_item {
  std::int64_t id = 0;
  std::string label;
  std::int32_t price = 0;
};
BOOST_DESCRIBE_STRUCT(priced_item, (), (id, label, price))

/// Tells of every row that is inserted, as the table was called and as its columns were when it came.
repl::subscriber items_of_any_name(std::vector<std::string>& seen) {
  repl::subscriber tables;
  tables.table<item>("public", "pgcoro_items").inserted([&](const item& i) {
    seen.push_back("item " + std::to_string(i.id) + " " + i.name);
  });
  tables.table<priced_item>("public", "pgcoro_priced").inserted([&](const priced_item& i) {
    seen.push_back("priced " + std::to_string(i.id) + " " + i.label + " " + std::to_string(i.price));
  });
  return tables;
}

ASYNC_TEST(subscribed_table, that_changes_its_name_and_columns_in_mid_stream_is_read_as_it_was_for_each_row) {
  scene s = co_await open_scene("schema");
  co_await s.db.execute_script("DROP TABLE IF EXISTS pgcoro_priced");
  repl::logical_stream changes = co_await s.repl.start_logical(s.slot, s.start, pgoutput_options("pgcoro_items"));
  repl::transaction_stream whole = std::move(changes).transactions();
  std::vector<std::string> seen;
  repl::subscriber tables = items_of_any_name(seen);

  co_await s.db.execute_script("INSERT INTO pgcoro_items VALUES (1, 'a')");
  co_await s.db.execute_script(
      "BEGIN; INSERT INTO pgcoro_items VALUES (2, 'b');"
      "ALTER TABLE pgcoro_items RENAME TO pgcoro_priced; ALTER TABLE pgcoro_priced RENAME name TO label;"
      "ALTER TABLE pgcoro_priced ADD price smallint; INSERT INTO pgcoro_priced VALUES (3, 'c', 6);"
      "ALTER TABLE pgcoro_priced DROP price; ALTER TABLE pgcoro_priced ADD price int;"
      "INSERT INTO pgcoro_priced VALUES (4, 'd', 7); COMMIT");
  co_await s.db.execute_script("INSERT INTO pgcoro_priced VALUES (5, 'e', 8)");
  co_await s.db.execute_script(
      "ALTER TABLE pgcoro_priced DROP price; ALTER TABLE pgcoro_priced RENAME label TO name;"
      "ALTER TABLE pgcoro_priced RENAME TO pgcoro_items; INSERT INTO pgcoro_items VALUES (6, 'f')");
  while (seen.size() < 6) {
    const std::optional<repl::transaction> t = co_await whole.next();
    tables.deliver(*t);
    whole.confirm(t->end_lsn);
  }
  EXPECT_THAT(seen, ElementsAre("item 1 a", "item 2 b", "priced 3 c 6", "priced 4 d 7", "priced 5 e 8", "item 6 f"));
  co_await whole.stop();
  co_await s.end();
}

ASYNC_TEST(logical_stream, brings_messages_and_leaves_out_what_came_from_elsewhere_where_that_is_asked_for) {
  if (server_version() < 16) co_return;
  scene s = co_await open_scene("options");
  pgoutput_options plugin("pgcoro_items");
  plugin.messages = true;
  plugin.origin = repl::origin_filter::none;
  repl::logical_stream changes = co_await s.repl.start_logical(s.slot, s.start, plugin);
  co_await s.db.execute_script(
      "SELECT pg_replication_origin_create('pgcoro_elsewhere');"
      "SELECT pg_replication_origin_session_setup('pgcoro_elsewhere')");
  co_await s.db.execute("INSERT INTO pgcoro_items VALUES (1, 'from elsewhere')");
  co_await s.db.execute_script(
      "SELECT pg_replication_origin_session_reset(); SELECT pg_replication_origin_drop('pgcoro_elsewhere')");
  co_await s.db.execute("SELECT pg_logical_emit_message(false, 'pgcoro', 'a word')");
  co_await s.db.execute("INSERT INTO pgcoro_items VALUES (2, 'from here')");
  std::vector<std::string> seen;
  while (seen.size() < 2) {
    const std::optional<repl::batch> batch = co_await changes.next();
    for (const repl::message& m : *batch) {
      if (const auto* const i = std::get_if<repl::insert>(&m)) seen.push_back(i->row.as<item>().name);
      if (const auto* const w = std::get_if<repl::logical_message>(&m))
        seen.push_back(std::string(w->prefix) + ": " + std::string(protocol::as_text(w->content)));
    }
    changes.confirm(batch->last_commit_end());
  }
  EXPECT_THAT(seen, ElementsAre("pgcoro: a word", "from here"));
  co_await changes.stop();
  co_await s.end();
}

}  // namespace
}  // namespace pgcoro::test
