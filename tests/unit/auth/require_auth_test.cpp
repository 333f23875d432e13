#include "auth/require_auth.hpp"

#include <gtest/gtest.h>
#include <set>

namespace pgcoro::auth {
namespace {

constexpr auth_method all[] = {auth_method::none, auth_method::password,      auth_method::md5,   auth_method::gss,
                               auth_method::sspi, auth_method::scram_sha_256, auth_method::oauth, auth_method::other};

std::set<auth_method> allowed_by(std::string_view list) {
  const auto policy = require_auth::parse(list);
  EXPECT_TRUE(policy) << list;
  std::set<auth_method> allowed;
  for (const auth_method method : all)
    if (policy && policy->allows(method)) allowed.insert(method);
  return allowed;
}

std::string reason(std::string_view list) {
  const auto policy = require_auth::parse(list);
  if (policy) return "accepted";
  EXPECT_EQ(policy.error().code(), errc::invalid_option);
  return policy.error().message();
}

TEST(require_auth, allows_everything_where_it_is_empty) {
  EXPECT_EQ(allowed_by("").size(), std::size(all));
  for (const auth_method method : all) EXPECT_TRUE(require_auth().allows(method));
}

TEST(require_auth, allows_only_the_methods_of_a_plain_list) {
  using enum auth_method;
  EXPECT_EQ(allowed_by("scram-sha-256"), (std::set{scram_sha_256}));
  EXPECT_EQ(allowed_by("password,md5"), (std::set{password, md5}));
  EXPECT_EQ(allowed_by("gss,sspi,oauth"), (std::set{gss, sspi, oauth}));
}

TEST(require_auth, excludes_the_server_that_asks_for_nothing_unless_none_is_named) {
  EXPECT_FALSE(allowed_by("md5").contains(auth_method::none));
  EXPECT_EQ(allowed_by("none"), (std::set{auth_method::none}));
  EXPECT_EQ(allowed_by("scram-sha-256,none"), (std::set{auth_method::none, auth_method::scram_sha_256}));
}

TEST(require_auth, allows_everything_but_the_methods_of_a_negated_list) {
  const auto allowed = allowed_by("!password,!md5");
  EXPECT_FALSE(allowed.contains(auth_method::password));
  EXPECT_FALSE(allowed.contains(auth_method::md5));
  EXPECT_EQ(allowed.size(), std::size(all) - 2);
  EXPECT_TRUE(allowed.contains(auth_method::none));
}

TEST(require_auth, asks_for_some_exchange_where_none_is_negated) {
  const auto allowed = allowed_by("!none");
  EXPECT_FALSE(allowed.contains(auth_method::none));
  EXPECT_EQ(allowed.size(), std::size(all) - 1);
}

TEST(require_auth, names_the_method_that_it_does_not_know) {
  EXPECT_NE(reason("md5,kerberos").find("\"kerberos\""), std::string::npos);
  EXPECT_NE(reason("!kerberos").find("\"kerberos\""), std::string::npos);
  EXPECT_NE(reason("SCRAM-SHA-256").find("unknown"), std::string::npos);
  EXPECT_NE(reason(" md5").find("unknown"), std::string::npos);
}

TEST(require_auth, refuses_empty_names) {
  for (const std::string_view list : {",", "md5,", ",md5", "md5,,password", "!", "!md5,!"})
    EXPECT_NE(reason(list), "accepted") << list;
}

TEST(require_auth, refuses_a_mixture_of_plain_and_negated_methods) {
  EXPECT_NE(reason("md5,!password").find("mix"), std::string::npos);
  EXPECT_NE(reason("!md5,password").find("mix"), std::string::npos);
}

TEST(require_auth, refuses_a_method_that_comes_twice) {
  EXPECT_NE(reason("md5,password,md5").find("twice"), std::string::npos);
  EXPECT_NE(reason("!none,!none").find("twice"), std::string::npos);
}

}  // namespace
}  // namespace pgcoro::auth
