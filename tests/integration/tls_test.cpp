// TLS with a real server.
#include "support/async_test.hpp"
#include "support/environment.hpp"

namespace pgcoro::test {
namespace {

/// The server's own view of the session.
asio::awaitable<bool> server_says_encrypted(connection& db) {
  const bool ssl = co_await db.fetch_one<bool>("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()");
  co_return ssl;
}

asio::awaitable<bool> encrypted_with(std::string more) {
  connection db = co_await connect_to("SCRAM_DSN", std::move(more));
  const bool encrypted = co_await server_says_encrypted(db);
  EXPECT_EQ(db.is_encrypted(), encrypted);
  co_return encrypted;
}

ASYNC_TEST(sslmode, decides_whether_a_server_with_TLS_is_used_with_it) {
  EXPECT_FALSE(co_await encrypted_with("sslmode=disable"));
  EXPECT_FALSE(co_await encrypted_with("sslmode=allow"));
  EXPECT_TRUE(co_await encrypted_with("sslmode=prefer"));
  EXPECT_TRUE(co_await encrypted_with("sslmode=require"));
  EXPECT_TRUE(co_await encrypted_with("sslmode=verify-ca sslrootcert=" + env("TLS_CA")));
  EXPECT_TRUE(co_await encrypted_with("sslmode=verify-full host=localhost sslrootcert=" + env("TLS_CA")));
  EXPECT_TRUE(co_await encrypted_with("sslmode=verify-full host=127.0.0.1 sslrootcert=" + env("TLS_CA")));
}

ASYNC_TEST(tls, refuses_an_authority_that_did_not_sign_the_certificate) {
  for (const char* mode : {"require", "verify-ca", "verify-full"}) {
    const error_info failed = co_await error_of(connect_to(
        "SCRAM_DSN", "host=localhost sslmode=" + std::string(mode) + " sslrootcert=" + env("TLS_UNKNOWN_CA")));
    EXPECT_EQ(failed.code(), errc::tls_failed) << mode;
    EXPECT_EQ(failed.stage(), "TLS handshake");
    EXPECT_NE(failed.host().find("localhost"), std::string::npos);
  }
}

ASYNC_TEST(tls, verify_full_refuses_a_certificate_for_another_name) {
  const std::string root = " sslrootcert=" + env("TLS_CA");
  const error_info failed =
      co_await error_of(connect_to("SCRAM_DSN", "host=db.example hostaddr=127.0.0.1 sslmode=verify-full" + root));
  EXPECT_EQ(failed.code(), errc::tls_failed) << failed.what();
  EXPECT_NE(failed.what().find("db.example"), std::string::npos) << failed.what();
  EXPECT_TRUE(co_await encrypted_with("host=db.example hostaddr=127.0.0.1 sslmode=verify-ca" + root));
}

ASYNC_TEST(tls, refuses_a_revoked_certificate) {
  const std::string verified = "host=localhost sslmode=verify-full sslrootcert=" + env("TLS_CA");
  EXPECT_TRUE(co_await encrypted_with(verified + " sslcrl=" + env("TLS_CRL")));
  const error_info failed = co_await error_of(connect_to("SCRAM_DSN", verified + " sslcrl=" + env("TLS_REVOKED_CRL")));
  EXPECT_EQ(failed.code(), errc::tls_failed);
  EXPECT_NE(failed.what().find("revoked"), std::string::npos) << failed.what();
}

ASYNC_TEST(tls, prefer_with_a_root_file_does_not_fall_back_to_plain_text) {
  const error_info failed =
      co_await error_of(connect_to("SCRAM_DSN", "host=localhost sslmode=prefer sslrootcert=" + env("TLS_UNKNOWN_CA")));
  EXPECT_EQ(failed.code(), errc::tls_failed);
}

ASYNC_TEST(tls, versions_can_be_bounded) {
  connection db = co_await connect_to("TLS_DSN", "ssl_max_protocol_version=TLSv1.2");
  EXPECT_EQ(co_await db.fetch_one<std::string>("SELECT version FROM pg_stat_ssl WHERE pid = pg_backend_pid()"),
            "TLSv1.2");
  connection newer = co_await connect_to("TLS_DSN", "ssl_min_protocol_version=TLSv1.3");
  EXPECT_EQ(co_await newer.fetch_one<std::string>("SELECT version FROM pg_stat_ssl WHERE pid = pg_backend_pid()"),
            "TLSv1.3");
}

ASYNC_TEST(tls, direct_negotiation_works_from_17_on) {
  if (server_version() < 17) {
    GTEST_LOG_(INFO) << "the server is older than 17";
    const error_info failed = co_await error_of(connect_to("TLS_DSN", "sslnegotiation=direct"));
    EXPECT_TRUE(failed) << "an older server does not understand it";
    co_return;
  }
  connection db = co_await connect_to("TLS_DSN", "sslnegotiation=direct channel_binding=require");
  EXPECT_TRUE(co_await server_says_encrypted(db));
}

ASYNC_TEST(tls, carries_large_values_both_ways) {
  connection db = co_await connect_to("TLS_DSN");
  const std::string large(16 << 20, 'x');
  const auto echo = co_await db.fetch_one<std::string>("SELECT $1::text", large);
  EXPECT_EQ(echo.size(), large.size());
  const auto rows = co_await db.fetch<std::string>("SELECT repeat('y', 1000) FROM generate_series(1, 10000)");
  EXPECT_EQ(rows.size(), 10'000u);
}

ASYNC_TEST(tls, session_statements_can_be_cancelled) {
  connection db = co_await connect_to("TLS_DSN");
  const error_info failed = co_await error_of(db.query({.mode = {}, .timeout = 50ms}, "SELECT pg_sleep(60)"));
  EXPECT_EQ(failed.code(), errc::timeout);
  EXPECT_EQ(co_await db.fetch_one<int>("SELECT 1"), 1);
}

}  // namespace
}  // namespace pgcoro::test
