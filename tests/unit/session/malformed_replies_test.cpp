// Rows that contradict their description, lengths that lie, and what they cost.
#include <gtest/gtest.h>

#include "unit/session/dialogue.hpp"

namespace pgcoro::detail::test {
namespace {

using namespace std::string_literals;

/// A session that waits for rows of two columns.
struct session_rows : testing::Test {
  session_rows() {
    d.query("A", statement_mode::unnamed);
    d.take_output();
    EXPECT_FALSE(d.reply(server_reply().parsed().bound().columns({"a", "b"})));
  }

  std::string outcome_of(std::string_view row) { return name_of(d.reply(server_reply().raw('D', row))); }

  dialogue d;
};

TEST_F(session_rows, of_the_right_shape_are_taken) { EXPECT_EQ(outcome_of("\0\2\0\0\0\1x\xff\xff\xff\xff"s), "ok"); }
TEST_F(session_rows, with_fewer_fields_than_columns_are_a_violation) {
  EXPECT_EQ(outcome_of("\0\1\0\0\0\1x"s), "protocol_error");
}
TEST_F(session_rows, with_more_fields_than_columns_are_a_violation) {
  EXPECT_EQ(outcome_of("\0\3\0\0\0\1x\0\0\0\1x\0\0\0\1x"s), "protocol_error");
}
TEST_F(session_rows, with_a_negative_length_other_than_minus_one_are_a_violation) {
  EXPECT_EQ(outcome_of("\0\2\0\0\0\1x\xff\xff\xff\xfe"s), "protocol_error");
  EXPECT_EQ(outcome_of("\0\2\0\0\0\1x\x80\0\0\0"s), "protocol_error");
}
TEST_F(session_rows, with_a_field_beyond_the_message_are_a_violation) {
  EXPECT_EQ(outcome_of("\0\2\0\0\0\1x\0\0\0\2y"s), "protocol_error");
  EXPECT_EQ(outcome_of("\0\2\0\0\0\1x\x7f\xff\xff\xffy"s), "protocol_error");
}
TEST_F(session_rows, with_bytes_behind_the_last_field_are_a_violation) {
  EXPECT_EQ(outcome_of("\0\2\0\0\0\1x\0\0\0\1yz"s), "protocol_error");
}
TEST_F(session_rows, that_are_cut_off_anywhere_are_a_violation) {
  const std::string whole = "\0\2\0\0\0\1x\0\0\0\1y"s;
  for (std::size_t size = 0; size < whole.size(); ++size)
    EXPECT_EQ(outcome_of(whole.substr(0, size)), "protocol_error");
}

TEST(session_rows_alone, of_a_statement_without_columns_are_a_violation) {
  dialogue d;
  d.query("A", statement_mode::unnamed);
  EXPECT_FALSE(d.reply(server_reply().parsed().bound().no_data()));
  EXPECT_EQ(name_of(d.reply(server_reply().row({}))), "protocol_error");
}

TEST(session_rows_alone, of_a_result_without_columns_are_taken) {
  dialogue d;
  call& c = d.query("SELECT", statement_mode::unnamed);
  EXPECT_FALSE(d.reply(server_reply().parsed().bound().add(protocol::row_description{}).row({}).complete("1").ready()));
  EXPECT_EQ(c.outcome(), "columns row() 1");
}

TEST(session_rows_alone, of_a_script_cannot_be_described_twice) {
  dialogue d;
  d.script("A");
  EXPECT_FALSE(d.reply(server_reply().columns({"a"})));
  EXPECT_EQ(name_of(d.reply(server_reply().columns({"b"}))), "protocol_error");
}

TEST(session_scripts, do_not_end_before_anything_was_answered_nor_inside_a_result) {
  dialogue nothing;
  nothing.script("A");
  EXPECT_EQ(name_of(nothing.reply(server_reply().ready())), "protocol_error");
  dialogue inside;
  inside.script("A; B");
  EXPECT_FALSE(inside.reply(server_reply().complete("A").columns({"b"}).row({"1"})));
  EXPECT_EQ(name_of(inside.reply(server_reply().ready())), "protocol_error");
}

TEST(session_lengths, below_four_are_a_violation) {
  dialogue d;
  d.script("A");
  EXPECT_EQ(name_of(d.reply("D\0\0\0\3"s)), "protocol_error");
}

TEST(session_lengths, above_max_message_size_are_refused_before_memory_is_taken) {
  session_settings settings;
  settings.max_message_size = 1'000'000;
  dialogue d(settings);
  d.script("A");
  EXPECT_EQ(name_of(d.reply("D\x3f\xff\xff\xff"s)), "message_too_large");
}

TEST(session_lengths, that_are_merely_claimed_take_no_memory) {
  dialogue d;
  d.script("A");
  EXPECT_FALSE(d.reply(server_reply().columns({"a"})));
  EXPECT_FALSE(d.reply("D\x3f\xff\xff\xff"s));
  EXPECT_LE(d.session.room_wanted(d.input.size(), 16384), 16384u);
  EXPECT_LE(d.input.capacity(), 65536u);
  EXPECT_FALSE(d.reply(std::string(100'000, 'x')));
  EXPECT_LE(d.session.room_wanted(d.input.size(), 16384), 100'005u);  // grows with what has come
}

TEST(session_lengths, of_control_messages_are_small) {
  for (const char type : {'Z', 'C', '1', '2', 'S', 'K', 't'}) {
    dialogue d;
    d.script("A");
    EXPECT_EQ(name_of(d.reply(type + "\x3f\xff\xff\xff"s)), "message_too_large") << type;
  }
}

TEST(session_counts, of_columns_that_are_not_there_are_a_violation) {
  dialogue d;
  d.script("A");
  EXPECT_EQ(name_of(d.reply(server_reply().raw('T', "\xff\xff"))), "protocol_error");
}

TEST(session_counts, of_parameters_that_are_not_there_are_a_violation) {
  dialogue d;
  d.query("A");
  EXPECT_FALSE(d.reply(server_reply().parsed()));
  EXPECT_EQ(name_of(d.reply(server_reply().raw('t', "\xff\xff"))), "protocol_error");
}

TEST(session_status, of_a_transaction_that_does_not_exist_is_a_violation) {
  dialogue d;
  d.sync();
  EXPECT_EQ(name_of(d.reply(server_reply().raw('Z', "X"))), "protocol_error");
}

TEST(session_status, follows_ready_for_query) {
  dialogue d;
  for (const char status : {'T', 'E', 'I'}) {
    d.sync();
    EXPECT_FALSE(d.reply(server_reply().ready(status)));
    EXPECT_EQ(static_cast<char>(d.session.status()), status);
  }
}

}  // namespace
}  // namespace pgcoro::detail::test
