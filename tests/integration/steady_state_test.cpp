// What a query costs once its statement is known: nothing on the heap.
#include <cstdint>
#include <optional>
#include <tuple>

#include <pgcoro/pipeline.hpp>

#include "allocations.hpp"
#include "support/async_test.hpp"
#include "support/environment.hpp"

namespace pgcoro::test {
namespace {

using pgcoro::testing::allocations_so_far;

constexpr int warm_up = 20;
constexpr int queries = 1000;

ASYNC_TEST(steady_state, a_prepared_query_of_one_row_allocates_nothing) {
  connection db = co_await connect_to("DSN");
  std::size_t before = 0;
  for (int i = 0; i < warm_up + queries; ++i) {
    if (i == warm_up) before = allocations_so_far();
    const auto value = co_await db.fetch_one<std::int64_t>("SELECT $1::int8 + $2::int4", std::int64_t{i}, 1);
    if (value != i + 1) ADD_FAILURE() << value;
  }
  EXPECT_EQ(allocations_so_far() - before, 0u);
}

ASYNC_TEST(steady_state, a_prepared_row_of_several_columns_allocates_nothing) {
  connection db = co_await connect_to("DSN");
  using row = std::tuple<int, std::optional<double>, bool>;
  std::size_t before = 0;
  for (int i = 0; i < warm_up + queries; ++i) {
    if (i == warm_up) before = allocations_so_far();
    const auto value = co_await db.fetch_optional<row>("SELECT $1::int4, NULL::float8, true", i);
    if (!value || std::get<0>(*value) != i) ADD_FAILURE() << i;
  }
  EXPECT_EQ(allocations_so_far() - before, 0u);
}

ASYNC_TEST(steady_state, a_statement_without_rows_allocates_nothing) {
  connection db = co_await connect_to("DSN");
  co_await db.execute_script("CREATE TEMP TABLE counters (n int8); INSERT INTO counters VALUES (0)");
  std::size_t before = 0;
  for (int i = 0; i < warm_up + queries; ++i) {
    if (i == warm_up) before = allocations_so_far();
    const auto done = co_await db.execute("UPDATE counters SET n = n + $1", 1);
    if (done.rows_affected() != 1) ADD_FAILURE() << i;
  }
  EXPECT_EQ(allocations_so_far() - before, 0u);
}

ASYNC_TEST(steady_state, a_pipeline_that_is_used_again_allocates_nothing) {
  connection db = co_await connect_to("DSN");
  pipeline statements;
  std::size_t before = 0;
  for (int i = 0; i < warm_up + queries / 10; ++i) {
    if (i == warm_up) before = allocations_so_far();
    statements.clear();
    for (int k = 0; k < 50; ++k) statements.fetch_one<std::int64_t>("SELECT $1::int8", std::int64_t{k});
    co_await db.run(statements);
  }
  EXPECT_EQ(allocations_so_far() - before, 0u);
}

}  // namespace
}  // namespace pgcoro::test
