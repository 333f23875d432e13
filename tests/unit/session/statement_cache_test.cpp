// Which statements the server is asked to keep, and when it is asked to drop them.
#include <gtest/gtest.h>

#include "unit/session/dialogue.hpp"

namespace pgcoro::detail::test {
namespace {

session_settings capacity(std::size_t n) {
  session_settings settings;
  settings.statement_cache_capacity = n;
  return settings;
}

TEST(statement_cache, closes_the_least_recently_used_statement_in_front_of_the_next_request) {
  dialogue d(capacity(2));
  d.know("A");
  d.know("B");
  call& again = d.query("A");
  EXPECT_EQ(d.sent(), "Bind(pgcoro_1) Execute Sync");
  EXPECT_FALSE(d.reply(server_reply().bound().complete("A").ready()));
  EXPECT_TRUE(again.done());
  d.know("C");
  call& next = d.query("C");
  call& last = d.query("A");
  EXPECT_EQ(d.sent(), "Close(pgcoro_2) Bind(pgcoro_3) Execute Sync Bind(pgcoro_1) Execute Sync");
  EXPECT_FALSE(d.reply(server_reply().closed().bound().row({"1"}).complete("C").ready()));
  EXPECT_FALSE(d.reply(server_reply().bound().row({"2"}).complete("A").ready()));
  EXPECT_EQ(next.outcome(), "columns(a) row(1) C");
  EXPECT_EQ(last.outcome(), "columns(a) row(2) A");
}

TEST(statement_cache, stays_within_its_capacity_whatever_is_asked) {
  dialogue d(capacity(3));
  for (int i = 0; i < 20; ++i) {
    const std::string sql = "S" + std::to_string(i);
    std::size_t closes = 0;
    if (i % 3 == 0) d.many(sql, 1);
    if (i % 3 == 1) d.query(sql);
    if (i % 3 == 2) d.pipeline(statement_text{sql}, statement_text{sql});
    const std::string sent = d.sent();
    for (std::size_t at = 0; (at = sent.find("Close(", at)) != std::string::npos; ++at) ++closes;
    server_reply answer;
    for (std::size_t c = 0; c < closes; ++c) answer.closed();
    answer.describe({}).bound().complete("OK");
    if (i % 3 == 2) answer.bound().complete("OK");
    ASSERT_FALSE(d.reply(answer.ready()));
    d.take_output();
    EXPECT_LE(d.session.statements().size(), 4u);  // the last one's place is made in front of the next request
    EXPECT_EQ(closes, i < 4 ? 0u : 1u);
  }
}

TEST(statement_cache, does_not_fill_up_with_statements_that_fail) {
  dialogue d(capacity(2));
  for (int i = 0; i < 10; ++i) {
    d.query("WRONG " + std::to_string(i));
    const bool closes = d.sent().starts_with("Close(");
    server_reply answer;
    if (closes) answer.closed();
    ASSERT_FALSE(d.reply(answer.error("42601").ready()));
    d.take_output();
  }
  EXPECT_LE(d.session.statements().size(), 3u);
}

TEST(statement_cache, runs_a_pipeline_with_more_statements_than_it_holds) {
  dialogue d(capacity(1));
  call& c = d.pipeline(statement_text{"A"}, statement_text{"B"}, statement_text{"C"});
  d.take_output();
  EXPECT_FALSE(d.reply(server_reply().describe({}).describe({}).describe({})));
  EXPECT_EQ(d.sent(), "Bind(pgcoro_1) Execute Bind(pgcoro_2) Execute Bind(pgcoro_3) Execute Sync");
  EXPECT_FALSE(d.reply(server_reply().bound().complete("A").bound().complete("B").bound().complete("C").ready()));
  EXPECT_EQ(c.outcome(), "A | B | C");
  d.query("C");
  EXPECT_EQ(d.sent(), "Close(pgcoro_1) Close(pgcoro_2) Bind(pgcoro_3) Execute Sync");
}

TEST(statement_cache, is_emptied_by_discard_all_and_by_deallocate_all) {
  for (const char* const command : {"DISCARD ALL", "DEALLOCATE ALL"}) {
    dialogue d;
    d.know("A");
    d.script(command);
    d.take_output();
    EXPECT_FALSE(d.reply(server_reply().complete(command).ready()));
    EXPECT_EQ(d.session.statements().size(), 0u);
    d.query("A");
    EXPECT_EQ(d.sent(), "Parse(pgcoro_2:A) Describe(pgcoro_2) Flush");
  }
}

TEST(statement_cache, is_emptied_by_a_discard_that_nobody_waits_for) {
  dialogue d;
  d.know("A");
  call& c = d.script("DISCARD ALL");
  d.take_output();
  EXPECT_TRUE(d.abandon(c));
  EXPECT_FALSE(d.reply(server_reply().complete("DISCARD ALL").ready()));
  EXPECT_EQ(d.session.statements().size(), 0u);
}

TEST(statement_cache, keeps_a_statement_that_is_described_behind_a_discard) {
  dialogue d;
  d.script("DISCARD ALL");
  call& c = d.query("A");
  d.take_output();
  EXPECT_FALSE(d.reply(server_reply().complete("DISCARD ALL").ready().describe({}).bound().complete("A").ready()));
  EXPECT_EQ(c.outcome(), "A");
  d.take_output();
  d.query("A");
  EXPECT_EQ(d.sent(), "Bind(pgcoro_1) Execute Sync");
}

TEST(statement_cache, closes_a_statement_whose_description_failed_and_describes_it_anew) {
  dialogue d;
  call& c = d.query("A");
  d.take_output();
  EXPECT_FALSE(d.reply(server_reply().error("42P01").ready()));
  EXPECT_EQ(c.outcome(), "42P01");
  d.take_output();
  d.query("A");
  EXPECT_EQ(d.sent(), "Close(pgcoro_1) Parse(pgcoro_2:A) Describe(pgcoro_2) Flush");
}

TEST(statement_cache, has_no_part_in_a_handle_whose_preparation_was_given_up) {
  dialogue d;
  call& p = d.prepare("A");
  d.take_output();
  d.abandon(p);
  EXPECT_FALSE(d.reply(server_reply().describe({"a"}).ready()));
  d.script("B");
  EXPECT_EQ(d.sent(), "Close(pgcoro_1) Query(B)");
}

TEST(statement_cache, takes_a_close_complete_that_it_did_not_ask_for_as_a_violation) {
  dialogue d;
  d.script("A");
  EXPECT_EQ(name_of(d.reply(server_reply().closed())), "protocol_error");
}

TEST(statement_cache, takes_a_missing_close_complete_as_a_violation) {
  dialogue d;
  prepared_statement old("OLD");
  old.name = "old";
  d.session.close_statement(old);
  d.script("A");
  EXPECT_EQ(name_of(d.reply(server_reply().complete("A"))), "protocol_error");
}

}  // namespace
}  // namespace pgcoro::detail::test
