// Which certificates a client accepts, by mode.
#include <gtest/gtest.h>

#include "unit/net/tls_fixture.hpp"

namespace pgcoro::test {
namespace {

error_info connect(const detail::tls_settings& settings, const std::string& host, const identity& server) {
  return connection(context_of(settings), host, server).handshake();
}

/// Under verify-full, with a certificate of the trusted authority.
error_info connect_to(const std::string& host, const certificate_request& request) {
  return connect(trusting(), host, issue(authority(), request));
}

void expect_refusal(const error_info& error, std::string_view reason) {
  EXPECT_EQ(error.code(), errc::tls_failed);
  EXPECT_NE(error.message().find(reason), std::string::npos) << error.message();
}

TEST(verify_full, accepts_a_certificate_that_names_the_host) {
  EXPECT_FALSE(connect_to("db.example", {.names = "DNS:other.example,DNS:db.example"}));
  EXPECT_FALSE(connect_to("DB.Example", {.names = "DNS:db.example"}));
  EXPECT_FALSE(connect_to("db.example.", {.names = "DNS:db.example"}));
}

TEST(verify_full, refuses_a_certificate_that_names_another_host_and_says_which_was_wanted) {
  const error_info error = connect_to("db.example", {.names = "DNS:other.example"});
  expect_refusal(error, "does not name \"db.example\"");
  expect_refusal(error, "certificate verify failed");
  EXPECT_TRUE(connect_to("example", {.names = "DNS:db.example"}));
  EXPECT_TRUE(connect_to("a.db.example", {.names = "DNS:db.example"}));
}

TEST(verify_full, takes_the_common_name_only_where_no_other_name_is_given) {
  EXPECT_FALSE(connect_to("db.example", {.common_name = "db.example"}));
  expect_refusal(connect_to("db.example", {.common_name = "db.example", .names = "DNS:other.example"}), "mismatch");
}

TEST(verify_full, takes_a_wildcard_for_exactly_one_whole_label) {
  EXPECT_FALSE(connect_to("db.example.com", {.names = "DNS:*.example.com"}));
  for (const std::string host : {"a.db.example.com", "example.com", "db.example.org"})
    expect_refusal(connect_to(host, {.names = "DNS:*.example.com"}), "mismatch");
  expect_refusal(connect_to("db.example.com", {.names = "DNS:d*.example.com"}), "mismatch");
  expect_refusal(connect_to("db.example.com", {.names = "DNS:*b.example.com"}), "mismatch");
}

TEST(verify_full, compares_addresses_with_addresses) {
  EXPECT_FALSE(connect_to("10.0.0.1", {.names = "IP:10.0.0.1"}));
  EXPECT_FALSE(connect_to("::1", {.names = "IP:0:0:0:0:0:0:0:1"}));
  EXPECT_FALSE(connect_to("fe80::1%eth0", {.names = "IP:fe80::1"}));
  expect_refusal(connect_to("10.0.0.2", {.names = "IP:10.0.0.1"}), "does not name \"10.0.0.2\"");
  expect_refusal(connect_to("10.0.0.1", {.names = "DNS:10.0.0.1"}), "mismatch");
  expect_refusal(connect_to("10.0.0.1", {.common_name = "10.0.0.1"}), "mismatch");
}

TEST(verify_full, needs_a_host_name) {
  for (const std::string host : {"", ".example", "."})
    expect_refusal(connect_to(host, {.names = "DNS:db.example"}), "needs the name of the host");
}

TEST(verify_full, is_not_misled_by_a_nul_in_either_name) {
  EXPECT_TRUE(connect_to(std::string("db.example\0.evil", 16), {.names = "DNS:db.example"}));
}

TEST(verify_full, refuses_certificates_outside_their_time) {
  expect_refusal(connect_to("db.example", {.names = "DNS:db.example", .first_day = -3, .last_day = -1}), "expired");
  expect_refusal(connect_to("db.example", {.names = "DNS:db.example", .first_day = 1, .last_day = 3}), "not yet valid");
}

TEST(verification, refuses_an_unknown_authority_in_every_mode_that_has_a_root_file) {
  const identity other = make_authority("another authority");
  const identity server = issue(other, {.common_name = "db.example"});
  for (const sslmode mode : {sslmode::prefer, sslmode::require, sslmode::verify_ca, sslmode::verify_full})
    expect_refusal(connect(trusting(mode), "db.example", server), "unable to get local issuer certificate");
}

TEST(verification, refuses_an_authority_that_only_bears_the_same_name) {
  const identity impostor = make_authority("the test's authority");
  EXPECT_TRUE(connect(trusting(), "db.example", issue(impostor, {.common_name = "db.example"})));
}

TEST(verification, refuses_a_self_signed_certificate) {
  expect_refusal(connect(trusting(), "db.example", make_authority("db.example")), "self-signed");
}

TEST(verification, refuses_a_certificate_that_was_issued_by_no_authority_but_by_a_server) {
  const identity server = issue(server_identity(), {.common_name = "db.example"});
  EXPECT_TRUE(connect(trusting(), "db.example", server));
}

TEST(verify_ca, does_not_look_at_the_name) {
  EXPECT_FALSE(connect(trusting(sslmode::verify_ca), "another.example", server_identity()));
}

TEST(require_mode, verifies_nothing_where_there_is_no_root_file) {
  detail::tls_settings settings;
  settings.mode = sslmode::require;
  EXPECT_FALSE(connect(settings, "db.example", make_authority("whoever")));
}

TEST(revocation, refuses_a_certificate_on_the_list) {
  const identity revoked = issue(authority(), {.common_name = "db.example"});
  auto settings = trusting();
  settings.crl_file = files().write("revoked.crl", revoke(authority(), {&revoked}));
  expect_refusal(connect(settings, "db.example", revoked), "revoked");
  EXPECT_FALSE(connect(settings, "db.example", server_identity()));
}

TEST(revocation, refuses_certificates_of_an_authority_that_has_no_list) {
  const identity other = make_authority("another authority");
  auto settings = trusting();
  settings.root_file = files().write("two-roots.crt", authority().certificate_pem() + other.certificate_pem());
  settings.crl_file = files().write("empty.crl", revoke(authority(), {}));
  EXPECT_FALSE(connect(settings, "db.example", server_identity()));
  expect_refusal(connect(settings, "db.example", issue(other, {.common_name = "db.example"})), "CRL");
}

TEST(revocation, reads_lists_from_a_hashed_directory) {
  const identity revoked = issue(authority(), {.common_name = "db.example"});
  const temporary_folder lists;
  char name[32];
  std::snprintf(name, sizeof name, "%08lx.r0",
                X509_NAME_hash_ex(X509_get_subject_name(authority().certificate.get()), nullptr, nullptr, nullptr));
  lists.write(name, revoke(authority(), {&revoked}));
  auto settings = trusting();
  settings.crl_dir = lists.path();
  expect_refusal(connect(settings, "db.example", revoked), "revoked");
  EXPECT_FALSE(connect(settings, "db.example", server_identity()));
}

}  // namespace
}  // namespace pgcoro::test
