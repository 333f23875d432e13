// The end of the connection: who is told what, and what may be tried again.
#include <gtest/gtest.h>

#include "unit/session/dialogue.hpp"

namespace pgcoro::detail::test {
namespace {

constexpr auto unnamed = statement_mode::unnamed;

server_reply shutdown() { return server_reply().error("57P01", "FATAL"); }

TEST(session_end, tells_a_request_in_flight_and_says_that_it_may_have_run) {
  dialogue d;
  call& c = d.query("A", unnamed);
  d.take_output();
  d.lose();
  EXPECT_EQ(c.outcome(), "connection_closed");
  EXPECT_FALSE(c.error.safe_to_retry());
  EXPECT_FALSE(c.error.connection_usable());
}

TEST(session_end, knows_that_what_was_not_sent_cannot_have_run) {
  dialogue d;
  call& sent = d.query("A", unnamed);
  d.take_output();
  call& written = d.query("B", unnamed);
  d.query("C");
  call& waiting = d.query("D");
  d.lose();
  EXPECT_FALSE(sent.error.safe_to_retry());
  EXPECT_TRUE(written.error.safe_to_retry());
  EXPECT_TRUE(waiting.error.safe_to_retry());
}

TEST(session_end, takes_a_request_of_which_a_part_was_sent_as_one_that_may_have_run) {
  dialogue d;
  call& c = d.query("A", unnamed);
  d.take_output(1);
  d.lose();
  EXPECT_FALSE(c.error.safe_to_retry());
}

TEST(session_end, refuses_what_comes_later) {
  dialogue d;
  d.lose();
  call& c = d.query("A");
  EXPECT_EQ(c.outcome(), "connection_closed");
  EXPECT_TRUE(c.error.safe_to_retry());
  EXPECT_EQ(d.sent(), "");
  EXPECT_EQ(name_of(d.reply(server_reply().ready())), "connection_closed");
}

TEST(session_end, keeps_the_first_reason) {
  dialogue d;
  d.lose();
  d.lose(error_info(make_error_code(errc::timeout), "later"));
  EXPECT_EQ(name_of(d.session.failure()), "connection_closed");
}

TEST(session_end, is_brought_by_a_fatal_error_and_keeps_the_servers_words) {
  dialogue d;
  call& c = d.query("A", unnamed);
  d.take_output();
  const error_info fatal = d.reply(shutdown());
  EXPECT_EQ(name_of(fatal), "57P01");
  EXPECT_FALSE(fatal.connection_usable());
  d.lose();  // the end of the stream comes with it
  EXPECT_EQ(c.outcome(), "57P01");
  EXPECT_EQ(c.error.message(), "the server says no");
  EXPECT_FALSE(c.error.connection_usable());
  EXPECT_FALSE(c.error.safe_to_retry());
  EXPECT_EQ(name_of(d.session.failure()), "57P01");
}

TEST(session_end, is_brought_by_a_fatal_error_when_nobody_waits) {
  dialogue d;
  EXPECT_EQ(name_of(d.reply(shutdown())), "57P01");
  d.lose();
  call& c = d.query("A");
  EXPECT_EQ(c.outcome(), "57P01");
  EXPECT_TRUE(c.error.safe_to_retry());
}

TEST(session_end, by_a_fatal_error_leaves_what_stood_behind_safe_to_retry) {
  dialogue d;
  call& ended = d.query("A", unnamed);
  call& behind = d.query("B", unnamed);
  d.take_output();
  call& unsent = d.query("C", unnamed);
  EXPECT_TRUE(d.reply(shutdown()));
  d.lose();
  EXPECT_EQ(ended.outcome() + behind.outcome() + unsent.outcome(), "57P0157P0157P01");
  EXPECT_FALSE(ended.error.safe_to_retry());
  EXPECT_TRUE(behind.error.safe_to_retry());
  EXPECT_TRUE(unsent.error.safe_to_retry());
}

TEST(session_end, by_a_fatal_error_reaches_every_statement_of_a_pipeline) {
  dialogue d;
  call& c = d.pipeline(statement_text{"A", {}, unnamed}, statement_text{"B", {}, unnamed});
  d.take_output();
  EXPECT_TRUE(d.reply(server_reply().parsed().bound().no_data().complete("A").then(shutdown())));
  d.lose();
  EXPECT_EQ(name_of(c.error), "57P01");
}

TEST(session_end, names_the_host) {
  session_settings settings;
  settings.host = "db.example:5432";
  dialogue d(settings);
  call& c = d.query("A", unnamed);
  d.lose();
  EXPECT_EQ(c.error.host(), "db.example:5432");
}

TEST(session_end, gives_the_servers_error_to_one_that_failed_before_the_stream_ended) {
  dialogue d;
  call& c = d.query("A", unnamed);
  EXPECT_FALSE(d.reply(server_reply().error("22012")));  // and no ReadyForQuery
  d.lose();
  EXPECT_EQ(c.outcome(), "22012");
}

TEST(session_end, is_survived_by_a_session_that_nobody_owns_any_more) {
  dialogue streaming;
  streaming.know("K");
  call& rows = streaming.many("K", 100'000);
  dialogue describing;
  call& described = describing.query("A");
  for (dialogue* d : {&streaming, &describing}) {
    d->query("B");
    d->take_output(100);
    d->session.detach_all();
    d->take_output();
    static_cast<void>(d->reply(server_reply().describe({}).bound().complete("A").ready()));
    d->take_output();
    d->lose();
  }
  EXPECT_EQ(rows.answered + described.answered, 0);
}

}  // namespace
}  // namespace pgcoro::detail::test
