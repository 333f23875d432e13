#include <limits>

#include <pgcoro/types/bit_string.hpp>

#include "unit/types/both_ways.hpp"

namespace pgcoro::testing {
namespace {

bit_string bits(std::string_view zeros_and_ones) {
  bit_string made;
  for (const char c : zeros_and_ones) made.push_back(c == '1');
  return made;
}

TEST(bit_string, is_the_servers_bytes_and_text_for_bit_and_varbit) {
  for (const oid type : {oids::bit, oids::varbit}) {
    expect_value(type, bit_string(), bytes({0, 0, 0, 0}), "");
    expect_value(type, bits("1"), bytes({0, 0, 0, 1, 0x80}), "1");
    expect_value(type, bits("10110011"), bytes({0, 0, 0, 8, 0xb3}), "10110011");
    expect_value(type, bits("000000001"), bytes({0, 0, 0, 9, 0, 0x80}), "000000001");
  }
}

TEST(bit_string, counts_from_the_left) {
  bit_string b(10);
  b.set(0, true);
  b.set(9, true);
  EXPECT_EQ(to_string(b), "1000000001");
  EXPECT_TRUE(b[0]);
  EXPECT_FALSE(b[1]);
  b.set(0, false);
  EXPECT_EQ(to_string(b), "0000000001");
}

TEST(bit_string, keeps_what_lies_behind_the_last_bit_zero) {
  EXPECT_EQ(bit_string(9, true), bits("111111111"));
  EXPECT_EQ(bit_string(9, true).bytes()[1], std::byte{0x80});
  constexpr std::byte ones[] = {std::byte{0xff}, std::byte{0xff}};
  EXPECT_EQ(bit_string(ones, 3), bits("111"));
  EXPECT_EQ(bit_string(ones, 16), bits("1111111111111111"));
  EXPECT_EQ(bit_string(ones, 0), bit_string());
  bit_string b = bits("101");
  b.clear();
  EXPECT_EQ(b, bit_string());
}

TEST(bit_string, is_ordered_as_postgresql_orders_it) {
  EXPECT_LT(bits("0"), bits("00"));
  EXPECT_LT(bits("00"), bits("1"));
  EXPECT_LT(bits("0111"), bits("1"));
  EXPECT_LT(bits("1"), bits("10"));
  EXPECT_LT(bits(""), bits("0"));
  EXPECT_EQ(bits("01") <=> bits("01"), std::strong_ordering::equal);
}

TEST(bit_string, refuses_another_number_of_bytes_than_its_length_says) {
  expect_exact_length<bit_string>(oids::varbit, bytes({0, 0, 0, 9, 0, 0x80}));
  for (const std::int32_t size : {-1, 0, 9, std::numeric_limits<std::int32_t>::max()})
    EXPECT_EQ(decode_binary<bit_string>(oids::varbit, be(size) + "\x80"), failure<bit_string>(errc::invalid_value));
}

TEST(bit_string, refuses_text_of_anything_but_zeros_and_ones) {
  expect_no_values<bit_string>(oids::varbit, format::text, {"2", "01 ", "B'01'", "xff", std::string_view("\0", 1)});
}

TEST(bit_string, is_sent_as_text_where_the_server_may_make_something_of_it) { expect_text_elsewhere(bits("01"), "01"); }

TEST(bitset, is_written_as_the_bit_string_that_looks_like_it) {
  expect_both_ways(oids::bit, std::bitset<9>("100000001"), bytes({0, 0, 0, 9, 0x80, 0x80}), "100000001");
  expect_both_ways(oids::varbit, std::bitset<3>("110"), bytes({0, 0, 0, 3, 0xc0}), "110");
  expect_both_ways(oids::varbit, std::bitset<0>(), bytes({0, 0, 0, 0}), "");
  expect_text_elsewhere(std::bitset<3>("110"), "110");
}

TEST(bitset, takes_its_own_length_alone) {
  EXPECT_EQ(decode_text<std::bitset<3>>(oids::varbit, "11"), failure<std::bitset<3>>(errc::out_of_range));
  EXPECT_EQ(decode_text<std::bitset<3>>(oids::varbit, "1111"), failure<std::bitset<3>>(errc::out_of_range));
  EXPECT_EQ(decode_text<std::bitset<3>>(oids::varbit, "112"), failure<std::bitset<3>>(errc::invalid_value));
}

}  // namespace
}  // namespace pgcoro::testing
