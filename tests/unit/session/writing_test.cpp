// What each kind of request writes, and when.
#include <gtest/gtest.h>

#include "unit/session/dialogue.hpp"

namespace pgcoro::detail::test {
namespace {

TEST(session_writing, describes_a_new_statement_before_it_executes_it) {
  dialogue d;
  call& c = d.query("SELECT 1");
  EXPECT_EQ(d.sent(), "Parse(pgcoro_1:SELECT 1) Describe(pgcoro_1) Flush");
  EXPECT_FALSE(d.reply(server_reply().describe({"a"})));
  EXPECT_EQ(d.sent(), "Bind(pgcoro_1) Execute Sync");
  EXPECT_FALSE(d.reply(server_reply().bound().row({"1"}).complete("SELECT 1").ready()));
  EXPECT_EQ(c.outcome(), "columns(a) row(1) SELECT 1");
}

TEST(session_writing, executes_a_known_statement_in_one_round_trip) {
  dialogue d;
  d.know("SELECT 1");
  d.query("SELECT 1");
  EXPECT_EQ(d.sent(), "Bind(pgcoro_1) Execute Sync");
}

TEST(session_writing, describes_each_time_under_no_name_in_that_mode) {
  dialogue d;
  for (int i = 0; i < 2; ++i) {
    call& c = d.query("SELECT 1", statement_mode::describe_each);
    EXPECT_EQ(d.sent(), "Parse(:SELECT 1) Describe() Flush");
    EXPECT_FALSE(d.reply(server_reply().describe({"a"})));
    EXPECT_EQ(d.sent(), "Bind() Execute Sync");
    EXPECT_FALSE(d.reply(server_reply().bound().complete("SELECT 0").ready()));
    EXPECT_EQ(c.outcome(), "columns(a) SELECT 0");
  }
  EXPECT_EQ(d.session.statements().size(), 0u);
}

TEST(session_writing, sends_an_unnamed_statement_in_one_round_trip) {
  dialogue d;
  call& c = d.query(statement_text{.sql = "SELECT $1", .parameter = 7, .mode = statement_mode::unnamed});
  EXPECT_EQ(d.sent(), "Parse(:SELECT $1) Bind() Describe(portal) Execute Sync");
  EXPECT_FALSE(d.reply(server_reply().parsed().bound().columns({"a"}).row({"7"}).complete("SELECT 1").ready()));
  EXPECT_EQ(c.outcome(), "columns(a) row(7) SELECT 1");
}

TEST(session_writing, describes_every_time_without_a_cache) {
  dialogue d({.statement_cache_capacity = 0});
  for (int i = 0; i < 2; ++i) {
    d.query("SELECT 1");
    EXPECT_EQ(d.sent(), "Parse(:SELECT 1) Describe() Flush");
    EXPECT_FALSE(d.reply(server_reply().describe({}).bound().complete("SELECT 0").ready()));
    EXPECT_EQ(d.sent(), "Bind() Execute Sync");
  }
}

TEST(session_writing, gives_statements_that_are_used_together_names_and_closes_them_afterwards) {
  dialogue d;
  call& c = d.pipeline(statement_text{.sql = "A", .mode = statement_mode::describe_each},
                       statement_text{.sql = "B", .mode = statement_mode::describe_each});
  EXPECT_EQ(d.sent(), "Parse(pgcoro_1:A) Describe(pgcoro_1) Parse(pgcoro_2:B) Describe(pgcoro_2) Flush");
  EXPECT_FALSE(d.reply(server_reply().describe({}).describe({})));
  EXPECT_EQ(d.sent(), "Bind(pgcoro_1) Execute Bind(pgcoro_2) Execute Sync");
  EXPECT_FALSE(d.reply(server_reply().bound().complete("A").bound().complete("B").ready()));
  EXPECT_EQ(c.outcome(), "A | B");
  d.sync();
  d.query("C", statement_mode::unnamed);
  EXPECT_EQ(d.sent(), "Sync Close(pgcoro_1) Close(pgcoro_2) Parse(:C) Bind() Describe(portal) Execute Sync");
}

TEST(session_writing, describes_a_statement_once_that_a_pipeline_has_twice) {
  dialogue d;
  d.pipeline(statement_text{"A"}, statement_text{"A"});
  EXPECT_EQ(d.sent(), "Parse(pgcoro_1:A) Describe(pgcoro_1) Flush");
  EXPECT_FALSE(d.reply(server_reply().describe({})));
  EXPECT_EQ(d.sent(), "Bind(pgcoro_1) Execute Bind(pgcoro_1) Execute Sync");
}

TEST(session_writing, mixes_modes_in_a_pipeline) {
  dialogue d;
  d.know("K");
  call& c =
      d.pipeline(statement_text{.sql = "U", .mode = statement_mode::unnamed}, statement_text{"K"}, statement_text{"N"});
  EXPECT_EQ(d.sent(), "Parse(pgcoro_2:N) Describe(pgcoro_2) Flush");
  EXPECT_FALSE(d.reply(server_reply().describe({})));
  EXPECT_EQ(d.sent(), "Parse(:U) Bind() Describe(portal) Execute Bind(pgcoro_1) Execute Bind(pgcoro_2) Execute Sync");
  EXPECT_FALSE(d.reply(server_reply()
                           .parsed()
                           .bound()
                           .no_data()
                           .complete("U")
                           .bound()
                           .row({"1"})
                           .complete("K")
                           .bound()
                           .complete("N")
                           .ready()));
  EXPECT_EQ(c.outcome(), "U | columns(a) row(1) K | N");
}

TEST(session_writing, sends_a_script_as_one_query) {
  dialogue d;
  call& c = d.script("A; B");
  EXPECT_EQ(d.sent(), "Query(A; B)");
  EXPECT_FALSE(d.reply(server_reply().columns({"a"}).row({"1"}).complete("SELECT 1").complete("B").ready()));
  EXPECT_EQ(c.outcome(), "columns(a) row(1) SELECT 1 B");
}

TEST(session_writing, prepares_a_handle_and_executes_it_in_one_round_trip) {
  dialogue d;
  call& p = d.prepare("SELECT $1");
  EXPECT_EQ(d.sent(), "Parse(pgcoro_1:SELECT $1) Describe(pgcoro_1) Sync");
  EXPECT_FALSE(d.reply(server_reply().describe({"a"}, {23}).ready()));
  EXPECT_TRUE(p.done());
  EXPECT_EQ(p.handle->parameter_types, std::vector<oid>{23});
  d.execute(p);  // with the wrong number of parameters: nothing is sent
  EXPECT_EQ(d.sent(), "");
}

TEST(session_writing, sends_a_bare_sync_and_an_empty_pipeline_alike) {
  dialogue d;
  call& s = d.sync();
  call& p = d.pipeline(std::vector<statement_text>{});
  EXPECT_EQ(d.sent(), "Sync Sync");
  EXPECT_FALSE(d.reply(server_reply().ready().ready()));
  EXPECT_EQ(s.outcome() + p.outcome(), "okok");
}

TEST(session_writing, says_goodbye_when_all_before_is_answered) {
  dialogue d;
  d.sync();
  call& t = d.terminate();
  EXPECT_EQ(d.sent(), "Sync");
  EXPECT_FALSE(t.done());
  EXPECT_FALSE(d.reply(server_reply().ready()));
  EXPECT_EQ(d.sent(), "Terminate");
  EXPECT_TRUE(t.done());
}

TEST(session_writing, pipelines_requests_without_waiting_and_gives_each_its_own_sync) {
  dialogue d;
  d.know("A");
  d.query("A");
  d.query("A");
  d.script("S");
  d.sync();
  EXPECT_EQ(d.sent(), "Bind(pgcoro_1) Execute Sync Bind(pgcoro_1) Execute Sync Query(S) Sync");
}

TEST(session_writing, lets_nothing_pass_a_statement_that_is_being_described) {
  dialogue d;
  d.know("K");
  call& first = d.query("N");
  call& second = d.query("K");  // prepared already, and yet it runs second
  EXPECT_EQ(d.sent(), "Parse(pgcoro_2:N) Describe(pgcoro_2) Flush");
  EXPECT_FALSE(d.reply(server_reply().describe({})));
  EXPECT_EQ(d.sent(), "Bind(pgcoro_2) Execute Sync Bind(pgcoro_1) Execute Sync");
  EXPECT_FALSE(d.reply(server_reply().bound().complete("N").ready()));
  EXPECT_TRUE(first.done());
  EXPECT_FALSE(second.done());
}

TEST(session_writing, keeps_requests_back_while_the_output_is_full) {
  dialogue d({.output_high_water = 8});
  call& first = d.script("FIRST");
  call& second = d.script("SECOND");
  EXPECT_EQ(d.session.output().size(), 11u);
  EXPECT_EQ(d.take_output(11).size(), 11u);
  EXPECT_EQ(d.sent(), "Query(SECOND)");
  EXPECT_FALSE(d.reply(server_reply().complete("1").ready().complete("2").ready()));
  EXPECT_EQ(first.outcome() + second.outcome(), "12");
}

}  // namespace
}  // namespace pgcoro::detail::test
