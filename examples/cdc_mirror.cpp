// Keeps the published tables of one database in another, whatever happens: its position in the stream is stored in the
// target, in the transaction that it belongs to. Killed at any moment and started again, it loses nothing and applies
// nothing twice.
//
//   example_cdc_mirror SOURCE TARGET PUBLICATION SLOT      until it is interrupted
//   example_cdc_mirror DSN                                 shows it between two databases of its own
//
// Tables are made in the target, and changed when the source's columns change: logical replication does not carry DDL.
// What it cannot know are defaults that ADD COLUMN gave to old rows, and renamed columns.
// A table that is altered while the first copy is made ends that; the next start makes it anew.
#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <exception>
#include <iostream>
#include <map>
#include <string>
#include <tuple>
#include <vector>

#include <pgcoro/connection.hpp>
#include <pgcoro/exceptions.hpp>
#include <pgcoro/identifier.hpp>
#include <pgcoro/replication/connection.hpp>
#include <pgcoro/sync_wait.hpp>
#include <pgcoro/types/lsn.hpp>

namespace asio = boost::asio;
namespace repl = pgcoro::replication;

namespace {

std::string table_name(const repl::relation& table) { return pgcoro::identifier(table.schema(), table.name()).text(); }
std::string column_name(std::string_view name) { return pgcoro::identifier(name).text(); }

std::string value(const repl::tuple_field& field) {
  return field.is_null() ? "NULL" : pgcoro::literal(std::string(field.text())).text();
}

// The changes of one transaction as SQL.
class script {
 public:
  std::string text;

  void operator()(const repl::insert& i) {
    std::string columns;
    std::string values;
    for (const repl::tuple_field field : i.row) {
      columns.append(columns.empty() ? "" : ", ").append(column_name(field.name()));
      values.append(values.empty() ? "" : ", ").append(value(field));
    }
    text += "INSERT INTO " + table_name(*i.relation);
    text += columns.empty() ? " DEFAULT VALUES;\n" : " (" + columns + ") VALUES (" + values + ");\n";
  }
  void operator()(const repl::update& u) {
    std::string set;
    for (const repl::tuple_field field : u.row) {
      if (field.is_unchanged()) continue;
      set.append(set.empty() ? "" : ", ").append(column_name(field.name())).append(" = ").append(value(field));
    }
    if (!set.empty())
      text += "UPDATE " + table_name(*u.relation) + " SET " + set + which(u.old ? u.old : u.row) + ";\n";
  }
  void operator()(const repl::delete_& d) { text += "DELETE FROM " + table_name(*d.relation) + which(d.old) + ";\n"; }
  void operator()(const repl::truncate& t) {
    std::string tables;
    for (const repl::relation* table : t.relations)
      tables.append(tables.empty() ? "" : ", ").append(table_name(*table));
    text += "TRUNCATE " + tables + (t.restart_identity ? " RESTART IDENTITY;\n" : ";\n");
  }
  void operator()(const auto&) {}

 private:
  // By the key; where a table has none the whole old row is there, which another row may equal. Not every type can be
  // compared, and a cast to text is not always the text that was sent; concat() writes it as the server did.
  static std::string which(const repl::tuple_view& row) {
    const repl::relation& table = row.relation();
    const bool whole = table.identity() == repl::replica_identity::full;
    std::string condition;
    for (const repl::tuple_field field : row) {
      if (!table.is_key(*table.find(field.name()))) continue;
      condition += condition.empty() ? "" : " AND ";
      const std::string name = column_name(field.name());
      if (field.is_null())
        condition += name + " IS NULL";
      else if (whole)
        condition += name + " IS NOT NULL AND concat(" + name + ") = " + value(field);
      else
        condition += name + " = " + value(field);
    }
    if (!whole) return " WHERE " + condition;
    if (condition.empty()) condition = "true";
    return " WHERE ctid = (SELECT ctid FROM " + table_name(table) + " WHERE " + condition + " LIMIT 1)";
  }
};

class mirror {
 public:
  mirror(std::string source, std::string target, std::string publication, std::string slot)
      : source_dsn_(std::move(source)),
        target_dsn_(std::move(target)),
        publication_(std::move(publication)),
        slot_(std::move(slot)) {}

  // Stops after so many transactions; -1: never.
  asio::awaitable<void> run(int transactions) {
    source_ = co_await pgcoro::connect(source_dsn_);
    target_ = co_await pgcoro::connect(target_dsn_);
    repl::connection from = co_await repl::connect(source_dsn_);
    co_await target_.execute_script(
        "SET session_replication_role = replica; SET client_min_messages = warning;"
        "CREATE TABLE IF NOT EXISTS cdc_position (slot text PRIMARY KEY, position pg_lsn NOT NULL)");
    auto position =
        co_await target_.fetch_optional<pgcoro::lsn>("SELECT position FROM cdc_position WHERE slot = $1", slot_);
    if (!position) position = co_await begin(from);

    repl::pgoutput_options plugin(publication_);
    plugin.binary = false;
    if (from.server_version() >= 14) plugin.streaming = repl::streaming_mode::on;
    repl::stream_options options;
    options.resume.enabled = true;
    repl::logical_stream messages = co_await from.start_logical(slot_, *position, plugin, options);
    repl::transaction_stream changes = std::move(messages).transactions();
    for (int applied = 0; applied != transactions;) {
      const auto transaction = co_await changes.next();
      if (!transaction) break;
      if (transaction->what != repl::transaction::kind::committed) continue;  // a lone message, or `resumed`
      co_await apply(*transaction);
      changes.confirm(transaction->end_lsn);
      ++applied;
    }
    co_await changes.stop();
  }

