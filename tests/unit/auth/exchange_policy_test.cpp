#include "auth/exchange_policy.hpp"

#include <gtest/gtest.h>

namespace pgcoro::auth {
namespace {

exchange_policy policy(std::string_view methods, channel_binding_policy binding = channel_binding_policy::prefer) {
  return {require_auth::parse(methods).value(), binding};
}

constexpr exchange_record trust{};
constexpr exchange_record scram{.method = auth_method::scram_sha_256};
constexpr exchange_record bound_scram{.method = auth_method::scram_sha_256, .channel_bound = true};
constexpr exchange_record half_a_scram{.method = auth_method::scram_sha_256, .completed = false};

TEST(exchange_policy, refuses_a_method_before_the_password_is_given_away) {
  EXPECT_EQ(check_request(policy("scram-sha-256"), auth_method::password).code(), errc::authentication_refused);
  EXPECT_EQ(check_request(policy("!md5"), auth_method::md5).code(), errc::authentication_refused);
  EXPECT_FALSE(check_request(policy("!md5"), auth_method::password));
  EXPECT_FALSE(check_request(policy(""), auth_method::password));
}

TEST(exchange_policy, names_the_setting_that_refuses) {
  const error_info refusal = check_request(policy("scram-sha-256"), auth_method::md5);
  EXPECT_NE(refusal.message().find("MD5"), std::string::npos);
  EXPECT_NE(refusal.message().find("require_auth=\"scram-sha-256\""), std::string::npos);
}

TEST(exchange_policy, refuses_methods_that_cannot_bind_where_binding_is_required) {
  const auto required = policy("", channel_binding_policy::require);
  for (const auth_method method : {auth_method::password, auth_method::md5, auth_method::gss, auth_method::other})
    EXPECT_EQ(check_request(required, method).code(), errc::authentication_refused);
  EXPECT_FALSE(check_request(required, auth_method::scram_sha_256));
}

TEST(exchange_policy, accepts_a_server_that_asks_for_nothing_unless_told_otherwise) {
  EXPECT_FALSE(check_authentication_ok(policy(""), trust));
  EXPECT_FALSE(check_authentication_ok(policy("none"), trust));
  EXPECT_FALSE(check_authentication_ok(policy("!password"), trust));
}

TEST(exchange_policy, refuses_authentication_ok_without_the_exchange_that_require_auth_asks_for) {
  EXPECT_EQ(check_authentication_ok(policy("scram-sha-256"), trust).code(), errc::authentication_refused);
  EXPECT_EQ(check_authentication_ok(policy("!none"), trust).code(), errc::authentication_refused);
  EXPECT_EQ(check_authentication_ok(policy("none"), scram).code(), errc::authentication_refused);
}

TEST(exchange_policy, decides_on_binding_that_was_done_and_not_on_binding_that_was_offered) {
  const auto required = policy("", channel_binding_policy::require);
  EXPECT_EQ(check_authentication_ok(required, trust).code(), errc::authentication_refused);
  EXPECT_EQ(check_authentication_ok(required, scram).code(), errc::authentication_refused);
  EXPECT_FALSE(check_authentication_ok(required, bound_scram));
}

TEST(exchange_policy, never_accepts_an_exchange_that_was_begun_and_not_completed) {
  for (const std::string_view methods : {"", "scram-sha-256", "scram-sha-256,none", "!password"})
    EXPECT_EQ(check_authentication_ok(policy(methods), half_a_scram).code(), errc::authentication_failed) << methods;
}

}  // namespace
}  // namespace pgcoro::auth
