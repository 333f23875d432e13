// Plans that the server no longer has: healed unseen, once, and only where that cannot do anything twice.
#include <gtest/gtest.h>

#include "unit/session/dialogue.hpp"

namespace pgcoro::detail::test {
namespace {

/// "cached plan must not change result type".
server_reply changed(char status = 'I') {
  return server_reply().error("0A000", "ERROR", "RevalidateCachedQuery").ready(status);
}
/// The prepared statement does not exist.
server_reply gone(char status = 'I') { return server_reply().error("26000").ready(status); }

const std::string executed = "Bind(pgcoro_1) Execute Sync";
const std::string described_anew = "Close(pgcoro_1) Parse(pgcoro_2:A) Describe(pgcoro_2) Flush";

struct session_stale_plan : testing::Test {
  session_stale_plan() { d.know("A"); }

  dialogue d;
};

TEST_F(session_stale_plan, is_healed_unseen) {
  const server_reply no_type =
      server_reply().error("XX000", "ERROR", "getTypeInputInfo", "cache lookup failed for type 16736").ready();
  for (const auto& failure : {changed(), gone(), no_type}) {
    dialogue healed;
    healed.know("A");
    call& c = healed.query("A");
    EXPECT_EQ(healed.sent(), executed);
    EXPECT_FALSE(healed.reply(failure));
    EXPECT_EQ(c.answered, 0);
    EXPECT_EQ(healed.sent(), described_anew);
    EXPECT_FALSE(healed.reply(server_reply().closed().describe({"a", "b"})));
    EXPECT_EQ(healed.sent(), "Bind(pgcoro_2) Execute Sync");
    EXPECT_FALSE(healed.reply(server_reply().bound().row({"1", "2"}).complete("A").ready()));
    EXPECT_EQ(c.outcome(), "columns(a,b) row(1,2) A");
    EXPECT_EQ(c.sink().restarts, 1);
  }
}

TEST_F(session_stale_plan, is_healed_once_only) {
  call& c = d.query("A");
  d.take_output();
  EXPECT_FALSE(d.reply(changed()));
  d.take_output();
  EXPECT_FALSE(d.reply(server_reply().closed().describe({"a"})));
  d.take_output();
  EXPECT_FALSE(d.reply(changed()));
  EXPECT_EQ(c.outcome(), "0A000");
  d.query("A");
  EXPECT_EQ(d.sent(), "Close(pgcoro_2) Parse(pgcoro_3:A) Describe(pgcoro_3) Flush");
}

TEST_F(session_stale_plan, is_an_error_inside_a_transaction_and_healed_for_the_next_use) {
  call& c = d.query("A");
  d.take_output();
  EXPECT_FALSE(d.reply(gone('E')));
  EXPECT_EQ(c.outcome(), "26000");
  d.query("A");
  EXPECT_EQ(d.sent(), described_anew);
}

TEST_F(session_stale_plan, is_not_seen_in_other_errors_of_the_same_code) {
  call& c = d.query("A");
  d.take_output();
  EXPECT_FALSE(d.reply(server_reply().error("0A000", "ERROR", "transformSetOperationStmt").ready()));
  EXPECT_EQ(c.outcome(), "0A000");
  d.query("A");
  EXPECT_EQ(d.sent(), executed);
}

TEST_F(session_stale_plan, is_not_seen_in_other_internal_errors) {
  call& c = d.query("A");
  d.take_output();
  EXPECT_FALSE(d.reply(server_reply().error("XX000").ready()));
  EXPECT_EQ(c.outcome(), "XX000");
}

TEST_F(session_stale_plan, is_not_seen_in_an_error_that_comes_from_inside_the_statement) {
  call& c = d.query("A");
  d.take_output();
  EXPECT_FALSE(d.reply(server_reply().bound().error("26000").ready()));  // its function runs EXECUTE
  EXPECT_EQ(c.outcome(), "26000");
}

TEST_F(session_stale_plan, of_several_requests_on_their_way_is_healed_for_each_in_order) {
  call& first = d.query("A");
  call& second = d.query("A");
  call& third = d.query("A");
  call& waiting = d.query("B");
  call& behind = d.query("A");
  EXPECT_EQ(d.sent(), executed + " " + executed + " " + executed + " Parse(pgcoro_2:B) Describe(pgcoro_2) Flush");
  EXPECT_FALSE(d.reply(changed()));
  EXPECT_FALSE(d.reply(changed()));
  EXPECT_FALSE(d.reply(changed()));
  EXPECT_FALSE(d.reply(server_reply().describe({})));  // B was on its way and goes first
  EXPECT_EQ(d.sent(), "Bind(pgcoro_2) Execute Sync Close(pgcoro_1) Parse(pgcoro_3:A) Describe(pgcoro_3) Flush");
  EXPECT_FALSE(d.reply(server_reply().bound().complete("B").ready().closed().describe({"a"})));
  EXPECT_EQ(d.sent(),
            "Bind(pgcoro_3) Execute Sync Bind(pgcoro_3) Execute Sync Bind(pgcoro_3) Execute Sync "
            "Bind(pgcoro_3) Execute Sync");
  for (const char* const value : {"1", "2", "3", "4"})
    EXPECT_FALSE(d.reply(server_reply().bound().row({value}).complete("A").ready()));
  EXPECT_EQ(first.outcome(), "columns(a) row(1) A");
  EXPECT_EQ(second.outcome(), "columns(a) row(2) A");
  EXPECT_EQ(third.outcome(), "columns(a) row(3) A");
  EXPECT_EQ(behind.outcome(), "columns(a) row(4) A");
  EXPECT_EQ(waiting.outcome(), "B");
}

TEST_F(session_stale_plan, in_a_pipeline_starts_the_whole_again) {
  d.know("B");
  call& c = d.pipeline(statement_text{"A"}, statement_text{"B"});
  EXPECT_EQ(d.sent(), "Bind(pgcoro_1) Execute Bind(pgcoro_2) Execute Sync");
  EXPECT_FALSE(d.reply(server_reply().bound().row({"1"}).complete("INSERT 0 1").then(changed())));
  EXPECT_EQ(c.answered, 0);
  EXPECT_EQ(d.sent(), "Close(pgcoro_2) Parse(pgcoro_3:B) Describe(pgcoro_3) Flush");
  EXPECT_FALSE(d.reply(server_reply().closed().describe({})));
  EXPECT_EQ(d.sent(), "Bind(pgcoro_1) Execute Bind(pgcoro_3) Execute Sync");
  EXPECT_FALSE(d.reply(server_reply().bound().row({"2"}).complete("INSERT 0 1").bound().complete("B").ready()));
  EXPECT_EQ(c.outcome(), "columns(a) row(2) INSERT 0 1 | B");
}

TEST_F(session_stale_plan, in_a_pipeline_is_not_healed_where_something_may_have_stayed) {
  d.know("B");
  call& c = d.pipeline(statement_text{"A"}, statement_text{"B"});
  d.take_output();
  EXPECT_FALSE(d.reply(server_reply().bound().row({"1"}).complete("COMMIT").then(changed())));
  EXPECT_EQ(name_of(c.error), "0A000");
}

TEST_F(session_stale_plan, of_a_handle_is_healed_too) {
  call& p = d.prepare("H");
  d.take_output();
  EXPECT_FALSE(d.reply(server_reply().describe({"a"}).ready()));
  call& c = d.execute(p);
  EXPECT_EQ(d.sent(), "Bind(pgcoro_2) Execute Sync");
  EXPECT_FALSE(d.reply(gone()));
  EXPECT_EQ(d.sent(), "Close(pgcoro_2) Parse(pgcoro_3:H) Describe(pgcoro_3) Flush");
  EXPECT_FALSE(d.reply(server_reply().closed().describe({"a"}).bound().row({"1"}).complete("H").ready()));
  EXPECT_EQ(c.outcome(), "columns(a) row(1) H");
  EXPECT_EQ(p.handle->generation, 2u);
}

TEST_F(session_stale_plan, of_many_rows_starts_at_the_first_row_again) {
  call& c = d.many("A", 2);
  EXPECT_EQ(d.sent(), "Bind(pgcoro_1) Execute Bind(pgcoro_1) Execute Sync");
  EXPECT_FALSE(d.reply(changed()));
  EXPECT_EQ(c.source.restarts, 1);
  EXPECT_EQ(d.sent(), described_anew);
  EXPECT_FALSE(d.reply(server_reply().closed().describe({})));
  EXPECT_EQ(d.sent(), "Bind(pgcoro_2) Execute Bind(pgcoro_2) Execute Sync");
  EXPECT_FALSE(d.reply(server_reply().bound().complete("1").bound().complete("2").ready()));
  EXPECT_EQ(c.outcome(), "1 2");
}

TEST_F(session_stale_plan, of_many_rows_that_cannot_start_again_ends_with_what_the_range_has_thrown) {
  call& c = d.many("A", 2);
  c.source.throws_on_restart = true;
  d.take_output();
  EXPECT_FALSE(d.reply(changed()));
  EXPECT_EQ(d.sent(), described_anew);
  EXPECT_FALSE(d.reply(server_reply().closed().describe({})));
  EXPECT_EQ(d.sent(), "Sync");
  EXPECT_FALSE(d.reply(server_reply().ready()));
  EXPECT_EQ(c.outcome(), "invalid_value");
  EXPECT_TRUE(c.source.thrown);
}

TEST_F(session_stale_plan, of_a_request_that_nobody_waits_for_is_let_go) {
  call& c = d.query("A");
  d.take_output();
  d.abandon(c);
  EXPECT_FALSE(d.reply(gone()));
  EXPECT_EQ(d.sent(), "");
  EXPECT_FALSE(d.session.busy());
}

TEST_F(session_stale_plan, that_waits_to_go_again_can_be_given_up) {
  call& first = d.query("A");
  call& second = d.query("A");
  d.take_output();
  EXPECT_FALSE(d.reply(gone()));
  EXPECT_FALSE(d.reply(gone()));
  EXPECT_FALSE(d.abandon(second));  // not a byte of the second attempt is written
  EXPECT_EQ(d.sent(), described_anew);
  EXPECT_FALSE(d.reply(server_reply().closed().describe({}).bound().complete("A").ready()));
  EXPECT_EQ(first.outcome(), "A");
  EXPECT_EQ(d.sent(), "Bind(pgcoro_2) Execute Sync");
  EXPECT_FALSE(d.session.busy());
}

TEST(session_describe, that_failed_may_be_begun_anew_before_ready_for_query) {
  dialogue d;
  d.query("A");
  d.take_output();
  call& again = d.query("A");
  EXPECT_FALSE(d.reply(server_reply().error("42P01")));
  EXPECT_EQ(d.sent(), "Sync Close(pgcoro_1) Parse(pgcoro_2:A) Describe(pgcoro_2) Flush");
  EXPECT_FALSE(d.reply(server_reply().ready().closed().describe({"a"})));
  EXPECT_EQ(d.sent(), "Bind(pgcoro_2) Execute Sync");
  EXPECT_FALSE(d.reply(server_reply().bound().row({"1"}).complete("A").ready()));
  EXPECT_EQ(again.outcome(), "columns(a) row(1) A");
}

}  // namespace
}  // namespace pgcoro::detail::test
