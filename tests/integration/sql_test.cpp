// Composed statements on a server: hostile names and values come back as they went in.
#include <boost/describe/class.hpp>
#include <gmock/gmock.h>
#include <random>

#include <pgcoro/cursor.hpp>
#include <pgcoro/pipeline.hpp>
#include <pgcoro/row_stream.hpp>
#include <pgcoro/sql.hpp>
#include <pgcoro/transaction.hpp>
#include <pgcoro/types/array.hpp>

#include "support/async_test.hpp"
#include "support/environment.hpp"

namespace pgcoro::test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

struct person {
  std::string name;
  int age;
};
BOOST_DESCRIBE_STRUCT(person, (), (name, age))

/// Text of any characters that PostgreSQL takes, quotes and backslashes among them more often than by chance.
std::string random_text(std::mt19937& random, std::size_t longest) {
  static const std::vector<std::string> likely{"'",  "\"", "\\", "$",  ":a", "{}", "--",
                                               "/*", "\n", "é",  "表", "😀", " ",  "x"};
  std::string made;
  const std::size_t size = 1 + random() % longest;
  while (made.size() < size) {
    std::string next = likely[random() % likely.size()];
    if (random() % 3 == 0) next = static_cast<char>(1 + random() % 127);
    if (made.size() + next.size() > longest) break;
    made += next;
  }
  return made.empty() ? "x" : made;
}

ASYNC_TEST(sql, names_its_parameters) {
  connection db = co_await connect_to("DSN");
  const std::string name = "Ada";
  const auto row = co_await db.fetch_one<person>(
      sql("SELECT :name::text AS name, :age::int + length(:name) AS age", arg("name", name), arg("age", 33)));
  EXPECT_EQ(row.name, "Ada");
  EXPECT_EQ(row.age, 36);
}

ASYNC_TEST(sql, runs_wherever_a_text_does) {
  connection db = co_await connect_to("DSN");
  const composed_sql statement = sql("SELECT {}::int WHERE {}::bool", 7, true);
  const result rows = co_await db.query(statement);
  EXPECT_EQ(rows[0][0].as<int>(), 7);
  EXPECT_THAT(co_await db.fetch<int>(statement), ElementsAre(7));
  EXPECT_EQ(co_await db.fetch_one<int>(sql("SELECT {}::int", 8)), 8);
  EXPECT_EQ(co_await db.fetch_optional<int>(sql("SELECT {}::int WHERE false", 8)), std::nullopt);
  EXPECT_EQ((co_await db.execute(statement)).rows_affected(), 1u);
  for (const auto mode : {statement_mode::unnamed, statement_mode::describe_each, statement_mode::cached}) {
    const query_options options{.mode = mode, .timeout = {}};
    EXPECT_EQ(co_await db.fetch_one<int>(options, statement), 7);
  }
  pipeline p;
  const auto first = p.fetch_one<int>(sql("SELECT :n::int", arg("n", 1)));
  const auto second = p.fetch_one<std::string>(sql("SELECT {}::text", std::string(100, 'x')));
  co_await db.run(p);
  EXPECT_EQ(first.value(), 1);
  EXPECT_EQ(second.value(), std::string(100, 'x'));
  co_await db.execute_script(sql("CREATE TEMP TABLE {} (i int); COMMENT ON TABLE {} IS {}", identifier("T"),
                                 identifier("T"), literal("it's")));
  const std::vector<std::tuple<int>> numbers{{1}, {2}, {3}};
  EXPECT_EQ((co_await db.execute_many(sql("INSERT INTO {} VALUES ($1)", identifier("T")), numbers)).rows_affected(),
            3u);
  EXPECT_EQ(co_await db.fetch_one<std::int64_t>(sql("SELECT sum(i) FROM {} WHERE i > $1", identifier("T")), 1), 5);
  const pgcoro::statement prepared = co_await db.prepare(sql("SELECT i FROM {} WHERE i = $1", identifier("T")));
  EXPECT_EQ(co_await db.fetch_one<int>(prepared, 3), 3);
}

ASYNC_TEST(sql, runs_in_transactions_streams_and_cursors) {
  connection db = co_await connect_to("DSN");
  transaction tx = co_await db.begin();
  EXPECT_EQ(co_await tx.fetch_one<int>(sql("SELECT {}::int", 1)), 1);
  {
    auto rows = co_await tx.stream<int>(sql("SELECT generate_series({}::int, {})", 2, 3));
    const auto batch = co_await rows.next();
    EXPECT_THAT(*batch, ElementsAre(2, 3));
    EXPECT_FALSE(co_await rows.next());
  }
  {
    auto rows = co_await tx.open_cursor<int>(stream_options{.rows = 1},
                                             sql("SELECT generate_series(:from, 5)", arg("from", 4)));
    for (const int expected : {4, 5}) {
      const auto batch = co_await rows.next();
      EXPECT_THAT(*batch, ElementsAre(expected));
    }
    EXPECT_FALSE(co_await rows.next());
  }
  co_await tx.commit();
}

