// How connections come and go.
#include "policy_run.hpp"

namespace pgcoro::test {
namespace {

const error_info refused(make_error_code(errc::connect_failed), "connection refused");

TEST(pool_life, keeps_min_size_from_the_start) {
  pool_options options = plain_options(5);
  options.min_size = 2;
  policy_run run(options);
  EXPECT_EQ(run.actions(), "");
  run.policy.start(run.now);
  EXPECT_EQ(run.actions(), "open 0; open 1");
  run.policy.opened(0, run.now);
  run.policy.opened(1, run.now);
  run.policy.lost(0, run.now);
  EXPECT_EQ(run.actions(), "close 0; open 2") << "another takes its place";
}

TEST(pool_life, a_closed_connection_counts_until_the_server_has_forgotten_it) {
  policy_run run(plain_options(1));
  run.open_idle(1);
  EXPECT_EQ(run.acquire("ann"), "granted 0");
  EXPECT_EQ(run.acquire("bob"), "queued");
  run.release(0, condition::broken);
  EXPECT_EQ(run.actions(), "close 0");
  run.policy.gone(0, run.now);
  EXPECT_EQ(run.actions(), "open 0");
}

TEST(pool_life, idle_connections_above_min_size_are_closed_after_idle_timeout) {
  pool_options options = plain_options(5);
  options.min_size = 1;
  options.idle_timeout = 60s;
  policy_run run(options);
  run.open_idle(3);
  EXPECT_EQ(run.policy.wake(), run.now + 60s);
  run.now += 30s;
  EXPECT_EQ(run.acquire("ann"), "granted 2");
  run.release(2);
  run.pass(30s);
  EXPECT_EQ(run.actions(), "close 0; close 1");
  EXPECT_EQ(run.policy.wake(), policy_run::never) << "the last one stays";
  EXPECT_EQ(run.statistics().closed_idle, 2u);
}

TEST(pool_life, a_connection_is_closed_when_it_is_free_after_its_lifetime) {
  pool_options options = plain_options(1);
  options.max_lifetime = 60s;
  options.jitter = 0;
  policy_run run(options);
  run.open_idle(1);
  EXPECT_EQ(run.acquire("ann"), "granted 0");
  run.pass(61s);
  EXPECT_EQ(run.actions(), "") << "not under its user";
  run.release(0);
  EXPECT_EQ(run.actions(), "close 0");
}

TEST(pool_life, an_idle_one_is_closed_at_the_end_of_its_lifetime_and_replaced_where_min_size_wants) {
  pool_options options = plain_options(2);
  options.min_size = 1;
  options.max_lifetime = 60s;
  options.jitter = 0;
  policy_run run(options);
  run.open_idle(1);
  EXPECT_EQ(run.policy.wake(), run.now + 60s);
  run.pass(60s);
  EXPECT_EQ(run.actions(), "close 0; open 1");
  EXPECT_EQ(run.statistics().closed_lifetime, 1u);
}

TEST(pool_life, lifetimes_differ_by_the_jitter) {
  pool_options options = plain_options(20);
  options.max_lifetime = 100s;
  options.jitter = 0.5;
  policy_run run(options);
  run.open_idle(20);
  run.pass(49s);
  EXPECT_EQ(run.statistics().size, 20u);
  run.pass(26s);
  const std::size_t closed = run.statistics().closed_lifetime;
  EXPECT_GT(closed, 2u);
  EXPECT_LT(closed, 18u);
  run.pass(25s);
  EXPECT_EQ(run.statistics().closed_lifetime, 20u);
}

TEST(pool_life, one_that_was_idle_long_is_checked_before_it_is_given) {
  pool_options options = plain_options(1);
  options.check_after = 30s;
  policy_run run(options);
  run.open_idle(1);
  run.now += 30s;
  EXPECT_EQ(run.acquire("ann"), "queued");
  EXPECT_EQ(run.actions(), "check 0");
  run.policy.checked(0, run.now, true);
  EXPECT_EQ(run.actions(), "grant 0 to ann");
}

TEST(pool_life, one_that_fails_its_check_is_replaced) {
  pool_options options = plain_options(2);
  options.check_after = 30s;
  policy_run run(options);
  run.open_idle(1);
  run.now += 30s;
  EXPECT_EQ(run.acquire("ann"), "queued");
  EXPECT_EQ(run.actions(), "check 0");
  run.policy.checked(0, run.now, false);
  EXPECT_EQ(run.actions(), "close 0; open 1");
  run.policy.opened(1, run.now);
  EXPECT_EQ(run.actions(), "grant 1 to ann");
  EXPECT_EQ(run.statistics().closed_in_doubt, 1u);
}

TEST(pool_life, a_lost_idle_connection_is_given_to_nobody) {
  policy_run run(plain_options(2));
  run.open_idle(2);
  run.policy.lost(1, run.now);
  EXPECT_EQ(run.actions(), "close 1");
  EXPECT_EQ(run.acquire("ann"), "granted 0");
  EXPECT_EQ(run.statistics().closed_lost, 1u);
}

TEST(pool_life, one_that_is_lost_in_use_is_closed_when_it_comes_back) {
  policy_run run(plain_options(1));
  run.open_idle(1);
  EXPECT_EQ(run.acquire("ann"), "granted 0");
  run.policy.lost(0, run.now);
  EXPECT_EQ(run.actions(), "");
  run.release(0);
  EXPECT_EQ(run.actions(), "close 0");
}

TEST(pool_life, one_that_is_lost_while_it_is_checked_or_restored_is_closed_once) {
  policy_run run(plain_options(1));
  run.open_idle(1);
  EXPECT_EQ(run.acquire("ann"), "granted 0");
  run.release(0, condition::dirty);
  EXPECT_EQ(run.actions(), "restore 0");
  run.policy.lost(0, run.now);
  EXPECT_EQ(run.actions(), "");
  run.policy.restored(0, run.now, true);
  EXPECT_EQ(run.actions(), "close 0");
}

TEST(pool_life, a_dirty_connection_is_restored_before_the_next_gets_it) {
  policy_run run(plain_options(1));
  run.open_idle(1);
  EXPECT_EQ(run.acquire("ann"), "granted 0");
  EXPECT_EQ(run.acquire("bob"), "queued");
  run.release(0, condition::dirty);
  EXPECT_EQ(run.actions(), "restore 0");
  EXPECT_EQ(run.statistics().recovering, 1u);
  run.policy.restored(0, run.now, true);
  EXPECT_EQ(run.actions(), "grant 0 to bob");
}

TEST(pool_life, one_that_cannot_be_restored_is_closed) {
  policy_run run(plain_options(1));
  run.open_idle(1);
  EXPECT_EQ(run.acquire("ann"), "granted 0");
  run.release(0, condition::dirty);
  EXPECT_EQ(run.actions(), "restore 0");
  run.policy.restored(0, run.now, false);
  EXPECT_EQ(run.actions(), "close 0");
}

TEST(pool_life, the_one_who_takes_a_connection_for_good_makes_room) {
  policy_run run(plain_options(1));
  run.open_idle(1);
  EXPECT_EQ(run.acquire("ann"), "granted 0");
  EXPECT_EQ(run.acquire("bob"), "queued");
  EXPECT_EQ(run.actions(), "");
  run.policy.forget(0, run.now);
  EXPECT_EQ(run.actions(), "open 0");
}

// A server that is down

TEST(pool_backoff, asks_a_server_that_is_down_once_at_a_time_and_ever_more_rarely) {
  pool_options options = plain_options(5);
  options.backoff_min = 100ms;
  options.backoff_max = 400ms;
  policy_run run(options);
  for (const char* who : {"ann", "bob", "cid"}) EXPECT_EQ(run.acquire(who), "queued");
  EXPECT_EQ(run.actions(), "open 0; open 1; open 2");
  for (pool_slot i = 0; i < 3; ++i) run.policy.open_failed(i, run.now, refused, false);
  EXPECT_EQ(run.actions(), "");
  EXPECT_GE(run.policy.wake(), run.now + 200ms) << "three have failed: 400 ms, less up to half of it";
  EXPECT_LE(run.policy.wake(), run.now + 400ms);
  run.pass(400ms);
  EXPECT_EQ(run.statistics().opening, 1u);
  run.actions();
  run.policy.open_failed(2, run.now, refused, false);
  EXPECT_LE(run.policy.wake(), run.now + 400ms) << "never longer than backoff_max";
}

TEST(pool_backoff, once_it_answers_everybody_is_served) {
  policy_run run(plain_options(5));
  for (const char* who : {"ann", "bob", "cid"}) EXPECT_EQ(run.acquire(who), "queued");
  run.actions();
  for (pool_slot i = 0; i < 3; ++i) run.policy.open_failed(i, run.now, refused, false);
  EXPECT_EQ(run.policy.last_error().message(), "connection refused");
  run.pass(500ms);
  EXPECT_EQ(run.actions(), "open 2");
  run.policy.opened(2, run.now);
  EXPECT_EQ(run.actions(), "grant 2 to ann; open 1; open 0");
  EXPECT_FALSE(run.policy.last_error());
}

TEST(pool_backoff, nobody_asks_where_nobody_waits) {
  policy_run run(plain_options(5));
  EXPECT_EQ(run.acquire("ann", use_kind::exclusive, run.now + 1s), "queued");
  EXPECT_EQ(run.actions(), "open 0");
  run.policy.open_failed(0, run.now, refused, false);
  EXPECT_TRUE(run.withdraw("ann"));
  run.pass(10s);
  EXPECT_EQ(run.actions(), "");
  EXPECT_EQ(run.policy.wake(), policy_run::never);
}

TEST(pool_backoff, where_trying_again_cannot_help_those_who_wait_are_told_at_once) {
  policy_run run(plain_options(5));
  EXPECT_EQ(run.acquire("ann"), "queued");
  EXPECT_EQ(run.acquire("bob"), "queued");
  EXPECT_EQ(run.actions(), "open 0; open 1");
  run.policy.open_failed(0, run.now, refused, true);
  EXPECT_EQ(run.actions(), "refuse ann: hopeless; refuse bob: hopeless");
}

TEST(pool_backoff, unless_somebody_has_a_connection_that_will_come_back) {
  policy_run run(plain_options(5));
  run.open_idle(1);
  EXPECT_EQ(run.acquire("ann"), "granted 0");
  EXPECT_EQ(run.acquire("bob"), "queued");
  EXPECT_EQ(run.actions(), "open 1");
  run.policy.open_failed(1, run.now, refused, true);
  EXPECT_EQ(run.actions(), "");
  run.release(0);
  EXPECT_EQ(run.actions(), "grant 0 to bob");
}

// The owner's wishes

TEST(pool_close, refuses_those_who_wait_and_waits_for_those_who_have) {
  policy_run run(plain_options(2));
  run.open_idle(2);
  EXPECT_EQ(run.acquire("ann"), "granted 1");
  run.policy.close(run.now, run.now + 5s);
  EXPECT_EQ(run.actions(), "close 0");
  EXPECT_EQ(run.acquire("bob"), "refused closed");
  run.policy.gone(0, run.now);
  EXPECT_EQ(run.policy.size(), 1u);
  run.release(1, condition::dirty);
  EXPECT_EQ(run.actions(), "close 1") << "there is nobody to restore it for";
  run.policy.gone(1, run.now);
  EXPECT_EQ(run.policy.size(), 0u);
}

TEST(pool_close, at_the_deadline_connections_are_closed_under_their_users) {
  policy_run run(plain_options(1));
  run.open_idle(1);
  EXPECT_EQ(run.acquire("ann"), "granted 0");
  EXPECT_EQ(run.acquire("bob"), "queued");
  run.policy.close(run.now, run.now + 5s);
  EXPECT_EQ(run.actions(), "refuse bob: closed");
  EXPECT_EQ(run.policy.wake(), run.now + 5s);
  run.pass(5s);
  EXPECT_EQ(run.actions(), "close 0");
  run.policy.gone(0, run.now);
  EXPECT_EQ(run.policy.size(), 0u);
  run.release(0);
  EXPECT_EQ(run.actions(), "");
  EXPECT_EQ(run.policy.size(), 0u);
}

TEST(pool_close, gives_up_what_is_being_opened) {
  policy_run run(plain_options(1));
  EXPECT_EQ(run.acquire("ann"), "queued");
  EXPECT_EQ(run.actions(), "open 0");
  run.policy.close(run.now, run.now + 5s);
  EXPECT_EQ(run.actions(), "refuse ann: closed; abort 0");
  run.policy.open_failed(0, run.now, refused, false);
  EXPECT_EQ(run.actions(), "");
  EXPECT_EQ(run.policy.size(), 0u);
}

TEST(pool_close, a_connection_that_is_ready_just_then_is_closed) {
  policy_run run(plain_options(1));
  EXPECT_EQ(run.acquire("ann"), "queued");
  run.policy.close(run.now, run.now + 5s);
  run.actions();
  run.policy.opened(0, run.now);
  EXPECT_EQ(run.actions(), "close 0");
}

TEST(pool_reset, replaces_idle_connections_at_once_and_others_when_they_come_back) {
  policy_run run(plain_options(3));
  run.open_idle(2);
  EXPECT_EQ(run.acquire("ann"), "granted 1");
  run.policy.reset(run.now);
  EXPECT_EQ(run.actions(), "close 0");
  EXPECT_EQ(run.acquire("bob"), "queued");
  EXPECT_EQ(run.actions(), "open 2");
  run.policy.opened(2, run.now);
  EXPECT_EQ(run.actions(), "grant 2 to bob");
  run.release(1);
  EXPECT_EQ(run.actions(), "close 1");
  run.release(2);
  EXPECT_EQ(run.actions(), "") << "this one is new";
}

TEST(pool_reset, what_is_being_opened_meanwhile_is_old) {
  policy_run run(plain_options(3));
  EXPECT_EQ(run.acquire("ann"), "queued");
  run.policy.reset(run.now);
  run.actions();
  run.policy.opened(0, run.now);
  EXPECT_EQ(run.actions(), "close 0; open 1");
}

TEST(pool_resize, a_smaller_pool_closes_idle_ones_at_once_and_others_when_they_come_back) {
  policy_run run(plain_options(4));
  run.open_idle(4);
  EXPECT_EQ(run.acquire("ann"), "granted 3");
  EXPECT_EQ(run.acquire("bob"), "granted 2");
  run.policy.resize(run.now, 0, 1);
  EXPECT_EQ(run.actions(), "close 0; close 1");
  run.release(3);
  EXPECT_EQ(run.actions(), "close 3");
  run.release(2);
  EXPECT_EQ(run.actions(), "");
}

TEST(pool_resize, a_larger_pool_opens_for_those_who_wait) {
  policy_run run(plain_options(1));
  run.open_idle(1);
  EXPECT_EQ(run.acquire("ann"), "granted 0");
  EXPECT_EQ(run.acquire("bob"), "queued");
  run.policy.resize(run.now, 0, 2);
  EXPECT_EQ(run.actions(), "open 1");
}

}  // namespace
}  // namespace pgcoro::test
