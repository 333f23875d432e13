// Servers that may turn out to be no longer what is wanted: when they are asked, and what becomes of their connections.
#include "policy_run.hpp"

namespace pgcoro::test {
namespace {

pool_options asking_every(pool_policy::duration interval, std::size_t max_size) {
  pool_options options = plain_options(max_size);
  options.server_check_interval = interval;
  return options;
}

TEST(pool_servers, each_is_asked_now_and_then_on_the_connection_that_would_be_used_next) {
  policy_run run(asking_every(500ms, 4));
  for (const char* who : {"ann", "bob", "cid", "dan"}) EXPECT_EQ(run.acquire(who), "queued");
  EXPECT_EQ(run.actions(), "open 0; open 1; open 2; open 3");
  run.policy.opened(0, run.now, "db1");
  run.policy.opened(1, run.now, "db1");
  run.policy.opened(2, run.now, "db2");
  run.policy.opened(3, run.now, "db2");
  (void)run.actions();
  for (const pool_slot id : {0u, 1u, 2u, 3u}) run.release(id);
  EXPECT_EQ(run.policy.wake(), run.now + 500ms);
  run.pass(499ms);
  EXPECT_EQ(run.actions(), "");
  run.pass(1ms);
  EXPECT_EQ(run.actions(), "probe 3; probe 1");
  EXPECT_EQ(run.policy.wake(), run.now + 500ms);
  EXPECT_EQ(run.acquire("eve"), "granted 3") << "it can be used all the while";
}

TEST(pool_servers, are_not_asked_where_any_will_do_or_the_owner_does_not_want_it) {
  for (const auto& [interval, server] : {std::pair(500ms, ""), std::pair(0ms, "db1")}) {
    policy_run run(asking_every(interval, 1));
    run.open_idle(1, server);
    EXPECT_EQ(run.policy.wake(), policy_run::never);
    run.pass(60s);
    EXPECT_EQ(run.actions(), "");
  }
}

TEST(pool_servers, are_asked_again_an_interval_after_a_connection_is_free_again) {
  policy_run run(asking_every(500ms, 1));
  run.open_idle(1, "db1");
  EXPECT_EQ(run.acquire("ann"), "granted 0");
  run.pass(10s);
  EXPECT_EQ(run.actions(), "") << "who uses it will see";
  run.release(0);
  EXPECT_EQ(run.policy.wake(), run.now + 500ms);
}

TEST(pool_servers, that_are_left_lose_idle_connections_at_once_and_others_when_they_come_back) {
  policy_run run(asking_every(500ms, 4));
  run.open_idle(3, "db1");
  EXPECT_EQ(run.acquire("ann"), "granted 2");
  EXPECT_EQ(run.acquire("bob"), "granted 1");
  run.policy.leave_server_of(2, run.now);
  EXPECT_EQ(run.actions(), "close 0");
  run.release(2);
  run.release(1);
  EXPECT_EQ(run.actions(), "close 2; close 1");
  run.policy.leave_server_of(1, run.now);
  EXPECT_EQ(run.statistics().servers_left, 1u) << "each of its connections may have noticed";
}

TEST(pool_servers, others_keep_their_connections) {
  policy_run run(asking_every(500ms, 2));
  EXPECT_EQ(run.acquire("ann"), "queued");
  EXPECT_EQ(run.acquire("bob"), "queued");
  (void)run.actions();
  run.policy.opened(0, run.now, "db1");
  run.policy.opened(1, run.now, "db2");
  (void)run.actions();
  run.release(0);
  run.policy.leave_server_of(1, run.now);
  EXPECT_EQ(run.actions(), "");
  EXPECT_EQ(run.acquire("cid"), "granted 0");
}

TEST(pool_servers, a_place_is_free_for_any_server_once_its_connection_is_gone) {
  policy_run run(asking_every(500ms, 1));
  run.open_idle(1, "db1");
  run.policy.leave_server_of(0, run.now);
  EXPECT_EQ(run.actions(), "close 0");
  run.policy.gone(0, run.now);
  EXPECT_EQ(run.acquire("ann"), "queued");
  run.policy.opened(0, run.now, "db2");
  EXPECT_EQ(run.actions(), "open 0; grant 0 to ann");
}

TEST(pool_servers, a_free_connection_that_is_distrusted_is_restored_before_anybody_gets_it) {
  policy_run run(asking_every(500ms, 1));
  run.open_idle(1, "db1");
  run.policy.distrust(0, run.now);
  EXPECT_EQ(run.acquire("ann"), "queued");
  EXPECT_EQ(run.actions(), "restore 0");
  run.policy.restored(0, run.now, true);
  EXPECT_EQ(run.actions(), "grant 0 to ann");
  run.policy.distrust(0, run.now);
  EXPECT_EQ(run.actions(), "") << "what ann has is looked at when she returns it";
}

/// One connection, to db1, which is being checked before ann is given it.
struct checking_run : policy_run {
  checking_run() : policy_run(checked_after_30s()) {
    open_idle(1, "db1");
    now += 30s;
    EXPECT_EQ(acquire("ann"), "queued");
  }

 private:
  static pool_options checked_after_30s() {
    pool_options options = asking_every(500ms, 1);
    options.check_after = 30s;
    return options;
  }
};

TEST(pool_servers, one_that_was_just_checked_may_be_distrusted) {
  checking_run run;
  EXPECT_EQ(run.actions(), "check 0");
  run.policy.distrust(0, run.now);
  EXPECT_EQ(run.actions(), "restore 0");
}

TEST(pool_servers, one_that_was_lost_while_it_was_checked_is_closed) {
  checking_run run;
  (void)run.actions();
  run.policy.lost(0, run.now);
  run.policy.distrust(0, run.now);
  EXPECT_EQ(run.actions(), "close 0");
}

}  // namespace
}  // namespace pgcoro::test
