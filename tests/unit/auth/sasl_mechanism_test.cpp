#include "auth/sasl_mechanism.hpp"

#include <gtest/gtest.h>
#include <vector>

namespace pgcoro::auth {
namespace {

using support = channel_binding_support;
using policy = channel_binding_policy;

const std::vector<std::string_view> plain{"SCRAM-SHA-256"};
const std::vector<std::string_view> both{"SCRAM-SHA-256-PLUS", "SCRAM-SHA-256"};
const std::vector<std::string_view> unknown{"OAUTHBEARER", "SCRAM-SHA-1", "scram-sha-256", "SCRAM-SHA-256 "};

void expect_choice(const std::vector<std::string_view>& offered, support have, policy wanted, sasl_mechanism mechanism,
                   channel_binding_flag flag) {
  const auto choice = choose_mechanism(offered, have, wanted);
  ASSERT_TRUE(choice) << choice.error().message();
  EXPECT_EQ(choice->mechanism, mechanism);
  EXPECT_EQ(choice->binding, flag);
}

boost::system::error_code refusal(const std::vector<std::string_view>& offered, support have, policy wanted) {
  const auto choice = choose_mechanism(offered, have, wanted);
  return choice ? boost::system::error_code() : choice.error().code();
}

TEST(choose_mechanism, binds_the_channel_where_both_sides_can) {
  const std::vector<std::string_view> reversed{"SCRAM-SHA-256", "SCRAM-SHA-256-PLUS"};
  for (const auto& offered : {both, reversed})
    for (const policy wanted : {policy::prefer, policy::require})
      expect_choice(offered, support::available, wanted, sasl_mechanism::scram_sha_256_plus,
                    channel_binding_flag::bound);
}

TEST(choose_mechanism, tells_the_server_that_it_could_have_bound_where_the_server_offers_no_binding) {
  expect_choice(plain, support::available, policy::prefer, sasl_mechanism::scram_sha_256,
                channel_binding_flag::not_offered);
}

TEST(choose_mechanism, claims_no_support_where_binding_is_disabled_or_impossible) {
  expect_choice(both, support::available, policy::disable, sasl_mechanism::scram_sha_256,
                channel_binding_flag::unsupported);
  expect_choice(plain, support::no_tls, policy::prefer, sasl_mechanism::scram_sha_256,
                channel_binding_flag::unsupported);
}

TEST(choose_mechanism, does_without_binding_where_the_certificate_names_no_hash_and_binding_is_only_preferred) {
  expect_choice(both, support::no_hash, policy::prefer, sasl_mechanism::scram_sha_256,
                channel_binding_flag::unsupported);
}

TEST(choose_mechanism, refuses_to_go_without_the_binding_that_is_required) {
  EXPECT_EQ(refusal(plain, support::available, policy::require), errc::authentication_refused);
  EXPECT_EQ(refusal(plain, support::no_tls, policy::require), errc::authentication_refused);
  EXPECT_EQ(refusal(both, support::no_hash, policy::require), errc::authentication_refused);
}

TEST(choose_mechanism, takes_an_offer_of_binding_without_tls_for_an_attack) {
  for (const policy wanted : {policy::disable, policy::prefer, policy::require})
    EXPECT_EQ(refusal(both, support::no_tls, wanted), errc::authentication_failed);
}

TEST(choose_mechanism, knows_no_other_mechanism) {
  EXPECT_EQ(refusal(unknown, support::available, policy::prefer), errc::authentication_unsupported);
  EXPECT_EQ(refusal({}, support::no_tls, policy::prefer), errc::authentication_unsupported);
}

}  // namespace
}  // namespace pgcoro::auth
