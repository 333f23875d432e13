#include <limits>

#include <pgcoro/types/system.hpp>

#include "unit/types/both_ways.hpp"

namespace pgcoro::testing {
namespace {

constexpr std::uint64_t max64 = std::numeric_limits<std::uint64_t>::max();
constexpr std::uint32_t max32 = std::numeric_limits<std::uint32_t>::max();

TEST(transaction_id, is_an_unsigned_integer_of_its_width) {
  expect_value(oids::xid, xid{3}, bytes({0, 0, 0, 3}), "3");
  expect_value(oids::xid, xid{max32}, bytes({255, 255, 255, 255}), "4294967295");
  expect_value(oids::cid, cid{7}, bytes({0, 0, 0, 7}), "7");
  expect_value(oids::xid8, xid8{max64}, std::string(8, '\xff'), "18446744073709551615");
  expect_value(oids::xid8, xid8{0}, std::string(8, '\0'), "0");
}

TEST(transaction_id, refuses_another_length) {
  expect_exact_length<xid>(oids::xid, bytes({0, 0, 0, 3}));
  expect_exact_length<cid>(oids::cid, bytes({0, 0, 0, 3}));
  expect_exact_length<xid8>(oids::xid8, std::string(8, '\xff'));
}

TEST(transaction_id, refuses_text_that_is_no_such_number) {
  expect_no_values<xid>(oids::xid, format::text, {"", "-1", "1 ", "x", "1.0"});
  EXPECT_EQ(decode_text<xid>(oids::xid, "4294967296"), failure<xid>(errc::out_of_range));
  EXPECT_EQ(decode_text<xid8>(oids::xid8, "18446744073709551616"), failure<xid8>(errc::out_of_range));
}

TEST(transaction_id, of_one_kind_is_not_one_of_another) {
  EXPECT_EQ(decode_binary<xid>(oids::cid, bytes({0, 0, 0, 3})), failure<xid>(errc::type_mismatch));
  EXPECT_EQ(decode_binary<xid>(oids::xid8, std::string(8, '\0')), failure<xid>(errc::type_mismatch));
  expect_text_elsewhere(xid{5}, "5");
  expect_text_elsewhere(xid8{5}, "5");
  EXPECT_LT(xid8{5}, xid8{max64});
}

TEST(lsn, is_written_in_two_hexadecimal_halves) {
  expect_value(oids::pg_lsn, lsn{0x16B374D848}, be(std::uint64_t{0x16B374D848}), "16/B374D848");
  expect_value(oids::pg_lsn, lsn{0}, std::string(8, '\0'), "0/0");
  expect_value(oids::pg_lsn, lsn{max64}, std::string(8, '\xff'), "FFFFFFFF/FFFFFFFF");
  expect_value(oids::pg_lsn, lsn{0x100000001}, be(std::uint64_t{0x100000001}), "1/1");
}

TEST(lsn, takes_small_letters_and_leading_zeros_too) {
  EXPECT_EQ(decode_text<lsn>(oids::pg_lsn, "00000016/0b74d848"), ok(lsn{0x160B74D848}));
}

TEST(lsn, refuses_all_else) {
  expect_exact_length<lsn>(oids::pg_lsn, std::string(8, '\1'));
  expect_no_values<lsn>(
      oids::pg_lsn, format::text,
      {"", "0", "/", "0/", "/0", "000000001/0", "0/000000001", "0/0/0", "-1/0", "0x1/0", "1/g", " 1/1"});
}

TEST(lsn, counts_bytes) {
  constexpr lsn position{0x1000};
  static_assert(position + 16 == lsn{0x1010});
  static_assert(position - 16 == lsn{0xff0});
  static_assert((position + 16) - position == 16);
  static_assert(position - (position + 16) == -16);
  static_assert(position < position + 1);
  static_assert(position.is_valid() && !lsn().is_valid());
  expect_text_elsewhere(position, "0/1000");
}

TEST(tid, is_block_and_offset) {
  expect_value(oids::tid, tid{12, 3}, bytes({0, 0, 0, 12, 0, 3}), "(12,3)");
  expect_value(oids::tid, tid{max32, 65535}, std::string(6, '\xff'), "(4294967295,65535)");
  expect_exact_length<tid>(oids::tid, bytes({0, 0, 0, 12, 0, 3}));
  expect_whole_text<tid>(oids::tid, "(12,3)");
  expect_no_values<tid>(oids::tid, format::text, {"12,3", "(12;3)", "(-1,1)", "( 1,1)"});
  EXPECT_EQ(decode_text<tid>(oids::tid, "(0,65536)"), failure<tid>(errc::out_of_range));
  expect_text_elsewhere(tid{1, 2}, "(1,2)");
}

TEST(quoted_char, is_one_byte) {
  expect_value(oids::char_, quoted_char{'r'}, "r", "r");
  expect_value(oids::char_, quoted_char{'\0'}, std::string(1, '\0'), "");
  expect_value(oids::char_, quoted_char{'\\'}, "\\", "\\");
  expect_value(oids::char_, quoted_char{'\x7f'}, "\x7f", "\x7f");
  expect_value(oids::char_, quoted_char{'\x80'}, "\x80", "\\200");
  expect_value(oids::char_, quoted_char{'\xff'}, "\xff", "\\377");
  expect_exact_length<quoted_char>(oids::char_, "r");
}

TEST(quoted_char, takes_a_high_byte_as_older_servers_write_it) {
  EXPECT_EQ(decode_text<quoted_char>(oids::char_, "\xe4"), ok(quoted_char{'\xe4'}));
}

TEST(quoted_char, refuses_more_than_one) {
  expect_no_values<quoted_char>(oids::char_, format::text, {"ab", "\\20", "\\2000", "\\400", "\\180", "\\108", "x200"});
}

TEST(quoted_char, is_ordered_by_the_byte_without_a_sign) { EXPECT_LT(quoted_char{'a'}, quoted_char{'\xe4'}); }

/// As bytes: how many are in progress, xmin, xmax, those in progress.
std::string snapshot_bytes(std::int32_t count, std::initializer_list<std::uint64_t> numbers) {
  std::string made = be(count);
  for (const std::uint64_t n : numbers) made += be(n);
  return made;
}

TEST(transaction_snapshot, is_the_servers_bytes_and_text) {
  for (const oid type : {oids::pg_snapshot, oids::txid_snapshot}) {
    expect_value(type, transaction_snapshot{{10}, {20}, {{10}, {14}, {15}}}, snapshot_bytes(3, {10, 20, 10, 14, 15}),
                 "10:20:10,14,15");
    expect_value(type, transaction_snapshot{{10}, {10}, {}}, snapshot_bytes(0, {10, 10}), "10:10:");
    expect_value(type, transaction_snapshot{{1}, {max64 / 2}, {}}, snapshot_bytes(0, {1, max64 / 2}),
                 "1:9223372036854775807:");
  }
  expect_text_elsewhere(transaction_snapshot{{10}, {20}, {{14}}}, "10:20:14");
}

TEST(transaction_snapshot, sees_what_was_over) {
  const transaction_snapshot s{{10}, {20}, {{10}, {14}}};
  for (const std::uint64_t over : {1u, 9u, 11u, 13u, 15u, 19u}) EXPECT_TRUE(s.sees({over})) << over;
  for (const std::uint64_t running : {10u, 14u, 20u, 21u}) EXPECT_FALSE(s.sees({running})) << running;
}

TEST(transaction_snapshot, refuses_one_that_cannot_be) {
  using wrong = transaction_snapshot;
  for (const wrong& s :
       {wrong{{0}, {20}, {}}, wrong{{20}, {10}, {}}, wrong{{10}, {20}, {{9}}}, wrong{{10}, {20}, {{20}}},
        wrong{{10}, {20}, {{14}, {14}}}, wrong{{10}, {20}, {{15}, {14}}}, wrong{{10}, {max64}, {}}}) {
    SCOPED_TRACE(to_string(s));
    EXPECT_FALSE(s.is_valid());
    EXPECT_EQ(encode(oids::pg_snapshot, s), refused(errc::out_of_range));
    EXPECT_EQ(encode(oids::text, s), refused(errc::out_of_range));
    EXPECT_EQ(decode_text<wrong>(oids::pg_snapshot, to_string(s)), failure<wrong>(errc::invalid_value));
    std::string wire = snapshot_bytes(static_cast<std::int32_t>(s.in_progress.size()), {s.xmin.value, s.xmax.value});
    for (const xid8 x : s.in_progress) wire += be(x.value);
    EXPECT_EQ(decode_binary<wrong>(oids::pg_snapshot, wire), failure<wrong>(errc::invalid_value));
  }
}

TEST(transaction_snapshot, refuses_malformed_bytes_and_text) {
  expect_exact_length<transaction_snapshot>(oids::pg_snapshot, snapshot_bytes(2, {10, 20, 14, 15}));
  for (const std::int32_t count : {-1, 0, 2, std::numeric_limits<std::int32_t>::max()})
    EXPECT_EQ(decode_binary<transaction_snapshot>(oids::pg_snapshot, snapshot_bytes(count, {10, 20, 14})),
              failure<transaction_snapshot>(errc::invalid_value));
  expect_no_values<transaction_snapshot>(oids::pg_snapshot, format::text,
                                         {"", "10", "10:", "10:20", "10:20:,", "10:20:14,", "10:20:14 ", "a:b:"});
}

}  // namespace
}  // namespace pgcoro::testing
