// safe_to_retry(): nothing was sent, or the server said that nothing ran.
#include "session/retry_knowledge.hpp"

#include <gtest/gtest.h>

#include "unit/session/dialogue.hpp"

namespace pgcoro::detail::test {
namespace {

struct session_retry : testing::Test {
  /// The error of A, which is known, after this reply.
  error_info after(const server_reply& reply) {
    dialogue d;
    d.know("A");
    call& c = d.query("A");
    d.take_output();
    EXPECT_FALSE(d.reply(reply));
    return c.legs[0].error;
  }
  error_info script_after(std::string_view sql, const server_reply& reply) {
    dialogue d;
    call& c = d.script(sql);
    d.take_output();
    EXPECT_FALSE(d.reply(reply));
    return c.legs[0].error;
  }
};

TEST_F(session_retry, is_safe_where_the_server_refused_to_prepare_the_statement) {
  dialogue d;
  call& parsed = d.query("A");
  d.take_output();
  EXPECT_FALSE(d.reply(server_reply().error("42601")));
  d.take_output();
  EXPECT_FALSE(d.reply(server_reply().ready()));
  EXPECT_TRUE(parsed.legs[0].error.safe_to_retry());
  call& prepared = d.prepare("B");
  d.take_output();
  EXPECT_FALSE(d.reply(server_reply().error("42P01").ready()));
  EXPECT_TRUE(prepared.legs[0].error.safe_to_retry());
}

TEST_F(session_retry, is_safe_where_the_server_refused_to_bind_it) {
  EXPECT_TRUE(after(server_reply().error("22P02").ready()).safe_to_retry());
}

TEST_F(session_retry, is_not_safe_once_it_was_executed) {
  EXPECT_FALSE(after(server_reply().bound().error("23505").ready()).safe_to_retry());
  EXPECT_FALSE(after(server_reply().bound().row({"1"}).error("57014").ready()).safe_to_retry());
  EXPECT_FALSE(script_after("A", server_reply().error("42601").ready()).safe_to_retry()) << "of which statement?";
}

TEST_F(session_retry, is_safe_where_the_server_has_undone_the_transaction) {
  for (const char* state : {"40001", "40P01"}) {
    EXPECT_TRUE(after(server_reply().bound().error(state).ready()).safe_to_retry());
    EXPECT_TRUE(
        script_after("INSERT; UPDATE", server_reply().complete("INSERT 0 1").error(state).ready()).safe_to_retry());
  }
  EXPECT_FALSE(after(server_reply().bound().error("40002").ready()).safe_to_retry());
}

TEST_F(session_retry, is_not_safe_where_something_may_have_been_committed_before) {
  const auto undone = [] { return server_reply().error("40001").ready(); };
  for (const char* tag : {"COMMIT", "CALL", "DO", "PREPARE TRANSACTION", "COMMIT PREPARED", "ROLLBACK PREPARED"})
    EXPECT_FALSE(script_after("X; Y", server_reply().complete(tag).then(undone())).safe_to_retry()) << tag;
  for (const char* sql : {"CALL p()", "/* a */ call p()", "DO $$ … $$", "SELECT 1; do $$ … $$"})
    EXPECT_FALSE(script_after(sql, undone()).safe_to_retry()) << sql;
  for (const char* sql : {"SELECT recall, undo FROM t", "SELECT do_it()", "SELECT call$"})
    EXPECT_TRUE(script_after(sql, undone()).safe_to_retry()) << sql;

  dialogue d;
  call& c = d.query({"CALL p()", {}, statement_mode::unnamed});
  d.take_output();
  EXPECT_FALSE(d.reply(server_reply().parsed().bound().no_data().then(undone())));
  EXPECT_FALSE(c.legs[0].error.safe_to_retry());
}

TEST_F(session_retry, is_safe_for_the_statements_of_a_pipeline_that_were_skipped) {
  dialogue d;
  d.know("A");
  call& c = d.pipeline("A", "A", "A");
  d.take_output();
  EXPECT_FALSE(d.reply(server_reply().bound().row({"1"}).complete("A").bound().error("23505").ready()));
  EXPECT_FALSE(c.legs[1].error.safe_to_retry());
  EXPECT_EQ(name_of(c.legs[2].error), "pipeline_aborted");
  EXPECT_TRUE(c.legs[2].error.safe_to_retry());
}

TEST_F(session_retry, is_not_safe_for_a_pipeline_whose_second_statement_could_not_be_bound) {
  dialogue d;
  d.know("A");
  call& c = d.pipeline("A", "A");
  d.take_output();
  EXPECT_FALSE(d.reply(server_reply().bound().row({"1"}).complete("CREATE TABLE").error("22P02").ready()));
  EXPECT_FALSE(c.error.safe_to_retry()) << "the first has run, though it is undone";
}

TEST_F(session_retry, is_not_safe_after_a_fatal_error) {
  dialogue d;
  d.know("A");
  call& c = d.query("A");
  d.take_output();
  d.lose(d.reply(server_reply().error("57P01", "FATAL")));
  EXPECT_FALSE(c.error.safe_to_retry());
}

TEST_F(session_retry, is_safe_for_many_rows_only_while_none_was_sent) {
  dialogue d;
  d.know("A");
  call& at_once = d.many("A", 5, statement_mode::cached, 1);
  d.take_output();
  EXPECT_FALSE(d.reply(server_reply().ready()));
  call& later = d.many("A", 5, statement_mode::cached, 3);
  d.take_output();
  EXPECT_FALSE(
      d.reply(server_reply().bound().row({"1"}).complete("A").bound().row({"1"}).complete("A").error("34000").ready()));
  EXPECT_TRUE(at_once.done() && later.done());
  EXPECT_FALSE(later.legs[0].error.safe_to_retry());
}

}  // namespace
}  // namespace pgcoro::detail::test
