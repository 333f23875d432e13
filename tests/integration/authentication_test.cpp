// Every way to say who one is, and to be refused.
#include <filesystem>
#include <fstream>
#include <unistd.h>

#include "client/connect_caches.hpp"
#include "support/async_test.hpp"
#include "support/environment.hpp"

namespace pgcoro::test {
namespace {

asio::awaitable<std::string> user_of(std::string dsn, std::string more = {}) {
  connection db = co_await connect_to(std::move(dsn), std::move(more));
  const auto user = co_await db.fetch_one<std::string>("SELECT current_user::text");
  co_return user;
}

ASYNC_TEST(authentication, by_each_method) {
  EXPECT_EQ(co_await user_of("SCRAM_DSN"), "pgcoro_scram");
  EXPECT_EQ(co_await user_of("SCRAM_DSN", "sslmode=disable"), "pgcoro_scram");
  EXPECT_EQ(co_await user_of("MD5_DSN"), "pgcoro_md5");
  EXPECT_EQ(co_await user_of("PASSWORD_DSN"), "pgcoro_password");
  EXPECT_EQ(co_await user_of("TRUST_DSN"), "pgcoro_trust");
  EXPECT_EQ(co_await user_of("UNIX_SCRAM_DSN"), "pgcoro_scram");
}

ASYNC_TEST(authentication, with_a_password_that_SASLprep_changes) {
  EXPECT_EQ(co_await user_of("UNICODE_DSN"), "pgcoro_unicode");
  // As typed on another keyboard: a plain space for the no-break one, no soft hyphen, the letters I X.
  EXPECT_EQ(co_await user_of("UNICODE_DSN", "password='p\xc3\xa4ss wort IX'"), "pgcoro_unicode");
}

ASYNC_TEST(authentication, the_connects_of_one_context_derive_a_password_s_keys_once) {
  const asio::any_io_executor executor = co_await asio::this_coro::executor;
  const auth::scram_key_cache& keys = *detail::caches_of(executor).scram_keys;
  EXPECT_EQ(keys.size(), 0u);
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(co_await user_of("SCRAM_DSN"), "pgcoro_scram");
    EXPECT_EQ(keys.size(), 1u);
  }
  const error_info refused = co_await error_of(connect_to("SCRAM_DSN", "password=wrong"));
  EXPECT_EQ(refused.code(), sqlstate::invalid_password) << refused.what();
}

ASYNC_TEST(authentication, by_client_certificate) {
  EXPECT_EQ(co_await user_of("CERT_DSN"), "pgcoro_cert");
  const std::string encrypted =
      "sslkey=" + env("TLS_CLIENT_ENCRYPTED_KEY") + " sslpassword=" + env("TLS_CLIENT_KEY_PASSWORD");
  EXPECT_EQ(co_await user_of("CERT_DSN", encrypted), "pgcoro_cert");
}

ASYNC_TEST(authentication, without_the_client_certificate_is_refused) {
  const error_info failed = co_await error_of(connect_to("CERT_DSN", "sslcertmode=disable"));
  EXPECT_EQ(failed.code(), sqlstate::invalid_authorization_specification) << failed.what();
}

ASYNC_TEST(authentication, scram_over_TLS_is_bound_to_the_channel) {
  EXPECT_EQ(co_await user_of("TLS_DSN", "channel_binding=require"), "pgcoro_scram");
  EXPECT_EQ(co_await user_of("TLS_DSN", "channel_binding=require require_auth=scram-sha-256"), "pgcoro_scram");
  EXPECT_EQ(co_await user_of("TLS_DSN", "channel_binding=disable"), "pgcoro_scram");
}

ASYNC_TEST(authentication, channel_binding_cannot_be_required_where_nothing_can_be_bound) {
  for (const char* dsn : {"TRUST_DSN", "PASSWORD_DSN", "MD5_DSN"}) {
    const error_info over_tls = co_await error_of(connect_to(dsn, "sslmode=require channel_binding=require"));
    EXPECT_EQ(over_tls.code(), errc::authentication_refused) << dsn << ": " << over_tls.what();
  }
  const error_info no_tls = co_await error_of(connect_to("SCRAM_DSN", "sslmode=disable channel_binding=require"));
  EXPECT_EQ(no_tls.code(), errc::authentication_refused) << no_tls.what();
}

ASYNC_TEST(authentication, a_wrong_password_names_host_and_stage_and_never_the_password) {
  for (const char* dsn : {"SCRAM_DSN", "MD5_DSN", "PASSWORD_DSN", "TLS_DSN"}) {
    const error_info failed = co_await error_of(connect_to(dsn, "password=t0p-s3cret"));
    EXPECT_EQ(failed.code(), sqlstate::invalid_password) << dsn;
    EXPECT_EQ(failed.stage(), "authentication");
    EXPECT_NE(failed.host().find(env("PORT")), std::string::npos) << failed.host();
    EXPECT_EQ(failed.what().find("t0p-s3cret"), std::string::npos) << failed.what();
    EXPECT_EQ(failed.what().find("pgcoro_password_1"), std::string::npos) << failed.what();
    EXPECT_TRUE(failed.safe_to_retry());
  }
}

ASYNC_TEST(authentication, a_wrong_password_from_a_file_names_the_file) {
  const std::string path = ::testing::TempDir() + "pgcoro_passfile_" + std::to_string(::getpid());
  std::ofstream(path) << "*:*:*:*:t0p-s3cret\n";
  std::filesystem::permissions(path, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
  connect_options options = options_of("SCRAM_DSN");
  options.password.reset();
  options.passfile = path;
  const error_info failed = co_await error_of(connect(std::move(options)));
  std::filesystem::remove(path);
  EXPECT_EQ(failed.code(), sqlstate::invalid_password) << failed.what();
  EXPECT_NE(failed.what().find(path), std::string::npos) << failed.what();
  EXPECT_EQ(failed.what().find("t0p-s3cret"), std::string::npos) << failed.what();
}

ASYNC_TEST(authentication, a_missing_password_is_told_before_anything_is_tried) {
  const error_info failed = co_await error_of(connect_to("SCRAM_DSN", "password='' passfile=/dev/null"));
  EXPECT_TRUE(failed);
  EXPECT_EQ(failed.stage(), "authentication");
  EXPECT_NE(failed.what().find("password"), std::string::npos) << failed.what();
}

ASYNC_TEST(authentication, a_user_that_pg_hba_rejects_is_told_why) {
  const error_info failed = co_await error_of(connect_to("REJECT_DSN"));
  EXPECT_EQ(failed.code(), sqlstate::invalid_authorization_specification);
  EXPECT_NE(failed.message().find("pg_hba.conf"), std::string::npos) << failed.what();
}

ASYNC_TEST(require_auth, admits_what_it_names) {
  EXPECT_EQ(co_await user_of("SCRAM_DSN", "require_auth=scram-sha-256"), "pgcoro_scram");
  EXPECT_EQ(co_await user_of("MD5_DSN", "require_auth=md5,password"), "pgcoro_md5");
  EXPECT_EQ(co_await user_of("PASSWORD_DSN", "require_auth=password"), "pgcoro_password");
  EXPECT_EQ(co_await user_of("TRUST_DSN", "require_auth=none"), "pgcoro_trust");
  EXPECT_EQ(co_await user_of("SCRAM_DSN", "require_auth=!password,!md5"), "pgcoro_scram");
}

ASYNC_TEST(require_auth, refuses_everything_else) {
  struct attempt {
    const char* dsn;
    const char* option;
  };
  const attempt attempts[] = {
      {"PASSWORD_DSN", "require_auth=scram-sha-256"}, {"MD5_DSN", "require_auth=scram-sha-256"},
      {"TRUST_DSN", "require_auth=scram-sha-256"},    {"SCRAM_DSN", "require_auth=password,md5"},
      {"PASSWORD_DSN", "require_auth=!password"},     {"TRUST_DSN", "require_auth=!none"},
  };
  for (const attempt& a : attempts) {
    const error_info failed = co_await error_of(connect_to(a.dsn, a.option));
    EXPECT_EQ(failed.code(), errc::authentication_refused) << a.dsn << " " << a.option << ": " << failed.what();
  }
}

}  // namespace
}  // namespace pgcoro::test
