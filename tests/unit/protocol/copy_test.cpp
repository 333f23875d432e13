#include <gtest/gtest.h>

#include <pgcoro/error.hpp>
#include <pgcoro/protocol/copy.hpp>
#include <pgcoro/protocol/replication.hpp>

#include "support.hpp"

namespace pgcoro::protocol {
namespace {

using test::contents;
using test::wire;

TEST(copy_data_in_place, is_the_message_that_write_makes) {
  buffer out;
  out.append("before");
  const copy_mark mark = begin_copy_data(out);
  out.append("a\tb\n");
  out.append("c\td\n");
  ASSERT_EQ(end_copy_data(out, mark), errc{});
  EXPECT_EQ(contents(out), "before" + wire("d\0\0\0\x0c"
                                           "a\tb\nc\td\n"));
}

TEST(copy_data_in_place, may_be_empty) {
  buffer out;
  ASSERT_EQ(end_copy_data(out, begin_copy_data(out)), errc{});
  EXPECT_EQ(contents(out), wire("d\0\0\0\x04"));
}

TEST(copy_data_in_place, is_cut_out_again_above_the_limit) {
  buffer out;
  out.append("before");
  const copy_mark mark = begin_copy_data(out);
  out.append("123456");
  EXPECT_EQ(end_copy_data(out, mark, 9), errc::message_too_large);
  EXPECT_EQ(contents(out), "before");
}

TEST(copy_data_in_place, may_be_as_long_as_the_limit) {
  buffer out;
  const copy_mark mark = begin_copy_data(out);
  out.append("12345");
  EXPECT_EQ(end_copy_data(out, mark, 9), errc{});
}

TEST(replication_kind, is_the_first_byte) {
  EXPECT_EQ(replication_kind({}), '\0');
  EXPECT_EQ(replication_kind(as_bytes("w...")), xlog_data::kind);
  EXPECT_EQ(replication_kind(as_bytes("k...")), primary_keepalive::kind);
}

}  // namespace
}  // namespace pgcoro::protocol