 private:
  // A slot, and a copy of what was there when it began: one transaction of the target. If we were killed before it was
  // committed there is a slot without a position, which is of no use.
  asio::awaitable<pgcoro::lsn> begin(repl::connection& from) {
    try {
      co_await from.drop_slot(slot_);
    } catch (const pgcoro::undefined_object&) {
    }
    const repl::logical_slot_options exporting{.snapshot = repl::snapshot::export_};
    const repl::created_slot slot = co_await from.create_logical_slot(slot_, exporting);
    co_await source_.execute_script("BEGIN ISOLATION LEVEL REPEATABLE READ; SET TRANSACTION SNAPSHOT " +
                                    pgcoro::literal(*slot.snapshot).text());
    co_await target_.execute_script("BEGIN");
    const auto tables = co_await source_.fetch<std::tuple<std::string, std::string>>(
        "SELECT schemaname::text, tablename::text FROM pg_publication_tables WHERE pubname = $1", publication_);
    for (const auto& [schema, name] : tables) co_await copy(schema, name);
    co_await source_.execute_script("COMMIT");
    co_await store(slot.consistent_point);
    co_await target_.execute_script("COMMIT");
    co_return slot.consistent_point;
  }

  asio::awaitable<void> copy(std::string schema, std::string name) {
    const std::string table = pgcoro::identifier(schema, name).text();
    std::vector<column> columns;
    const auto described = co_await source_.fetch<std::tuple<std::string, std::string, bool>>(
        "SELECT a.attname::text, format_type(a.atttypid, a.atttypmod), coalesce(a.attnum = ANY(i.indkey), false)"
        "  FROM pg_attribute a LEFT JOIN pg_index i ON i.indrelid = a.attrelid AND i.indisprimary"
        " WHERE a.attrelid = $1::text::regclass AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''"
        " ORDER BY a.attnum",
        table);
    for (const auto& [column_name, type, key] : described) columns.push_back({column_name, type, key});
    co_await make_table(table, columns);
    if (columns.empty()) co_return;
    std::string list;
    std::string texts;
    for (const column& c : columns) {
      list.append(list.empty() ? "" : ", ").append(column_name(c.name));
      texts.append(texts.empty() ? "" : ", ").append(column_name(c.name)).append("::text");
    }
    const std::string select = "SELECT " + texts + " FROM " + table;
    const pgcoro::result rows = co_await source_.query(select);
    std::string inserts;
    for (const pgcoro::row_view row : rows) {
      std::string values;
      for (const pgcoro::field_view f : row)
        values.append(values.empty() ? "" : ", ")
            .append(f.is_null() ? "NULL" : pgcoro::literal(std::string(f.text())).text());
      inserts += "INSERT INTO " + table + " (" + list + ") VALUES (" + values + ");\n";
    }
    if (!inserts.empty()) co_await target_.execute_script(inserts);
  }

  struct column {
    std::string name;
    std::string type;
    bool key = false;
  };

  asio::awaitable<void> make_table(std::string table, std::vector<column> columns) {
    std::string definition;
    std::string key;
    for (const column& c : columns) {
      definition.append(definition.empty() ? "" : ", ").append(column_name(c.name)).append(" ").append(c.type);
      if (c.key) key.append(key.empty() ? "" : ", ").append(column_name(c.name));
    }
    if (!key.empty()) definition += ", PRIMARY KEY (" + key + ")";
    co_await target_.execute_script("CREATE TABLE IF NOT EXISTS " + table + " (" + definition + ")");
  }

