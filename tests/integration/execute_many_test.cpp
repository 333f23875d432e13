// Many rows of one statement: all or nothing, each on its own, with what they return.
#include <ranges>

#include <pgcoro/connection.hpp>
#include <pgcoro/many_report.hpp>
#include <pgcoro/transaction.hpp>

#include "support/async_test.hpp"
#include "support/environment.hpp"

namespace pgcoro::test {
namespace {

struct item {
  int id;
  std::string name;
};

asio::awaitable<connection> with_items() {
  connection db = co_await connect_to("DSN");
  co_await db.execute_script(
      "CREATE TEMP TABLE items (id int PRIMARY KEY CHECK (id < 1000000), name text, late int UNIQUE DEFERRABLE "
      "INITIALLY DEFERRED)");
  co_return db;
}

asio::awaitable<std::int64_t> count(connection& db) { return db.fetch_one<std::int64_t>("SELECT count(*) FROM items"); }

const std::string insert = "INSERT INTO items VALUES ($1, $2)";

ASYNC_TEST(execute_many, names_the_row_that_the_server_refuses) {
  connection db = co_await with_items();
  const std::vector<item> rows = {{1, "a"}, {2, "b"}, {1, "c"}, {4, "d"}};
  const error_info failed = co_await error_of(db.execute_many(insert, rows));
  EXPECT_EQ(failed.code(), sqlstate::unique_violation);
  EXPECT_TRUE(failed.message().starts_with("row 2: ")) << failed.message();
  EXPECT_FALSE(failed.safe_to_retry());
  EXPECT_EQ(co_await count(db), 0);
}

ASYNC_TEST(execute_many, names_the_row_that_cannot_be_sent_and_says_that_others_had_run) {
  connection db = co_await with_items();
  const std::vector<std::int64_t> rows = {1, 2, std::int64_t{1} << 40};
  const error_info failed = co_await error_of(db.execute_many("INSERT INTO items VALUES ($1)", rows));
  EXPECT_EQ(failed.code(), errc::out_of_range);
  EXPECT_TRUE(failed.message().starts_with("row 2: ")) << failed.message();
  EXPECT_FALSE(failed.safe_to_retry());
  EXPECT_EQ(co_await count(db), 0);
  const std::vector<std::int64_t> first = {std::int64_t{1} << 40, 1};
  const error_info at_once = co_await error_of(db.execute_many("INSERT INTO items VALUES ($1)", first));
  EXPECT_TRUE(at_once.safe_to_retry()) << "no row had been sent";
}

ASYNC_TEST(execute_many, blames_no_row_for_what_fails_at_the_end) {
  connection db = co_await with_items();
  const std::vector<int> rows = {1, 2, 3};
  const error_info failed = co_await error_of(db.execute_many("INSERT INTO items VALUES ($1, '', 7)", rows));
  EXPECT_EQ(failed.code(), sqlstate::unique_violation);
  EXPECT_FALSE(failed.message().starts_with("row")) << failed.message();
}

ASYNC_TEST(fetch_many, collects_what_every_row_returns) {
  connection db = co_await with_items();
  auto rows = std::views::iota(0, 5000) | std::views::transform([](int i) { return std::tuple(i, "name"); });
  const auto ids = co_await db.fetch_many<int>(insert + " RETURNING id * 2", rows);
  EXPECT_EQ(ids.size(), 5000u);
  for (int i = 0; i < 5000; ++i) EXPECT_EQ(ids.at(static_cast<std::size_t>(i)), 2 * i);
  const std::vector<item> more = {{7000, "x"}, {7001, "y"}};
  const auto back = co_await db.fetch_many<item>(insert + " RETURNING id, name", more);
  EXPECT_EQ(back.size(), 2u);
  EXPECT_EQ(back.at(1).name, "y");
}

ASYNC_TEST(execute_each, reports_the_rows_that_fail_and_keeps_the_others) {
  connection db = co_await with_items();
  // More than one group; some the server refuses, some cannot be sent, in the first group, in a later one and last.
  std::vector<std::tuple<std::int64_t, std::string>> rows;
  for (std::int64_t i = 0; i < 2000; ++i) rows.emplace_back(i, "n");
  std::get<0>(rows[3]) = 1;                      // there already
  std::get<0>(rows[4]) = std::int64_t{1} << 40;  // no int4
  std::get<0>(rows[1500]) = 2'000'000;           // refused by a CHECK
  std::get<0>(rows[1999]) = 0;
  const many_report report = co_await db.execute_each(insert, rows);
  EXPECT_EQ(report.succeeded, 1996u);
  EXPECT_EQ(report.rows_affected, 1996u);
  EXPECT_EQ(report.failures.size(), 4u);
  if (report.failures.size() == 4) {
    EXPECT_EQ(report.failures[0].row, 3u);
    EXPECT_EQ(report.failures[0].error.code(), sqlstate::unique_violation);
    EXPECT_EQ(report.failures[1].row, 4u);
    EXPECT_EQ(report.failures[1].error.code(), errc::out_of_range);
    EXPECT_EQ(report.failures[2].row, 1500u);
    EXPECT_EQ(report.failures[2].error.code(), sqlstate::check_violation);
    EXPECT_EQ(report.failures[3].row, 1999u);
  }
  EXPECT_EQ(co_await count(db), 1996);
}

ASYNC_TEST(execute_each, finds_the_row_whose_constraint_is_deferred) {
  connection db = co_await with_items();
  const std::vector<std::tuple<int, int>> rows = {{1, 7}, {2, 8}, {3, 7}};
  const many_report report = co_await db.execute_each("INSERT INTO items VALUES ($1, '', $2)", rows);
  EXPECT_EQ(report.succeeded, 2u);
  EXPECT_EQ(report.failures.size(), 1u);
  EXPECT_EQ(report.failures.at(0).row, 2u);
}

ASYNC_TEST(execute_each, with_nothing_but_failures_and_with_nothing) {
  connection db = co_await with_items();
  const std::vector<std::tuple<int, std::string>> rows(600, {2'000'000, "x"});
  const many_report report = co_await db.execute_each(insert, rows);
  EXPECT_EQ(report.succeeded, 0u);
  EXPECT_EQ(report.failures.size(), 600u);
  const std::vector<std::tuple<int, std::string>> empty;
  const many_report nothing = co_await db.execute_each(insert, empty);
  EXPECT_EQ(nothing.succeeded + nothing.failures.size(), 0u);
}

ASYNC_TEST(execute_each, throws_where_the_statement_itself_is_wrong_or_a_transaction_is_open) {
  connection db = co_await with_items();
  const std::vector<int> rows = {1, 2};
  EXPECT_EQ((co_await error_of(db.execute_each("INSERT INTO nowhere VALUES ($1)", rows))).code(),
            sqlstate::undefined_table);
  transaction tx = co_await db.begin();
  EXPECT_EQ((co_await error_of(tx.execute_each("INSERT INTO items VALUES ($1)", rows))).code(),
            errc::transaction_misused);
  co_await tx.rollback();
  EXPECT_EQ(co_await count(db), 0);
}

/// Numbers from 1 on, of which one throws: where it is read, or, `steps` counting all steps of all its iterators, where
/// one goes on.
struct dry_range {
  struct iterator {
    using iterator_category = std::forward_iterator_tag;
    using difference_type = std::ptrdiff_t;
    using value_type = int;
    using pointer = const int*;
    using reference = int;

