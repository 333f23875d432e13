// COPY against a server.
#include <algorithm>
#include <boost/describe.hpp>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include <pgcoro/copy_bytes.hpp>
#include <pgcoro/copy_in.hpp>
#include <pgcoro/copy_out.hpp>
#include <pgcoro/table.hpp>
#include <pgcoro/transaction.hpp>
#include <pgcoro/types/basic.hpp>

#include "support/async_test.hpp"
#include "support/environment.hpp"

namespace pgcoro::test {
namespace {

using namespace std::chrono_literals;

struct person {
  std::string name;
  std::optional<int> age;
  friend bool operator==(const person&, const person&) = default;
};
BOOST_DESCRIBE_STRUCT(person, (), (name, age))

asio::awaitable<connection> with_people() {
  connection db = co_await connect_to("DSN");
  co_await db.execute_script("CREATE TEMP TABLE people (id bigserial, age int8, name text UNIQUE)");
  co_return db;
}

asio::awaitable<std::int64_t> people_in(connection& db) {
  co_return co_await db.fetch_one<std::int64_t>("SELECT count(*) FROM people");
}

ASYNC_TEST(copy_in, loads_what_was_pushed_as_the_columns_own_types) {
  connection db = co_await with_people();
  auto in = co_await db.copy_in<std::string, std::optional<int>>(table("people", "name", "age"));
  for (int i = 0; i < 50000; ++i) {
    const std::string name = "person " + std::to_string(i);
    if (in.push(name, i % 7 == 0 ? std::nullopt : std::optional(i))) co_await in.flush();
  }
  EXPECT_EQ(co_await in.finish(), 50000u);
  EXPECT_EQ(co_await people_in(db), 50000);
  const auto one = co_await db.fetch_one<person>("SELECT name, age FROM people WHERE id = 4001");
  EXPECT_EQ(one, (person{"person 4000", 4000}));
  EXPECT_EQ(co_await db.fetch_one<std::int64_t>("SELECT count(*) FROM people WHERE age IS NULL"), 7143);
}

ASYNC_TEST(copy_in, finds_the_columns_of_a_described_struct_by_name) {
  connection db = co_await with_people();
  auto in = co_await db.copy_in<person>(table("people"));
  std::vector<person> all{{"a", 1}, {"b", std::nullopt}};
  co_await in.push_all(all);
  EXPECT_EQ(co_await in.finish(), 2u);
  EXPECT_EQ(co_await db.fetch<person>("SELECT name, age FROM people ORDER BY id"), all);
}

ASYNC_TEST(copy_in, loads_no_row_and_says_so) {
  connection db = co_await with_people();
  auto in = co_await db.copy_in<person>(table("people"));
  EXPECT_EQ(co_await in.finish(), 0u);
}

ASYNC_TEST(copy_in, takes_a_statement_with_options_and_a_condition) {
  connection db = co_await with_people();
  auto in = co_await db.copy_in<std::string, int>(
      "COPY people (name, age) FROM STDIN (FORMAT binary) WHERE age % 2 = 0 AND name <> 'FROM'");
  for (int i = 0; i < 1000; ++i)
    if (in.push("person " + std::to_string(i), i)) co_await in.flush();
  EXPECT_EQ(co_await in.finish(), 500u);
  EXPECT_EQ(co_await people_in(db), 500);
}

ASYNC_TEST(copy_in, refuses_a_statement_in_another_format) {
  connection db = co_await with_people();
  const auto why = co_await error_of(db.copy_in<std::string>("COPY people (name) FROM STDIN"));
  EXPECT_EQ(why.code(), errc::copy_not_allowed);
  EXPECT_NE(why.message().find("FORMAT binary"), std::string::npos) << why.message();
  EXPECT_EQ(co_await people_in(db), 0);
}

ASYNC_TEST(copy_in, takes_small_rows_and_large_ones_in_turns_and_asks_for_a_flush_in_time) {
  connection db = co_await connect_to("DSN");
  co_await db.execute_script("CREATE TEMP TABLE sized (size int, value text)");
  auto in = co_await db.copy_in<std::int32_t, std::string_view>(table("sized"));
  const std::string text(300'000, 'x');
  std::size_t waiting = 0, most_waiting = 0;
  std::int64_t all = 0;
  for (std::size_t i = 0; i < 20'000; ++i) {
    const std::size_t size = i % 1009 == 5 ? text.size() : i % 97 == 1 ? 4060 + i % 64 : i % 50;
    all += static_cast<std::int64_t>(size);
    waiting += size;
    most_waiting = std::max(most_waiting, waiting);
    if (!in.push(static_cast<std::int32_t>(size), std::string_view(text).substr(0, size))) continue;
    co_await in.flush();
    waiting = 0;
  }
  EXPECT_EQ(co_await in.finish(), 20'000u);
  EXPECT_LE(most_waiting, text.size() + 192 * 1024);
  EXPECT_EQ(co_await db.fetch_one<std::int64_t>("SELECT sum(size) FROM sized"), all);
  EXPECT_EQ(co_await db.fetch_one<std::int64_t>("SELECT count(*) FROM sized WHERE value <> repeat('x', size)"), 0);
}

ASYNC_TEST(copy_in, takes_rows_of_a_generator) {
  connection db = co_await with_people();
  auto in = co_await db.copy_in<person>(table("people"));
  int left = 20000;
  auto next = [&left]() -> asio::awaitable<std::optional<person>> {
    std::optional<person> made;
    if (left > 0) made.emplace(person{"p" + std::to_string(left), left});
    --left;
    co_return made;
  };
  co_await in.push_from(next);
  EXPECT_EQ(co_await in.finish(), 20000u);
}

ASYNC_TEST(copy_in, loads_nothing_where_it_is_dropped_unfinished) {
  connection db = co_await with_people();
  {
    auto in = co_await db.copy_in<person>(table("people"));
    for (int i = 0; i < 30000; ++i)
      if (in.push(person{"p" + std::to_string(i), i})) co_await in.flush();
  }
  EXPECT_EQ(co_await people_in(db), 0);
}

ASYNC_TEST(copy_in, loads_nothing_where_its_source_throws) {
  connection db = co_await with_people();
  bool caught = false;
  try {
    auto in = co_await db.copy_in<person>(table("people"));
    int made = 0;
    auto next = [&made]() -> asio::awaitable<std::optional<person>> {
      if (++made == 9000) throw std::runtime_error("the source is dry");
      std::optional<person> one(person{"p" + std::to_string(made), made});
      co_return one;
    };
    co_await in.push_from(next);
  } catch (const std::runtime_error& e) {
    caught = std::string(e.what()) == "the source is dry";
  }
  EXPECT_TRUE(caught);
  EXPECT_EQ(co_await people_in(db), 0);
}

ASYNC_TEST(copy_in, stops_at_once_with_the_servers_error_and_its_line) {
  connection db = co_await with_people();
  auto in = co_await db.copy_in<person>(table("people"));
  error_info failed;
  int pushed = 0;
  try {
    for (; pushed < 10'000'000; ++pushed)
      if (in.push(person{pushed == 5000 ? "p1" : "p" + std::to_string(pushed), pushed})) co_await in.flush();
  } catch (const error& e) {
    failed = e.info();
  }
  EXPECT_LT(pushed, 1'000'000);
  EXPECT_EQ(failed.code(), sqlstate::unique_violation);
  EXPECT_NE(failed.server()->where.find("line 5001"), std::string::npos) << failed.server()->where;
  EXPECT_TRUE(failed.connection_usable());
  EXPECT_EQ(co_await people_in(db), 0);
}

ASYNC_TEST(copy_in, leaves_out_a_row_that_does_not_fit_and_names_it) {
  connection db = co_await connect_to("DSN");
  co_await db.execute_script("CREATE TEMP TABLE small (n int2, t text)");
  auto in = co_await db.copy_in<int, std::string>(table("small", "n", "t"));
  in.push(1, "one");
  error_info failed;
  try {
    in.push(70000, "too much");
  } catch (const error& e) {
    failed = e.info();
  }
  EXPECT_EQ(failed.code(), errc::out_of_range);
  EXPECT_EQ(failed.column(), "n");
  EXPECT_NE(failed.message().find("row 2"), std::string::npos) << failed.message();
  EXPECT_NE(failed.message().find("70000"), std::string::npos) << failed.message();
  in.push(2, "two");
  EXPECT_EQ(co_await in.finish(), 2u);
}

ASYNC_TEST(copy_in, refuses_types_that_are_none_of_the_columns) {
  connection db = co_await with_people();
  EXPECT_EQ((co_await error_of(db.copy_in<int, bool>(table("people", "name", "age")))).code(), errc::type_mismatch);
  EXPECT_EQ((co_await error_of(db.copy_in<std::string>(table("people", "name", "age")))).code(),
            errc::column_count_mismatch);
  EXPECT_EQ((co_await error_of(db.copy_in<int>(table("no such table")))).code(), sqlstate::undefined_table);
  EXPECT_EQ(co_await people_in(db), 0);
}

ASYNC_TEST(copy_in, writes_json_from_strings) {
  connection db = co_await connect_to("DSN");
  co_await db.execute_script("CREATE TEMP TABLE documents (a json, b jsonb)");
  auto in = co_await db.copy_in<std::string, std::string_view>(table("documents", "a", "b"));
  in.push(R"({"x": 1})", R"({"y": [2]})");
  EXPECT_EQ(co_await in.finish(), 1u);
  EXPECT_EQ(co_await db.fetch_one<int>("SELECT (b->'y'->>0)::int4 FROM documents"), 2);
}

ASYNC_TEST(copy_in, is_part_of_the_transaction_that_it_runs_in) {
  connection db = co_await with_people();
  {
    transaction tx = co_await db.begin();
    auto in = co_await tx.copy_in<person>(table("people"));
    in.push(person{"a", 1});
    EXPECT_EQ(co_await in.finish(), 1u);
    co_await tx.rollback();
  }
  EXPECT_EQ(co_await people_in(db), 0);
}

ASYNC_TEST(copy_in, and_out_work_in_every_statement_mode) {
  for (int mode = 0; mode < 4; ++mode) {
    connect_options options = options_of("DSN");
    options.statement_mode = static_cast<statement_mode>(mode);
    connection db = co_await connect(options);
    co_await db.execute_script("CREATE TEMP TABLE people (age int8, name text)");
    auto in = co_await db.copy_in<person>(table("people"));
    in.push(person{"a", 1});
    EXPECT_EQ(co_await in.finish(), 1u) << mode;
    auto out = co_await db.copy_out<person>(table("people", "name", "age"));
    auto batch = co_await out.next();
    EXPECT_EQ((*batch)[0].age, 1) << mode;
  }
}

ASYNC_TEST(copy_in, holds_the_connection_while_it_is_open) {
  connection db = co_await with_people();
  auto in = co_await db.copy_in<person>(table("people"));
  EXPECT_EQ((co_await error_of(db.execute("SELECT 1"))).code(), errc::connection_busy);
  EXPECT_EQ(co_await in.finish(), 0u);
}

ASYNC_TEST(copy_out, gives_every_row) {
  connection db = co_await connect_to("DSN");
  auto out = co_await db.copy_out<int, std::optional<std::string>>(
      "SELECT n, CASE WHEN n % 3 > 0 THEN 'row ' || n END FROM generate_series(1, 100000) n");
  int expected = 0;
  while (auto batch = co_await out.next())
    for (const auto& [n, text] : *batch) {
      if (n != ++expected) ADD_FAILURE() << n;
      if (text != (n % 3 > 0 ? std::optional("row " + std::to_string(n)) : std::nullopt)) ADD_FAILURE() << n;
    }
  EXPECT_EQ(expected, 100000);
  EXPECT_EQ(co_await db.fetch_one<int>("SELECT 1"), 1);
}

ASYNC_TEST(copy_out, gives_structs_of_a_table_and_rows_as_they_are) {
  connection db = co_await with_people();
  co_await db.execute("INSERT INTO people (name, age) VALUES ('a', 1), ('b', NULL)");
  auto out = co_await db.copy_out<person>(table("people", "age", "name"));
  std::vector<person> all;
  while (auto batch = co_await out.next()) all.insert(all.end(), batch->begin(), batch->end());
  EXPECT_EQ(all, (std::vector<person>{{"a", 1}, {"b", std::nullopt}}));
  auto rows = co_await db.copy_out<row_view>(table("people"));
  auto batch = co_await rows.next();
  EXPECT_EQ((*batch)[1]["name"].as<std::string>(), "b");
  EXPECT_FALSE(co_await rows.next());
}

ASYNC_TEST(copy_out, names_row_and_column_of_a_value_that_cannot_be_read) {
  connection db = co_await connect_to("DSN");
  const std::string query = "SELECT generate_series(32000, 100000)::int8 AS number";
  for (const bool csv : {false, true}) {
    copy_reader<std::int16_t> out;
    if (csv)
      out = co_await db.copy_out<std::int16_t>(query, copy_options::csv());
    else
      out = co_await db.copy_out<std::int16_t>(query);
    error_info failed;
    std::size_t seen = 0;
    try {
      while (auto batch = co_await out.next()) seen += batch->size();
    } catch (const error& e) {
      failed = e.info();
    }
    EXPECT_EQ(seen, 768u);
    EXPECT_EQ(failed.code(), errc::out_of_range);
    EXPECT_EQ(failed.column(), "number");
    EXPECT_NE(failed.message().find("row 769"), std::string::npos) << failed.message();
    EXPECT_EQ(co_await db.fetch_one<int>("SELECT 1"), 1);
  }
}

ASYNC_TEST(copy_out, reports_an_error_behind_rows_after_them) {
  connection db = co_await connect_to("DSN");
  auto out = co_await db.copy_out<int>("SELECT 1 / (3000 - n) FROM generate_series(1, 9000) n");
  std::size_t seen = 0;
  error_info failed;
  try {
    while (auto batch = co_await out.next()) seen += batch->size();
  } catch (const error& e) {
    failed = e.info();
  }
  EXPECT_EQ(failed.code(), sqlstate::division_by_zero);
  EXPECT_EQ(seen, 2999u);
}

ASYNC_TEST(copy_out, frees_the_connection_when_it_is_dropped) {
  connection db = co_await connect_to("DSN");
  {
    auto out = co_await db.copy_out<int>("SELECT generate_series(1, 1000000000)");
    EXPECT_TRUE(co_await out.next());
  }
  EXPECT_EQ(co_await db.fetch_one<int>("SELECT 1"), 1);
}

ASYNC_TEST(copy_bytes, goes_in_from_memory_and_out_to_a_function) {
  connection db = co_await with_people();
  std::string csv;
  for (int i = 0; i < 100000; ++i) csv += "name " + std::to_string(i) + "," + std::to_string(i) + "\n";
  int calls = 0;
  const auto in =
      co_await copy_in_from(db, copy_bytes(protocol::as_bytes(csv)), "COPY people (name, age) FROM STDIN (FORMAT csv)",
                            [&calls](const copy_totals& t) { calls += t.of > 0; });
  EXPECT_EQ(in.rows, 100000u);
  EXPECT_EQ(in.bytes, csv.size());
  EXPECT_GT(calls, 3);
  std::string back;
  auto sink = [&back](copy_bytes bytes) { back += protocol::as_text(bytes); };
  const auto out =
      co_await copy_out_to(db, sink, "COPY (SELECT name, age FROM people ORDER BY id) TO STDOUT (FORMAT csv)");
  EXPECT_EQ(out.rows, 100000u);
  EXPECT_EQ(back, csv);
}

ASYNC_TEST(copy_bytes, goes_through_files) {
  connection db = co_await with_people();
  const auto file = std::filesystem::temp_directory_path() / ("pgcoro_copy_" + std::to_string(db.backend_process_id()));
  co_await db.execute("INSERT INTO people (name, age) SELECT n::text, n FROM generate_series(1, 1000) n");
  EXPECT_EQ((co_await copy_out_to(db, file, "COPY people (name, age) TO STDOUT")).rows, 1000u);
  co_await db.execute("TRUNCATE people");
  EXPECT_EQ((co_await copy_in_from(db, file, "COPY people (name, age) FROM STDIN")).rows, 1000u);
  std::filesystem::remove(file);
  bool caught = false;
  try {
    co_await copy_in_from(db, file, "COPY people FROM STDIN");
  } catch (const std::filesystem::filesystem_error&) {
    caught = true;
  }
  EXPECT_TRUE(caught);
  EXPECT_EQ(co_await people_in(db), 1000);
}

ASYNC_TEST(copy_bytes, says_which_line_is_wrong) {
  connection db = co_await with_people();
  const std::string text = "a\t1\nb\tx\n";
  const error_info failed =
      co_await error_of(copy_in_from(db, copy_bytes(protocol::as_bytes(text)), "COPY people (name, age) FROM STDIN"));
  EXPECT_EQ(failed.code(), sqlstate::invalid_text_representation);
  EXPECT_NE(failed.server()->where.find("line 2, column age"), std::string::npos) << failed.server()->where;
  EXPECT_EQ(co_await people_in(db), 0);
}

ASYNC_TEST(copy_bytes, wants_the_statement_to_be_the_copy_that_was_asked_for) {
  connection db = co_await with_people();
  EXPECT_EQ((co_await error_of(db.copy_bytes_in("SELECT 1"))).code(), errc::copy_not_allowed);
  EXPECT_EQ((co_await error_of(db.copy_bytes_in("COPY people TO STDOUT"))).code(), errc::copy_not_allowed);
  EXPECT_EQ((co_await error_of(db.copy_bytes_out("COPY people FROM STDIN"))).code(), errc::copy_not_allowed);
  EXPECT_EQ((co_await error_of(db.copy_bytes_out("COPY nothing TO STDOUT"))).code(), sqlstate::undefined_table);
  EXPECT_EQ(co_await people_in(db), 0);
}

ASYNC_TEST(copy_between, moves_a_table_from_one_connection_to_another) {
  connection from = co_await connect_to("DSN");
  connection to = co_await with_people();
  const auto moved = co_await copy_between(
      from, "COPY (SELECT 'name ' || n, n::int8 FROM generate_series(1, 200000) n) TO STDOUT (FORMAT binary)", to,
      "COPY people (name, age) FROM STDIN (FORMAT binary)");
  EXPECT_EQ(moved.rows, 200000u);
  EXPECT_EQ(co_await people_in(to), 200000);
}

ASYNC_TEST(copy_between, loads_nothing_where_either_side_fails) {
  connection from = co_await connect_to("DSN");
  connection to = co_await with_people();
  const error_info source = co_await error_of(
      copy_between(from, "COPY (SELECT 'n' || n, 1 / (90000 - n) FROM generate_series(1, 200000) n) TO STDOUT", to,
                   "COPY people (name, age) FROM STDIN"));
  EXPECT_EQ(source.code(), sqlstate::division_by_zero);
  EXPECT_EQ(co_await people_in(to), 0);
  const error_info target = co_await error_of(copy_between(
      from, "COPY (SELECT 'n', generate_series(1, 100000000)) TO STDOUT", to, "COPY people (name, age) FROM STDIN"));
  EXPECT_EQ(target.code(), sqlstate::unique_violation);
  EXPECT_EQ(co_await people_in(to), 0);
  EXPECT_EQ(co_await from.fetch_one<int>("SELECT 1"), 1);
}

}  // namespace
}  // namespace pgcoro::test
