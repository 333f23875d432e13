// Prints the changes of a database as JSON, one line each, as they are committed; started again, it goes on where it
// was.
//
//   example_cdc_tail DSN PUBLICATION SLOT      until it is interrupted; the slot is made if it is not there
//   example_cdc_tail DSN                       shows it on a table of its own
#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <exception>
#include <iostream>
#include <string>
#include <string_view>

#include <pgcoro/connection.hpp>
#include <pgcoro/exceptions.hpp>
#include <pgcoro/replication/connection.hpp>
#include <pgcoro/sync_wait.hpp>
#include <pgcoro/types/builtin_types.hpp>
#include <pgcoro/types/timestamp.hpp>

namespace asio = boost::asio;
namespace repl = pgcoro::replication;
using namespace std::chrono_literals;

namespace {

void append_string(std::string& json, std::string_view text) {
  constexpr char digits[] = "0123456789abcdef";
  json += '"';
  for (const char c : text) {
    const auto code = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      json.append({'\\', c});
    } else if (code < 0x20) {
      json.append("\\u00").append({digits[code >> 4], digits[code & 15]});
    } else {
      json += c;
    }
  }
  json += '"';
}

// Numbers and Booleans are themselves, all else is PostgreSQL's text: the stream was asked for text.
void append_value(std::string& json, const repl::tuple_field& field) {
  if (field.is_null()) {
    json += "null";
    return;
  }
  switch (field.type()) {
    case pgcoro::oids::bool_: json += field.as<bool>() ? "true" : "false"; return;
    case pgcoro::oids::int2:
    case pgcoro::oids::int4:
    case pgcoro::oids::int8: json += field.text(); return;
    default: append_string(json, field.text());
  }
}

void append_row(std::string& json, const repl::tuple_view& row) {
  json += '{';
  bool first = true;
  for (const repl::tuple_field field : row) {
    if (field.is_unchanged()) continue;  // a large value that the UPDATE left alone
    if (!std::exchange(first, false)) json += ',';
    append_string(json, field.name());
    json += ':';
    append_value(json, field);
  }
  json += '}';
}

struct printer {
  std::string json;
  std::uint32_t xid = 0;
  int changes = 0;

  void operator()(const repl::begin& b) { xid = b.xid; }
  void operator()(const repl::insert& i) { change("insert", *i.relation, {}, i.row); }
  void operator()(const repl::update& u) { change("update", *u.relation, u.old, u.row); }
  void operator()(const repl::delete_& d) { change("delete", *d.relation, d.old, {}); }
  void operator()(const repl::truncate& t) {
    for (const repl::relation* table : t.relations) change("truncate", *table, {}, {});
  }
  void operator()(const repl::resumed& r) { std::cerr << "resumed after: " << r.because->message() << '\n'; }
  void operator()(const auto&) {}

  void change(std::string_view what, const repl::relation& table, const repl::tuple_view& old,
              const repl::tuple_view& row) {
    json.append(R"({"change":")").append(what).append(R"(","xid":)").append(std::to_string(xid));
    json += R"(,"table":)";
    append_string(json, table.schema() + "." + table.name());
    if (old) append_row(json += R"(,"old":)", old);
    if (row) append_row(json += R"(,"new":)", row);
    json += "}\n";
    ++changes;
  }
};

// A slot that is there already is used: it remembers how far we were.
asio::awaitable<void> make_slot(repl::connection& from, std::string slot, repl::logical_slot_options options) {
  try {
    co_await from.create_logical_slot(slot, options);
  } catch (const pgcoro::duplicate_object&) {
  }
}

// `limit` 0: for ever.
asio::awaitable<void> tail(std::string dsn, std::string publication, std::string slot, bool temporary, int limit,
                           std::string first_script) {
  repl::connection from = co_await repl::connect(dsn);
  const repl::logical_slot_options slot_options{.temporary = temporary};
  co_await make_slot(from, slot, slot_options);

  if (!first_script.empty()) {
    pgcoro::connection db = co_await pgcoro::connect(dsn);
    co_await db.execute_script(first_script);
  }

  repl::pgoutput_options plugin(publication);
  plugin.binary = false;
  repl::stream_options options;
  options.resume.enabled = true;
  repl::logical_stream changes = co_await from.start_logical(slot, {}, plugin, options);
  printer print;
  while (auto batch = co_await changes.next()) {
    for (const repl::message& m : *batch) std::visit(print, static_cast<const repl::message_body&>(m));
    std::cout << print.json << std::flush;
    print.json.clear();
    // Whoever reads the output has it now. A change that was not confirmed is printed again after a crash.
    changes.confirm(batch->last_commit_end());
    if (limit != 0 && print.changes >= limit) break;
  }
  co_await changes.stop();
}

asio::awaitable<void> show(std::string dsn) {
  pgcoro::connection db = co_await pgcoro::connect(dsn);
  co_await db.execute_script(
      "DROP PUBLICATION IF EXISTS cdc_tail; DROP TABLE IF EXISTS cdc_tail;"
      "CREATE TABLE cdc_tail (id int PRIMARY KEY, name text, ok bool); CREATE PUBLICATION cdc_tail FOR TABLE cdc_tail");
  const std::string script =
      "INSERT INTO cdc_tail VALUES (1, E'a \"quoted\"\\nname', true), (2, NULL, false);"
      "UPDATE cdc_tail SET name = 'two' WHERE id = 2; UPDATE cdc_tail SET id = 3 WHERE id = 2;"
      "DELETE FROM cdc_tail WHERE id = 1; TRUNCATE cdc_tail";
  co_await tail(dsn, "cdc_tail", "cdc_tail_example", true, 6, script);
  co_await db.execute_script("DROP PUBLICATION cdc_tail; DROP TABLE cdc_tail");
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2 && argc != 4) {
    std::cerr << "usage: " << argv[0] << " DSN [PUBLICATION SLOT]\n";
    return 2;
  }
  try {
    asio::io_context context(1);
    if (argc == 2)
      pgcoro::sync_wait(context, show(argv[1]));
    else
      pgcoro::sync_wait(context, tail(argv[1], argv[2], argv[3], false, 0, {}));
  } catch (const std::exception& e) {
    std::cerr << e.what() << '\n';
    return 1;
  }
}
