#include <boost/describe/class.hpp>
#include <boost/describe/enum.hpp>
#include <gmock/gmock.h>
#include <list>
#include <ranges>

#include <pgcoro/insert_rows.hpp>
#include <pgcoro/sql.hpp>
#include <pgcoro/types/enumeration.hpp>

#include "support/async_test.hpp"
#include "support/environment.hpp"

namespace pgcoro::test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

struct person {
  std::int64_t id;
  std::string name;
  std::optional<int> age;
  bool active;
};
BOOST_DESCRIBE_STRUCT(person, (), (id, name, age, active))
bool operator==(const person& a, const person& b) {
  return a.id == b.id && a.name == b.name && a.age == b.age && a.active == b.active;
}

std::vector<person> people(int count) {
  std::vector<person> made;
  for (int i = 0; i < count; ++i)
    made.push_back(
        {i, "name '" + std::to_string(i) + "\"\\", i % 3 == 0 ? std::nullopt : std::optional<int>(i), i % 2 == 0});
  return made;
}

asio::awaitable<connection> with_people() {
  connection db = co_await connect_to("DSN");
  // The order of columns is another than that of the members, and there is one more.
  co_await db.execute(
      "CREATE TEMP TABLE people (active bool, name varchar, note text DEFAULT 'x', age smallint, id int)");
  co_return db;
}

ASYNC_TEST(insert_rows, writes_a_described_struct_by_name_however_many_there_are) {
  connection db = co_await with_people();
  for (const int count : {0, 1, 2, 16, 17, 63, 64, 65, 1000, 20000}) {
    const std::vector<person> rows = people(count);
    EXPECT_EQ((co_await db.insert_rows(table("people"), rows)).rows, static_cast<std::uint64_t>(count));
    const auto back = co_await db.fetch<person>("SELECT id, name, age, active FROM people ORDER BY id");
    EXPECT_TRUE(back == rows) << count;
    EXPECT_EQ(co_await db.fetch_one<std::int64_t>("SELECT count(*) FROM people WHERE note = 'x'"), count);
    co_await db.execute("TRUNCATE people");
  }
}

ASYNC_TEST(insert_rows, writes_the_columns_that_the_table_is_given) {
  connection db = co_await with_people();
  for (const int count : {2, 100}) {
    const std::vector<person> rows = people(count);
    EXPECT_EQ((co_await db.insert_rows(table("people", "name", "id"), rows)).rows, static_cast<std::uint64_t>(count));
    EXPECT_EQ(co_await db.fetch_one<std::int64_t>(
                  "SELECT count(*) FROM people WHERE age IS NULL AND active IS NULL AND name LIKE 'name%' AND id >= 0"),
              count);
    co_await db.execute("TRUNCATE people");
  }
}

ASYNC_TEST(insert_rows, writes_tuples_by_position) {
  connection db = co_await with_people();
  for (const int count : {3, 300}) {
    std::list<std::tuple<int, std::string>> rows;
    for (int i = 0; i < count; ++i) rows.emplace_back(i, std::to_string(i));
    EXPECT_EQ((co_await db.insert_rows(table(identifier("pg_temp", "people"), "id", "name"), rows)).rows,
              static_cast<std::uint64_t>(count));
    EXPECT_EQ(co_await db.fetch_one<std::int64_t>("SELECT count(*) FROM people WHERE id::text = name"), count);
    co_await db.execute("TRUNCATE people");
  }
  auto view = std::views::iota(0, 50) | std::views::transform([](int i) { return std::pair(i, std::to_string(i)); });
  EXPECT_EQ((co_await db.insert_rows(table("people", "id", "name"), view)).rows, 50u);
}

ASYNC_TEST(insert_rows, quotes_what_it_is_given) {
  connection db = co_await connect_to("DSN");
  co_await db.execute(R"(CREATE TEMP TABLE "a""; --" ("b""; --" int, "C" text))");
  std::vector<std::tuple<int, std::string>> rows(40, {1, "x"});
  EXPECT_EQ((co_await db.insert_rows(table("a\"; --", "b\"; --", "C"), rows)).rows, 40u);
}

ASYNC_TEST(insert_rows, writes_all_or_none) {
  connection db = co_await with_people();
  co_await db.execute("ALTER TABLE people ADD CHECK (id <> 9000), ADD CHECK (id <> 3)");
  const std::vector<person> rows = people(10000);
  EXPECT_EQ((co_await error_of(db.insert_rows(table("people"), rows))).code(), sqlstate::check_violation);
  const std::vector<person> few = people(5);
  EXPECT_EQ((co_await error_of(db.insert_rows(table("people"), few))).code(), sqlstate::check_violation);
  EXPECT_EQ(co_await db.fetch_one<std::int64_t>("SELECT count(*) FROM people"), 0);
}

