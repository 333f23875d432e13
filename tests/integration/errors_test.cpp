// What an error of the server says, as a value and as an exception.
#include <pgcoro/exceptions.hpp>

#include "support/async_test.hpp"
#include "support/environment.hpp"

namespace pgcoro::test {
namespace {

ASYNC_TEST(server_errors, carry_every_field_that_the_server_sends) {
  connection db = co_await connect_to("DSN");
  co_await db.execute(
      "CREATE TEMP TABLE orders (id int CONSTRAINT orders_positive CHECK (id > 0), note text NOT NULL)");
  const error_info check = co_await error_of(db.execute("INSERT INTO orders VALUES ($1, 'x')", -1));
  EXPECT_EQ(check.code(), sqlstate::check_violation);
  const server_fields& fields = *check.server();
  EXPECT_EQ(fields.severity, "ERROR");
  EXPECT_EQ(fields.sqlstate, "23514");
  EXPECT_NE(fields.message.find("orders_positive"), std::string::npos);
  EXPECT_NE(fields.detail.find("-1"), std::string::npos);
  EXPECT_EQ(fields.table_name, "orders");
  EXPECT_TRUE(fields.schema_name.starts_with("pg_temp"));
  EXPECT_EQ(fields.constraint_name, "orders_positive");
  EXPECT_FALSE(fields.source_file.empty());
  EXPECT_GT(fields.source_line, 0u);
  EXPECT_FALSE(fields.source_function.empty());
  EXPECT_EQ(check.statement(), "INSERT INTO orders VALUES ($1, 'x')");
  EXPECT_TRUE(check.connection_usable());

  const error_info null = co_await error_of(db.execute("INSERT INTO orders VALUES (1, NULL)"));
  EXPECT_EQ(null.server()->column_name, "note");
}

ASYNC_TEST(server_errors, tell_the_position_and_the_context) {
  connection db = co_await connect_to("DSN");
  const error_info typo = co_await error_of(db.query("SELECT 'é', nonsense"));
  EXPECT_EQ(typo.code(), sqlstate::undefined_column);
  EXPECT_EQ(typo.server()->position, 13u) << "in characters, not bytes";
  const error_info inside = co_await error_of(
      db.execute("DO $$ BEGIN RAISE EXCEPTION 'told' USING ERRCODE = 'P0042', HINT = 'a hint', DETAIL = 'a detail', "
                 "DATATYPE = 'a type'; END $$"));
  EXPECT_EQ(inside.server()->sqlstate, "P0042");
  EXPECT_EQ(inside.server()->hint, "a hint");
  EXPECT_EQ(inside.server()->detail, "a detail");
  EXPECT_EQ(inside.server()->data_type_name, "a type");
  EXPECT_NE(inside.server()->where.find("PL/pgSQL"), std::string::npos);
  const error_info internal = co_await error_of(db.execute("DO $$ BEGIN EXECUTE 'SELECT frm x'; END $$"));
  EXPECT_EQ(internal.server()->internal_query, "SELECT frm x");
  EXPECT_GT(internal.server()->internal_position, 0u);
}

ASYNC_TEST(server_errors, are_thrown_as_the_type_of_their_sqlstate) {
  connection db = co_await connect_to("DSN");
  co_await db.execute("CREATE TEMP TABLE t (id int PRIMARY KEY)");
  co_await db.execute("INSERT INTO t VALUES (1)");
  EXPECT_EQ((co_await error_of(db.execute("INSERT INTO t VALUES (1)"))).code(), sqlstate::unique_violation);
  bool by_type = false;
  try {
    co_await db.execute("INSERT INTO t VALUES (1)");
  } catch (const unique_violation& e) {
    by_type = true;
    EXPECT_EQ(e.fields().constraint_name, "t_pkey");
    EXPECT_NE(std::string(e.what()).find("23505"), std::string::npos) << e.what();
  }
  EXPECT_TRUE(by_type);
  bool by_class = false;
  try {
    co_await db.execute("INSERT INTO t VALUES (NULL)");
  } catch (const integrity_constraint_violation& e) {
    by_class = true;
    EXPECT_EQ(e.code(), sqlstate::not_null_violation);
  }
  EXPECT_TRUE(by_class);
  bool by_base = false;
  try {
    co_await db.execute("SELEC 1");
  } catch (const server_error& e) {
    by_base = true;
    EXPECT_EQ(e.code(), sqlstate::syntax_error);
  }
  EXPECT_TRUE(by_base);
}

ASYNC_TEST(server_errors, leave_the_connection_usable_in_every_phase_of_a_statement) {
  connection db = co_await connect_to("DSN");
  for (int round = 0; round < 3; ++round) {
    EXPECT_EQ((co_await error_of(db.query("SELECT FROM WHERE"))).code(), sqlstate::syntax_error);  // Parse
    EXPECT_EQ((co_await error_of(db.query("SELECT $1::int", "x"))).code(), sqlstate::invalid_text_representation)
        << "Bind";
    EXPECT_EQ((co_await error_of(db.query("SELECT 1 / $1::int", 0))).code(), sqlstate::division_by_zero);  // Execute
    EXPECT_EQ((co_await error_of(db.query("SELECT 10 / (5 - n) FROM generate_series(1, 9) n"))).code(),
              sqlstate::division_by_zero)
        << "after four rows";
  }
  const auto answer = co_await db.fetch_one<int>("SELECT 42");
  EXPECT_EQ(answer, 42);
}

ASYNC_TEST(server_errors, at_commit_are_errors_of_the_statement) {
  connection db = co_await connect_to("DSN");
  co_await db.execute("CREATE TEMP TABLE t (id int UNIQUE DEFERRABLE INITIALLY DEFERRED)");
  const error_info failed = co_await error_of(db.execute("INSERT INTO t VALUES (1), (1)"));
  EXPECT_EQ(failed.code(), sqlstate::unique_violation);
  co_await db.ping();
}

ASYNC_TEST(decoding_errors, name_the_column_and_leave_the_connection_usable) {
  connection db = co_await connect_to("DSN");
  const error_info null = co_await error_of(db.fetch<int>("SELECT NULL::int AS nothing FROM generate_series(1, 100)"));
  EXPECT_EQ(null.code(), errc::unexpected_null);
  EXPECT_EQ(null.column(), "nothing");
  const error_info range = co_await error_of(db.fetch_one<std::int16_t>("SELECT 100000 AS big"));
  EXPECT_EQ(range.code(), errc::out_of_range);
  const error_info type = co_await error_of(db.fetch_one<int>("SELECT true AS flag"));
  EXPECT_EQ(type.code(), errc::type_mismatch);
  EXPECT_EQ(type.column(), "flag");
  using pair = std::tuple<int, int>;
  const error_info count = co_await error_of(db.fetch_one<pair>("SELECT 1"));
  EXPECT_EQ(count.code(), errc::column_count_mismatch);
  EXPECT_TRUE(count.connection_usable());
  co_await db.ping();
}

ASYNC_TEST(parameter_errors, name_the_parameter_and_nothing_is_sent) {
  connection db = co_await connect_to("DSN");
  const error_info count = co_await error_of(db.query("SELECT $1::int, $2::int", 1));
  EXPECT_EQ(count.code(), errc::parameter_count_mismatch);
  const error_info type = co_await error_of(db.query("SELECT $1::bool", 1));
  EXPECT_EQ(type.code(), errc::type_mismatch);
  EXPECT_EQ(type.column(), "$1");
  const error_info range = co_await error_of(db.query("SELECT $1::int2", 70'000));
  EXPECT_EQ(range.code(), errc::out_of_range);
  EXPECT_TRUE(range.safe_to_retry());
  co_await db.ping();
}

ASYNC_TEST(copy, that_nobody_asked_for_is_an_error_and_not_a_hang) {
  connection db = co_await connect_to("DSN");
  co_await db.execute("CREATE TEMP TABLE t (n int)");
  EXPECT_EQ((co_await error_of(db.execute("COPY t FROM STDIN"))).code(), errc::copy_not_allowed);
  EXPECT_EQ((co_await error_of(db.execute("COPY (SELECT 1) TO STDOUT"))).code(), errc::copy_not_allowed);
  EXPECT_EQ((co_await error_of(db.execute_script("COPY t FROM STDIN"))).code(), errc::copy_not_allowed);
  EXPECT_EQ((co_await error_of(db.execute_script("COPY (SELECT 1) TO STDOUT"))).code(), errc::copy_not_allowed);
  const auto answer = co_await db.fetch_one<int>("SELECT 1");
  EXPECT_EQ(answer, 1);
}

}  // namespace
}  // namespace pgcoro::test
