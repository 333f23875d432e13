// The ways to run one statement.
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "support/async_test.hpp"
#include "support/environment.hpp"

namespace pgcoro::test {
namespace {

struct person {
  std::int32_t id;
  std::string name;
  std::optional<std::string> email;
};

asio::awaitable<connection> connect_with_people() {
  connection db = co_await connect_to("DSN");
  co_await db.execute_script(
      "CREATE TEMP TABLE people (id int PRIMARY KEY, name text NOT NULL, email text);"
      "INSERT INTO people VALUES (1, 'Ann', NULL), (2, 'Bob', 'bob@example.com'), (3, 'Çelik', '')");
  co_return db;
}

ASYNC_TEST(query, gives_rows_and_columns_by_name_and_number) {
  connection db = co_await connect_with_people();
  const result rows = co_await db.query("SELECT id, name, email FROM people ORDER BY id");
  EXPECT_EQ(rows.size(), 3u);
  EXPECT_EQ(rows[0]["id"].as<int>(), 1);
  EXPECT_EQ(rows[1]["name"].as<std::string_view>(), "Bob");
  EXPECT_TRUE(rows[0][2].is_null());
  EXPECT_EQ(rows[2][1].as<std::string>(), "Çelik");
}

ASYNC_TEST(query, a_result_outlives_its_connection) {
  result rows;
  {
    connection db = co_await connect_with_people();
    rows = co_await db.query("SELECT name FROM people ORDER BY id");
    co_await db.close();
  }
  EXPECT_EQ(rows[0][0].as<std::string_view>(), "Ann");
}

ASYNC_TEST(query, of_a_statement_without_rows_is_empty) {
  connection db = co_await connect_with_people();
  const result none = co_await db.query("UPDATE people SET name = name");
  EXPECT_EQ(none.size(), 0u);
  const result empty = co_await db.query("");
  EXPECT_EQ(empty.size(), 0u);
  const result no_match = co_await db.query("SELECT * FROM people WHERE false");
  EXPECT_EQ(no_match.size(), 0u);
}

ASYNC_TEST(fetch, makes_structs_tuples_and_scalars) {
  connection db = co_await connect_with_people();
  const std::vector<person> people = co_await db.fetch<person>("SELECT id, name, email FROM people ORDER BY id");
  EXPECT_EQ(people.size(), 3u);
  EXPECT_EQ(people[0].email, std::nullopt);
  EXPECT_EQ(people[1].email, "bob@example.com");
  EXPECT_EQ(people[2].email, "");
  const auto pairs = co_await db.fetch<std::tuple<int, std::string>>("SELECT id, name FROM people ORDER BY id DESC");
  EXPECT_EQ(pairs[0], std::tuple(3, std::string("Çelik")));
  const std::vector<std::int64_t> squares =
      co_await db.fetch<std::int64_t>("SELECT n * n FROM generate_series(1, 1000::int8) n");
  EXPECT_EQ(squares.back(), 1'000'000);
}

ASYNC_TEST(fetch_one, wants_exactly_one_row) {
  connection db = co_await connect_with_people();
  const person bob = co_await db.fetch_one<person>("SELECT * FROM people WHERE id = $1", 2);
  EXPECT_EQ(bob.name, "Bob");
  const error_info none = co_await error_of(db.fetch_one<person>("SELECT * FROM people WHERE id = $1", 99));
  EXPECT_EQ(none.code(), errc::no_rows);
  EXPECT_EQ(none.statement(), "SELECT * FROM people WHERE id = $1");
  const error_info many = co_await error_of(db.fetch_one<person>("SELECT * FROM people"));
  EXPECT_EQ(many.code(), errc::too_many_rows);
  EXPECT_TRUE(many.connection_usable());
  co_await db.ping();
}

ASYNC_TEST(fetch_optional, wants_at_most_one_row) {
  connection db = co_await connect_with_people();
  const std::optional<int> none = co_await db.fetch_optional<int>("SELECT id FROM people WHERE name = $1", "Nobody");
  EXPECT_FALSE(none);
  const std::optional<int> ann = co_await db.fetch_optional<int>("SELECT id FROM people WHERE name = $1", "Ann");
  EXPECT_EQ(ann, 1);
  const error_info many = co_await error_of(db.fetch_optional<int>("SELECT id FROM people"));
  EXPECT_EQ(many.code(), errc::too_many_rows);
}

ASYNC_TEST(execute, says_what_the_statement_did) {
  connection db = co_await connect_with_people();
  const command_result update = co_await db.execute("UPDATE people SET email = $1 WHERE id < $2", "x", 3);
  EXPECT_EQ(update.rows_affected(), 2u);
  EXPECT_EQ(update.command_tag(), "UPDATE 2");
  const command_result select = co_await db.execute("SELECT * FROM people");
  EXPECT_EQ(select.rows_affected(), 3u);
  const command_result empty = co_await db.execute("");
  EXPECT_EQ(empty.command_tag(), "");
}

ASYNC_TEST(execute_script, runs_several_statements_as_one_transaction) {
  connection db = co_await connect_to("DSN");
  const std::vector<command_result> done = co_await db.execute_script(
      "CREATE TEMP TABLE t (n int); INSERT INTO t SELECT generate_series(1, 5); SELECT * FROM t");
  EXPECT_EQ(done.size(), 3u);
  EXPECT_EQ(done[0].command_tag(), "CREATE TABLE");
  EXPECT_EQ(done[1].rows_affected(), 5u);
  EXPECT_EQ(done[2].command_tag(), "SELECT 5");
  const error_info failed = co_await error_of(db.execute_script("INSERT INTO t VALUES (6); SELECT 1/0"));
  EXPECT_EQ(failed.code(), sqlstate::division_by_zero);
  const auto left = co_await db.fetch_one<std::int64_t>("SELECT count(*) FROM t");
  EXPECT_EQ(left, 5) << "the script is one transaction";
}

ASYNC_TEST(execute_many, runs_a_statement_for_each_element) {
  connection db = co_await connect_with_people();
  std::vector<std::tuple<int, std::string>> rows;
  for (int i = 10; i < 5010; ++i) rows.emplace_back(i, "name " + std::to_string(i));
  const command_result done = co_await db.execute_many("INSERT INTO people (id, name) VALUES ($1, $2)", rows);
  EXPECT_EQ(done.rows_affected(), 5000u);
  const auto last = co_await db.fetch_one<std::string>("SELECT name FROM people WHERE id = 5009");
  EXPECT_EQ(last, "name 5009");
  const std::vector<int> single{1, 2, 99'999};
  const command_result deleted = co_await db.execute_many("DELETE FROM people WHERE id = $1", single);
  EXPECT_EQ(deleted.rows_affected(), 2u);
  const std::vector<int> none;
  const command_result nothing = co_await db.execute_many("DELETE FROM people WHERE id = $1", none);
  EXPECT_EQ(nothing.rows_affected(), 0u);
}

ASYNC_TEST(execute_many, is_all_or_nothing) {
  connection db = co_await connect_with_people();
  const std::vector<std::tuple<int, std::string>> rows{{100, "new"}, {1, "taken"}, {101, "never"}};
  const error_info failed = co_await error_of(db.execute_many("INSERT INTO people (id, name) VALUES ($1, $2)", rows));
  EXPECT_EQ(failed.code(), sqlstate::unique_violation);
  const auto count = co_await db.fetch_one<std::int64_t>("SELECT count(*) FROM people");
  EXPECT_EQ(count, 3);
}

ASYNC_TEST(execute_many, undoes_the_rows_before_one_that_cannot_be_encoded) {
  connection db = co_await connect_with_people();
  std::vector<std::tuple<std::int64_t, std::string>> rows;
  for (std::int64_t i = 10; i < 30'010; ++i) rows.emplace_back(i, "n");
  rows.emplace_back(std::int64_t{1} << 40, "too large for int4");
  const error_info failed = co_await error_of(db.execute_many("INSERT INTO people (id, name) VALUES ($1, $2)", rows));
  EXPECT_EQ(failed.code(), errc::out_of_range);
  EXPECT_NE(failed.message().find("row 30000"), std::string::npos) << failed.what();
  const auto count = co_await db.fetch_one<std::int64_t>("SELECT count(*) FROM people");
  EXPECT_EQ(count, 3);
}

ASYNC_TEST(connection, says_what_the_server_reports) {
  connection db = co_await connect_to("DSN");
  EXPECT_TRUE(db.parameter_status("server_version")->starts_with(env("VERSION")));
  EXPECT_EQ(db.parameter_status("no such parameter"), std::nullopt);
  co_await db.execute("SET TimeZone = 'Asia/Kolkata'");
  EXPECT_EQ(db.parameter_status("TimeZone"), "Asia/Kolkata");
  const auto pid = co_await db.fetch_one<std::int32_t>("SELECT pg_backend_pid()");
  EXPECT_EQ(db.backend_process_id(), static_cast<std::uint32_t>(pid));
  EXPECT_EQ(db.transaction_status(), protocol::transaction_status::idle);
  co_await db.execute("BEGIN");
  EXPECT_EQ(db.transaction_status(), protocol::transaction_status::in_transaction);
  co_await error_of(db.execute("SELECT 1/0"));
  EXPECT_EQ(db.transaction_status(), protocol::transaction_status::failed);
  co_await db.execute("ROLLBACK");
  EXPECT_EQ(db.transaction_status(), protocol::transaction_status::idle);
}

ASYNC_TEST(connection, close_lets_what_was_started_come_to_its_end) {
  connection db = co_await connect_to("DSN");
  pending query = co_await start(db.execute("SELECT pg_sleep(0.1)"));
  pending closing = co_await start(db.close());
  EXPECT_FALSE(db.is_open());
  const error_info refused = co_await error_of(db.execute("SELECT 1"));
  EXPECT_EQ(refused.code(), errc::connection_closed);
  EXPECT_TRUE(refused.safe_to_retry());
  EXPECT_FALSE(co_await query.outcome());
  EXPECT_FALSE(co_await closing.outcome());
  co_await db.close();  // a second time: nothing
}

ASYNC_TEST(connection, that_was_never_connected_refuses_operations) {
  connection none;
  EXPECT_FALSE(none.is_open());
  const error_info failed = co_await error_of(none.query("SELECT 1"));
  EXPECT_EQ(failed.code(), errc::connection_closed);
}

}  // namespace
}  // namespace pgcoro::test
