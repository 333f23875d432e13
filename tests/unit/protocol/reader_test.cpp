#include <gtest/gtest.h>
#include <limits>
#include <string>

#include <pgcoro/error.hpp>
#include <pgcoro/protocol/reader.hpp>

#include "support.hpp"

namespace pgcoro::protocol {
namespace {

using test::wire;

TEST(reader, reads_integers_in_network_order) {
  const std::string bytes = wire(
      "\xfe\xff\xfe\xff\xfe\xff\xff\xff\xfd\xff\xff\xff\xfd\xff\xff\xff\xff\xff\xff\xff\xfc\x01\x02\x03\x04\x05\x06\x07"
      "\x08");
  reader in(as_bytes(bytes));
  EXPECT_EQ(in.u8(), 0xfe);
  EXPECT_EQ(in.i16(), -2);
  EXPECT_EQ(in.u16(), 0xfffe);
  EXPECT_EQ(in.i32(), -3);
  EXPECT_EQ(in.u32(), 0xfffffffdu);
  EXPECT_EQ(in.i64(), -4);
  EXPECT_EQ(in.u64(), 0x0102030405060708u);
  EXPECT_FALSE(in.finish("M"));
}

TEST(reader, reads_strings_up_to_their_terminator) {
  const std::string bytes = wire("one\0\0two\0");
  reader in(as_bytes(bytes));
  EXPECT_EQ(in.cstring(), "one");
  EXPECT_EQ(in.cstring(), "");
  EXPECT_EQ(in.cstring(), "two");
  EXPECT_FALSE(in.finish("M"));
}

TEST(reader, reports_where_a_terminator_is_missing) {
  const std::string bytes = wire("ab\0cd");
  reader in(as_bytes(bytes));
  in.cstring();
  EXPECT_EQ(in.cstring(), "");
  EXPECT_EQ(in.finish("RowDescription").to_string(), "RowDescription: missing terminator at byte 3");
}

TEST(reader, reports_a_string_at_the_very_end) {
  reader in(bytes_view{});
  in.cstring();
  EXPECT_EQ(in.finish("M").to_string(), "M: missing terminator at byte 0");
}

TEST(reader, reports_where_a_message_ends_early) {
  const std::string bytes = wire("\0\0\0");
  reader in(as_bytes(bytes));
  in.u8();
  EXPECT_EQ(in.u32(), 0u);
  EXPECT_EQ(in.finish("M").to_string(), "M: message ends early at byte 1");
}

TEST(reader, reports_trailing_bytes) {
  const std::string bytes = wire("\0\0\0");
  reader in(as_bytes(bytes));
  in.u16();
  EXPECT_EQ(in.finish("M").to_string(), "M: trailing bytes at byte 2");
}

TEST(reader, keeps_the_first_failure) {
  const std::string bytes = wire("\0\0\0\0\0\0");
  reader in(as_bytes(bytes));
  in.u32();
  in.u64();
  in.cstring();
  in.fail("later");
  EXPECT_EQ(in.remaining(), 0u);
  EXPECT_EQ(in.u8(), 0);
  EXPECT_EQ(in.finish("M").to_string(), "M: message ends early at byte 4");
}

TEST(reader, refuses_more_bytes_than_there_are) {
  const std::string bytes = wire("abc");
  reader in(as_bytes(bytes));
  EXPECT_EQ(as_text(in.bytes(3)), "abc");
  EXPECT_TRUE(in.bytes(0).empty());
  EXPECT_TRUE(in.ok());
  EXPECT_TRUE(in.bytes(std::numeric_limits<std::size_t>::max()).empty());
  EXPECT_FALSE(in.ok());
}

TEST(protocol_error, is_false_where_all_is_well) {
  const protocol_error none;
  EXPECT_FALSE(none);
  EXPECT_EQ(none.code(), errc{});
  EXPECT_EQ(none.to_string(), "no error");
}

TEST(protocol_error, tells_a_limit_from_a_violation) {
  EXPECT_EQ((protocol_error{"M", "rule", 0, false}).code(), errc::protocol_error);
  EXPECT_EQ((protocol_error{"M", "rule", 0, true}).code(), errc::message_too_large);
}

TEST(protocol_error, takes_no_memory) {
  const std::size_t before = test::allocated();
  reader in(bytes_view{});
  in.u32();
  const protocol_error e = in.finish("M");
  EXPECT_EQ(test::allocated(), before);
  EXPECT_TRUE(e);
}

}  // namespace
}  // namespace pgcoro::protocol
