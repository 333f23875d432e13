// COPY that nobody asked for.
#include <gtest/gtest.h>

#include "unit/session/dialogue.hpp"

namespace pgcoro::detail::test {
namespace {

constexpr auto unnamed = statement_mode::unnamed;

server_reply copy_out() {
  return server_reply().copy_out().copy_data("1\n").copy_data("2\n").copy_done().complete("COPY 2");
}

TEST(session_copy, out_of_the_server_is_read_to_its_end_and_reported) {
  dialogue d;
  call& script = d.script("COPY t TO STDOUT");
  call& statement = d.query("COPY t TO STDOUT", unnamed);
  call& after = d.script("A");
  EXPECT_FALSE(d.reply(copy_out().ready()));
  EXPECT_FALSE(d.reply(server_reply().parsed().bound().no_data().then(copy_out()).ready()));
  EXPECT_FALSE(d.reply(server_reply().complete("A").ready()));
  EXPECT_EQ(script.outcome() + " " + statement.outcome(), "copy_not_allowed copy_not_allowed");
  EXPECT_TRUE(statement.error.connection_usable());
  EXPECT_EQ(after.outcome(), "A");
}

TEST(session_copy, out_of_the_server_is_blamed_on_its_statement) {
  dialogue d;
  call& c = d.pipeline(statement_text{"A", {}, unnamed}, statement_text{"COPY t TO STDOUT", {}, unnamed});
  EXPECT_FALSE(d.reply(
      server_reply().parsed().bound().no_data().complete("A").parsed().bound().no_data().then(copy_out()).ready()));
  EXPECT_EQ(name_of(c.legs.front().error) + " " + name_of(c.legs.back().error), "ok copy_not_allowed");
  EXPECT_EQ(c.error.statement(), "COPY t TO STDOUT");
}

TEST(session_copy, into_the_server_is_ended_with_copy_fail) {
  dialogue d;
  call& c = d.script("COPY t FROM STDIN");
  EXPECT_EQ(d.sent(), "Query(COPY t FROM STDIN)");
  EXPECT_FALSE(d.reply(server_reply().copy_in()));
  EXPECT_EQ(d.sent(), "CopyFail");
  EXPECT_FALSE(d.reply(server_reply().error("57014").ready()));
  EXPECT_EQ(c.outcome(), "copy_not_allowed");
  EXPECT_TRUE(c.error.connection_usable());
}

TEST(session_copy, into_the_server_swallows_the_sync_which_is_sent_again) {
  dialogue d;
  call& c = d.query("COPY t FROM STDIN", unnamed);
  d.take_output();
  EXPECT_FALSE(d.reply(server_reply().parsed().bound().no_data().copy_in()));
  EXPECT_EQ(d.sent(), "CopyFail Sync");
  EXPECT_FALSE(d.reply(server_reply().error("57014").ready()));
  EXPECT_EQ(c.outcome(), "copy_not_allowed");
}

TEST(session_copy, into_the_server_costs_the_connection_where_other_requests_are_behind_it) {
  dialogue d;
  call& c = d.query("COPY t FROM STDIN", unnamed);
  call& behind = d.query("A", unnamed);
  const error_info lost = d.reply(server_reply().parsed().bound().no_data().copy_in());
  EXPECT_EQ(name_of(lost), "copy_not_allowed");
  EXPECT_FALSE(lost.connection_usable());
  d.lose(lost);
  EXPECT_EQ(c.outcome() + " " + behind.outcome(), "copy_not_allowed copy_not_allowed");
}

TEST(session_copy, into_the_server_of_an_abandoned_script_is_ended_too) {
  dialogue d;
  call& c = d.script("COPY t FROM STDIN");
  d.take_output();
  d.abandon(c);
  EXPECT_FALSE(d.reply(server_reply().copy_in()));
  EXPECT_EQ(d.sent(), "CopyFail");
  EXPECT_FALSE(d.reply(server_reply().error("57014").ready()));
  EXPECT_FALSE(d.session.busy());
}

TEST(session_copy, into_the_server_is_refused_once_and_not_again_and_again) {
  dialogue d;
  d.script("COPY t FROM STDIN");
  EXPECT_FALSE(d.reply(server_reply().copy_in()));
  EXPECT_EQ(name_of(d.reply(server_reply().copy_in())), "protocol_error");
}

TEST(session_copy, into_the_server_cannot_succeed_once_it_is_refused) {
  for (const auto& wrong : {server_reply().complete("COPY 0"), server_reply().ready(), server_reply().copy_data("x")}) {
    dialogue d;
    d.script("COPY t FROM STDIN");
    EXPECT_FALSE(d.reply(server_reply().copy_in()));
    EXPECT_EQ(name_of(d.reply(wrong)), "protocol_error");
  }
}

TEST(session_copy, data_that_no_copy_began_is_a_violation) {
  for (const auto& wrong : {server_reply().copy_data("x"), server_reply().copy_done()}) {
    dialogue d;
    d.script("A");
    EXPECT_EQ(name_of(d.reply(wrong)), "protocol_error");
  }
}

}  // namespace
}  // namespace pgcoro::detail::test