ASYNC_TEST(insert_rows, names_the_row_whose_value_does_not_fit) {
  connection db = co_await with_people();
  for (const int count : {5, 3000}) {
    std::vector<person> rows = people(count);
    rows[static_cast<std::size_t>(count - 2)].age = 40000;
    const error_info failed = co_await error_of(db.insert_rows(table("people"), rows));
    EXPECT_EQ(failed.code(), errc::out_of_range);
    EXPECT_THAT(failed.message(), HasSubstr("row " + std::to_string(count - 2)));
    EXPECT_EQ(co_await db.fetch_one<std::int64_t>("SELECT count(*) FROM people"), 0);
  }
}

ASYNC_TEST(insert_rows, refuses_rows_that_do_not_fit_the_columns) {
  connection db = co_await with_people();
  const std::vector<std::tuple<int, std::string>> rows(1);
  EXPECT_EQ((co_await error_of(db.insert_rows(table("people"), rows))).code(), errc::invalid_composition);
  EXPECT_EQ((co_await error_of(db.insert_rows(table("people", "id"), rows))).code(), errc::invalid_composition);
  const std::vector<person> some = people(1);
  const error_info failed = co_await error_of(db.insert_rows(table("people", "id", "nick"), some));
  EXPECT_EQ(failed.code(), errc::invalid_composition);
  EXPECT_THAT(failed.message(), HasSubstr("\"nick\""));
}

ASYNC_TEST(insert_rows, lets_the_server_say_what_is_not_there) {
  connection db = co_await with_people();
  const std::vector<std::tuple<int, std::string>> rows(100);
  EXPECT_EQ((co_await error_of(db.insert_rows(table("people", "id", "nick"), rows))).code(),
            sqlstate::undefined_column);
  EXPECT_EQ((co_await error_of(db.insert_rows(table("nowhere", "id", "nick"), rows))).code(),
            sqlstate::undefined_table);
}

enum class mood { sad, happy };
BOOST_DESCRIBE_ENUM(mood, sad, happy)

ASYNC_TEST(insert_rows, writes_types_of_every_kind) {
  connection db = co_await connect_to("DSN");
  co_await db.execute_script(
      "DROP TYPE IF EXISTS insert_mood CASCADE; CREATE TYPE insert_mood AS ENUM ('sad', 'happy'); "
      "DROP DOMAIN IF EXISTS insert_small CASCADE; CREATE DOMAIN insert_small AS int CHECK (value < 1000); "
      "CREATE TEMP TABLE kinds (m insert_mood, s insert_small, c char(3), f real, list int[])");
  std::vector<std::tuple<mood, int, std::string, double>> flat;
  for (int i = 0; i < 100; ++i) flat.emplace_back(i % 2 ? mood::happy : mood::sad, i, "abc", 0.5);
  EXPECT_EQ((co_await db.insert_rows(table("kinds", "m", "s", "c", "f"), flat)).rows, 100u);
  EXPECT_EQ(co_await db.fetch_one<std::int64_t>("SELECT count(*) FROM kinds WHERE c = 'abc' AND m = 'happy'"), 50);
  // What unnest would take apart goes row by row.
  std::vector<std::tuple<int, std::vector<int>>> lists;
  for (int i = 0; i < 100; ++i) lists.emplace_back(i, std::vector<int>(static_cast<std::size_t>(i % 4), i));
  EXPECT_EQ((co_await db.insert_rows(table("kinds", "s", "list"), lists)).rows, 100u);
  EXPECT_EQ(co_await db.fetch_one<std::int64_t>("SELECT count(*) FROM kinds WHERE list = ARRAY[s, s, s]::int[]"), 25);
  co_await db.execute_script("DROP TYPE insert_mood CASCADE; DROP DOMAIN insert_small CASCADE");
}

ASYNC_TEST(insert_rows, uses_few_statements) {
  connection db = co_await with_people();
  for (const int count : {17, 100, 5000}) {
    const std::vector<person> rows = people(count);
    (void)co_await db.insert_rows(table("people"), rows);
  }
  const query_options simple{.mode = statement_mode::simple, .timeout = {}};
  EXPECT_LE(co_await db.fetch_one<std::int64_t>(simple, "SELECT count(*) FROM pg_prepared_statements"), 4);
}

}  // namespace
}  // namespace pgcoro::test
