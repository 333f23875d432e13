// Requests beside each other and statements inside one request: whose error is whose.
#include <gtest/gtest.h>

#include "unit/session/dialogue.hpp"

namespace pgcoro::detail::test {
namespace {

constexpr auto unnamed = statement_mode::unnamed;

TEST(session_pipeline, leaves_other_requests_untouched_by_an_error_in_one) {
  dialogue d;
  call& first = d.query("A", unnamed);
  call& second = d.query("B", unnamed);
  call& third = d.query("C", unnamed);
  EXPECT_FALSE(d.reply(server_reply().parsed().bound().no_data().complete("A").ready()));
  EXPECT_FALSE(d.reply(server_reply().parsed().bound().no_data().error("22012").ready()));
  EXPECT_FALSE(d.reply(server_reply().parsed().bound().no_data().complete("C").ready()));
  EXPECT_EQ(first.outcome() + " " + second.outcome() + " " + third.outcome(), "A 22012 C");
}

TEST(session_pipeline, answers_requests_in_the_order_in_which_they_were_started) {
  dialogue d;
  call& first = d.script("A");
  call& second = d.script("B");
  EXPECT_FALSE(d.reply(server_reply().complete("A").ready()));
  EXPECT_TRUE(first.done());
  EXPECT_FALSE(second.done());
  EXPECT_FALSE(d.reply(server_reply().complete("B").ready()));
  EXPECT_EQ(second.outcome(), "B");
}

TEST(session_pipeline, says_of_the_statements_behind_a_failed_one_that_they_did_not_run) {
  for (int failing = 0; failing < 3; ++failing) {
    dialogue d;
    call& c = d.pipeline(statement_text{"A", {}, unnamed}, statement_text{"B", {}, unnamed},
                         statement_text{"C", {}, unnamed});
    server_reply answer;
    for (int i = 0; i < failing; ++i) answer.parsed().bound().no_data().complete("done");
    EXPECT_FALSE(d.reply(answer.parsed().error("22012").ready()));
    const char* const expected[] = {"22012 | pipeline_aborted | pipeline_aborted", "done | 22012 | pipeline_aborted",
                                    "done | done | 22012"};
    EXPECT_EQ(name_of(c.error), "22012");
    c.error = {};  // what remains is each statement's own
    EXPECT_EQ(c.outcome(), expected[failing]);
  }
}

TEST(session_pipeline, blames_the_statement_that_the_server_could_not_parse) {
  dialogue d;
  call& c = d.pipeline(statement_text{"A"}, statement_text{"B"}, statement_text{"C"});
  EXPECT_FALSE(d.reply(server_reply().describe({}).error("42601")));
  EXPECT_TRUE(d.sent().ends_with("Flush Sync"));
  EXPECT_FALSE(d.reply(server_reply().ready()));
  EXPECT_EQ(c.outcome(), "pipeline_aborted | 42601 | pipeline_aborted");
  EXPECT_EQ(c.error.statement(), "B");
}

TEST(session_pipeline, gives_an_error_at_commit_to_the_last_statement_and_to_the_whole) {
  dialogue d;
  call& c = d.pipeline(statement_text{"A", {}, unnamed}, statement_text{"B", {}, unnamed});
  EXPECT_FALSE(
      d.reply(server_reply().parsed().bound().no_data().complete("A").parsed().bound().no_data().complete("B")));
  EXPECT_FALSE(d.reply(server_reply().error("23503").ready()));  // a deferred constraint
  EXPECT_EQ(name_of(c.error), "23503");
  EXPECT_EQ(name_of(c.legs.back().error), "23503");
}

TEST(session_pipeline, reads_the_rest_of_a_reply_that_its_owner_cannot_use) {
  dialogue d;
  call& columns = d.query("A", unnamed);
  columns.sink().refuse_columns = true;
  call& rows = d.query("B", unnamed);
  rows.sink().refuse_rows = true;
  call& last = d.query("C", unnamed);
  for (int i = 0; i < 3; ++i)
    EXPECT_FALSE(
        d.reply(server_reply().parsed().bound().columns({"a"}).row({"1"}).row({"2"}).complete("SELECT 2").ready()));
  EXPECT_EQ(columns.outcome() + " " + rows.outcome(), "type_mismatch type_mismatch");
  EXPECT_EQ(columns.error.statement() + rows.error.statement(), "AB");
  EXPECT_TRUE(columns.error.connection_usable());
  EXPECT_EQ(last.outcome(), "columns(a) row(1) row(2) SELECT 2");
}

TEST(session_pipeline, sends_nothing_of_a_request_whose_parameters_are_refused) {
  dialogue d;
  d.know("K");
  call& before = d.query("K");
  call& refused = d.query(statement_text{"K", 7});  // K takes none
  call& after = d.query("K");
  EXPECT_EQ(refused.outcome(), "parameter_count_mismatch");
  EXPECT_TRUE(refused.error.safe_to_retry());
  EXPECT_EQ(d.sent(), "Bind(pgcoro_1) Execute Sync Bind(pgcoro_1) Execute Sync");
  EXPECT_FALSE(
      d.reply(server_reply().bound().row({"1"}).complete("1").ready().bound().row({"2"}).complete("2").ready()));
  EXPECT_EQ(before.text() + after.text(), "columns(a) row(1) 1columns(a) row(2) 2");
}

TEST(session_pipeline, sends_nothing_of_a_pipeline_where_one_statement_is_refused) {
  dialogue d;
  d.know("K");
  call& c = d.pipeline(statement_text{"K"}, statement_text{"K", 7}, statement_text{"K"});
  EXPECT_EQ(d.sent(), "");
  EXPECT_EQ(c.outcome(), "pipeline_aborted | parameter_count_mismatch | pipeline_aborted");
  EXPECT_TRUE(c.error.safe_to_retry());
}

TEST(session_pipeline, refuses_parameters_that_do_not_fit_once_the_statement_is_described) {
  dialogue d;
  constexpr oid int2 = 21;
  call& refused = d.query(statement_text{"A", 70000});
  call& after = d.query("B", unnamed);
  d.take_output();
  EXPECT_FALSE(d.reply(server_reply().describe({}, {int2})));
  EXPECT_EQ(d.sent(), "Sync Parse(:B) Bind() Describe(portal) Execute Sync");
  EXPECT_FALSE(d.reply(server_reply().ready().parsed().bound().no_data().complete("B").ready()));
  EXPECT_EQ(refused.outcome() + " " + after.outcome(), "out_of_range B");
  EXPECT_TRUE(refused.error.safe_to_retry());
}

TEST(session_pipeline, closes_what_is_to_be_closed_in_front_of_a_request_that_is_refused) {
  dialogue d;
  d.know("K");
  d.query("X", statement_mode::describe_each);
  prepared_statement old("OLD");
  old.name = "old";
  d.take_output();
  EXPECT_FALSE(d.reply(server_reply().describe({}).bound().complete("X").ready()));
  d.take_output();
  d.session.close_statement(old);
  call& refused = d.query(statement_text{"K", 7});
  call& after = d.query("K");
  EXPECT_EQ(d.sent(), "Close(old) Sync Bind(pgcoro_1) Execute Sync");
  EXPECT_FALSE(d.reply(server_reply().closed().ready().bound().row({"1"}).complete("K").ready()));
  EXPECT_EQ(refused.outcome(), "parameter_count_mismatch");
  EXPECT_EQ(after.outcome(), "columns(a) row(1) K");
}

TEST(session_pipeline, refuses_text_with_a_nul_before_a_byte_is_written) {
  const std::string nul("SELECT '\0'", 10);
  for (const auto mode : {statement_mode::cached, statement_mode::describe_each, unnamed}) {
    dialogue d;
    call& c = d.query(nul, mode);
    EXPECT_EQ(c.outcome(), "embedded_nul");
    EXPECT_TRUE(c.error.safe_to_retry());
    EXPECT_EQ(d.sent(), "");
  }
  dialogue d;
  EXPECT_EQ(d.script(nul).outcome(), "embedded_nul");
  EXPECT_EQ(d.prepare(nul).outcome(), "embedded_nul");
  EXPECT_EQ(d.sent(), "");
  EXPECT_FALSE(d.session.busy());
}

}  // namespace
}  // namespace pgcoro::detail::test