  // The target's table as the source's is described: in the transaction in which the description came.
  asio::awaitable<void> follow(const repl::relation& described) {
    const std::string table = table_name(described);
    std::vector<column> wanted;
    for (std::size_t i = 0; i < described.columns().size(); ++i) {
      const pgcoro::column& c = described.columns()[i];
      const auto type = co_await source_.fetch_one<std::optional<std::string>>("SELECT format_type($1::oid, $2::int)",
                                                                               c.type, c.modifier);
      const bool key = described.is_key(i) && described.identity() != repl::replica_identity::full;
      wanted.push_back({c.name, type.value_or("text"), key});
    }
    co_await make_table(table, wanted);
    const auto there = co_await target_.fetch<std::tuple<std::string, std::string>>(
        "SELECT attname::text, format_type(atttypid, atttypmod) FROM pg_attribute"
        " WHERE attrelid = $1::text::regclass AND attnum > 0 AND NOT attisdropped",
        table);
    std::map<std::string, std::string> types;
    for (const auto& [name, type] : there) types.emplace(name, type);
    std::string changes;
    for (const column& c : wanted) {
      const std::string name = column_name(c.name);
      const auto found = types.find(c.name);
      if (found == types.end())
        changes += "ALTER TABLE " + table + " ADD COLUMN " + name + " " + c.type + ";";
      else if (found->second != c.type)
        changes += "ALTER TABLE " + table + " ALTER COLUMN " + name + " TYPE " + c.type + " USING " + name +
                   "::text::" + c.type + ";";
      if (found != types.end()) types.erase(found);
    }
    for (const auto& [name, type] : types)
      changes += "ALTER TABLE " + table + " DROP COLUMN " + column_name(name) + ";";
    if (!changes.empty()) co_await target_.execute_script(changes);
  }

  asio::awaitable<void> apply(const repl::transaction& transaction) {
    co_await target_.execute_script("BEGIN");
    script changes;
    for (const repl::message& m : transaction.changes()) {
      if (const auto* const described = std::get_if<repl::relation_described>(&m)) {
        co_await flush(changes.text);
        co_await follow(*described->relation);
      }
      std::visit(changes, static_cast<const repl::message_body&>(m));
      if (changes.text.size() > 1'000'000) co_await flush(changes.text);
    }
    co_await flush(changes.text);
    co_await store(transaction.end_lsn);
    co_await target_.execute_script("COMMIT");
  }

  asio::awaitable<void> flush(std::string& text) {
    if (!text.empty()) co_await target_.execute_script(text);
    text.clear();
  }

  asio::awaitable<void> store(pgcoro::lsn position) {
    co_await target_.execute(
        "INSERT INTO cdc_position VALUES ($1, $2) ON CONFLICT (slot) DO UPDATE SET position = excluded.position", slot_,
        position);
  }

  std::string source_dsn_;
  std::string target_dsn_;
  std::string publication_;
  std::string slot_;
  pgcoro::connection source_;  // asked for the names of types
  pgcoro::connection target_;
};

asio::awaitable<void> show(std::string dsn) {
  pgcoro::connection admin = co_await pgcoro::connect(dsn);
  for (const char* const statement : {"DROP DATABASE IF EXISTS cdc_source", "DROP DATABASE IF EXISTS cdc_target",
                                      "CREATE DATABASE cdc_source", "CREATE DATABASE cdc_target"})
    co_await admin.execute(statement);
  pgcoro::connect_options source_options(dsn);
  source_options.dbname = "cdc_source";
  pgcoro::connection source = co_await pgcoro::connect(source_options);
  co_await source.execute_script(
      "CREATE TABLE item (id int PRIMARY KEY, name text); INSERT INTO item VALUES (1, 'there before');"
      "CREATE PUBLICATION items FOR TABLE item");

  const auto in = [&](std::string_view database) { return dsn + " dbname=" + std::string(database); };
  // Twice: it is stopped and goes on.
  for (const char* const change :
       {"INSERT INTO item VALUES (2, 'two'); ALTER TABLE item ADD COLUMN size int; UPDATE item SET size = id",
        "UPDATE item SET id = 20 WHERE id = 2; DELETE FROM item WHERE id = 1; INSERT INTO item VALUES (3, 'three', "
        "3)"}) {
    mirror running(in("cdc_source"), in("cdc_target"), "items", "cdc_mirror_example");
    co_await running.run(0);  // makes the slot and the copy, or finds them
    co_await source.execute_script(change);
    co_await running.run(1);
  }
  pgcoro::connect_options target_options(dsn);
  target_options.dbname = "cdc_target";
  pgcoro::connection target = co_await pgcoro::connect(target_options);
  for (const std::string& row : co_await target.fetch<std::string>("SELECT item::text FROM item ORDER BY id"))
    std::cout << row << '\n';
  co_await target.close();
  co_await source.execute("SELECT pg_drop_replication_slot('cdc_mirror_example')");
  co_await source.close();
  for (const char* const statement : {"DROP DATABASE cdc_source WITH (FORCE)", "DROP DATABASE cdc_target WITH (FORCE)"})
    co_await admin.execute(statement);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2 && argc != 5) {
    std::cerr << "usage: " << argv[0] << " SOURCE TARGET PUBLICATION SLOT, or DSN\n";
    return 2;
  }
  try {
    asio::io_context context(1);
    if (argc == 2) {
      pgcoro::sync_wait(context, show(argv[1]));
    } else {
      mirror running(argv[1], argv[2], argv[3], argv[4]);
      pgcoro::sync_wait(context, running.run(-1));
    }
  } catch (const std::exception& e) {
    std::cerr << e.what() << '\n';
    return 1;
  }
}
