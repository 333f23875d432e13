#include <gmock/gmock.h>

#include "unit/replication/stream_builder.hpp"

namespace pgcoro::test {
namespace {

using replication::message;
using testing::HasSubstr;

const std::vector<column_text> two_columns{{"id", oids::int4, true}, {"name", oids::text}};

byte_writer insert_into(oid table, std::uint32_t xid = 0) {
  byte_writer out;
  out.u8('I');
  if (xid != 0) out.u32(xid);
  return out.u32(table).u8('N').u16(2).value('t', "1").value('t', "x");
}

TEST(pgoutput_decoder, says_which_byte_of_which_message_at_which_position_is_wrong) {
  stream_builder stream;
  stream.begin();
  stream.take(relation_message(1, two_columns));
  EXPECT_EQ(stream.refused(byte_writer().u8('I').u32(1).u8('N').u16(2).u8('n').u8('x')),
            "Insert: a value is neither n, u, t nor b at byte 9, position 16/B374D848 of the log");
}

TEST(pgoutput_decoder, refuses_rows_of_unknown_relations) {
  stream_builder stream;
  stream.begin();
  EXPECT_THAT(stream.refused(insert_into(1)), HasSubstr("a relation that was not described at byte 1"));
  EXPECT_THAT(stream.refused(byte_writer().u8('T').u32(1).u8(0).u32(9)), HasSubstr("not described at byte 6"));
}

TEST(pgoutput_decoder, refuses_rows_with_another_number_of_columns) {
  stream_builder stream;
  stream.begin();
  stream.take(relation_message(1, two_columns));
  for (const int count : {0, 1, 3, 65535})
    EXPECT_THAT(stream.refused(byte_writer().u8('I').u32(1).u8('N').u16(count).u8('n').u8('n').u8('n')),
                HasSubstr("another number of columns than the relation has at byte 6"));
}

TEST(pgoutput_decoder, refuses_sizes_that_lie) {
  stream_builder stream;
  stream.begin();
  stream.take(relation_message(1, two_columns));
  for (const std::uint32_t size : {0xffff'ffffU, 0x8000'0000U, 0x7fff'ffffU, 2U})
    EXPECT_NE(stream.refused(byte_writer().u8('I').u32(1).u8('N').u16(2).u8('n').u8('t').u32(size).u8('x')), "");
  EXPECT_NE(stream.refused(byte_writer().u8('T').u32(0x4000'0001).u8(0).u32(1)), "");
  EXPECT_NE(stream.refused(byte_writer().u8('M').u8(0).u64(1).text("p").u32(0xffff'ffff).u8('x')), "");
}

TEST(pgoutput_decoder, refuses_values_of_any_other_kind) {
  stream_builder stream;
  stream.begin();
  stream.take(relation_message(1, {{"id", oids::int4, true}}));
  for (int kind = 0; kind < 256; ++kind) {
    const std::string said = stream.refused(byte_writer().u8('I').u32(1).u8('N').u16(1).u8(kind).u32(0));
    const bool has_value = kind == 't' || kind == 'b';
    const bool has_none = kind == 'n' || kind == 'u';
    EXPECT_EQ(said.empty(), has_value) << said;
    if (!has_value) {
      EXPECT_THAT(said, HasSubstr(has_none ? "trailing bytes at byte 9" : "neither n, u, t nor b at byte 8"));
    }
  }
}

TEST(pgoutput_decoder, refuses_relations_that_no_server_has) {
  stream_builder stream;
  EXPECT_THAT(stream.refused(relation_message(1, std::vector<column_text>(1665, {"c", 23}))),
              HasSubstr("more columns than a table can have"));
  EXPECT_THAT(stream.refused(relation_message(1, two_columns, 'x')), HasSubstr("no replica identity"));
}

TEST(pgoutput_decoder, refuses_messages_where_they_do_not_belong) {
  stream_builder stream;
  stream.take(relation_message(1, two_columns));
  EXPECT_THAT(stream.refused(insert_into(1)), HasSubstr("outside a transaction"));
  EXPECT_THAT(stream.refused(byte_writer().u8('C').u8(0).u64(1).u64(2).u64(3)), HasSubstr("has not begun"));
  EXPECT_THAT(stream.refused(byte_writer().u8('E')), HasSubstr("has not begun"));
  EXPECT_THAT(stream.refused(byte_writer().u8('M').u8(1).u64(1).text("p").u32(0)), HasSubstr("outside"));
  stream.begin();
  EXPECT_THAT(stream.refused(byte_writer().u8('B').u64(100).u64(0).u32(7)), HasSubstr("has not ended"));
  EXPECT_THAT(stream.refused(byte_writer().u8('S').u32(8).u8(1)), HasSubstr("has not ended"));
  EXPECT_THAT(stream.refused(byte_writer().u8('c').u32(7).u8(0).u64(1).u64(2).u64(3)), HasSubstr("has not ended"));
  EXPECT_THAT(stream.refused(byte_writer().u8('?')), HasSubstr("unknown kind of message"));
  EXPECT_THAT(stream.refused(byte_writer()), HasSubstr("message ends early"));
}

TEST(pgoutput_decoder, refuses_flags_and_positions_that_mean_nothing) {
  stream_builder stream;
  EXPECT_THAT(stream.refused(byte_writer().u8('B').u64(0).u64(0).u32(7)), HasSubstr("no position at byte 1"));
  stream.begin();
  EXPECT_THAT(stream.refused(byte_writer().u8('C').u8(1).u64(1).u64(2).u64(3)), HasSubstr("unknown flags at byte 1"));
  EXPECT_THAT(stream.refused(byte_writer().u8('C').u8(0).u64(1).u64(0).u64(3)), HasSubstr("no position at byte 10"));
}

TEST(pgoutput_decoder, keeps_what_a_relation_was_for_the_rows_before_it_changed) {
  stream_builder stream;
  stream.begin();
  stream.take(relation_message(1, two_columns));
  const auto before = stream.take<replication::insert>(insert_into(1));
  stream.take(relation_message(1, {{"id", oids::int4, true}}));
  const auto after = stream.take<replication::insert>(byte_writer().u8('I').u32(1).u8('N').u16(1).value('t', "2"));
  EXPECT_NE(before.relation, after.relation);
  EXPECT_EQ(before.row["name"].as<std::string>(), "x");
  EXPECT_EQ(after.row.size(), 1U);
  const std::shared_ptr<const replication::relation> held = before.relation->shared_from_this();
  stream.decoder.release();
  EXPECT_EQ(held->columns().size(), 2U);
}

TEST(pgoutput_decoder, shows_what_an_open_streamed_transaction_changed_to_itself_alone) {
  stream_builder stream;
  stream.begin();
  stream.take(relation_message(1, two_columns));
  stream.commit();
  stream.stream_start(50);
  stream.take(relation_message(1, {{"id", oids::int4, true}}, 'd', 51));
  stream.stream_stop();
  EXPECT_EQ(stream.decoder.find(1)->columns().size(), 2U);
  stream.begin();
  stream.take(insert_into(1));
  stream.commit();
  stream.stream_start(50);
  EXPECT_EQ(stream.decoder.find(1)->columns().size(), 1U);
  stream.stream_stop();
  stream.take(byte_writer().u8('c').u32(50).u8(0).u64(1).u64(2).u64(3));
  EXPECT_EQ(stream.decoder.find(1)->columns().size(), 1U);
}

TEST(pgoutput_decoder, forgets_what_a_streamed_transaction_changed_and_rolled_back) {
  stream_builder stream;
  stream.take(relation_message(1, two_columns));
  stream.stream_start(50);
  stream.take(relation_message(1, {{"id", oids::int4, true}}, 'd', 51));
  stream.stream_stop();
  stream.take(byte_writer().u8('A').u32(50).u32(51));
  stream.stream_start(50);
  EXPECT_EQ(stream.decoder.find(1)->columns().size(), 2U);
  stream.stream_stop();
}

TEST(pgoutput_decoder, knows_nothing_after_a_reset) {
  stream_builder stream;
  stream.take(relation_message(1, two_columns));
  stream.stream_start(50);
  stream.decoder.reset();
  EXPECT_FALSE(stream.decoder.in_transaction());
  EXPECT_EQ(stream.decoder.find(1), nullptr);
}

TEST(pgoutput_decoder, reads_where_and_when_a_parallel_transaction_was_aborted) {
  stream_builder stream({.parallel_streaming = true});
  const auto aborted = stream.take<replication::stream_abort>(byte_writer().u8('A').u32(5).u32(6).u64(7).u64(8));
  EXPECT_EQ(aborted.subxid, 6U);
  EXPECT_EQ(aborted.abort_lsn, lsn{7});
  EXPECT_EQ(aborted.abort_time.time_since_epoch().count(), 8);
  EXPECT_THAT(stream.refused(byte_writer().u8('A').u32(5).u32(6)), HasSubstr("message ends early"));
}

}  // namespace
}  // namespace pgcoro::test
