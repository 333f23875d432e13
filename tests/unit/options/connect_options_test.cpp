#include <boost/system/result.hpp>
#include <chrono>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <string>
#include <string_view>
#include <type_traits>

#include <pgcoro/connect_options.hpp>

namespace {

using namespace std::chrono_literals;
using pgcoro::connect_options;
using testing::HasSubstr;
using testing::Not;

std::string error_of(std::string_view dsn) {
  const auto options = connect_options::parse(dsn);
  if (options) return "no error";
  EXPECT_TRUE(options.error().code() == pgcoro::errc::invalid_option);
  return options.error().what();
}

TEST(connect_options, is_made_from_any_kind_of_string) {
  static_assert(std::is_convertible_v<const char*, connect_options>);
  static_assert(std::is_convertible_v<std::string, connect_options>);
  static_assert(std::is_convertible_v<std::string_view, connect_options>);
  static_assert(!std::is_aggregate_v<connect_options>, "g++ 12 destroys braced aggregates twice in co_await");
  const connect_options options = "postgresql://app@db/shop";
  EXPECT_EQ(options.host, "db");
  EXPECT_EQ(options.user, "app");
  EXPECT_EQ(options.dbname, "shop");
}

TEST(connect_options, has_members_that_are_set_directly) {
  connect_options options;
  options.host = "db";
  options.port = 5433;
  EXPECT_EQ(options.port->text(), "5433");
  options.port = "1,2";
  EXPECT_EQ(options.port->text(), "1,2");
  options.sslmode = pgcoro::sslmode::verify_full;
  options.connect_timeout = 1500ms;
  EXPECT_EQ(options.connect_timeout, 1500ms);
}

TEST(connect_options, throws_what_parse_returns) {
  try {
    connect_options options("hots=db");
    FAIL() << "accepted";
  } catch (const pgcoro::error& e) {
    EXPECT_TRUE(e.code() == pgcoro::errc::invalid_option);
    EXPECT_STREQ(e.what(), "unknown connection option \"hots\"");
  }
}

TEST(connect_options, reads_every_type_of_option) {
  const auto parsed = connect_options::parse(
      "sslmode=verify-ca sslnegotiation=direct sslcertmode=require channel_binding=require "
      "target_session_attrs=prefer-standby load_balance_hosts=random replication=database min_protocol_version=3.0 "
      "max_protocol_version=latest ssl_min_protocol_version=tlsv1.2 ssl_max_protocol_version=TLSv1.3 sslsni=0 "
      "keepalives=0 keepalives_idle=10 keepalives_interval=20 keepalives_count=3 tcp_user_timeout=4000 "
      "connect_timeout=' 5 ' gssencmode=disable require_auth=!password,!md5 client_encoding=utf-8");
  ASSERT_TRUE(parsed) << parsed.error().what();
  EXPECT_EQ(parsed->sslmode, pgcoro::sslmode::verify_ca);
  EXPECT_EQ(parsed->sslnegotiation, pgcoro::sslnegotiation::direct);
  EXPECT_EQ(parsed->sslcertmode, pgcoro::sslcertmode::require);
  EXPECT_EQ(parsed->channel_binding, pgcoro::channel_binding::require);
  EXPECT_EQ(parsed->target_session_attrs, pgcoro::target_session_attrs::prefer_standby);
  EXPECT_EQ(parsed->load_balance_hosts, pgcoro::load_balance_hosts::random);
  EXPECT_EQ(parsed->replication, pgcoro::replication_mode::database);
  EXPECT_EQ(parsed->min_protocol_version, pgcoro::protocol_version::v3_0);
  EXPECT_EQ(parsed->max_protocol_version, pgcoro::protocol_version::v3_2);
  EXPECT_EQ(parsed->ssl_min_protocol_version, pgcoro::tls_version::tls1_2);
  EXPECT_EQ(parsed->ssl_max_protocol_version, pgcoro::tls_version::tls1_3);
  EXPECT_EQ(parsed->sslsni, false);
  EXPECT_EQ(parsed->keepalives, false);
  EXPECT_EQ(parsed->keepalives_idle, 10s);
  EXPECT_EQ(parsed->keepalives_interval, 20s);
  EXPECT_EQ(parsed->keepalives_count, 3);
  EXPECT_EQ(parsed->tcp_user_timeout, 4000ms);
  EXPECT_EQ(parsed->connect_timeout, 5s);
  EXPECT_EQ(parsed->gssencmode, pgcoro::gssencmode::disable);
}

TEST(connect_options, knows_all_modes_of_tls_and_all_kinds_of_session) {
  using pgcoro::sslmode;
  EXPECT_EQ(connect_options("sslmode=disable").sslmode, sslmode::disable);
  EXPECT_EQ(connect_options("sslmode=allow").sslmode, sslmode::allow);
  EXPECT_EQ(connect_options("sslmode=prefer").sslmode, sslmode::prefer);
  EXPECT_EQ(connect_options("sslmode=require").sslmode, sslmode::require);
  EXPECT_EQ(connect_options("sslmode=verify-full").sslmode, sslmode::verify_full);
  using attrs = pgcoro::target_session_attrs;
  EXPECT_EQ(connect_options("target_session_attrs=any").target_session_attrs, attrs::any);
  EXPECT_EQ(connect_options("target_session_attrs=read-write").target_session_attrs, attrs::read_write);
  EXPECT_EQ(connect_options("target_session_attrs=read-only").target_session_attrs, attrs::read_only);
  EXPECT_EQ(connect_options("target_session_attrs=primary").target_session_attrs, attrs::primary);
  EXPECT_EQ(connect_options("target_session_attrs=standby").target_session_attrs, attrs::standby);
}

TEST(connect_options, takes_the_last_of_several_values) {
  EXPECT_EQ(connect_options("host=a host=b").host, "b");
  EXPECT_EQ(connect_options("postgresql://a/?host=b&host=c").host, "c");
}

TEST(connect_options, says_what_an_option_must_be) {
  EXPECT_EQ(error_of("sslmode=on"), "sslmode: must be one of disable, allow, prefer, require, verify-ca, verify-full");
  EXPECT_EQ(error_of("sslmode=''"), error_of("sslmode=on"));
  EXPECT_EQ(error_of("connect_timeout=soon"), "connect_timeout: must be an integer");
  EXPECT_EQ(error_of("connect_timeout=''"), error_of("connect_timeout=soon"));
  EXPECT_EQ(error_of("connect_timeout=1.5"), error_of("connect_timeout=soon"));
  EXPECT_EQ(error_of("connect_timeout=99999999999"), error_of("connect_timeout=soon"));
  EXPECT_EQ(error_of("keepalives=yes"), "keepalives: must be 0 or 1");
  EXPECT_EQ(error_of("min_protocol_version=3.1"), "min_protocol_version: must be 3.0, 3.2 or latest");
  EXPECT_EQ(error_of("ssl_min_protocol_version=TLSv1.1"),
            "ssl_min_protocol_version: must be TLSv1.2 or TLSv1.3 (pgcoro speaks no older TLS)");
  EXPECT_EQ(error_of("client_encoding=LATIN1"), "client_encoding: must be UTF8 or auto: pgcoro works in UTF-8 only");
  EXPECT_THAT(error_of("require_auth=md5,!password"), HasSubstr("require_auth: must be a list of"));
  EXPECT_THAT(error_of("require_auth=telepathy"), HasSubstr("require_auth: must be a list of"));
  EXPECT_EQ(error_of("replication=maybe"), "replication: must be database, or a Boolean");
}

TEST(connect_options, refuses_by_name_what_it_does_not_do) {
  EXPECT_EQ(error_of("gssencmode=require"), "gssencmode: must be disable or prefer: pgcoro does not speak GSSAPI");
  EXPECT_THAT(error_of("oauth_issuer=x"), HasSubstr("oauth_issuer: must be left out"));
  EXPECT_THAT(error_of("scram_client_key=x"), HasSubstr("scram_client_key: must be left out"));
  EXPECT_THAT(error_of("sslkeylogfile=x"), HasSubstr("sslkeylogfile: must be left out"));
}

TEST(connect_options, takes_what_has_no_effect) {
  for (const char* dsn :
       {"sslcompression=1", "krbsrvname=x", "gsslib=gssapi", "gssdelegation=1", "gssencmode=prefer"}) {
    EXPECT_TRUE(connect_options::parse(dsn)) << dsn;
  }
}

TEST(connect_options, says_where_a_string_is_broken) {
  EXPECT_EQ(error_of("host=a port"), "connection string: no \"=\" follows the word that begins at byte 8");
  EXPECT_EQ(error_of("host='a"), "connection string: no closing quote for the one at byte 6");
  EXPECT_EQ(error_of("postgres://[::1"), "host of the URI: no \"]\" ends the IPv6 address");
  EXPECT_EQ(error_of("postgres://h/a%0"), "dbname of the URI has a \"%\" without two hexadecimal digits");
  EXPECT_EQ(error_of("postgres://h/a%00b"), "dbname of the URI contains %00");
  EXPECT_EQ(error_of("postgres://h/a b"), "dbname of the URI contains a space; write it as %20");
  EXPECT_EQ(error_of("postgres://h?uzer=a"), "unknown connection option \"uzer\"");
}

TEST(connect_options, refuses_nul_wherever_it_stands) {
  using namespace std::string_literals;
  EXPECT_THAT(error_of("host=a\0user=b"s), HasSubstr("NUL"));
  EXPECT_THAT(error_of("postgres://h\0/"s), HasSubstr("NUL"));
  connect_options options;
  EXPECT_THAT(options.set("user", "x\0user\0admin"s).what(), HasSubstr("user: the value contains a NUL"));
  EXPECT_FALSE(options.user);
}

TEST(connect_options, sets_one_option_by_name) {
  connect_options options;
  EXPECT_FALSE(options.set("application_name", "app"));
  EXPECT_EQ(options.application_name, "app");
  EXPECT_EQ(options.set("aplication_name", "app").what(), "unknown connection option \"aplication_name\"");
}

/// Strings in which "s3cr3t" is, or was meant to be, a password, and that cannot be read.
TEST(connect_options, never_repeats_a_password_or_the_string) {
  for (const char* dsn : {
           "postgres://u:s3cr3t@h/%zz",
           "postgres://u:s3cr3t%zz@h/",
           "postgres://u:s3cr3t%00@h/",
           "postgres://u:s3cr3t x@h/",
           "postgres://u:s3cr3t@h?nosuch=1",
           "postgres://u:s3cr3t@h?sslmode=s3cr3t",
           "postgres://u:ab/s3cr3t@h",
           "postgres://u:ab/cd?s3cr3t=ef@h",
           "postgres://u:ab/cd?s3cr3t@h",
           "postgres://u:ab/cd?x&s3cr3t@h",
           "postgres://u:s3cr3t@[h",
           "postgres://u:p@[s3cr3t]x",
           "postgres://?password=s3cr3t=",
           "postgres://?password=s3cr3t&x",
           "password=s3cr3t host",
           "password=ab s3cr3t host=x",
           "password='s3cr3t",
           "password='ab's3cr3t host=x",
           "password=ab S3CR3T!s3cr3t=x",
           "s3cr3t",
           "port=s3cr3t sslmode=s3cr3t",
           "connect_timeout=s3cr3t",
           "require_auth=s3cr3t",
           "client_encoding=s3cr3t",
       }) {
    EXPECT_THAT(error_of(dsn), Not(HasSubstr("s3cr3t"))) << dsn;
  }
}

}  // namespace
