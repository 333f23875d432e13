#include "integration/replication_scene.hpp"

#include <optional>
#include <utility>

namespace pgcoro::test {

asio::awaitable<void> drop_slots(connection& db) {
  error_info failed;
  do {
    co_await db.execute(
        "SELECT pg_terminate_backend(active_pid) FROM pg_replication_slots WHERE active_pid IS NOT NULL");
    failed = co_await error_of(db.execute("SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots"));
  } while (failed);
}

asio::awaitable<void> scene::end() {
  repl = repl::connection();
  co_await drop_slots(db);
  co_await db.execute_script("DROP PUBLICATION pgcoro_items; DROP TABLE pgcoro_items");
}

asio::awaitable<scene> open_scene(std::string slot) {
  scene made;
  made.db = co_await connect_to("DSN");
  co_await drop_slots(made.db);
  co_await made.db.execute_script(
      "DROP PUBLICATION IF EXISTS pgcoro_items; DROP TABLE IF EXISTS pgcoro_items;"
      "CREATE TABLE pgcoro_items (id bigint PRIMARY KEY, name text);"
      "CREATE PUBLICATION pgcoro_items FOR TABLE pgcoro_items");
  made.repl = co_await repl::connect(options_of("DSN"));
  made.slot = "pgcoro_" + slot;
  const repl::created_slot created = co_await made.repl.create_logical_slot(made.slot);
  made.start = created.consistent_point;
  co_return made;
}

asio::awaitable<std::vector<item>> read_items(repl::logical_stream& changes, std::size_t count, bool confirm) {
  std::vector<item> items;
  bool open = false;
  while (items.size() < count || open) {
    const std::optional<repl::batch> batch = co_await changes.next();
    if (!batch) break;
    for (const repl::message& m : *batch) {
      if (const auto* const i = std::get_if<repl::insert>(&m)) items.push_back(i->row.as<item>());
      open = !std::holds_alternative<repl::commit>(m);
    }
    if (confirm) changes.confirm(batch->last_commit_end());
  }
  co_return items;
}

asio::awaitable<lsn> confirmed_flush(connection& db, std::string slot) {
  lsn found =
      co_await db.fetch_one<lsn>("SELECT confirmed_flush_lsn FROM pg_replication_slots WHERE slot_name = $1", slot);
  co_return found;
}

asio::awaitable<void> cut(connection& db, std::string slot) {
  co_await db.execute("SELECT pg_terminate_backend(active_pid) FROM pg_replication_slots WHERE slot_name = $1", slot);
}

repl::stream_options resuming() {
  repl::stream_options options;
  options.resume.enabled = true;
  options.resume.first_delay = 10ms;
  options.resume.last_delay = 100ms;
  return options;
}

}  // namespace pgcoro::test