ASYNC_TEST(sql, of_the_same_text_is_prepared_once) {
  connection db = co_await connect_to("DSN");
  for (int i = 0; i < 10; ++i) {
    const person given{"x", i};
    const auto row = co_await db.fetch_one<person>(sql("SELECT :name::text AS name, :age::int AS age", given));
    EXPECT_EQ(row.age, i);
  }
  const query_options simple{.mode = statement_mode::simple, .timeout = {}};
  EXPECT_EQ(co_await db.fetch_one<std::int64_t>(simple, "SELECT count(*) FROM pg_prepared_statements"), 1);
}

ASYNC_TEST(sql, takes_lists_and_arrays) {
  connection db = co_await connect_to("DSN");
  const std::vector<int> wanted{2, 3, 5};
  const std::vector<int> all{1, 2, 3, 4, 5};
  EXPECT_THAT(co_await db.fetch<int>(sql("SELECT n FROM unnest({}::int[]) n WHERE n IN ({})", all, list(wanted))),
              ElementsAre(2, 3, 5));
  EXPECT_THAT(co_await db.fetch<int>(sql("SELECT n FROM unnest({}::int[]) n WHERE n <> ALL({}::int[])", all, wanted)),
              ElementsAre(1, 4));
}

ASYNC_TEST(sql, refuses_to_take_values_twice) {
  connection db = co_await connect_to("DSN");
  const composed_sql statement = sql("SELECT {}::int", 1);
  const error_info twice = co_await error_of(db.query(statement, 2));
  EXPECT_EQ(twice.code(), errc::parameter_count_mismatch);
  EXPECT_TRUE(twice.safe_to_retry());
  const std::vector<int> rows{1};
  EXPECT_EQ((co_await error_of(db.execute_many(statement, rows))).code(), errc::parameter_count_mismatch);
  EXPECT_EQ((co_await error_of(db.prepare(statement))).code(), errc::parameter_count_mismatch);
  EXPECT_EQ((co_await error_of(db.execute_script(statement))).code(), errc::parameters_not_allowed);
  const query_options simple{.mode = statement_mode::simple, .timeout = {}};
  EXPECT_EQ((co_await error_of(db.query(simple, statement))).code(), errc::parameters_not_allowed);
  pipeline p;
  p.execute(statement, 2);
  EXPECT_EQ((co_await error_of(db.run(p))).code(), errc::parameter_count_mismatch);
}

ASYNC_TEST(identifier, of_any_bytes_names_what_it_says) {
  connection db = co_await connect_to("DSN");
  std::mt19937 random(1);
  for (int i = 0; i < 200; ++i) {
    const std::string name = random_text(random, 63);
    const identifier table("pg_temp", name);
    co_await db.execute(sql("CREATE TABLE {} ({} int)", table, identifier(name)));
    const auto found = co_await db.fetch_one<std::pair<std::string, std::string>>(
        "SELECT relname::text, attname::text FROM pg_attribute JOIN pg_class c ON c.oid = attrelid "
        "WHERE relnamespace = pg_my_temp_schema() AND attnum = 1 AND relkind = 'r'");
    EXPECT_EQ(found.first, name);
    EXPECT_EQ(found.second, name);
    co_await db.execute(sql("DROP TABLE {}", table));
  }
}

ASYNC_TEST(literal, of_any_text_comes_back_under_every_setting) {
  connection db = co_await connect_to("DSN");
  db.set_notice_handler({});
  std::vector<std::string> settings{"on"};
  if (server_version() < 19) settings.emplace_back("off");  // afterwards there is no other
  for (const std::string& setting : settings) {
    co_await db.execute(sql("SET standard_conforming_strings = {}", literal(setting)));
    co_await db.execute("SET escape_string_warning = off");
    std::mt19937 random(2);
    for (int i = 0; i < 300; ++i) {
      const std::string text = random_text(random, 40);
      EXPECT_EQ(co_await db.fetch_one<std::string>(sql("SELECT {}", literal(text))), text) << setting;
      EXPECT_EQ(co_await db.fetch_one<std::string>(sql("SELECT ({}::text || {})", literal(text), literal("'"))),
                text + "'");
    }
  }
}