    dry_range* of = nullptr;
    int at = 0;

    int operator*() const {
      if (at == of->throws_at) throw std::runtime_error("the source is dry");
      return at == of->refused ? 2'000'000 : at;
    }
    iterator& operator++() {
      if (++of->steps == of->throws_at_step) throw std::runtime_error("the source is stuck");
      ++at;
      return *this;
    }
    iterator operator++(int) {
      iterator before = *this;
      ++*this;
      return before;
    }
    friend bool operator==(const iterator& a, const iterator& b) { return a.at == b.at; }
  };

  iterator begin() { return {this, 1}; }
  iterator end() { return {this, size + 1}; }

  int size = 0;
  int throws_at = 0;
  int refused = 0;  ///< the number in whose place there is one that the table refuses
  int throws_at_step = 0;
  int steps = 0;
};

/// What the range has thrown; empty where nothing was.
asio::awaitable<std::string> thrown_by(connection& db, dry_range& range) {
  std::string thrown;
  try {
    co_await db.execute_each("INSERT INTO items VALUES ($1)", range);
  } catch (const std::runtime_error& e) {
    thrown = e.what();
  }
  co_return thrown;
}

ASYNC_TEST(execute_each, throws_on_what_the_range_throws_and_keeps_the_groups_before) {
  connection db = co_await with_items();
  dry_range range{.size = 1200, .throws_at = 700};
  EXPECT_EQ(co_await thrown_by(db, range), "the source is dry");
  EXPECT_EQ(co_await count(db), 500);
}

ASYNC_TEST(execute_each, throws_on_what_the_range_throws_where_rows_go_one_by_one) {
  connection db = co_await with_items();
  dry_range stuck{.size = 5, .refused = 3, .throws_at_step = 8};  // five in the group, then two of the rows alone
  EXPECT_EQ(co_await thrown_by(db, stuck), "the source is stuck");
  EXPECT_EQ(co_await count(db), 0);
  dry_range between{.size = 500, .throws_at_step = 500};  // the last one of the group
  EXPECT_EQ(co_await thrown_by(db, between), "the source is stuck");
  EXPECT_EQ(co_await count(db), 0);
}

}  // namespace
}  // namespace pgcoro::test
