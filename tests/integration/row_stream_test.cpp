// Row streams and cursors against a server.
#include <cstdint>
#include <numeric>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include <pgcoro/cursor.hpp>
#include <pgcoro/row_stream.hpp>
#include <pgcoro/transaction.hpp>
#include <pgcoro/when_all.hpp>

#include "support/async_test.hpp"
#include "support/environment.hpp"

namespace pgcoro::test {
namespace {

using namespace std::chrono_literals;

constexpr auto hundred_thousand = "SELECT n, 'row ' || n FROM generate_series(1, 100000) n";

ASYNC_TEST(row_stream, gives_every_row_once_and_in_order) {
  connection db = co_await connect_to("DSN");
  auto rows = co_await db.stream<std::tuple<int, std::string>>(hundred_thousand);
  int expected = 0;
  while (auto batch = co_await rows.next())
    for (const auto& [n, text] : *batch)
      if (n != ++expected || text != "row " + std::to_string(n)) ADD_FAILURE() << n << text;
  EXPECT_EQ(expected, 100000);
  EXPECT_FALSE(co_await rows.next());
  EXPECT_EQ(co_await db.fetch_one<int>("SELECT 1"), 1);
}

ASYNC_TEST(row_stream, gives_rows_as_they_are) {
  connection db = co_await connect_to("DSN");
  auto rows = co_await db.stream("SELECT n, 'row ' || n AS text FROM generate_series(1, $1) n", 5000);
  int expected = 0;
  while (auto batch = co_await rows.next()) {
    EXPECT_EQ(batch->columns().columns.size(), 2u);
    for (const row_view row : *batch) {
      ++expected;
      if (row[0].as<int>() != expected || row["text"].text() != "row " + std::to_string(expected)) ADD_FAILURE();
    }
  }
  EXPECT_EQ(expected, 5000);
}

ASYNC_TEST(row_stream, has_no_batch_where_there_is_no_row) {
  connection db = co_await connect_to("DSN");
  auto rows = co_await db.stream<int>("SELECT 1 WHERE false");
  EXPECT_FALSE(co_await rows.next());
}

ASYNC_TEST(row_stream, keeps_batches_as_small_as_it_was_told) {
  connection db = co_await connect_to("DSN");
  auto rows = co_await db.stream<int>({.rows = 7}, "SELECT generate_series(1, 1000)");
  int seen = 0;
  while (auto batch = co_await rows.next()) {
    EXPECT_LE(batch->size(), 7u);
    seen += static_cast<int>(batch->size());
  }
  EXPECT_EQ(seen, 1000);
}

ASYNC_TEST(row_stream, reports_an_error_of_the_statement_when_it_is_opened) {
  connection db = co_await connect_to("DSN");
  const error_info failed = co_await error_of(db.stream<int>("SELECT no_such_column"));
  EXPECT_EQ(failed.code(), sqlstate::undefined_column);
  EXPECT_EQ(co_await db.fetch_one<int>("SELECT 1"), 1);
}

ASYNC_TEST(row_stream, gives_the_rows_before_an_error_and_then_the_error) {
  connection db = co_await connect_to("DSN");
  auto rows = co_await db.stream<int>("SELECT 1 / (5000 - n) FROM generate_series(1, 10000) n");
  std::size_t seen = 0;
  error_info failed;
  try {
    while (auto batch = co_await rows.next()) seen += batch->size();
  } catch (const error& e) {
    failed = e.info();
  }
  EXPECT_EQ(failed.code(), sqlstate::division_by_zero);
  EXPECT_EQ(seen, 4999u);
  EXPECT_EQ(co_await db.fetch_one<int>("SELECT 1"), 1);
}

ASYNC_TEST(row_stream, names_the_column_that_cannot_be_read) {
  connection db = co_await connect_to("DSN");
  auto rows = co_await db.stream<std::int16_t>("SELECT generate_series(32000, 400000000)::int8 AS number");
  error_info failed;
  std::size_t seen = 0;
  try {
    while (auto batch = co_await rows.next()) seen += batch->size();
  } catch (const error& e) {
    failed = e.info();
  }
  EXPECT_EQ(failed.code(), errc::out_of_range);
  EXPECT_EQ(failed.column(), "number");
  EXPECT_EQ(seen, 768u);
  EXPECT_EQ(co_await db.fetch_one<int>("SELECT 1"), 1);  // the rest was not waited for
}

ASYNC_TEST(row_stream, refuses_other_operations_at_once_while_it_is_open) {
  connection db = co_await connect_to("DSN");
  auto rows = co_await db.stream<int>("SELECT generate_series(1, 100000)");
  const error_info refused = co_await error_of(db.execute("SELECT 1"));
  EXPECT_EQ(refused.code(), errc::connection_busy);
  EXPECT_TRUE(refused.safe_to_retry());
  EXPECT_TRUE(refused.connection_usable());
  EXPECT_EQ((co_await error_of(db.stream<int>("SELECT 1"))).code(), errc::connection_busy);
  while (co_await rows.next()) {
  }
  EXPECT_EQ(co_await db.fetch_one<int>("SELECT 1"), 1);
}

ASYNC_TEST(row_stream, frees_the_connection_when_it_is_dropped) {
  connection db = co_await connect_to("DSN");
  for (const char* sql : {"SELECT generate_series(1, 100)", "SELECT generate_series(1, 1000000000)"}) {
    {
      auto rows = co_await db.stream<int>(sql);
      EXPECT_TRUE(co_await rows.next());
    }
    EXPECT_EQ(co_await db.fetch_one<int>("SELECT 1"), 1);
  }
}

ASYNC_TEST(row_stream, goes_on_after_a_wait_that_timed_out) {
  connection db = co_await connect_to("DSN");
  auto rows = co_await db.stream<int>({.timeout = 100ms},
                                      "SELECT n FROM generate_series(1, 3000) n, LATERAL (SELECT CASE WHEN n = 2000 "
                                      "THEN pg_sleep(0.35) END) s");
  int expected = 0;
  int timeouts = 0;
  for (bool more = true; more;) {
    try {
      auto batch = co_await rows.next();
      more = batch.has_value();
      for (std::size_t i = 0; batch && i < batch->size(); ++i)
        if ((*batch)[i] != ++expected) ADD_FAILURE() << expected;
    } catch (const error& e) {
      EXPECT_EQ(e.info().code(), errc::timeout);
      ++timeouts;
    }
  }
  EXPECT_EQ(expected, 3000);
  EXPECT_GE(timeouts, 2);
}

ASYNC_TEST(row_stream, ends_with_the_connection_that_is_closed) {
  connection db = co_await connect_to("DSN");
  auto rows = co_await db.stream<int>("SELECT generate_series(1, 10000000)");
  EXPECT_TRUE(co_await rows.next());
  co_await db.close();
  error_info failed;
  try {
    while (co_await rows.next()) {
    }
  } catch (const error& e) {
    failed = e.info();
  }
  EXPECT_EQ(failed.code(), errc::connection_closed);
}

ASYNC_TEST(row_stream, outlives_its_connection_object) {
  std::optional<row_stream<int>> rows;
  {
    connection db = co_await connect_to("DSN");
    rows.emplace(co_await db.stream<int>("SELECT generate_series(1, 10000000)"));
  }
  error_info failed;
  try {
    while (co_await rows->next()) {
    }
  } catch (const error& e) {
    failed = e.info();
  }
  EXPECT_EQ(failed.code(), errc::connection_closed);
}

ASYNC_TEST(cursor, gives_as_many_rows_at_a_time_as_it_was_told) {
  connection db = co_await connect_to("DSN");
  transaction tx = co_await db.begin();
  auto rows = co_await tx.open_cursor<int>({.rows = 300}, "SELECT * FROM generate_series(1, $1)", 1000);
  std::vector<std::size_t> sizes;
  int expected = 0;
  while (auto batch = co_await rows.next()) {
    sizes.push_back(batch->size());
    for (const int n : *batch) EXPECT_EQ(n, ++expected);
    EXPECT_EQ(co_await tx.fetch_one<int>("SELECT $1::int4", expected), expected);
  }
  EXPECT_EQ(sizes, (std::vector<std::size_t>{300, 300, 300, 100}));
  co_await tx.commit();
}

ASYNC_TEST(cursor, runs_beside_another_and_is_closed_when_it_is_dropped) {
  connection db = co_await connect_to("DSN");
  transaction tx = co_await db.begin();
  {
    auto a = co_await tx.open_cursor<int>({.rows = 2}, "SELECT generate_series(1, 100)");
    auto b = co_await tx.open_cursor({.rows = 3}, "SELECT n::text FROM generate_series(1, 100) n");
    auto first = co_await a.next();
    EXPECT_EQ((*first)[1], 2);
    auto texts = co_await b.next();
    EXPECT_EQ((*texts)[2][0].text(), "3");
    EXPECT_EQ(co_await tx.fetch_one<int>("SELECT count(*)::int4 FROM pg_cursors WHERE name LIKE 'pgcoro%'"), 2);
  }
  EXPECT_EQ(co_await tx.fetch_one<int>("SELECT count(*)::int4 FROM pg_cursors WHERE name LIKE 'pgcoro%'"), 0);
  co_await tx.rollback();
}

ASYNC_TEST(cursor, needs_a_transaction) {
  connection db = co_await connect_to("DSN");
  const error_info failed = co_await error_of(db.open_cursor<int>({.rows = 5}, "SELECT generate_series(1, 100)"));
  EXPECT_EQ(failed.code(), errc::transaction_misused);
  EXPECT_TRUE(failed.connection_usable());
}

}  // namespace
}  // namespace pgcoro::test
