#include <algorithm>
#include <boost/system/result.hpp>
#include <iterator>
#include <numeric>

#include <pgcoro/detail/row_sinks.hpp>
#include <pgcoro/result.hpp>

#include "unit/types/values.hpp"

namespace pgcoro::testing {
namespace {

static_assert(std::random_access_iterator<result::iterator>);
static_assert(std::forward_iterator<row_view::iterator>);
static_assert(!std::is_copy_constructible_v<result> && std::is_nothrow_move_constructible_v<result>);

const auto columns = share(make_columns({make_column("id", oids::int8), make_column("name", oids::text, format::text),
                                         make_column("score", oids::float8)}));

std::string row_of(std::int64_t id) {
  return make_row({be(id), "name" + std::to_string(id),
                   id % 2 == 0 ? std::nullopt : std::optional(be(static_cast<double>(id) / 2))});
}

result make_result(std::int64_t rows) {
  detail::result_sink sink;
  sink.describe(detail::lay_out(sink, columns));
  for (std::int64_t i = 0; i < rows; ++i)
    EXPECT_EQ(sink.row(protocol::as_bytes(row_of(i))), detail::row_sink::verdict::ok);
  sink.complete("SELECT " + std::to_string(rows));
  return sink.take();
}

/// What an expression throws, as a value.
template <class F>
error_info thrown(F f) {
  try {
    f();
  } catch (const error& e) {
    return e.info();
  }
  return {};
}

TEST(result, has_rows_columns_and_the_servers_tag) {
  const result r = make_result(3);
  EXPECT_EQ(r.size(), 3U);
  EXPECT_FALSE(r.empty());
  EXPECT_EQ(r.columns().columns.size(), 3U);
  EXPECT_EQ(r.rows_affected(), 3U);
  EXPECT_EQ(r.command_tag(), "SELECT 3");
}

TEST(result, of_nothing_is_empty_and_has_no_columns) {
  const result r;
  EXPECT_TRUE(r.empty());
  EXPECT_EQ(r.begin(), r.end());
  EXPECT_TRUE(r.columns().columns.empty());
}

TEST(result, gives_fields_by_position_and_by_name) {
  const result r = make_result(2);
  EXPECT_EQ(r[1][0].as<int>(), 1);
  EXPECT_EQ(r[1]["name"].as<std::string_view>(), "name1");
  EXPECT_EQ(r[1]["score"].as<double>(), 0.5);
  EXPECT_EQ(r[0]["score"].as<std::optional<double>>(), std::nullopt);
  EXPECT_TRUE(r[0]["score"].is_null());
}

TEST(result, gives_the_raw_value_with_its_type_and_format) {
  const result r = make_result(1);
  const field_view id = r[0]["id"];
  EXPECT_EQ(id.name(), "id");
  EXPECT_EQ(id.type(), oids::int8);
  EXPECT_EQ(id.format(), format::binary);
  EXPECT_EQ(id.bytes().size(), 8U);
  EXPECT_EQ(r[0]["name"].text(), "name0");
  EXPECT_TRUE(r[0]["score"].bytes().empty());
}

TEST(result, gives_every_base_value_as_a_string) {
  const result r = make_result(2);
  EXPECT_EQ(r[1]["id"].as<std::string>(), "1");
  EXPECT_EQ(r[1]["score"].as<std::string>(), "0.5");
}

TEST(result, gives_whole_rows_as_tuples) {
  const result r = make_result(2);
  EXPECT_EQ((r[1].as<std::tuple<int, std::string_view, double>>()), std::tuple(1, "name1", 0.5));
}

TEST(result, keeps_any_number_of_rows_of_any_size) {
  for (const std::int64_t rows : {1, 2, 8, 9, 100, 20'000}) {
    const result r = make_result(rows);
    std::int64_t expected = 0;
    for (const row_view row : r) {
      ASSERT_EQ(row[0].as<std::int64_t>(), expected);
      ASSERT_EQ(row[1].text(), "name" + std::to_string(expected));
      ++expected;
    }
    EXPECT_EQ(expected, rows);
  }
}

TEST(result, views_survive_moving_it) {
  result r = make_result(1);
  const row_view row = r[0];
  const field_view name = row["name"];
  const auto it = r.begin();
  const result moved = std::move(r);
  EXPECT_EQ(row[0].as<int>(), 0);
  EXPECT_EQ(name.text(), "name0");
  EXPECT_EQ((*it)[0].as<int>(), 0);
  EXPECT_EQ(it, moved.begin());
}

TEST(result, is_walked_as_any_range_is) {
  const result r = make_result(10);
  const auto it = r.begin() + 7;
  EXPECT_EQ((*it)[0].as<int>(), 7);
  EXPECT_EQ(it[-2][0].as<int>(), 5);
  EXPECT_EQ(r.end() - it, 3);
  EXPECT_LT(it, r.end());
  const auto found = std::ranges::lower_bound(r, 4, {}, [](row_view row) { return row[0].as<int>(); });
  EXPECT_EQ(found - r.begin(), 4);
}

TEST(result, row_is_walked_field_by_field) {
  const result r = make_result(1);
  std::vector<std::string> seen;
  for (const field_view f : r[0])
    seen.push_back(std::string(f.name()) + "=" + (f.is_null() ? "NULL" : f.as<std::string>()));
  EXPECT_THAT(seen, ::testing::ElementsAre("id=0", "name=name0", "score=NULL"));
}

TEST(result, row_gives_its_body_back) {
  const result r = make_result(2);
  EXPECT_EQ(protocol::as_text(r[1].bytes()), row_of(1));
}

TEST(result, names_the_column_that_there_is_not) {
  const result r = make_result(1);
  const error_info by_name = thrown([&] { (void)r[0]["email"]; });
  EXPECT_EQ(by_name.code(), errc::no_such_column);
  EXPECT_EQ(by_name.column(), "email");
  const error_info by_number = thrown([&] { (void)r[0][3]; });
  EXPECT_EQ(by_number.code(), errc::no_such_column);
  EXPECT_THAT(by_number.what(), ::testing::HasSubstr("3 columns"));
}

TEST(result, names_the_row_that_there_is_not) {
  const result r = make_result(2);
  EXPECT_EQ(r.at(1)[0].as<int>(), 1);
  EXPECT_EQ(thrown([&] { (void)r.at(2); }).code(), errc::no_rows);
}

TEST(result, throws_errors_that_name_the_column) {
  const result r = make_result(1);
  const error_info null = thrown([&] { (void)r[0]["score"].as<double>(); });
  EXPECT_EQ(null.code(), errc::unexpected_null);
  EXPECT_EQ(null.column(), "score");
  const error_info mismatch = thrown([&] { (void)r[0]["name"].as<int>(); });
  EXPECT_EQ(mismatch.code(), errc::type_mismatch);
  EXPECT_EQ(mismatch.column(), "name");
  EXPECT_EQ(thrown([&] { (void)r[0].as<int>(); }).code(), errc::column_count_mismatch);
  EXPECT_EQ(thrown([&] { (void)(r[0].as<std::tuple<int, std::string, double>>()); }).column(), "score");
}

TEST(result, answers_errors_as_values_where_asked_to) {
  const result r = make_result(1);
  EXPECT_EQ(r[0]["id"].get<int>().value(), 0);
  EXPECT_EQ(r[0]["score"].get<double>().error().code(), errc::unexpected_null);
  EXPECT_EQ(r[0].get<int>().error().code(), errc::column_count_mismatch);
}

}  // namespace
}  // namespace pgcoro::testing
