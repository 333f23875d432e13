#include "pool/sql_comment.hpp"

#include <gtest/gtest.h>

namespace pgcoro::detail {
namespace {

TEST(sql_comment, has_sorted_names_and_quoted_values) {
  EXPECT_EQ(sql_comment({{"route", "orders"}, {"application", "shop"}}), " /*application='shop',route='orders'*/");
}

TEST(sql_comment, is_nothing_without_tags) { EXPECT_EQ(sql_comment({}), ""); }

TEST(sql_comment, nothing_in_a_tag_ends_the_comment_or_the_value) {
  EXPECT_EQ(sql_comment({{"a*/", "'; DROP TABLE t --"}, {"b", "*/ä\n"}}),
            " /*a%2A%2F='%27%3B%20DROP%20TABLE%20t%20--',b='%2A%2F%C3%A4%0A'*/");
}

}  // namespace
}  // namespace pgcoro::detail
