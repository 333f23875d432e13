// When the server may be asked to cancel, and what may be written meanwhile.
#include <gtest/gtest.h>

#include "unit/session/dialogue.hpp"

namespace pgcoro::detail::test {
namespace {

constexpr auto unnamed = statement_mode::unnamed;

server_reply ran(std::string_view tag) { return server_reply().parsed().bound().no_data().complete(tag).ready(); }
server_reply cancelled() { return server_reply().error("57014").ready(); }

TEST(session_cancel, is_wanted_for_an_abandoned_request_that_the_server_runs) {
  dialogue d;
  EXPECT_FALSE(d.session.wants_cancel());
  call& c = d.query("A", unnamed);
  d.take_output();
  EXPECT_FALSE(d.session.wants_cancel());
  d.abandon(c);
  EXPECT_TRUE(d.session.wants_cancel());
  EXPECT_FALSE(d.reply(cancelled()));
  EXPECT_FALSE(d.session.wants_cancel());
}

TEST(session_cancel, is_not_wanted_while_a_request_that_somebody_waits_for_is_behind_on_the_wire) {
  dialogue d;
  call& c = d.query("A", unnamed);
  call& behind = d.query("B", unnamed);
  d.take_output();
  d.abandon(c);
  EXPECT_FALSE(d.session.wants_cancel());  // a late cancel would hit B
  d.abandon(behind);
  EXPECT_TRUE(d.session.wants_cancel());
}

TEST(session_cancel, is_wanted_though_others_wait_that_are_not_sent) {
  dialogue d;
  call& c = d.query("A", unnamed);
  d.take_output();
  d.query("B", unnamed);
  d.abandon(c);
  EXPECT_TRUE(d.session.wants_cancel());
}

TEST(session_cancel, is_not_wanted_for_a_request_that_could_be_withdrawn) {
  dialogue d;
  d.abandon(d.query("A", unnamed));
  EXPECT_FALSE(d.session.wants_cancel());
  EXPECT_FALSE(d.session.busy());
}

TEST(session_cancel, is_not_wanted_behind_a_request_that_somebody_waits_for) {
  dialogue d;
  d.query("A", unnamed);
  call& c = d.query("B", unnamed);
  d.take_output();
  d.abandon(c);
  EXPECT_FALSE(d.session.wants_cancel());
  EXPECT_FALSE(d.reply(ran("A")));
  EXPECT_TRUE(d.session.wants_cancel());
}

TEST(session_cancel, lets_nothing_new_out_until_it_has_ended) {
  dialogue d;
  call& c = d.query("A", unnamed);
  d.take_output();
  call& written = d.query("B", unnamed);
  d.abandon(c);
  d.session.begin_cancel();
  EXPECT_FALSE(d.session.wants_cancel());
  call& waiting = d.query("C", unnamed);
  EXPECT_EQ(d.session.sendable(), 0u);
  EXPECT_EQ(d.sent(), "");
  EXPECT_FALSE(d.reply(cancelled()));
  EXPECT_EQ(d.sent(), "");  // the cancel may still be under way
  d.session.end_cancel();
  EXPECT_EQ(d.sent(), "Parse(:B) Bind() Describe(portal) Execute Sync Parse(:C) Bind() Describe(portal) Execute Sync");
  EXPECT_FALSE(d.reply(ran("B").then(ran("C"))));
  EXPECT_EQ(written.outcome() + waiting.outcome(), "BC");
}

TEST(session_cancel, lets_the_rest_of_the_abandoned_request_out) {
  dialogue d;
  call& c = d.query("A", unnamed);
  const std::size_t size = d.session.output().size();
  d.take_output(10);
  d.query("B", unnamed);
  d.abandon(c);
  d.session.begin_cancel();
  EXPECT_EQ(d.session.sendable(), size - 10);  // else the server would wait for its end for ever
  d.take_output();
  EXPECT_EQ(d.session.sendable(), 0u);
}

TEST(session_cancel, lets_the_end_of_an_abandoned_description_out) {
  dialogue d;
  call& c = d.query("A");
  d.take_output();
  d.abandon(c);
  EXPECT_TRUE(d.session.wants_cancel());
  d.session.begin_cancel();
  EXPECT_FALSE(d.reply(server_reply().describe({})));
  EXPECT_EQ(d.sent(), "Sync");
}

TEST(session_cancel, lets_the_end_of_abandoned_rows_out) {
  dialogue d({.output_high_water = 2000});
  d.know("A");
  call& c = d.many("A", 1000);
  d.take_output(100);
  d.abandon(c);
  d.session.begin_cancel();
  EXPECT_EQ(d.session.sendable(), d.session.output().size());
  EXPECT_TRUE(d.take_output().find("the client gave up") != std::string::npos);
}

TEST(session_cancel, can_tell_one_request_at_the_head_from_the_next) {
  dialogue d;
  call& first = d.query("A", unnamed);
  call& second = d.query("B", unnamed);
  d.take_output();
  d.abandon(first);
  d.abandon(second);
  const auto before = d.session.replies();
  EXPECT_TRUE(d.session.abandoned_at_head());
  EXPECT_FALSE(d.reply(cancelled()));
  EXPECT_TRUE(d.session.abandoned_at_head());
  EXPECT_EQ(d.session.replies(), before + 1);
}

}  // namespace
}  // namespace pgcoro::detail::test
