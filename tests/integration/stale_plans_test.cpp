// The server's prepared statements change or vanish behind the cache's back.
#include "support/async_test.hpp"
#include "support/environment.hpp"

namespace pgcoro::test {
namespace {

constexpr const char* select_all = "SELECT * FROM t";

/// A connection that has `select_all` in its cache.
asio::awaitable<connection> connect_with_table(std::string more_rows = {}) {
  connection db = co_await connect_to("DSN");
  co_await db.execute("CREATE TEMP TABLE t (a int)");
  co_await db.execute("INSERT INTO t VALUES (1)" + more_rows);
  co_await db.query(select_all);
  co_await db.query(select_all);
  co_return db;
}

ASYNC_TEST(stale_plan, after_alter_table_is_prepared_anew_unseen) {
  connection db = co_await connect_with_table();
  co_await db.execute("ALTER TABLE t ADD COLUMN b text DEFAULT 'new'");
  const result r = co_await db.query(select_all);
  EXPECT_EQ(r.columns().columns.size(), 2u);
  EXPECT_EQ(r[0]["b"].as<std::string>(), "new");
}

ASYNC_TEST(stale_plan, with_a_changed_column_type_is_prepared_anew_unseen) {
  connection db = co_await connect_with_table();
  co_await db.execute("ALTER TABLE t ALTER COLUMN a TYPE int8");
  const auto values = co_await db.fetch<std::int64_t>(select_all);
  EXPECT_EQ(values.at(0), 1);
}

ASYNC_TEST(stale_plan, of_several_statements_in_flight_all_heal) {
  connection db = co_await connect_with_table();
  co_await db.execute("ALTER TABLE t ADD COLUMN b text");
  std::vector<pending> all;
  for (int i = 0; i < 10; ++i) {
    pending next = co_await start(db.query(select_all));
    all.push_back(std::move(next));
  }
  for (pending& p : all) {
    const error_info failed = co_await p.outcome();
    EXPECT_FALSE(failed) << failed.what();
  }
}

ASYNC_TEST(stale_plan, inside_a_transaction_is_an_error_and_works_after_rollback) {
  connection db = co_await connect_with_table();
  co_await db.execute("ALTER TABLE t ADD COLUMN b text");
  co_await db.execute("BEGIN");
  const error_info failed = co_await error_of(db.query(select_all));
  EXPECT_EQ(failed.code(), sqlstate::feature_not_supported);
  EXPECT_EQ(db.transaction_status(), protocol::transaction_status::failed);
  co_await db.execute("ROLLBACK");
  co_await db.execute("BEGIN");
  const result r = co_await db.query(select_all);
  EXPECT_EQ(r.columns().columns.size(), 2u);
  co_await db.execute("COMMIT");
}

ASYNC_TEST(stale_plan, after_discard_all_is_no_error) {
  connection db = co_await connect_to("DSN");
  co_await db.query("SELECT 1");
  co_await db.execute("DISCARD ALL");
  EXPECT_EQ(co_await db.fetch_one<int>("SELECT 1"), 1);
  co_await db.execute("DEALLOCATE ALL");
  EXPECT_EQ(co_await db.fetch_one<int>("SELECT 1"), 1);
}

ASYNC_TEST(stale_plan, after_discard_all_inside_a_transaction_too_since_the_cache_saw_it) {
  connection db = co_await connect_to("DSN");
  co_await db.query("SELECT 1");
  co_await db.execute("DEALLOCATE ALL");
  co_await db.execute("BEGIN");
  EXPECT_EQ(co_await db.fetch_one<int>("SELECT 1"), 1);
  co_await db.execute("COMMIT");
}

ASYNC_TEST(stale_plan, that_a_script_deallocated_is_prepared_anew) {
  connection db = co_await connect_to("DSN");
  co_await db.query("SELECT 1");
  co_await db.execute_script("DEALLOCATE ALL; SELECT 2");
  EXPECT_EQ(co_await db.fetch_one<int>("SELECT 1"), 1);
}

ASYNC_TEST(stale_plan, whose_name_the_server_forgot_unseen_is_prepared_anew) {
  connection db = co_await connect_to("DSN");
  co_await db.query("SELECT 'cached'");
  const auto name = co_await db.fetch_one<std::string>(
      "SELECT name FROM pg_prepared_statements WHERE statement = 'SELECT ''cached'''");
  co_await db.execute("DEALLOCATE " + name);  // not ALL: the cache does not notice
  EXPECT_EQ(co_await db.fetch_one<std::string>("SELECT 'cached'"), "cached");
}

ASYNC_TEST(stale_plan, of_a_handle_heals_too) {
  connection db = co_await connect_with_table();
  const statement kept = co_await db.prepare("SELECT * FROM t");
  co_await db.execute("ALTER TABLE t ADD COLUMN b text DEFAULT 'new'");
  const result changed = co_await db.query(kept);
  EXPECT_EQ(changed.columns().columns.size(), 2u);
  co_await db.execute("DISCARD ALL");  // the temporary table goes as well
  co_await db.execute("CREATE TEMP TABLE t (a int)");
  const result empty = co_await db.query(kept);
  EXPECT_EQ(empty.size(), 0u);
}

ASYNC_TEST(stale_plan, in_a_pipeline_that_has_run_nothing_yet_is_retried) {
  connection db = co_await connect_with_table();
  co_await db.execute("ALTER TABLE t ADD COLUMN b text");
  const std::vector<int> rows{2, 3};
  co_await db.execute_many("INSERT INTO t (a) VALUES ($1)", rows);
  co_await db.execute("DISCARD PLANS");
  co_await db.execute("ALTER TABLE t ALTER COLUMN a TYPE int8");
  const command_result done = co_await db.execute_many("INSERT INTO t (a) VALUES ($1)", rows);
  EXPECT_EQ(done.rows_affected(), 2u) << "each row once";
  EXPECT_EQ(co_await db.fetch_one<std::int64_t>("SELECT count(*) FROM t"), 5);
}

}  // namespace
}  // namespace pgcoro::test
