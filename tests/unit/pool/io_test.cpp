// What a pool does with its connections, as their server sees it.
#include "unit/pool/served_pool.hpp"

namespace pgcoro::test {
namespace {

using protocol::transaction_status;

pool_options of_size(std::size_t max_size) {
  pool_options options;
  options.max_size = max_size;
  return options;
}

// Opening

ASYNC_TEST(pool_opening, goes_on_for_those_who_wait_after_a_server_was_not_ready) {
  served_pool s(co_await asio::this_coro::executor, of_size(1));
  pending waits = co_await start(use_once(s.pool));
  co_await s.turn_away("57P03");
  co_await s.turn_away("57P03");
  fake_peer peer = co_await let_in_for(s, waits);
  EXPECT_EQ(s.pool.statistics().open_failures, 2u);
}

ASYNC_TEST(pool_opening, tells_everybody_at_once_that_the_password_is_wrong) {
  served_pool s(co_await asio::this_coro::executor, of_size(1));
  pending first = co_await start(use_once(s.pool));
  pending second = co_await start(use_once(s.pool));
  co_await s.turn_away("28P01");
  for (pending* each : {&first, &second}) {
    const error_info failed = co_await each->outcome();
    EXPECT_EQ(failed.code(), sqlstate::invalid_password);
    EXPECT_TRUE(failed.safe_to_retry());
  }
  EXPECT_EQ(s.pool.statistics().size, 0u);
}

ASYNC_TEST(pool_opening, says_at_the_deadline_what_the_server_said_last) {
  pool_options options = of_size(1);
  options.acquire_timeout = 60ms;
  served_pool s(co_await asio::this_coro::executor, options);
  pending waits = co_await start(use_once(s.pool));
  while (!waits.ended()) {
    const bool calls = co_await s.server.somebody_calls();
    if (calls) co_await s.turn_away("57P03");
  }
  const error_info failed = co_await waits.outcome();
  EXPECT_EQ(failed.code(), sqlstate::cannot_connect_now);
  EXPECT_NE(failed.message().find("no connection within 60 ms"), std::string::npos) << failed.message();
}

ASYNC_TEST(pool_opening, gives_a_silent_server_up_after_connect_timeout_and_asks_again) {
  pool_options options = of_size(1);
  options.connect_timeout = 50ms;
  served_pool s(co_await asio::this_coro::executor, options);
  pending waits = co_await start(use_once(s.pool));
  fake_peer silent = co_await s.server.accept();
  fake_peer peer = co_await let_in_for(s, waits);
}

// Checking

ASYNC_TEST(pool_checking, a_server_that_answers_nothing_costs_the_connection_and_nobody_his_turn) {
  pool_options options = of_size(1);
  options.check_after = 1ns;
  options.check_timeout = 40ms;
  options.close_timeout = 40ms;
  served_pool s(co_await asio::this_coro::executor, options);
  lent first = co_await lend(s);
  first.db.release();
  pending waits = co_await start(use_once(s.pool));
  EXPECT_EQ(co_await first.peer.types(), "S");
  EXPECT_EQ(s.pool.statistics().recovering, 1u);
  fake_peer next = co_await let_in_for(s, waits);
  EXPECT_EQ(s.pool.statistics().closed_in_doubt, 1u);
}

/// How a server ends a session of which nobody wants anything.
asio::awaitable<void> end_session(fake_peer& peer, std::string how) {
  if (how == "RST") co_return peer.reset();
  if (how != "FIN") co_await peer.send(error_message("FATAL", how, "the server's last word"));
  peer.close();
}

ASYNC_TEST(pool_checking, an_idle_connection_that_the_server_ends_is_given_to_nobody) {
  for (const char* how : {"FIN", "RST", "57P01", "57P02", "57P03"}) {
    SCOPED_TRACE(how);
    served_pool s(co_await asio::this_coro::executor, of_size(1));
    lent first = co_await lend(s);
    first.db.release();
    co_await end_session(first.peer, how);
    co_await settle();
    EXPECT_EQ(s.pool.statistics().closed_lost, 1u) << "seen when it happens";
    lent second = co_await lend(s);
    EXPECT_TRUE(second.db->is_open());
  }
}

ASYNC_TEST(pool_checking, bytes_that_nobody_asked_for_cost_an_idle_connection) {
  served_pool s(co_await asio::this_coro::executor, of_size(1));
  lent first = co_await lend(s);
  first.db.release();
  co_await first.peer.send(text_row("what is left of somebody's answer"));
  co_await first.closed();
  lent second = co_await lend(s);
  EXPECT_TRUE(second.db->is_open());
  EXPECT_EQ(s.pool.statistics().closed_lost, 1u);
}

// Restoring

/// Its transaction is being rolled back then.
asio::awaitable<void> return_in_transaction(lent& l) {
  co_await l.begin();
  l.db.release();
  const std::string heard = co_await l.peer.query();
  EXPECT_EQ(heard, "ROLLBACK");
}

ASYNC_TEST(pool_restoring, a_rollback_that_fails_costs_the_connection) {
  served_pool s(co_await asio::this_coro::executor, of_size(1));
  lent first = co_await lend(s);
  co_await return_in_transaction(first);
  co_await first.peer.send(error_message("ERROR", "XX000", "no") + ready(transaction_status::failed));
  co_await first.peer.until_closed();
  EXPECT_EQ(s.pool.statistics().closed_in_doubt, 1u);
}

ASYNC_TEST(pool_restoring, a_transaction_that_is_still_open_after_rollback_costs_the_connection) {
  served_pool s(co_await asio::this_coro::executor, of_size(1));
  lent first = co_await lend(s);
  co_await return_in_transaction(first);
  co_await first.peer.send(bytes_of(protocol::command_complete{"ROLLBACK"}) +
                           ready(transaction_status::in_transaction));
  co_await first.peer.until_closed();
  EXPECT_EQ(s.pool.statistics().closed_in_doubt, 1u);
}

ASYNC_TEST(pool_restoring, a_discard_that_fails_costs_the_connection) {
  served_pool s(co_await asio::this_coro::executor, of_size(1));
  lent first = co_await lend(s);
  co_await first.set();
  first.db.release();
  EXPECT_NE((co_await first.peer.query()).find("RESET ALL"), std::string::npos);
  co_await first.peer.send(error_message("ERROR", "XX000", "no") + ready());
  co_await first.peer.until_closed();
  EXPECT_EQ(s.pool.statistics().closed_in_doubt, 1u);
}

ASYNC_TEST(pool_restoring, takes_no_longer_than_return_timeout) {
  pool_options options = of_size(1);
  options.return_timeout = 40ms;
  options.close_timeout = 40ms;
  served_pool s(co_await asio::this_coro::executor, options);
  lent first = co_await lend(s);
  co_await first.begin();
  first.db.release();
  pending waits = co_await start(use_once(s.pool));
  EXPECT_EQ(co_await first.peer.query(), "ROLLBACK");
  EXPECT_FALSE(waits.ended()) << "it counts against max_size";
  fake_peer next = co_await let_in_for(s, waits);
  EXPECT_EQ(s.pool.statistics().closed_in_doubt, 1u);
}

ASYNC_TEST(pool_restoring, one_that_is_lost_meanwhile_is_replaced) {
  served_pool s(co_await asio::this_coro::executor, of_size(1));
  lent first = co_await lend(s);
  co_await first.begin();
  first.db.release();
  pending waits = co_await start(use_once(s.pool));
  EXPECT_EQ(co_await first.peer.query(), "ROLLBACK");
  first.peer.reset();
  fake_peer next = co_await let_in_for(s, waits);
  EXPECT_EQ(s.pool.statistics().closed_lost, 1u);
}

/// A statement that was given up, and its lease given back; gives the connection that a cancel request comes on.
asio::awaitable<fake_peer> give_up_a_statement(served_pool& s, lent& with) {
  pending statement = co_await start(with.db->execute("SELECT slowly"));
  EXPECT_EQ(co_await with.peer.query(), "SELECT slowly");
  statement.cancel();
  EXPECT_EQ((co_await statement.outcome()).code(), asio::error::operation_aborted);
  with.db.release();
  fake_peer caller = co_await s.server.accept();
  const greeting words;
  co_await caller.expect_cancel(words.process_id, words.key);
  co_return caller;
}

ASYNC_TEST(pool_restoring, a_statement_that_was_given_up_is_ended_before_the_next_one_gets_the_connection) {
  served_pool s(co_await asio::this_coro::executor, of_size(1));
  lent first = co_await lend(s);
  fake_peer caller = co_await give_up_a_statement(s, first);
  pending waits = co_await start(use_once(s.pool));
  caller.close();
  co_await first.peer.send(cancelled());
  EXPECT_EQ(co_await first.peer.types(), "S") << "where the connection stands is made sure of";
  EXPECT_FALSE(waits.ended());
  co_await first.peer.send(ready());
  const error_info failed = co_await waits.outcome();
  EXPECT_FALSE(failed) << failed.what();
  EXPECT_EQ(s.pool.statistics().opened, 1u);
}

ASYNC_TEST(pool_restoring, a_cancel_request_that_is_still_on_its_way_hits_nobody) {
  served_pool s(co_await asio::this_coro::executor, of_size(1));
  lent first = co_await lend(s);
  fake_peer caller = co_await give_up_a_statement(s, first);
  lease db;
  pending acquiring = co_await start(acquire_into(s.pool, db));
  co_await first.peer.send(completed("UPDATE 0"));  // it has ended by itself
  EXPECT_TRUE(co_await first.peer.hears_nothing()) << "the server may cancel whatever it hears now";
  EXPECT_FALSE(acquiring.ended());
  caller.close();
  EXPECT_EQ(co_await first.peer.types(), "S");
  co_await first.peer.send(ready());
  EXPECT_NE((co_await first.peer.query()).find("RESET ALL"), std::string::npos) << "nobody has seen what it did";
  co_await first.peer.send(completed("DISCARD SEQUENCES"));
  const error_info failed = co_await acquiring.outcome();
  EXPECT_FALSE(failed) << failed.what();
}

ASYNC_TEST(pool_restoring, a_cancel_request_that_is_not_answered_costs_the_connection) {
  pool_options options = of_size(1);
  options.connect.cancel_timeout = 40ms;
  options.close_timeout = 40ms;
  served_pool s(co_await asio::this_coro::executor, options);
  lent first = co_await lend(s);
  fake_peer caller = co_await give_up_a_statement(s, first);
  pending waits = co_await start(use_once(s.pool));
  fake_peer next = co_await let_in_for(s, waits);
  EXPECT_EQ(s.pool.statistics().closed_lost + s.pool.statistics().closed_in_doubt, 1u);
}

// Returned broken, or refused

ASYNC_TEST(pool_return, one_that_was_lost_in_use_is_not_given_again) {
  served_pool s(co_await asio::this_coro::executor, of_size(1));
  lent first = co_await lend(s);
  pending statement = co_await start(first.db->execute("SELECT 1"));
  EXPECT_EQ(co_await first.peer.query(), "SELECT 1");
  first.peer.reset();
  EXPECT_FALSE((co_await statement.outcome()).connection_usable());
  first.db.release();
  lent second = co_await lend(s);
  EXPECT_TRUE(second.db->is_open());
  EXPECT_EQ(s.pool.statistics().opened, 2u);
}

ASYNC_TEST(pool_return, a_closed_connection_counts_until_the_server_has_closed_its_end) {
  served_pool s(co_await asio::this_coro::executor, of_size(1));
  lent first = co_await lend(s);
  first.db.discard();
  pending waits = co_await start(use_once(s.pool));
  co_await first.peer.until_closed();
  EXPECT_FALSE(co_await s.server.somebody_calls()) << "the server would have two";
  EXPECT_EQ(s.pool.statistics().size, 1u);
  first.peer.close();
  fake_peer next = co_await let_in_for(s, waits);
}

ASYNC_TEST(pool_return, but_no_longer_than_close_timeout) {
  pool_options options = of_size(1);
  options.close_timeout = 40ms;
  served_pool s(co_await asio::this_coro::executor, options);
  lent first = co_await lend(s);
  first.db.discard();
  lent second = co_await lend(s);
  EXPECT_TRUE(second.db->is_open());
}

ASYNC_TEST(pool_return, one_that_before_acquire_refuses_is_closed_and_the_next_one_tried) {
  int asked = 0;
  pool_options options = of_size(1);
  options.close_timeout = {};
  options.before_acquire = [&asked](connection&) -> asio::awaitable<bool> { co_return ++asked > 1; };
  served_pool s(co_await asio::this_coro::executor, options);
  lease db;
  pending acquiring = co_await start(acquire_into(s.pool, db));
  fake_peer refused = co_await s.let_in();
  fake_peer taken = co_await let_in_for(s, acquiring);
  EXPECT_EQ(asked, 2);
  co_await refused.until_closed();
  EXPECT_TRUE(db->is_open());
}

ASYNC_TEST(pool_return, what_before_acquire_throws_is_the_callers_and_costs_the_connection) {
  pool_options options = of_size(1);
  options.before_acquire = [](connection& db) -> asio::awaitable<bool> {
    co_await db.execute("SELECT fit");
    co_return true;
  };
  served_pool s(co_await asio::this_coro::executor, options);
  pending acquiring = co_await start(use_once(s.pool));
  fake_peer peer = co_await s.let_in();
  EXPECT_EQ(co_await peer.query(), "SELECT fit");
  co_await peer.send(error_message("ERROR", "42883", "no such function") + ready());
  EXPECT_EQ((co_await acquiring.outcome()).code(), sqlstate::undefined_function);
  co_await peer.until_closed();
  EXPECT_EQ(s.pool.statistics().in_use, 0u);
}

// The owner's wishes

ASYNC_TEST(pool_closing, waits_for_leases_until_the_last_is_back) {
  served_pool s(co_await asio::this_coro::executor, of_size(2));
  lent first = co_await lend(s);
  lent second = co_await lend(s);
  pending closing = co_await start(s.pool.close(30s));
  EXPECT_EQ((co_await error_of(s.pool.acquire())).code(), errc::connection_closed);
  first.db.release();
  co_await first.closed();
  co_await settle();
  EXPECT_FALSE(closing.ended());
  second.db.release();
  co_await second.closed();
  EXPECT_FALSE(co_await closing.outcome());
  EXPECT_EQ(s.pool.statistics().size, 0u);
}

ASYNC_TEST(pool_closing, at_its_deadline_closes_connections_under_their_users) {
  served_pool s(co_await asio::this_coro::executor, of_size(1));
  lent first = co_await lend(s);
  pending statement = co_await start(first.db->execute("SELECT slowly"));
  EXPECT_EQ(co_await first.peer.query(), "SELECT slowly");
  pending closing = co_await start(s.pool.close(40ms));
  EXPECT_EQ((co_await statement.outcome()).code(), errc::connection_closed);
  co_await first.closed();
  EXPECT_FALSE(co_await closing.outcome());
  first.db.release();
  EXPECT_EQ(s.pool.statistics().size, 0u);
}

ASYNC_TEST(pool_closing, gives_up_what_is_being_opened) {
  served_pool s(co_await asio::this_coro::executor, of_size(1));
  pending waits = co_await start(use_once(s.pool));
  fake_peer silent = co_await s.server.accept();
  pending closing = co_await start(s.pool.close(30s));
  EXPECT_EQ((co_await waits.outcome()).code(), errc::connection_closed);
  EXPECT_FALSE(co_await closing.outcome());
}

ASYNC_TEST(pool_closing, at_its_deadline_gives_up_what_is_being_restored) {
  served_pool s(co_await asio::this_coro::executor, of_size(1));
  lent first = co_await lend(s);
  co_await return_in_transaction(first);
  pending closing = co_await start(s.pool.close(40ms));
  co_await first.closed();
  EXPECT_FALSE(co_await closing.outcome());
}

ASYNC_TEST(pool_reset, closes_idle_connections_at_once_and_the_others_when_they_come_back) {
  served_pool s(co_await asio::this_coro::executor, of_size(2));
  lent idle = co_await lend(s);
  lent used = co_await lend(s);
  idle.db.release();
  s.pool.reset();
  co_await idle.closed();
  EXPECT_TRUE(co_await used.peer.hears_nothing()) << "it is in use";
  used.db.release();
  co_await used.closed();
  lent fresh = co_await lend(s);
  EXPECT_EQ(s.pool.statistics().opened, 3u);
}

ASYNC_TEST(pool_resize, opens_for_those_who_wait_and_closes_what_is_too_much) {
  served_pool s(co_await asio::this_coro::executor, of_size(1));
  lent first = co_await lend(s);
  pending waits = co_await start(use_once(s.pool));
  EXPECT_FALSE(co_await s.server.somebody_calls());
  s.pool.resize(0, 2);
  fake_peer second = co_await let_in_for(s, waits);
  s.pool.resize(0, 1);
  co_await second.until_closed();
  EXPECT_TRUE(first.db->is_open());
}

}  // namespace
}  // namespace pgcoro::test
