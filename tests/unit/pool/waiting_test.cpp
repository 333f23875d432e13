// Who gets a connection, and when.
#include "policy_run.hpp"

namespace pgcoro::test {
namespace {

TEST(pool_waiting, opens_a_connection_for_each_who_finds_none_free) {
  policy_run run(plain_options(3));
  EXPECT_EQ(run.acquire("ann"), "queued");
  EXPECT_EQ(run.acquire("bob"), "queued");
  EXPECT_EQ(run.actions(), "open 0; open 1");
  run.policy.opened(1, run.now);
  EXPECT_EQ(run.actions(), "grant 1 to ann") << "whichever is ready first goes to whoever came first";
  run.policy.opened(0, run.now);
  EXPECT_EQ(run.actions(), "grant 0 to bob");
}

TEST(pool_waiting, a_free_connection_is_given_at_once) {
  policy_run run(plain_options(3));
  run.open_idle(1);
  EXPECT_EQ(run.acquire("ann"), "granted 0");
  EXPECT_EQ(run.actions(), "");
}

TEST(pool_waiting, the_connection_used_last_is_used_first) {
  policy_run run(plain_options(3));
  run.open_idle(3);
  EXPECT_EQ(run.acquire("ann"), "granted 2");
  EXPECT_EQ(run.acquire("bob"), "granted 1");
  run.release(2);
  EXPECT_EQ(run.acquire("cid"), "granted 2");
}

TEST(pool_waiting, never_opens_more_than_max_size) {
  policy_run run(plain_options(2));
  for (const char* who : {"ann", "bob", "cid", "dan"}) EXPECT_EQ(run.acquire(who), "queued");
  EXPECT_EQ(run.actions(), "open 0; open 1");
  EXPECT_EQ(run.statistics().size, 2u);
  EXPECT_EQ(run.statistics().waiting, 4u);
}

TEST(pool_waiting, a_returned_connection_goes_to_whoever_waits_longest) {
  policy_run run(plain_options(1));
  run.open_idle(1);
  EXPECT_EQ(run.acquire("ann"), "granted 0");
  EXPECT_EQ(run.acquire("bob"), "queued");
  EXPECT_EQ(run.acquire("cid"), "queued");
  run.release(0);
  EXPECT_EQ(run.acquire("dan"), "queued") << "nobody overtakes those who wait";
  EXPECT_EQ(run.actions(), "grant 0 to bob");
  run.release(0);
  run.release(0);
  EXPECT_EQ(run.actions(), "grant 0 to cid; grant 0 to dan");
}

TEST(pool_waiting, beyond_max_waiters_the_answer_is_no) {
  pool_options options = plain_options(1);
  options.max_waiters = 1;
  policy_run run(options);
  run.open_idle(1);
  EXPECT_EQ(run.acquire("ann"), "granted 0");
  EXPECT_EQ(run.acquire("bob"), "queued");
  EXPECT_EQ(run.acquire("cid"), "refused overloaded");
  EXPECT_EQ(run.statistics().overloads, 1u);
}

TEST(pool_waiting, with_no_waiters_allowed_a_free_connection_is_still_given) {
  pool_options options = plain_options(1);
  options.max_waiters = 0;
  policy_run run(options);
  EXPECT_EQ(run.acquire("ann"), "refused overloaded");
  EXPECT_EQ(run.actions(), "open 0") << "somebody wanted it: the next one shall have it";
  run.policy.opened(0, run.now);
  EXPECT_EQ(run.acquire("ann"), "granted 0");
}

TEST(pool_waiting, ends_at_the_deadline_of_each) {
  policy_run run(plain_options(1));
  run.open_idle(1);
  EXPECT_EQ(run.acquire("ann"), "granted 0");
  EXPECT_EQ(run.acquire("bob", use_kind::exclusive, run.now + 5s), "queued");
  EXPECT_EQ(run.acquire("cid", use_kind::exclusive, run.now + 2s), "queued");
  EXPECT_EQ(run.policy.wake(), run.now + 2s);
  run.pass(2s);
  EXPECT_EQ(run.actions(), "refuse cid: timed out");
  EXPECT_EQ(run.policy.wake(), run.now + 3s);
  run.release(0);
  EXPECT_EQ(run.actions(), "grant 0 to bob");
  run.pass(10s);
  EXPECT_EQ(run.actions(), "");
  EXPECT_EQ(run.statistics().acquire_timeouts, 1u);
}

TEST(pool_waiting, who_withdraws_loses_nothing_for_the_others) {
  policy_run run(plain_options(1));
  run.open_idle(1);
  EXPECT_EQ(run.acquire("ann"), "granted 0");
  EXPECT_EQ(run.acquire("bob"), "queued");
  EXPECT_EQ(run.acquire("cid"), "queued");
  EXPECT_TRUE(run.withdraw("bob"));
  run.release(0);
  EXPECT_EQ(run.actions(), "grant 0 to cid");
  EXPECT_EQ(run.statistics().acquire_cancellations, 1u);
}

TEST(pool_waiting, who_withdraws_too_late_has_been_granted_and_returns_it) {
  policy_run run(plain_options(1));
  run.open_idle(1);
  EXPECT_EQ(run.acquire("ann"), "granted 0");
  EXPECT_EQ(run.acquire("bob"), "queued");
  EXPECT_EQ(run.acquire("cid"), "queued");
  run.release(0);
  EXPECT_FALSE(run.withdraw("bob"));
  run.release(0);
  EXPECT_EQ(run.actions(), "grant 0 to bob; grant 0 to cid");
}

TEST(pool_waiting, a_connection_opened_for_somebody_who_withdrew_serves_the_next) {
  policy_run run(plain_options(2));
  EXPECT_EQ(run.acquire("ann"), "queued");
  EXPECT_EQ(run.actions(), "open 0");
  EXPECT_TRUE(run.withdraw("ann"));
  run.policy.opened(0, run.now);
  EXPECT_EQ(run.statistics().idle, 1u);
  EXPECT_EQ(run.acquire("bob"), "granted 0");
  EXPECT_EQ(run.actions(), "");
}

TEST(pool_waiting, who_waits_for_a_connection_may_get_another_ones) {
  policy_run run(plain_options(2));
  run.open_idle(1);
  EXPECT_EQ(run.acquire("ann"), "granted 0");
  EXPECT_EQ(run.acquire("bob"), "queued");
  EXPECT_EQ(run.actions(), "open 1");
  run.release(0);
  EXPECT_EQ(run.actions(), "grant 0 to bob");
  run.policy.opened(1, run.now);
  EXPECT_EQ(run.statistics().idle, 1u) << "the new one is for the next";
}

TEST(pool_waiting, the_time_of_each_wait_is_counted) {
  policy_run run(plain_options(1));
  run.open_idle(1);
  EXPECT_EQ(run.acquire("ann"), "granted 0");
  EXPECT_EQ(run.acquire("bob"), "queued");
  run.now += 100ms;
  run.release(0);
  EXPECT_EQ(run.actions(), "grant 0 to bob");
  EXPECT_GE(run.statistics().acquire_wait.percentile(1), 100ms);
  EXPECT_LT(run.statistics().acquire_wait.percentile(1), 200ms);
  EXPECT_EQ(run.statistics().acquired, 3u);
}

// Sharing

pool_options sharing_options(std::size_t max_size, std::size_t depth) {
  pool_options options = plain_options(max_size);
  options.max_pipeline_depth = depth;
  return options;
}

TEST(pool_sharing, one_shots_share_a_busy_connection_up_to_the_depth) {
  policy_run run(sharing_options(1, 3));
  run.open_idle(1);
  for (const char* who : {"ann", "bob", "cid"}) EXPECT_EQ(run.share(who), "granted 0");
  EXPECT_EQ(run.share("dan"), "queued");
  run.release(0);
  EXPECT_EQ(run.actions(), "grant 0 to dan");
}

TEST(pool_sharing, spreads_over_the_connections) {
  policy_run run(sharing_options(2, 4));
  run.open_idle(2);
  EXPECT_EQ(run.share("ann"), "granted 1");
  EXPECT_EQ(run.share("bob"), "granted 0");
  EXPECT_EQ(run.share("cid"), "granted 0");
  EXPECT_EQ(run.share("dan"), "granted 1");
}

TEST(pool_sharing, grows_while_all_are_busy) {
  policy_run run(sharing_options(2, 4));
  run.open_idle(1);
  EXPECT_EQ(run.share("ann"), "granted 0");
  EXPECT_EQ(run.actions(), "");
  EXPECT_EQ(run.share("bob"), "granted 0");
  EXPECT_EQ(run.actions(), "open 1");
  EXPECT_EQ(run.share("cid"), "granted 0");
  EXPECT_EQ(run.actions(), "");
}

TEST(pool_sharing, nobody_shares_a_lease) {
  policy_run run(sharing_options(1, 4));
  run.open_idle(1);
  EXPECT_EQ(run.acquire("ann"), "granted 0");
  EXPECT_EQ(run.share("bob"), "queued");
  run.release(0);
  EXPECT_EQ(run.actions(), "grant 0 to bob");
}

TEST(pool_sharing, one_shots_do_not_overtake_a_lease_that_waits) {
  policy_run run(sharing_options(1, 4));
  run.open_idle(1);
  EXPECT_EQ(run.share("ann"), "granted 0");
  EXPECT_EQ(run.share("bob"), "granted 0");
  EXPECT_EQ(run.acquire("cid"), "queued");
  EXPECT_EQ(run.share("dan"), "queued");
  run.release(0);
  EXPECT_EQ(run.actions(), "");
  run.release(0);
  EXPECT_EQ(run.actions(), "grant 0 to cid");
  run.release(0);
  EXPECT_EQ(run.actions(), "grant 0 to dan");
}

TEST(pool_sharing, when_the_lease_withdraws_those_behind_it_share_at_once) {
  policy_run run(sharing_options(1, 4));
  run.open_idle(1);
  EXPECT_EQ(run.share("ann"), "granted 0");
  EXPECT_EQ(run.acquire("bob"), "queued");
  EXPECT_EQ(run.share("cid"), "queued");
  EXPECT_TRUE(run.withdraw("bob"));
  EXPECT_EQ(run.actions(), "grant 0 to cid");
}

TEST(pool_sharing, what_is_in_flight_is_the_others_unless_there_are_none) {
  policy_run run(sharing_options(1, 4));
  run.open_idle(1);
  EXPECT_EQ(run.share("ann"), "granted 0");
  EXPECT_EQ(run.share("bob"), "granted 0");
  run.release(0, condition::busy);
  EXPECT_EQ(run.share("cid"), "granted 0");
  run.release(0, condition::busy);
  run.release(0, condition::busy);
  EXPECT_EQ(run.actions(), "restore 0");
}

TEST(pool_sharing, a_connection_that_one_of_them_made_dirty_takes_no_more) {
  policy_run run(sharing_options(1, 4));
  run.open_idle(1);
  EXPECT_EQ(run.share("ann"), "granted 0");
  EXPECT_EQ(run.share("bob"), "granted 0");
  run.release(0, condition::dirty);
  EXPECT_EQ(run.share("cid"), "queued");
  EXPECT_EQ(run.actions(), "");
  run.release(0);
  EXPECT_EQ(run.actions(), "restore 0");
  run.policy.restored(0, run.now, true);
  EXPECT_EQ(run.actions(), "grant 0 to cid");
}

}  // namespace
}  // namespace pgcoro::test
