#include <algorithm>
#include <gtest/gtest.h>
#include <limits>
#include <new>
#include <string>

#include <pgcoro/protocol/buffer.hpp>

#include "support.hpp"

namespace pgcoro::protocol {
namespace {

using test::contents;
using test::wire;

TEST(buffer, is_empty_and_owns_nothing_at_first) {
  const std::size_t before = test::allocated();
  buffer b;
  b.clear();
  b.consume(0);
  b.truncate(0);
  b.append("");
  EXPECT_TRUE(b.empty());
  EXPECT_EQ(b.capacity(), 0u);
  EXPECT_EQ(test::allocated(), before);
}

TEST(buffer, appends_integers_in_network_order) {
  buffer b;
  b.append_u8(0xfe);
  b.append_i16(-2);
  b.append_u16(0x0102);
  b.append_i32(-3);
  b.append_u32(0x01020304);
  b.append_i64(-4);
  b.append_u64(0x0102030405060708);
  EXPECT_EQ(contents(b), wire("\xfe\xff\xfe\x01\x02\xff\xff\xff\xfd\x01\x02\x03\x04\xff\xff\xff\xff\xff\xff\xff\xfc"
                              "\x01\x02\x03\x04\x05\x06\x07\x08"));
}

TEST(buffer, adds_only_what_is_committed) {
  buffer b;
  std::byte* const room = b.prepare(100);
  std::fill_n(room, 100, std::byte{'x'});
  b.commit(3);
  EXPECT_EQ(contents(b), "xxx");
}

TEST(buffer, keeps_its_contents_while_it_grows) {
  buffer b;
  std::string expected;
  for (int i = 0; i < 10'000; ++i) {
    b.append(std::to_string(i));
    expected += std::to_string(i);
  }
  EXPECT_EQ(contents(b), expected);
}

TEST(buffer, grows_geometrically) {
  buffer b;
  std::size_t growths = 0;
  for (std::size_t i = 0, capacity = 0; i < (1u << 20); ++i) {
    b.append_u8(0);
    if (b.capacity() != capacity) ++growths;
    capacity = b.capacity();
  }
  EXPECT_LE(growths, 12u);
}

TEST(buffer, reclaims_consumed_space_instead_of_growing) {
  buffer b;
  b.append(std::string(512, 'a'));
  const std::size_t capacity = b.capacity();
  for (int i = 0; i < 1000; ++i) {
    b.consume(400);
    b.append(std::string(400, 'b'));
  }
  EXPECT_EQ(b.capacity(), capacity);
  EXPECT_EQ(contents(b), std::string(512, 'b'));
}

TEST(buffer, consumes_without_moving_what_is_left) {
  buffer b;
  b.append("abcdef");
  const std::byte* const third = b.begin_of_data() + 2;
  b.consume(2);
  EXPECT_EQ(b.begin_of_data(), third);
  EXPECT_EQ(contents(b), "cdef");
}

TEST(buffer, starts_over_when_everything_is_consumed) {
  buffer b;
  b.append("abcdef");
  const std::size_t capacity = b.capacity();
  b.consume(6);
  EXPECT_TRUE(b.empty());
  EXPECT_EQ(b.room(), capacity);
}

TEST(buffer, truncates_the_end_and_erases_the_middle) {
  buffer b;
  b.append("xxabcdef");
  b.consume(2);
  b.truncate(5);
  EXPECT_EQ(contents(b), "abcde");
  b.erase(1, 2);
  EXPECT_EQ(contents(b), "ade");
  b.erase(2, 1);
  EXPECT_EQ(contents(b), "ad");
  b.erase(0, 2);
  EXPECT_TRUE(b.empty());
}

TEST(buffer, gives_memory_back_only_when_empty_and_above_the_bound) {
  buffer b;
  b.append(std::string(100'000, 'x'));
  b.shrink(1000);
  EXPECT_GE(b.capacity(), 100'000u);
  b.clear();
  b.shrink(1'000'000);
  EXPECT_GE(b.capacity(), 100'000u);
  b.shrink(1000);
  EXPECT_EQ(b.capacity(), 0u);
  b.append("again");
  EXPECT_EQ(contents(b), "again");
}

TEST(buffer, leaves_nothing_behind_when_moved_from) {
  buffer a;
  a.append("abc");
  buffer b = std::move(a);
  EXPECT_EQ(contents(b), "abc");
  EXPECT_TRUE(a.empty());  // NOLINT(bugprone-use-after-move): its state is part of the contract
  a.append("new");
  b = std::move(a);
  EXPECT_EQ(contents(b), "new");
}

TEST(buffer, survives_a_request_for_more_than_there_is) {
  buffer b;
  b.append("abc");
  EXPECT_THROW((void)b.prepare(std::numeric_limits<std::size_t>::max()), std::bad_alloc);
  EXPECT_THROW((void)b.prepare(std::numeric_limits<std::size_t>::max() - 2), std::bad_alloc);
  EXPECT_EQ(contents(b), "abc");
}

}  // namespace
}  // namespace pgcoro::protocol
