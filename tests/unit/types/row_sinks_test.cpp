#include <pgcoro/detail/row_sinks.hpp>

#include "allocations.hpp"
#include "unit/types/values.hpp"

namespace pgcoro::testing {
namespace {

using namespace pgcoro::detail;
using verdict = row_sink::verdict;

const auto columns =
    share(make_columns({make_column("id", oids::int4), make_column("name", oids::text, format::text)}));
const auto number = share(make_columns({make_column("n", oids::int4)}));

verdict deliver(row_sink& sink, const std::string& row) { return sink.row(protocol::as_bytes(row)); }
std::string number_row(std::int32_t n) { return make_row({be(n)}); }

/// Tells a sink what its rows look like, and keeps that for as long as the sink lives.
class told {
 public:
  told(row_sink& sink, std::shared_ptr<const row_description> of) : layout_(lay_out(sink, std::move(of))) {
    EXPECT_FALSE(layout_->refused);
    sink.describe(layout_);
  }

 private:
  std::shared_ptr<const row_layout> layout_;
};

std::vector<format> chosen_by(const row_sink& sink, const row_description& of) {
  std::vector<format> made(of.columns.size(), format::text);
  sink.choose_formats(of, made);
  return made;
}

TEST(collect_sink, collects_rows_in_their_order) {
  collect_sink<std::tuple<int, std::string>> sink;
  const told described(sink, columns);
  EXPECT_EQ(deliver(sink, make_row({be(1), "one"})), verdict::ok);
  EXPECT_EQ(deliver(sink, make_row({be(2), "two"})), verdict::ok);
  sink.complete("SELECT 2");
  EXPECT_THAT(sink.take(), ::testing::ElementsAre(std::tuple(1, "one"), std::tuple(2, "two")));
}

TEST(collect_sink, collects_bools_though_their_vector_is_special) {
  collect_sink<bool> sink;
  const told described(sink, share(make_columns({make_column("b", oids::bool_)})));
  for (const int b : {1, 0, 1}) EXPECT_EQ(deliver(sink, make_row({bytes({b})})), verdict::ok);
  EXPECT_EQ(sink.take(), (std::vector<bool>{true, false, true}));
}

TEST(collect_sink, says_at_once_that_columns_do_not_fit) {
  EXPECT_EQ(lay_out(collect_sink<int>(), columns)->refused.code(), errc::column_count_mismatch);
}

TEST(collect_sink, says_which_column_of_a_row_failed) {
  collect_sink<signed char> sink;
  const told described(sink, number);
  EXPECT_EQ(deliver(sink, number_row(1000)), verdict::failed);
  const error_info error = sink.take_error();
  EXPECT_EQ(error.code(), errc::out_of_range);
  EXPECT_EQ(error.column(), "n");
}

TEST(collect_sink, forgets_its_rows_when_the_statement_starts_again) {
  collect_sink<int> sink;
  const told described(sink, number);
  deliver(sink, number_row(1));
  sink.restart();
  const told described_again(sink, number);
  deliver(sink, number_row(2));
  EXPECT_THAT(sink.take(), ::testing::ElementsAre(2));
}

TEST(collect_sink, allocates_nothing_but_what_the_caller_gets) {
  collect_sink<std::tuple<int, double>> sink;
  const auto pair = share(make_columns({make_column("a", oids::int4), make_column("b", oids::float8)}));
  const std::string row = make_row({be(1), be(2.0)});
  const auto layout = lay_out(sink, pair);
  EXPECT_EQ(allocations_of([&] {
              sink.describe(layout);
              EXPECT_EQ(deliver(sink, row), verdict::ok);
            }),
            1U);  // the vector's
}

TEST(single_row_sink, holds_the_one_row) {
  single_row_sink<int> sink;
  const told described(sink, number);
  EXPECT_EQ(deliver(sink, number_row(7)), verdict::ok);
  EXPECT_FALSE(sink.require_row());
  EXPECT_EQ(sink.take(), 7);
}

TEST(single_row_sink, refuses_a_second_row) {
  single_row_sink<int> sink;
  const told described(sink, number);
  deliver(sink, number_row(7));
  EXPECT_EQ(deliver(sink, number_row(8)), verdict::failed);
  EXPECT_EQ(sink.take_error().code(), errc::too_many_rows);
}

TEST(single_row_sink, says_that_there_was_none) {
  single_row_sink<int> sink;
  const told described(sink, number);
  EXPECT_EQ(sink.require_row().code(), errc::no_rows);
  EXPECT_EQ(sink.take(), std::nullopt);
}

TEST(single_row_sink, tells_no_row_from_a_null) {
  single_row_sink<std::optional<int>> sink;
  const told described(sink, number);
  deliver(sink, make_row({std::nullopt}));
  EXPECT_FALSE(sink.require_row());
  const auto row = sink.take();
  ASSERT_TRUE(row.has_value());
  EXPECT_EQ(*row, std::nullopt);
}

TEST(single_row_sink, allocates_nothing) {
  single_row_sink<std::pair<int, std::string>> sink;
  const std::string row = make_row({be(1), "short"});
  const auto layout = lay_out(sink, columns);
  EXPECT_EQ(allocations_of([&] {
              sink.describe(layout);
              EXPECT_EQ(deliver(sink, row), verdict::ok);
              sink.complete("SELECT 1");
            }),
            0U);
}

TEST(single_row_sink, starts_again) {
  single_row_sink<int> sink;
  const told described(sink, number);
  deliver(sink, number_row(7));
  sink.restart();
  EXPECT_EQ(sink.require_row().code(), errc::no_rows);
  EXPECT_EQ(deliver(sink, number_row(8)), verdict::ok);
}

TEST(execute_sink, keeps_tag_and_count_and_ignores_rows) {
  execute_sink sink;
  const told described(sink, number);
  EXPECT_EQ(deliver(sink, number_row(7)), verdict::ok);
  sink.complete("UPDATE 5");
  const command_result done = sink.take();
  EXPECT_EQ(done.rows_affected(), 5U);
  EXPECT_EQ(done.command_tag(), "UPDATE 5");
}

TEST(execute_sink, adds_the_counts_of_many_executions) {
  execute_sink sink;
  sink.complete("INSERT 0 1");
  sink.restart();
  for (int i = 0; i < 3; ++i) sink.complete("INSERT 0 1");
  EXPECT_EQ(sink.take().rows_affected(), 3U);
}

TEST(result_sink, starts_again) {
  result_sink sink;
  const told described(sink, number);
  deliver(sink, number_row(1));
  sink.restart();
  const told described_again(sink, number);
  deliver(sink, number_row(2));
  sink.complete("SELECT 1");
  const result r = sink.take();
  ASSERT_EQ(r.size(), 1U);
  EXPECT_EQ(r[0][0].as<int>(), 2);
}

TEST(row_sinks, choose_binary_for_what_they_decode) {
  const row_description mixed =
      make_columns({make_column("a", oids::int4), make_column("b", oids::text), make_column("c", 1184)});
  EXPECT_THAT(chosen_by(result_sink(), mixed), ::testing::ElementsAre(format::binary, format::text, format::text));
  EXPECT_THAT(chosen_by(execute_sink(), mixed), ::testing::ElementsAre(format::text, format::text, format::text));
  EXPECT_THAT(chosen_by(collect_sink<std::tuple<int, std::string, std::string>>(), mixed),
              ::testing::ElementsAre(format::binary, format::text, format::text));
}

TEST(row_sinks, are_of_one_kind_only_where_they_choose_and_match_alike) {
  EXPECT_EQ(collect_sink<int>().kind(), single_row_sink<int>().kind());
  EXPECT_NE(collect_sink<int>().kind(), collect_sink<long>().kind());
  EXPECT_EQ(result_sink().kind(), result_sink().kind());
  EXPECT_NE(result_sink().kind(), execute_sink().kind());
}

TEST(row_sinks, want_formats_by_position_before_columns_are_known) {
  EXPECT_THAT((collect_sink<std::tuple<int, std::string>>().wanted_formats()),
              ::testing::ElementsAre(format::binary, format::text));
  EXPECT_TRUE(result_sink().wanted_formats().empty());
}

}  // namespace
}  // namespace pgcoro::testing
