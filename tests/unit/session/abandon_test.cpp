// Requests that nobody waits for any more: withdrawn where they can be, else drained, and never answered to another.
#include <gtest/gtest.h>

#include "unit/session/dialogue.hpp"

namespace pgcoro::detail::test {
namespace {

constexpr auto unnamed = statement_mode::unnamed;

server_reply ran(std::string_view tag) { return server_reply().parsed().bound().no_data().complete(tag).ready(); }

TEST(session_abandon, takes_a_waiting_request_out_of_the_queue) {
  dialogue d;
  call& first = d.query("A");  // holds the gate
  call& waiting = d.query("B", unnamed);
  call& last = d.query("C", unnamed);
  EXPECT_FALSE(d.abandon(waiting));
  EXPECT_FALSE(d.reply(server_reply().describe({}).bound().complete("A").ready().then(ran("C"))));
  EXPECT_EQ(d.sent(),
            "Parse(pgcoro_1:A) Describe(pgcoro_1) Flush Bind(pgcoro_1) Execute Sync "
            "Parse(:C) Bind() Describe(portal) Execute Sync");
  EXPECT_EQ(first.outcome() + last.outcome() + std::to_string(waiting.answered), "AC0");
}

TEST(session_abandon, cuts_an_unsent_request_out_of_the_output_and_leaves_the_others_bytes_whole) {
  for (int gone = 0; gone < 3; ++gone) {
    dialogue d;
    call* calls[] = {&d.script("FIRST"), &d.query("SECOND", unnamed), &d.script("THIRD")};
    EXPECT_FALSE(d.abandon(*calls[gone]));
    const char* const expected[] = {"Parse(:SECOND) Bind() Describe(portal) Execute Sync Query(THIRD)",
                                    "Query(FIRST) Query(THIRD)",
                                    "Query(FIRST) Parse(:SECOND) Bind() Describe(portal) Execute Sync"};
    EXPECT_EQ(d.sent(), expected[gone]);
    server_reply answer;
    if (gone != 0) answer.complete("1").ready();
    if (gone != 1) answer.then(ran("2"));
    if (gone != 2) answer.complete("3").ready();
    EXPECT_FALSE(d.reply(answer));
    for (int i = 0; i < 3; ++i) EXPECT_EQ(calls[i]->answered, i == gone ? 0 : 1);
  }
}

TEST(session_abandon, cuts_out_what_stands_behind_bytes_that_have_left) {
  dialogue d;
  call& first = d.script("FIRST");
  EXPECT_EQ(d.take_output(3), std::string("Q\0\0", 3));
  call& second = d.script("SECOND");
  call& third = d.script("THIRD");
  EXPECT_FALSE(d.abandon(second));
  EXPECT_FALSE(d.take_output().ends_with("SECOND"));
  EXPECT_FALSE(d.reply(server_reply().complete("1").ready().complete("3").ready()));
  EXPECT_EQ(first.outcome() + third.outcome(), "13");
}

TEST(session_abandon, drains_the_reply_of_a_request_in_flight) {
  dialogue d;
  call& c = d.query("A", unnamed);
  call& next = d.query("B", unnamed);
  d.take_output();
  EXPECT_FALSE(d.reply(server_reply().parsed().bound().columns({"a"}).row({"1"})));
  EXPECT_TRUE(d.abandon(c));
  EXPECT_FALSE(d.reply(server_reply().row({"2"}).complete("SELECT 2").ready()));
  EXPECT_EQ(next.answered, 0);
  EXPECT_FALSE(d.reply(ran("B")));
  EXPECT_EQ(next.outcome(), "B");
  EXPECT_EQ(c.answered, 0);
}

TEST(session_abandon, holds_new_statements_until_the_abandoned_one_has_ended_so_that_it_can_be_cancelled) {
  dialogue d;
  call& c = d.query("A", unnamed);
  d.take_output();
  d.abandon(c);
  call& next = d.query("B", unnamed);
  EXPECT_EQ(d.sent(), "");
  EXPECT_TRUE(d.session.wants_cancel());
  EXPECT_FALSE(d.reply(ran("A")));
  EXPECT_NE(d.sent(), "");
  EXPECT_FALSE(d.reply(ran("B")));
  EXPECT_EQ(next.outcome(), "B");
}

TEST(session_abandon, drains_an_error_that_is_for_nobody) {
  dialogue d;
  call& c = d.query("A", unnamed);
  call& next = d.query("B", unnamed);
  d.take_output();
  d.abandon(c);
  EXPECT_FALSE(d.reply(server_reply().parsed().error("57014").ready().then(ran("B"))));
  EXPECT_EQ(next.outcome(), "B");
}

TEST(session_abandon, of_a_statement_being_described_runs_nothing_and_keeps_the_description) {
  dialogue d;
  call& c = d.query("A");
  call& next = d.query("A");
  d.take_output();
  EXPECT_TRUE(d.abandon(c));
  EXPECT_FALSE(d.reply(server_reply().describe({"a"})));
  EXPECT_EQ(d.sent(), "Sync");
  d.take_output();
  EXPECT_FALSE(d.reply(server_reply().ready()));
  EXPECT_EQ(d.sent(), "Bind(pgcoro_1) Execute Sync");
  EXPECT_FALSE(d.reply(server_reply().bound().row({"1"}).complete("A").ready()));
  EXPECT_EQ(next.outcome(), "columns(a) row(1) A");
}

TEST(session_abandon, of_a_statement_being_described_survives_its_error) {
  dialogue d;
  call& c = d.query("A");
  call& next = d.query("B", unnamed);
  d.take_output();
  d.abandon(c);
  EXPECT_FALSE(d.reply(server_reply().error("42601")));
  EXPECT_TRUE(d.sent().starts_with("Sync"));
  EXPECT_FALSE(d.reply(server_reply().ready()));
  d.take_output();
  EXPECT_TRUE(d.session.busy());
  EXPECT_FALSE(d.reply(next.pending->closes == 1 ? server_reply().closed().then(ran("B")) : ran("B")));
  EXPECT_EQ(next.outcome(), "B");
}

TEST(session_abandon, of_an_unsent_description_opens_the_gate_again) {
  dialogue d;
  call& c = d.query("A");
  call& next = d.query("B", unnamed);
  EXPECT_FALSE(d.abandon(c));
  EXPECT_EQ(d.sent(), "Parse(:B) Bind() Describe(portal) Execute Sync");
  EXPECT_FALSE(d.reply(ran("B")));
  EXPECT_EQ(next.outcome(), "B");
  d.query("A");
  EXPECT_EQ(d.sent(), "Parse(pgcoro_2:A) Describe(pgcoro_2) Flush");
}

TEST(session_abandon, of_an_unsent_request_gives_the_closes_in_front_of_it_to_the_next) {
  dialogue d;
  prepared_statement old("OLD");
  old.name = "old";
  d.session.close_statement(old);
  call& c = d.query("A", unnamed);
  EXPECT_FALSE(d.abandon(c));
  call& next = d.query("B", unnamed);
  EXPECT_EQ(d.sent(), "Close(old) Parse(:B) Bind() Describe(portal) Execute Sync");
  EXPECT_FALSE(d.reply(server_reply().closed().then(ran("B"))));
  EXPECT_EQ(next.outcome(), "B");
}

TEST(session_abandon, of_rows_on_their_way_poisons_them_so_that_nothing_commits) {
  dialogue d({.output_high_water = 2000});
  d.know("A");
  call& c = d.many("A", 1000);
  call& next = d.query("B", unnamed);
  d.take_output(500);
  EXPECT_TRUE(d.abandon(c));
  EXPECT_TRUE(d.take_output().find("the client gave up") != std::string::npos);
  server_reply answer;
  for (int i = 0; i < 3; ++i) answer.bound().complete("INSERT 0 1");
  EXPECT_FALSE(d.reply(answer.error("34000").ready().then(ran("B"))));
  EXPECT_EQ(next.outcome(), "B");
}

TEST(session_abandon, of_rows_of_which_none_was_sent_withdraws_them) {
  dialogue d({.output_high_water = 2000});
  d.know("A");
  call& c = d.many("A", 1000);
  call& next = d.query("B", unnamed);
  EXPECT_FALSE(d.abandon(c));
  EXPECT_EQ(d.sent(), "Parse(:B) Bind() Describe(portal) Execute Sync");
  EXPECT_FALSE(d.reply(ran("B")));
  EXPECT_EQ(next.outcome(), "B");
}

TEST(session_abandon, takes_back_what_has_completed_and_was_not_yet_handed_over) {
  dialogue d;
  call& c = d.query("A", unnamed);
  call& other = d.query("B", unnamed);
  d.take_output();
  d.input.append(ran("A").then(ran("B")).bytes());
  EXPECT_FALSE(d.session.receive(d.input));
  d.session.forget_completed(&c);
  d.collect();
  EXPECT_EQ(c.answered, 0);
  EXPECT_EQ(other.outcome(), "B");
}

TEST(session_abandon, at_any_step_of_a_reply_leaves_the_next_request_its_own) {
  const server_reply answer = server_reply().describe({"a"}).bound().row({"1"}).row({"2"}).complete("SELECT 2").ready();
  for (std::size_t k = 0; k <= answer.messages().size(); ++k) {
    dialogue d;
    call& c = d.query("A");
    d.take_output();
    for (std::size_t i = 0; i < k; ++i) {
      ASSERT_FALSE(d.reply(answer.messages()[i]));
      d.take_output();
    }
    call& next = d.query("B", unnamed);
    const bool described = k >= 3;
    if (c.pending) d.abandon(c);
    server_reply rest;
    for (std::size_t i = k; i < (described ? answer.messages().size() : 3); ++i)
      ASSERT_FALSE(d.reply(answer.messages()[i]));
    if (!described) {
      ASSERT_FALSE(d.reply(server_reply().ready()));
    }
    ASSERT_FALSE(d.reply(ran("B")));
    EXPECT_EQ(next.outcome(), "B") << "abandoned after " << k << " messages";
    EXPECT_EQ(c.answered, k == answer.messages().size() ? 1 : 0);
  }
}

}  // namespace
}  // namespace pgcoro::detail::test
