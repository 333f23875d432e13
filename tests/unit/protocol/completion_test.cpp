#include <gtest/gtest.h>

#include <pgcoro/protocol/completion.hpp>

namespace pgcoro::protocol {
namespace {

TEST(affected_rows, is_the_number_at_the_end_of_the_tag) {
  EXPECT_EQ(affected_rows("INSERT 0 3"), 3u);
  EXPECT_EQ(affected_rows("SELECT 1234567890123"), 1234567890123u);
  EXPECT_EQ(affected_rows("UPDATE 0"), 0u);
  EXPECT_EQ(affected_rows("MERGE 42"), 42u);
  EXPECT_EQ(affected_rows("COPY 100"), 100u);
}

TEST(affected_rows, is_zero_where_the_tag_counts_nothing) {
  for (const char* tag : {"", "CREATE TABLE", "BEGIN", "7", "x7", " ", "INSERT 0 ", "SELECT -"})
    EXPECT_EQ(affected_rows(tag), 0u) << tag;
}

TEST(affected_rows, does_not_overflow) {
  EXPECT_EQ(affected_rows("SELECT 9999999999999999999"), 9999999999999999999u);
  EXPECT_EQ(affected_rows("SELECT 10000000000000000000"), 0u);
  EXPECT_EQ(affected_rows("SELECT 99999999999999999999999999"), 0u);
}

}  // namespace
}  // namespace pgcoro::protocol
