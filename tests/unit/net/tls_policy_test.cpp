#include "net/tls_policy.hpp"

#include <gtest/gtest.h>

namespace pgcoro::detail {
namespace {

TEST(tls_policy, never_asks_for_tls_where_it_is_disabled) {
  const auto policy = tls_policy_of(sslmode::disable, false);
  EXPECT_FALSE(policy.ask || policy.accept_refusal || policy.retry_with_tls);
}

TEST(tls_policy, takes_tls_only_on_demand_where_it_is_allowed) {
  const auto policy = tls_policy_of(sslmode::allow, false);
  EXPECT_FALSE(policy.ask);
  EXPECT_TRUE(policy.retry_with_tls);
}

TEST(tls_policy, accepts_the_servers_refusal_only_where_tls_is_preferred) {
  EXPECT_TRUE(tls_policy_of(sslmode::prefer, false).ask);
  EXPECT_TRUE(tls_policy_of(sslmode::prefer, false).accept_refusal);
  for (const sslmode mode : {sslmode::require, sslmode::verify_ca, sslmode::verify_full}) {
    EXPECT_TRUE(tls_policy_of(mode, false).ask);
    EXPECT_FALSE(tls_policy_of(mode, false).accept_refusal);
    EXPECT_FALSE(tls_policy_of(mode, false).retry_with_tls);
  }
}

TEST(tls_policy, uses_no_tls_on_a_unix_socket) {
  for (const sslmode mode : {sslmode::allow, sslmode::prefer, sslmode::require, sslmode::verify_full}) {
    EXPECT_FALSE(tls_policy_of(mode, true).ask);
    EXPECT_FALSE(tls_policy_of(mode, true).retry_with_tls);
  }
}

}  // namespace
}  // namespace pgcoro::detail
