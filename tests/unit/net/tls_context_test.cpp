#include "net/tls_context.hpp"

#include <gtest/gtest.h>

#include "unit/net/tls_fixture.hpp"

namespace pgcoro::test {
namespace {

std::string failure(const detail::tls_settings& settings) {
  const auto context = detail::tls_context::create(settings);
  if (context) return "made";
  EXPECT_EQ(context.error().code(), errc::tls_failed);
  EXPECT_EQ(context.error().stage(), "TLS setup");
  return context.error().message();
}

bool names(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

/// Settings with a certificate and this key file.
detail::tls_settings with_key(const identity& client, const std::string& key_file) {
  auto settings = trusting();
  settings.cert_file = files().write("client.crt", client.certificate_pem());
  settings.key_file = key_file;
  return settings;
}

const identity& client_identity() {
  static const identity made = issue(authority(), {.common_name = "alice"});
  return made;
}

TEST(tls_context, needs_a_root_file_where_it_verifies) {
  for (const sslmode mode : {sslmode::verify_ca, sslmode::verify_full}) {
    detail::tls_settings settings;
    settings.mode = mode;
    EXPECT_TRUE(names(failure(settings), "sslrootcert"));
  }
}

TEST(tls_context, names_the_root_file_that_it_cannot_use) {
  auto settings = trusting();
  settings.root_file = files().path("missing.crt");
  EXPECT_TRUE(names(failure(settings), "missing.crt"));
  settings.root_file = files().write("garbage.crt", "not a certificate");
  EXPECT_TRUE(names(failure(settings), "garbage.crt"));
}

TEST(tls_context, takes_the_authorities_of_the_system) {
  detail::tls_settings settings;
  settings.mode = sslmode::verify_full;
  settings.system_roots = true;
  ASSERT_EQ(failure(settings), "made");
  EXPECT_TRUE(connection(context_of(settings), "db.example", server_identity()).handshake());
}

TEST(tls_context, names_the_revocation_list_that_it_cannot_use) {
  auto settings = trusting();
  settings.crl_file = files().path("missing.crl");
  EXPECT_TRUE(names(failure(settings), "missing.crl"));
  settings.crl_file.clear();
  settings.crl_dir = files().path("missing-directory");
  EXPECT_TRUE(names(failure(settings), "missing-directory"));
}

TEST(tls_context, makes_no_authority_of_a_certificate_in_a_revocation_list) {
  const identity impostor = make_authority("impostor");
  auto settings = trusting();
  settings.crl_file = files().write("mixed.crl", impostor.certificate_pem() + revoke(authority(), {}));
  const auto context = detail::tls_context::create(settings);
  if (!context) return;  // refusing the file is as good
  EXPECT_TRUE(connection(*context, "db.example", issue(impostor, {.common_name = "db.example"})).handshake());
}

TEST(tls_context, sends_the_clients_certificate_to_a_server_that_asks_for_it) {
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    auto settings = with_key(client_identity(), files().write("client.key", client_identity().key_pem()));
    connection made(context_of(settings), "db.example", server_identity(),
                    {.max_version = version, .client_authority = &authority()});
    ASSERT_FALSE(made.handshake());
    EXPECT_EQ(made.send("hello"), "hello");
    X509* const seen = SSL_get0_peer_certificate(made.server.ssl());
    ASSERT_NE(seen, nullptr);
    EXPECT_EQ(X509_cmp(seen, client_identity().certificate.get()), 0);
  }
}

TEST(tls_context, reports_the_alert_of_a_server_that_misses_a_certificate) {
  connection made(context_of(trusting()), "db.example", server_identity(), {.client_authority = &authority()});
  error_info error = made.handshake();  // TLS 1.3: the client is done before the server objects
  if (!error) {
    made.receive();
    error = made.last.error;
  }
  EXPECT_TRUE(names(error.message(), "certificate required")) << error.message();
}

TEST(tls_context, sends_no_certificate_where_that_is_disabled) {
  auto settings = with_key(client_identity(), files().write("client.key", client_identity().key_pem()));
  settings.certmode = sslcertmode::disable;
  connection made(context_of(settings), "db.example", server_identity(),
                  {.client_authority = &authority(), .client_certificate_required = false});
  ASSERT_FALSE(made.handshake());
  EXPECT_EQ(SSL_get0_peer_certificate(made.server.ssl()), nullptr);
}

TEST(tls_context, can_demand_that_the_server_asks_for_the_certificate) {
  auto settings = with_key(client_identity(), files().write("client.key", client_identity().key_pem()));
  settings.certmode = sslcertmode::require;
  EXPECT_FALSE(connection(context_of(settings), "db.example", server_identity(), {.client_authority = &authority()})
                   .handshake());
  EXPECT_TRUE(
      names(connection(context_of(settings), "db.example", server_identity()).handshake().message(), "did not ask"));
  settings.cert_file.clear();
  EXPECT_TRUE(names(connection(context_of(settings), "db.example", server_identity(),
                               {.client_authority = &authority(), .client_certificate_required = false})
                        .handshake()
                        .message(),
                    "no certificate to send"));
}

TEST(tls_context, reads_an_encrypted_key_with_its_password_and_never_asks_at_the_terminal) {
  auto settings = with_key(client_identity(), files().write("encrypted.key", client_identity().key_pem("open sesame")));
  settings.key_password = auth::secret("open sesame");
  EXPECT_EQ(failure(settings), "made");
  settings.key_password = auth::secret("wrong");
  EXPECT_TRUE(names(failure(settings), "sslpassword"));
  settings.key_password = auth::secret(std::string(5000, 'x'));
  EXPECT_TRUE(names(failure(settings), "sslpassword"));
  settings.key_password = {};
  const std::string without = failure(settings);
  EXPECT_TRUE(names(without, "sslpassword"));
  EXPECT_TRUE(names(without, "encrypted.key"));
}

TEST(tls_context, reads_a_key_in_der) {
  EXPECT_EQ(failure(with_key(client_identity(), files().write("key.der", client_identity().key_der()))), "made");
}

TEST(tls_context, refuses_a_key_that_is_missing_open_to_others_or_no_file) {
  EXPECT_TRUE(names(failure(with_key(client_identity(), "")), "no private key file"));
  EXPECT_TRUE(names(failure(with_key(client_identity(), files().path("missing.key"))), "missing.key"));
  EXPECT_TRUE(names(failure(with_key(client_identity(), files().path())), "not a regular file"));
  const std::string pem = client_identity().key_pem();
  EXPECT_TRUE(names(failure(with_key(client_identity(), files().write("open.key", pem, 0644))), "open to others"));
  EXPECT_TRUE(names(failure(with_key(client_identity(), files().write("open.key", pem, 0660))), "open to others"));
}

TEST(tls_context, refuses_a_key_that_does_not_belong_to_the_certificate) {
  const std::string text =
      failure(with_key(client_identity(), files().write("other.key", server_identity().key_pem())));
  EXPECT_NE(text, "made");
  EXPECT_TRUE(names(text, "other.key")) << text;
}

TEST(tls_context, refuses_a_certificate_file_that_holds_none) {
  auto settings = with_key(client_identity(), files().write("client.key", client_identity().key_pem()));
  settings.cert_file = files().write("garbage.crt", "garbage");
  EXPECT_TRUE(names(failure(settings), "garbage.crt"));
}

}  // namespace
}  // namespace pgcoro::test
