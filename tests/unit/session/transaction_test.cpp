// Transactions and savepoints as the session has them: what rides in front of a request, and what ends a block.
#include <functional>
#include <gtest/gtest.h>

#include "unit/session/dialogue.hpp"

namespace pgcoro::detail::test {
namespace {

const std::string begin = "Parse(:BEGIN) Bind() Execute ";

server_reply opened(std::string_view tag = "BEGIN") { return server_reply().parsed().bound().complete(tag); }
server_reply answered(char status = 'T') { return server_reply().bound().row({"1"}).complete("A").ready(status); }

struct session_transaction : testing::Test {
  session_transaction() {
    d.know("A");
    d.know("B");
  }

  block_id open() { return d.session.open_transaction("BEGIN", false); }
  /// A transaction in which A has run.
  block_id entered() {
    const block_id tx = open();
    d.query("A");
    d.take_output();
    EXPECT_FALSE(d.reply(opened().then(answered())));
    return tx;
  }

  dialogue d;
  const std::string a = "Bind(pgcoro_1) Execute Sync";
  const std::string b = "Bind(pgcoro_2) Execute Sync";
};

TEST_F(session_transaction, begins_in_front_of_its_first_statement_and_in_its_sync_group) {
  const block_id tx = open();
  EXPECT_EQ(d.sent(), "");
  call& first = d.query("A");
  EXPECT_EQ(d.sent(), begin + a);
  EXPECT_FALSE(d.reply(opened().then(answered())));
  EXPECT_EQ(first.outcome(), "columns(a) row(1) A");
  call& second = d.query("B");
  EXPECT_EQ(d.sent(), b);
  EXPECT_FALSE(d.reply(answered()));
  call& end = d.end(tx);
  EXPECT_EQ(d.sent(), "Query(COMMIT)");
  EXPECT_FALSE(d.reply(server_reply().complete("COMMIT").ready()));
  EXPECT_TRUE(second.done() && end.done());
  EXPECT_FALSE(end.error);
  d.query("A");
  EXPECT_EQ(d.sent(), a);
}

TEST_F(session_transaction, begins_in_front_of_a_statement_that_has_to_be_described) {
  open();
  call& first = d.query("C");
  EXPECT_EQ(d.sent(), begin + "Parse(pgcoro_3:C) Describe(pgcoro_3) Flush");
  EXPECT_FALSE(d.reply(opened().then(server_reply().describe({"a"}))));
  EXPECT_EQ(d.sent(), "Bind(pgcoro_3) Execute Sync");
  EXPECT_FALSE(d.reply(answered()));
  EXPECT_EQ(first.outcome(), "columns(a) row(1) A");
}

TEST_F(session_transaction, begins_in_front_of_whatever_comes_first) {
  const auto first_of = [](auto start) {
    dialogue fresh;
    fresh.session.open_transaction("BEGIN", false);
    start(fresh);
    return fresh.sent();
  };
  EXPECT_EQ(first_of([](dialogue& f) {
              f.pipeline({{"X", {}, statement_mode::unnamed}, {"Y", {}, statement_mode::unnamed}});
            }),
            begin + "Parse(:X) Bind() Describe(portal) Execute Parse(:Y) Bind() Describe(portal) Execute Sync");
  EXPECT_EQ(first_of([](dialogue& f) { f.script("X"); }), "Query(BEGIN; X)");
  EXPECT_EQ(first_of([](dialogue& f) { f.prepare("X"); }), begin + "Parse(pgcoro_1:X) Describe(pgcoro_1) Sync");
  EXPECT_EQ(first_of([](dialogue& f) { f.many("X", 2); }), begin + "Parse(pgcoro_1:X) Describe(pgcoro_1) Flush");
  EXPECT_EQ(first_of([](dialogue& f) { f.sync(); }), "Sync") << "asks nothing, needs nothing";
}

TEST_F(session_transaction, runs_its_first_statement_only_where_it_could_begin) {
  const block_id tx = open();
  call& first = d.query("A");
  call& second = d.query("B");
  EXPECT_EQ(d.sent(), begin + a) << "the second would run by itself if BEGIN failed";
  EXPECT_FALSE(d.reply(server_reply().parsed().bound().error("0A000").ready()));
  EXPECT_EQ(first.outcome(), "0A000");
  EXPECT_TRUE(first.error.safe_to_retry());
  EXPECT_EQ(first.error.statement(), "BEGIN");
  EXPECT_EQ(second.outcome(), "transaction_aborted");
  call& third = d.query("A");
  EXPECT_EQ(third.outcome(), "transaction_aborted");
  EXPECT_TRUE(third.legs[0].error.safe_to_retry());
  EXPECT_EQ(d.sent(), "");

  call& end = d.end(tx);
  EXPECT_EQ(name_of(end.error), "transaction_aborted");
  EXPECT_EQ(d.sent(), "");
  d.query("A");
  EXPECT_EQ(d.sent(), a) << "the transaction is over";
}

TEST_F(session_transaction, that_could_not_begin_is_rolled_back_without_a_word) {
  const block_id tx = open();
  d.query("A");
  d.take_output();
  EXPECT_FALSE(d.reply(server_reply().parsed().bound().error("0A000").ready()));
  call& end = d.end(tx, block_ending::rollback);
  EXPECT_FALSE(end.error);
  EXPECT_TRUE(end.done());
  EXPECT_EQ(d.sent(), "");
}

TEST_F(session_transaction, that_a_statement_of_its_own_has_ended_takes_no_more) {
  const block_id tx = entered();
  d.script("COMMIT");
  EXPECT_EQ(d.sent(), "Query(COMMIT)");
  EXPECT_FALSE(d.reply(server_reply().complete("COMMIT").ready()));
  EXPECT_EQ(d.query("B").outcome(), "transaction_aborted");
  EXPECT_EQ(d.sent(), "");
  EXPECT_EQ(name_of(d.end(tx).error), "transaction_aborted");
  d.query("B");
  EXPECT_EQ(d.sent(), b);
}

TEST_F(session_transaction, in_which_nothing_was_started_ends_without_a_word) {
  for (const block_ending how : {block_ending::commit, block_ending::rollback}) {
    const block_id tx = open();
    call& end = d.end(tx, how);
    EXPECT_TRUE(end.done());
    EXPECT_FALSE(end.error);
    EXPECT_EQ(d.sent(), "");
  }
  const block_id tx = open();
  d.session.roll_back(tx);
  d.query("A");
  EXPECT_EQ(d.sent(), a);
}

TEST_F(session_transaction, dropped_is_rolled_back_before_anything_else) {
  const block_id tx = entered();
  d.session.roll_back(tx);
  call& next = d.query("B");
  EXPECT_EQ(d.sent(), "Query(ROLLBACK) " + b);
  EXPECT_FALSE(d.reply(server_reply().complete("ROLLBACK").ready().then(answered('I'))));
  EXPECT_EQ(next.outcome(), "columns(a) row(1) A");
  d.session.roll_back(tx);
  EXPECT_EQ(d.sent(), "") << "it has ended";
}

TEST_F(session_transaction, hands_begin_on_when_its_first_statement_is_withdrawn) {
  open();
  call& first = d.query("A");
  call& second = d.query("B");
  EXPECT_FALSE(d.abandon(first));
  EXPECT_EQ(d.sent(), begin + b);
  EXPECT_FALSE(d.reply(opened().then(answered())));
  EXPECT_TRUE(second.done());
}

TEST_F(session_transaction, keeps_begin_for_the_next_when_its_only_statement_is_withdrawn) {
  open();
  call& first = d.query("A");
  d.abandon(first);
  EXPECT_EQ(d.sent(), "");
  d.query("B");
  EXPECT_EQ(d.sent(), begin + b);
}

TEST_F(session_transaction, whose_only_statement_was_withdrawn_after_it_ended_sends_nothing) {
  const block_id tx = open();
  call& first = d.query("A");
  d.session.roll_back(tx);
  d.query("B");
  d.abandon(first);
  EXPECT_EQ(d.sent(), b);
}

TEST_F(session_transaction, whose_first_statement_was_cancelled_in_flight_goes_on) {
  const block_id tx = open();
  call& first = d.query("A");
  d.take_output();
  EXPECT_TRUE(d.abandon(first));
  call& second = d.query("B");
  EXPECT_EQ(d.sent(), "");
  EXPECT_FALSE(d.reply(opened().then(server_reply().error("57014").ready('E'))));
  EXPECT_EQ(d.sent(), b);
  EXPECT_FALSE(d.reply(server_reply().error("25P02").ready('E')));
  EXPECT_EQ(second.outcome(), "25P02");
  d.end(tx, block_ending::rollback);
  EXPECT_EQ(d.sent(), "Query(ROLLBACK)");
}

TEST_F(session_transaction, whose_begin_was_hit_by_a_cancel_takes_no_statements) {
  open();
  call& first = d.query("A");
  d.take_output();
  EXPECT_TRUE(d.abandon(first));
  call& second = d.query("B");
  EXPECT_FALSE(d.reply(server_reply().error("57014").ready('I')));
  EXPECT_EQ(second.outcome(), "transaction_aborted");
  EXPECT_EQ(d.sent(), "");
}

TEST_F(session_transaction, commit_answered_with_rollback_is_an_error) {
  const block_id tx = entered();
  call& end = d.end(tx);
  d.take_output();
  EXPECT_FALSE(d.reply(server_reply().complete("ROLLBACK").ready()));
  EXPECT_EQ(name_of(end.error), "transaction_aborted");
  EXPECT_TRUE(end.error.safe_to_retry()) << "nothing of it is left";
}

TEST_F(session_transaction, commit_that_fails_gives_the_servers_error) {
  const block_id tx = entered();
  call& end = d.end(tx);
  d.take_output();
  EXPECT_FALSE(d.reply(server_reply().error("23505").ready()));  // a deferred constraint
  EXPECT_EQ(name_of(end.error), "23505");
  d.query("A");
  EXPECT_EQ(d.sent(), a);
}

TEST_F(session_transaction, commit_that_leaves_the_transaction_open_is_followed_by_rollback) {
  const block_id tx = entered();
  call& end = d.end(tx);
  d.take_output();
  EXPECT_TRUE(d.abandon(end));
  d.query("B");
  EXPECT_FALSE(d.reply(server_reply().error("57014").ready('E')));  // before it took effect
  EXPECT_EQ(d.sent(), "Query(ROLLBACK) " + b);
  EXPECT_FALSE(d.reply(server_reply().complete("ROLLBACK").ready().then(answered('I'))));
}

TEST_F(session_transaction, commit_cancelled_before_it_left_becomes_rollback) {
  const block_id tx = entered();
  call& end = d.end(tx);
  call& next = d.query("B");
  EXPECT_FALSE(d.abandon(end)) << "nothing was committed";
  EXPECT_EQ(d.sent(), "Query(ROLLBACK) " + b);
  EXPECT_FALSE(d.reply(server_reply().complete("ROLLBACK").ready().then(answered('I'))));
  EXPECT_TRUE(next.done());
}

TEST_F(session_transaction, rollback_cancelled_is_carried_out) {
  const block_id tx = entered();
  call& end = d.end(tx, block_ending::rollback);
  EXPECT_TRUE(d.abandon(end));
  EXPECT_EQ(d.sent(), "Query(ROLLBACK)");
  EXPECT_FALSE(d.session.wants_cancel());
  EXPECT_FALSE(d.reply(server_reply().complete("ROLLBACK").ready()));
}

TEST_F(session_transaction, dropped_does_not_keep_a_statement_of_it_from_being_cancelled) {
  const block_id tx = entered();
  call& endless = d.query("B");
  d.session.roll_back(tx);
  EXPECT_EQ(d.sent(), b + " Query(ROLLBACK)");
  EXPECT_TRUE(d.abandon(endless));
  EXPECT_TRUE(d.session.wants_cancel());
  EXPECT_FALSE(d.reply(server_reply().error("57014").ready('E')));
  EXPECT_FALSE(d.reply(server_reply().error("57014").ready('E')));  // the request came late, and hit ROLLBACK
  d.query("A");
  EXPECT_EQ(d.sent(), "Query(ROLLBACK) " + a);
}

TEST_F(session_transaction, commit_is_in_doubt_where_the_connection_is_lost_before_its_reply) {
  const block_id tx = entered();
  call& end = d.end(tx);
  d.take_output(3);
  d.lose();
  EXPECT_EQ(name_of(end.error), "in_doubt");
  EXPECT_FALSE(end.error.safe_to_retry());
  EXPECT_FALSE(end.error.connection_usable());
}

TEST_F(session_transaction, commit_is_in_doubt_where_a_fatal_error_answers_it) {
  const block_id tx = entered();
  call& end = d.end(tx);
  d.take_output();
  const error_info fatal = d.reply(server_reply().error("57P01", "FATAL"));
  d.lose(fatal);
  EXPECT_EQ(name_of(end.error), "in_doubt");
}

TEST_F(session_transaction, commit_is_in_no_doubt_where_it_was_not_sent) {
  const block_id tx = entered();
  call& end = d.end(tx);
  d.lose();
  EXPECT_EQ(name_of(end.error), "connection_closed");
  EXPECT_TRUE(end.error.safe_to_retry());
}

TEST_F(session_transaction, commit_is_in_no_doubt_where_the_server_has_said_so) {
  const block_id tx = entered();
  call& end = d.end(tx);
  d.take_output();
  EXPECT_FALSE(d.reply(server_reply().complete("COMMIT")));
  d.lose();
  EXPECT_FALSE(end.error);
}

TEST_F(session_transaction, learns_its_id_where_it_asks) {
  d.session.open_transaction("BEGIN", true);
  d.query("A");
  EXPECT_EQ(d.sent(), begin + "Parse(:SELECT pg_current_xact_id()) Bind() Execute " + a);
  EXPECT_FALSE(d.reply(
      opened().then(server_reply().parsed().bound().row({"8589934599"}).complete("SELECT 1").then(answered()))));
  EXPECT_EQ(d.session.transaction_xid(), 8589934599u);
}

TEST_F(session_transaction, learns_its_id_in_front_of_a_script_too) {
  d.session.open_transaction("BEGIN", true);
  call& c = d.script("X");
  EXPECT_EQ(d.sent(), "Query(BEGIN; SELECT pg_current_xact_id(); X)");
  EXPECT_FALSE(d.reply(
      server_reply().complete("BEGIN").columns({"x"}).row({"77"}).complete("SELECT 1").complete("X").ready('T')));
  EXPECT_EQ(c.outcome(), "X");
  EXPECT_EQ(d.session.transaction_xid(), 77u);
}

TEST_F(session_transaction, begins_in_a_script_that_something_is_closed_in_front_of) {
  d.session.close_portal("p");
  open();
  call& c = d.script("X");
  EXPECT_EQ(d.sent(), "Close(p) Query(BEGIN; X)");
  EXPECT_FALSE(d.reply(server_reply().closed().complete("BEGIN").complete("X").ready('T')));
  EXPECT_EQ(c.outcome(), "X");
}

TEST_F(session_transaction, refuses_what_is_no_id) {
  for (const char* id : {"", "12x", "-1", "99999999999999999999999"}) {
    dialogue fresh;
    fresh.session.open_transaction("BEGIN", true);
    fresh.script("X");
    fresh.take_output();
    EXPECT_TRUE(fresh.reply(server_reply().complete("BEGIN").columns({"x"}).row({id}))) << id;
  }
  dialogue fresh;
  fresh.session.open_transaction("BEGIN", true);
  fresh.script("X");
  fresh.take_output();
  EXPECT_TRUE(fresh.reply(server_reply().complete("BEGIN").columns({"x"}).row({"1", "2"})));
}

TEST_F(session_transaction, refuses_replies_in_another_order) {
  using step = std::function<void(server_reply&)>;
  const step wrong[] = {
      [](server_reply& r) { r.bound(); },           [](server_reply& r) { r.complete("BEGIN"); },
      [](server_reply& r) { r.parsed().parsed(); }, [](server_reply& r) { r.parsed().bound().row({"1"}); },
      [](server_reply& r) { r.ready(); },           [](server_reply& r) { r.parsed().bound().ready(); },
      [](server_reply& r) { r.columns({"a"}); },    [](server_reply& r) { r.closed(); },
  };
  for (const step& say : wrong) {
    dialogue fresh;
    fresh.session.open_transaction("BEGIN", false);
    fresh.query({"A", {}, statement_mode::unnamed});
    fresh.take_output();
    server_reply r;
    say(r);
    EXPECT_TRUE(fresh.reply(r));
  }
}

TEST_F(session_transaction, an_end_is_answered_by_its_tag_alone) {
  const server_reply wrong[] = {
      server_reply().row({"1"}), server_reply().columns({"a"}), server_reply().empty().ready(), server_reply().ready(),
      server_reply().bound(),    server_reply().copy_in(),      server_reply().copy_out()};
  for (const server_reply& r : wrong) {
    dialogue fresh;
    const block_id tx = fresh.session.open_transaction("BEGIN", false);
    fresh.script("X");
    fresh.take_output();
    EXPECT_FALSE(fresh.reply(server_reply().complete("BEGIN").complete("X").ready('T')));
    fresh.end(tx);
    fresh.take_output();
    EXPECT_TRUE(fresh.reply(r));
  }
}

TEST_F(session_transaction, position_of_an_error_is_that_in_the_users_script) {
  open();
  call& c = d.script("SELEC 1");
  d.take_output();
  protocol::error_response report;
  const protocol::error_field fields[] = {{'S', "ERROR"}, {'C', "42601"}, {'M', "syntax error"}, {'P', "8"}};
  report.fields = fields;
  EXPECT_FALSE(d.reply(server_reply().add(report).ready()));
  EXPECT_EQ(c.legs[0].error.server()->position, 1u) << "'BEGIN; ' is ours";
}

TEST_F(session_transaction, heals_a_stale_plan_of_its_first_statement) {
  const block_id tx = open();
  call& c = d.query("A");
  EXPECT_EQ(d.sent(), begin + a);
  EXPECT_FALSE(d.reply(opened().then(server_reply().error("0A000", "ERROR", "RevalidateCachedQuery").ready('E'))));
  EXPECT_EQ(d.sent(),
            "Parse(:ROLLBACK) Bind() Execute " + begin + "Close(pgcoro_1) Parse(pgcoro_3:A) Describe(pgcoro_3) Flush");
  EXPECT_FALSE(d.reply(opened("ROLLBACK").then(opened()).then(server_reply().closed().describe({"a"}))));
  EXPECT_EQ(d.sent(), "Bind(pgcoro_3) Execute Sync");
  EXPECT_FALSE(d.reply(answered()));
  EXPECT_EQ(c.outcome(), "columns(a) row(1) A");
  call& end = d.end(tx);
  EXPECT_EQ(d.sent(), "Query(COMMIT)");
  EXPECT_FALSE(d.reply(server_reply().complete("COMMIT").ready()));
  EXPECT_FALSE(end.error);
}

TEST_F(session_transaction, does_not_heal_a_stale_plan_behind_other_statements) {
  entered();
  call& c = d.query("B");
  d.take_output();
  EXPECT_FALSE(d.reply(server_reply().error("0A000", "ERROR", "RevalidateCachedQuery").ready('E')));
  EXPECT_EQ(c.outcome(), "0A000");
}

TEST_F(session_transaction, a_statement_that_cannot_be_encoded_leaves_a_transaction_that_can_go_on) {
  open();
  call& wrong = d.query(statement_text{"A", 7});  // takes no parameters
  call& good = d.query("B");
  EXPECT_EQ(wrong.outcome(), "not answered");
  EXPECT_EQ(d.sent(), begin + "Sync");
  EXPECT_FALSE(d.reply(opened().then(server_reply().ready('T'))));
  EXPECT_EQ(wrong.outcome(), "parameter_count_mismatch");
  EXPECT_TRUE(wrong.legs[0].error.safe_to_retry());
  EXPECT_EQ(d.sent(), b);
  EXPECT_FALSE(d.reply(answered()));
  EXPECT_TRUE(good.done());
}

struct session_savepoint : session_transaction {
  session_savepoint() : tx(entered()), savepoint(d.session.open_savepoint()) {}

