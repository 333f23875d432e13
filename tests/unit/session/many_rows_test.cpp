// Many rows of parameters: written as the output drains, all of them or none.
#include <algorithm>
#include <gtest/gtest.h>

#include "unit/session/dialogue.hpp"

namespace pgcoro::detail::test {
namespace {

constexpr std::size_t high_water = 1000;

struct session_many_rows : testing::Test {
  session_many_rows() { d.know("A"); }

  static server_reply answer(int rows) {
    server_reply all;
    for (int i = 0; i < rows; ++i) all.bound().complete("INSERT 0 1");
    return all;
  }

  dialogue d{{.output_high_water = high_water}};
};

TEST_F(session_many_rows, are_sent_under_one_sync) {
  call& c = d.many("A", 3);
  EXPECT_EQ(d.sent(), "Bind(pgcoro_1) Execute Bind(pgcoro_1) Execute Bind(pgcoro_1) Execute Sync");
  EXPECT_FALSE(d.reply(answer(3).ready()));
  EXPECT_EQ(c.outcome(), "columns(a) INSERT 0 1 INSERT 0 1 INSERT 0 1");
}

TEST_F(session_many_rows, are_described_first_where_the_statement_is_new) {
  d.many("N", 1);
  EXPECT_EQ(d.sent(), "Parse(pgcoro_2:N) Describe(pgcoro_2) Flush");
  EXPECT_FALSE(d.reply(server_reply().describe({})));
  EXPECT_EQ(d.sent(), "Bind(pgcoro_2) Execute Sync");
}

TEST_F(session_many_rows, may_be_none) {
  call& c = d.many("A", 0);
  EXPECT_EQ(d.sent(), "Sync");
  EXPECT_FALSE(d.reply(server_reply().ready()));
  EXPECT_EQ(c.outcome(), "");
  EXPECT_FALSE(c.error);
}

TEST_F(session_many_rows, are_encoded_as_the_output_drains) {
  call& c = d.many("A", 10'000);
  std::size_t binds = 0;
  std::size_t most = 0;
  while (d.session.sendable() > 0) {
    most = std::max(most, d.session.output().size());
    const std::string sent = d.take_output(100);
    binds += static_cast<std::size_t>(std::count(sent.begin(), sent.end(), 'B'));
  }
  EXPECT_LT(most, 2 * high_water);
  EXPECT_EQ(binds, 10'000u);
  EXPECT_FALSE(d.reply(answer(10'000).ready()));
  EXPECT_TRUE(c.done());
}

TEST_F(session_many_rows, are_answered_while_more_of_them_are_written) {
  call& c = d.many("A", 200);
  int answered = 0;
  while (d.session.sendable() > 0) {
    d.take_output(500);
    const int written = c.source.taken();
    EXPECT_FALSE(d.reply(answer(std::min(written, 199) - answered)));  // the whole of what has been written
    answered = std::min(written, 199);
  }
  EXPECT_FALSE(d.reply(answer(200 - answered).ready()));
  EXPECT_TRUE(c.done());
  EXPECT_FALSE(c.error);
}

TEST_F(session_many_rows, let_nothing_pass) {
  call& c = d.many("A", 1000);
  call& next = d.script("B");
  const std::string sent = d.sent();
  EXPECT_TRUE(sent.ends_with("Execute Sync Query(B)"));
  EXPECT_EQ(c.source.taken(), 1000);
  EXPECT_FALSE(d.reply(answer(1000).ready().complete("B").ready()));
  EXPECT_EQ(next.outcome(), "B");
}

TEST_F(session_many_rows, that_cannot_all_be_encoded_are_poisoned) {
  call& c = d.many("A", 5, statement_mode::cached, 3);
  EXPECT_EQ(d.sent(), "Bind(pgcoro_1) Execute Bind(pgcoro_1) Execute Execute(no such portal) Sync");
  EXPECT_FALSE(d.reply(answer(2).error("34000").ready()));
  EXPECT_EQ(c.outcome(), "out_of_range");
}

TEST_F(session_many_rows, whose_range_throws_are_poisoned_and_keep_the_exception) {
  call& c = d.many("A", 5, statement_mode::cached, 3, true);
  EXPECT_EQ(d.sent(), "Bind(pgcoro_1) Execute Bind(pgcoro_1) Execute Execute(no such portal) Sync");
  EXPECT_FALSE(d.reply(answer(2).error("34000").ready()));
  EXPECT_EQ(c.outcome(), "invalid_value");
  EXPECT_TRUE(c.source.thrown);
}

TEST_F(session_many_rows, of_which_not_even_the_first_can_be_encoded_send_nothing_to_run) {
  call& c = d.many("A", 5, statement_mode::cached, 1);
  EXPECT_EQ(d.sent(), "Sync");
  EXPECT_FALSE(d.reply(server_reply().ready()));
  EXPECT_EQ(c.outcome(), "out_of_range");
}

TEST_F(session_many_rows, that_were_poisoned_cannot_succeed) {
  d.many("A", 5, statement_mode::cached, 3);
  EXPECT_FALSE(d.reply(answer(1)));
  EXPECT_EQ(name_of(d.reply(server_reply().ready())), "protocol_error");
}

TEST_F(session_many_rows, stop_at_the_servers_error) {
  call& c = d.many("A", 100'000);
  d.take_output(500);
  EXPECT_FALSE(d.reply(answer(2).error("23505")));
  d.take_output();
  EXPECT_LT(c.source.taken(), 1000);
  EXPECT_FALSE(d.reply(server_reply().ready()));
  EXPECT_EQ(c.outcome(), "23505");
}

TEST_F(session_many_rows, are_not_ready_before_all_is_written) {
  d.many("A", 100'000);
  EXPECT_EQ(name_of(d.reply(server_reply().ready())), "protocol_error");
}

TEST_F(session_many_rows, are_refused_answers_that_were_not_asked_for) {
  d.many("A", 2);
  EXPECT_FALSE(d.reply(answer(2)));
  EXPECT_EQ(name_of(d.reply(server_reply().bound())), "protocol_error");
}

}  // namespace
}  // namespace pgcoro::detail::test