/// CVE-2025-1094: what is harmless in UTF-8 may not be in an encoding whose characters have a second byte '\'. The
/// server's own conversion is asked what a client of that encoding would have said.
ASYNC_TEST(literal, ends_where_it_should_in_every_client_encoding) {
  connection db = co_await connect_to("DSN");
  co_await db.execute(
      "CREATE FUNCTION pg_temp.run(statement bytea, encoding name) RETURNS text LANGUAGE plpgsql AS $f$ "
      "DECLARE text_in_utf8 text; value text; BEGIN "
      "text_in_utf8 := convert_from(statement, encoding); EXECUTE text_in_utf8 INTO value; RETURN value; END $f$");
  // The danger is real: escaped as in UTF-8, a backslash is not what it seems to be.
  const std::string careless = R"(SELECT E'ぁ\\'' || no_such_function() --')";
  const auto careless_bytes = std::as_bytes(std::span(careless.data(), careless.size()));
  const error_info broken_out = co_await error_of(db.query("SELECT pg_temp.run($1, 'GBK')", careless_bytes));
  EXPECT_EQ(broken_out.code(), sqlstate::undefined_function) << broken_out.what();
  std::mt19937 random(3);
  int came_through = 0;
  for (const std::string encoding : {"SJIS", "BIG5", "GBK", "GB18030", "UHC", "JOHAB", "SHIFT_JIS_2004", "LATIN1"}) {
    for (int i = 0; i < 100; ++i) {
      // A breakout would make it two columns, an error of syntax, or run what does not exist.
      const std::string value = random_text(random, 12) + "\\' || no_such_function() --";
      const composed_sql statement = sql("SELECT {}", literal(value));
      const auto bytes = std::as_bytes(std::span(statement.text().data(), statement.text().size()));
      const auto outcome = co_await error_of(db.query("SELECT pg_temp.run($1, $2)", bytes, encoding));
      EXPECT_NE(outcome.code(), sqlstate::undefined_function) << encoding << ": " << statement.text();
      EXPECT_NE(outcome.code(), sqlstate::syntax_error) << encoding << ": " << statement.text();
      if (!outcome) ++came_through;
    }
  }
  EXPECT_GT(came_through, 400);
}

ASYNC_TEST(literal, keeps_minus_from_becoming_a_comment) {
  connection db = co_await connect_to("DSN");
  EXPECT_EQ(co_await db.fetch_one<int>(sql("SELECT 5-{}", literal(-2))), 7);
  EXPECT_EQ(co_await db.fetch_one<int>(sql("SELECT 5-{}", sql("-2"))), 7);
}

ASYNC_TEST(sql, refuses_text_whose_strings_a_setting_would_end_elsewhere) {
  if (server_version() >= 19) co_return;
  connection db = co_await connect_to("DSN");
  const composed_sql statement = sql(R"(SELECT {} LIKE 'a\%' ESCAPE '\')", "a%");
  EXPECT_TRUE(co_await db.fetch_one<bool>(statement));
  co_await db.execute("SET standard_conforming_strings = off");
  EXPECT_EQ((co_await error_of(db.query(statement))).code(), errc::invalid_composition);
  EXPECT_TRUE(co_await db.fetch_one<bool>(sql(R"(SELECT {} LIKE E'a\\%' ESCAPE E'\\')", "a%")));
}

ASYNC_TEST(sql, keeps_hostile_values_out_of_the_statement) {
  connection db = co_await connect_to("DSN");
  std::mt19937 random(4);
  for (int i = 0; i < 200; ++i) {
    const std::string a = random_text(random, 30);
    const std::string b = random_text(random, 30);
    const auto row = co_await db.fetch_one<std::pair<std::string, std::string>>(
        sql("SELECT :a::text /* :a {} */, {}::text -- :b\n WHERE ':a' <> :a || '!'", arg("a", a), b));
    EXPECT_EQ(row.first, a);
    EXPECT_EQ(row.second, b);
  }
}

/// A statement that the server takes means the same with and without sql().
ASYNC_TEST(sql, leaves_what_is_sql_as_it_is) {
  connection db = co_await connect_to("DSN");
  EXPECT_EQ(co_await db.fetch_one<std::string>(
                sql("SELECT (a[i:j])::text || a[2:3]::text FROM (SELECT ARRAY[1,2,3] a, 1 i, 2 j) t")),
            "{1,2}{2,3}");
  EXPECT_EQ(co_await db.fetch_one<std::string>(sql("SELECT E'\\':x'\n'\\' {}' || $q$:y {}$q$ /* /* :z */ {} */")),
            "':x' {}:y {}");
  EXPECT_EQ(co_await db.fetch_one<std::string>(sql("SELECT \"a:b{}\" FROM (SELECT 'c' AS \"a:b{}\") t -- {}")), "c");
  EXPECT_EQ(co_await db.fetch_one<std::string>(
                sql("SELECT make_date(year := 2024, month := :m, day := 1)::text", arg("m", 2))),
            "2024-02-01");
  if (server_version() < 16) co_return;
  EXPECT_EQ(co_await db.fetch_one<std::string>(
                sql("SELECT json_object('k':v, k:{}::int)::text FROM (SELECT 'K' k, 1 v) t", 2)),
            R"({"k" : 1, "K" : 2})");
}

}  // namespace
}  // namespace pgcoro::test
