#include "net/tls_end_point.hpp"

#include <gtest/gtest.h>

#include "unit/net/tls_fixture.hpp"

namespace pgcoro::test {
namespace {

std::vector<unsigned char> digest_of(const identity& server, const EVP_MD* function) {
  std::vector<unsigned char> digest(static_cast<std::size_t>(EVP_MD_get_size(function)));
  X509_digest(server.certificate.get(), function, digest.data(), nullptr);
  return digest;
}

std::vector<unsigned char> end_point_of(const identity& server) {
  return detail::hash_end_point(server.certificate.get());
}

TEST(tls_server_end_point, hashes_by_the_function_of_the_certificates_signature) {
  for (const EVP_MD* const function : {EVP_sha256(), EVP_sha384(), EVP_sha512()}) {
    const identity server = issue(authority(), {.digest = function});
    EXPECT_EQ(end_point_of(server), digest_of(server, function));
  }
}

TEST(tls_server_end_point, takes_sha_256_where_the_signature_uses_md5_or_sha_1) {
  const identity by_sha1 = issue(authority(), {.digest = EVP_sha1()});
  EXPECT_EQ(end_point_of(by_sha1), digest_of(by_sha1, EVP_sha256()));
  const identity rsa = make_authority("RSA", make_rsa_key());
  const identity by_md5 = issue(rsa, {.digest = EVP_md5()});
  EXPECT_EQ(end_point_of(by_md5), digest_of(by_md5, EVP_sha256()));
}

TEST(tls_server_end_point, looks_into_the_parameters_of_rsa_pss) {
  const identity rsa = make_authority("RSA", make_rsa_key());
  const identity by_sha512 = issue(rsa, {.digest = EVP_sha512(), .rsa_pss = true});
  EXPECT_EQ(end_point_of(by_sha512), digest_of(by_sha512, EVP_sha512()));
  const identity by_sha1 = issue(rsa, {.digest = EVP_sha1(), .rsa_pss = true});
  EXPECT_EQ(end_point_of(by_sha1), digest_of(by_sha1, EVP_sha256()));
}

TEST(tls_server_end_point, is_empty_where_the_signature_names_no_hash) {
  const identity ed25519 = make_authority("Ed25519", make_ed25519_key());
  EXPECT_TRUE(end_point_of(issue(ed25519, {})).empty());
  EXPECT_TRUE(detail::hash_end_point(nullptr).empty());
}

TEST(tls_server_end_point, is_there_after_the_handshake_and_not_before) {
  connection made(context_of(trusting()), "db.example", server_identity());
  EXPECT_TRUE(made.client.tls_server_end_point().empty());
  ASSERT_FALSE(made.handshake());
  EXPECT_EQ(made.client.tls_server_end_point(), digest_of(server_identity(), EVP_sha256()));
}

TEST(tls_server_end_point, is_empty_after_a_handshake_with_an_ed25519_certificate) {
  detail::tls_settings settings;
  settings.mode = sslmode::require;
  connection made(context_of(settings), "db.example", make_authority("db.example", make_ed25519_key()));
  ASSERT_FALSE(made.handshake());
  EXPECT_TRUE(made.client.tls_server_end_point().empty());
}

}  // namespace
}  // namespace pgcoro::test