  void enter() {
    d.query("B");
    d.take_output();
    EXPECT_FALSE(d.reply(opened("SAVEPOINT").then(answered())));
  }

  block_id tx;
  block_id savepoint;
};

TEST_F(session_savepoint, is_set_in_front_of_its_first_statement) {
  d.query("B");
  EXPECT_EQ(d.sent(), "Parse(:SAVEPOINT pgcoro_2) Bind() Execute " + b);
  EXPECT_FALSE(d.reply(opened("SAVEPOINT").then(answered())));
  call& end = d.end(savepoint);
  EXPECT_EQ(d.sent(), "Query(RELEASE SAVEPOINT pgcoro_2)");
  EXPECT_FALSE(d.reply(server_reply().complete("RELEASE").ready('T')));
  EXPECT_FALSE(end.error);
  d.end(tx);
  EXPECT_EQ(d.sent(), "Query(COMMIT)");
}

TEST_F(session_savepoint, rolled_back_is_gone) {
  enter();
  call& end = d.end(savepoint, block_ending::rollback);
  EXPECT_EQ(d.sent(), "Query(ROLLBACK TO SAVEPOINT pgcoro_2; RELEASE SAVEPOINT pgcoro_2)");
  EXPECT_FALSE(d.reply(server_reply().complete("ROLLBACK").complete("RELEASE").ready('T')));
  EXPECT_FALSE(end.error);
  d.query("A");
  EXPECT_EQ(d.sent(), a);
}

TEST_F(session_savepoint, dropped_is_rolled_back_before_anything_else) {
  enter();
  d.session.roll_back(savepoint);
  d.query("A");
  EXPECT_EQ(d.sent(), "Query(ROLLBACK TO SAVEPOINT pgcoro_2; RELEASE SAVEPOINT pgcoro_2) " + a);
}

TEST_F(session_savepoint, in_which_nothing_was_started_ends_without_a_word) {
  EXPECT_FALSE(d.end(savepoint).error);
  d.query("A");
  EXPECT_EQ(d.sent(), a);
}

TEST_F(session_savepoint, goes_with_its_transaction) {
  enter();
  d.session.roll_back(tx);
  EXPECT_EQ(d.sent(), "Query(ROLLBACK)");
  EXPECT_FALSE(d.reply(server_reply().complete("ROLLBACK").ready()));
  d.session.roll_back(savepoint);
  EXPECT_EQ(d.sent(), "");
}

TEST_F(session_savepoint, that_cannot_be_released_is_rolled_back_so_that_the_transaction_goes_on) {
  enter();
  call& end = d.end(savepoint);
  d.take_output();
  EXPECT_FALSE(d.reply(server_reply().error("25P02").ready('E')));
  EXPECT_EQ(name_of(end.error), "25P02");
  EXPECT_EQ(d.sent(), "Query(ROLLBACK TO SAVEPOINT pgcoro_2; RELEASE SAVEPOINT pgcoro_2)");
  EXPECT_FALSE(d.reply(server_reply().complete("ROLLBACK").complete("RELEASE").ready('T')));
  d.end(tx);
  EXPECT_EQ(d.sent(), "Query(COMMIT)");
}

TEST_F(session_savepoint, that_could_not_be_set_is_rolled_back_without_a_word) {
  call& c = d.query("B");
  d.take_output();
  EXPECT_FALSE(d.reply(server_reply().error("25P02").ready('E')));
  EXPECT_EQ(c.outcome(), "25P02");
  EXPECT_FALSE(d.end(savepoint, block_ending::rollback).error);
  EXPECT_EQ(d.sent(), "");
  d.end(tx);
  EXPECT_EQ(d.sent(), "Query(COMMIT)") << "the server answers that with ROLLBACK";
}

TEST_F(session_savepoint, rides_behind_begin_where_nothing_has_run_yet) {
  dialogue fresh;
  fresh.session.open_transaction("BEGIN", false);
  const block_id inner = fresh.session.open_savepoint();
  call& c = fresh.query({"X", {}, statement_mode::unnamed});
  call& outer = fresh.query({"Y", {}, statement_mode::unnamed});
  fresh.session.roll_back(inner);
  fresh.abandon(c);
  fresh.abandon(outer);
  fresh.query({"Z", {}, statement_mode::unnamed});
  EXPECT_EQ(fresh.sent(), begin + "Parse(:Z) Bind() Describe(portal) Execute Sync")
      << "of the savepoint nothing is left";
}

}  // namespace
}  // namespace pgcoro::detail::test
