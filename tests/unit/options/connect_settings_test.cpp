#include "options/connect_settings.hpp"

#include <chrono>
#include <filesystem>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <string>
#include <string_view>
#include <utility>

#include "unit/options/fake_environment.hpp"

namespace {

using namespace std::chrono_literals;
using pgcoro::connect_options;
using pgcoro::detail::connect_settings;
using pgcoro::detail::resolve;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::Pair;

class resolving : public testing::Test {
 protected:
  connect_settings settings(const connect_options& options) {
    auto result = resolve(options, files_.env());
    if (result) return *std::move(result);
    ADD_FAILURE() << result.error().what();
    return {};
  }

  std::string error(const connect_options& options) {
    const auto result = resolve(options, files_.env());
    if (result) return "no error";
    EXPECT_TRUE(result.error().code() == pgcoro::errc::invalid_option);
    EXPECT_TRUE(result.error().safe_to_retry());
    return result.error().what();
  }

  std::string password(const connect_options& options, std::size_t host = 0) {
    return std::string(settings(options).hosts.at(host).password.view());
  }

  pgcoro::test::fake_environment files_;
};

TEST_F(resolving, takes_libpq_s_defaults_where_nothing_is_said) {
  const connect_settings s = settings({});
  EXPECT_EQ(s.hosts.front().label(), "localhost:5432");
  EXPECT_EQ(s.user, "osuser");
  EXPECT_EQ(s.dbname, "osuser");
  EXPECT_EQ(s.tls.mode, pgcoro::sslmode::prefer);
  EXPECT_EQ(s.tls.min_version, pgcoro::tls_version::tls1_2);
  EXPECT_TRUE(s.tls.sni);
  EXPECT_FALSE(s.tls.verifies_chain());
  EXPECT_EQ(s.connect_timeout, 0s);
  EXPECT_TRUE(s.tcp.keepalives);
  EXPECT_EQ(s.max_protocol_version, pgcoro::protocol_version::v3_0);
  EXPECT_EQ(s.auth_policy.channel_binding, pgcoro::auth::channel_binding_policy::prefer);
  EXPECT_EQ(s.target_session_attrs, pgcoro::target_session_attrs::any);
  EXPECT_THAT(s.startup_parameters,
              ElementsAre(Pair("user", "osuser"), Pair("database", "osuser"), Pair("client_encoding", "UTF8")));
}

TEST_F(resolving, asks_the_string_then_the_service_then_the_environment) {
  files_.write(".pg_service.conf", "[s]\nuser=of_service\ndbname=of_service\n");
  files_.variables = {{"PGUSER", "of_env"}, {"PGDATABASE", "of_env"}, {"PGAPPNAME", "of_env"}, {"PGSERVICE", "s"}};
  const connect_settings s = settings("user=of_string");
  EXPECT_EQ(s.user, "of_string");
  EXPECT_EQ(s.dbname, "of_service");
  EXPECT_THAT(s.startup_parameters, Contains(Pair("application_name", "of_env")));
}

TEST_F(resolving, reads_every_kind_of_variable) {
  files_.variables = {{"PGHOST", "a,b"},          {"PGPORT", "1,2"},      {"PGSSLMODE", "verify-full"},
                      {"PGCONNECT_TIMEOUT", "7"}, {"PGPASSWORD", "word"}, {"PGTARGETSESSIONATTRS", "primary"}};
  const connect_settings s = settings({});
  EXPECT_EQ(s.hosts.size(), 2U);
  EXPECT_EQ(s.hosts[1].label(), "b:2");
  EXPECT_EQ(s.hosts[1].password.view(), "word");
  EXPECT_EQ(s.tls.mode, pgcoro::sslmode::verify_full);
  EXPECT_EQ(s.connect_timeout, 7s);
  EXPECT_EQ(s.target_session_attrs, pgcoro::target_session_attrs::primary);
}

TEST_F(resolving, names_the_variable_that_it_cannot_read) {
  files_.variables = {{"PGSSLMODE", "s3cr3t"}};
  EXPECT_EQ(error({}), "sslmode (PGSSLMODE): must be one of disable, allow, prefer, require, verify-ca, verify-full");
  EXPECT_EQ(settings("sslmode=disable").tls.mode, pgcoro::sslmode::disable) << "it is not asked";
}

TEST_F(resolving, keeps_the_environment_out_of_what_is_set_empty) {
  files_.variables = {{"PGUSER", "env"}, {"PGHOST", "env"}};
  EXPECT_EQ(settings("user='' host=''").user, "osuser");
  EXPECT_EQ(settings("user='' host=''").hosts.front().label(), "localhost:5432");
}

TEST_F(resolving, honours_pgrequiressl_below_pgsslmode) {
  files_.variables = {{"PGREQUIRESSL", "1"}};
  EXPECT_EQ(settings({}).tls.mode, pgcoro::sslmode::require);
  files_.variables.emplace("PGSSLMODE", "disable");
  EXPECT_EQ(settings({}).tls.mode, pgcoro::sslmode::disable);
}

TEST_F(resolving, refuses_gss_encryption_that_the_environment_demands) {
  files_.variables = {{"PGGSSENCMODE", "require"}};
  EXPECT_THAT(error({}), HasSubstr("PGGSSENCMODE"));
  EXPECT_EQ(error("gssencmode=disable"), "no error");
}

TEST_F(resolving, needs_a_user) {
  files_.env().user = "";
  EXPECT_THAT(error({}), HasSubstr("user: not set"));
  EXPECT_EQ(error("user=u"), "no error");
}

TEST_F(resolving, gives_each_host_its_own_password) {
  files_.write(".pgpass",
               "db1:5432:shop:app:one\ndb2:5433:shop:app:two\n10.0.0.3:*:*:*:three\nlocalhost:*:*:*:local\n");
  const connect_options both("host=db1,db2,db3 port=5432,5433,5434 user=app dbname=shop");
  EXPECT_EQ(password(both, 0), "one");
  EXPECT_EQ(password(both, 1), "two");
  EXPECT_EQ(password(both, 2), "");
  EXPECT_EQ(password("hostaddr=10.0.0.3"), "three");
  EXPECT_EQ(password("host=db9 hostaddr=10.0.0.3"), "") << "the name counts where there is one";
}

TEST_F(resolving, calls_a_default_socket_directory_localhost_in_the_password_file) {
  files_.write(".pgpass", "localhost:*:*:*:local\n/other:*:*:*:other\n");
  EXPECT_EQ(password({}), "local");
  EXPECT_EQ(password("host=" + files_.path("run")), "local");
  EXPECT_EQ(password("host=/other"), "other");
}

TEST_F(resolving, says_where_a_password_came_from_and_never_what_it_is) {
  files_.write(".pgpass", "*:*:*:*:s3cr3t\n");
  const connect_settings s = settings({});
  EXPECT_THAT(s.hosts[0].password_note, HasSubstr(".pgpass"));
  EXPECT_THAT(s.hosts[0].password_note, Not(HasSubstr("s3cr3t")));
}

TEST_F(resolving, says_that_a_password_file_was_passed_over) {
  const std::string path = files_.write("pass", "*:*:*:*:word\n");
  std::filesystem::permissions(path, std::filesystem::perms::all);
  const connect_settings s = settings("passfile=" + path);
  EXPECT_TRUE(s.hosts[0].password.empty());
  EXPECT_THAT(s.hosts[0].password_note, HasSubstr("passed over"));
}

TEST_F(resolving, prefers_a_given_password_to_the_file) {
  files_.variables = {{"PGPASSFILE", files_.write("pass", "*:*:*:*:file\n")}};
  EXPECT_EQ(password({}), "file");
  EXPECT_EQ(password("password=given"), "given");
  EXPECT_EQ(password("password=''"), "file");
}

TEST_F(resolving, looks_for_tls_files_in_the_home_directory) {
  EXPECT_EQ(settings("sslmode=require").tls.root_file, "");
  const std::string root = files_.write(".postgresql/root.crt", "");
  const std::string cert = files_.write(".postgresql/postgresql.crt", "");
  const std::string key = files_.write(".postgresql/postgresql.key", "");
  const std::string crl = files_.write(".postgresql/root.crl", "");
  const auto tls = settings("sslmode=require").tls;
  EXPECT_EQ(tls.root_file, root);
  EXPECT_TRUE(tls.verifies_chain()) << "as libpq does where there is a root certificate";
  EXPECT_FALSE(tls.verifies_host());
  EXPECT_EQ(tls.cert_file, cert);
  EXPECT_EQ(tls.key_file, key);
  EXPECT_EQ(tls.crl_file, crl);
  EXPECT_EQ(settings("sslcertmode=disable").tls.cert_file, "");
  EXPECT_EQ(settings("sslcert=mine").tls.cert_file, "mine");
  EXPECT_EQ(settings("sslcrldir=mine").tls.crl_file, "");
}

TEST_F(resolving, strengthens_the_mode_for_the_system_s_authorities) {
  const auto tls = settings("sslrootcert=system").tls;
  EXPECT_TRUE(tls.system_roots);
  EXPECT_EQ(tls.root_file, "");
  EXPECT_EQ(tls.mode, pgcoro::sslmode::verify_full);
  EXPECT_TRUE(tls.verifies_host());
  for (const char* weak : {"disable", "allow", "prefer", "require", "verify-ca"}) {
    EXPECT_THAT(error("sslrootcert=system sslmode=" + std::string(weak)), HasSubstr("sslrootcert=system"));
  }
}

TEST_F(resolving, refuses_direct_negotiation_where_tls_is_optional) {
  for (const char* weak : {"sslmode=disable", "sslmode=allow", "sslmode=prefer", ""}) {
    EXPECT_THAT(error("sslnegotiation=direct " + std::string(weak)), HasSubstr("sslnegotiation=direct"));
  }
  EXPECT_EQ(error("sslnegotiation=direct sslmode=require"), "no error");
}

TEST_F(resolving, refuses_bounds_that_exclude_each_other) {
  EXPECT_THAT(error("ssl_min_protocol_version=TLSv1.3 ssl_max_protocol_version=TLSv1.2"),
              HasSubstr("ssl_min_protocol_version"));
  EXPECT_THAT(error("min_protocol_version=3.2 max_protocol_version=3.0"), HasSubstr("min_protocol_version"));
}

TEST_F(resolving, offers_the_newer_protocol_to_whoever_insists_on_it) {
  EXPECT_EQ(settings("min_protocol_version=3.2").max_protocol_version, pgcoro::protocol_version::v3_2);
}

TEST_F(resolving, takes_timeouts_below_zero_for_none) {
  EXPECT_EQ(settings("connect_timeout=-1").connect_timeout, 0s);
  EXPECT_EQ(settings("connect_timeout=1").connect_timeout, 1s);
  EXPECT_EQ(settings("tcp_user_timeout=-5 keepalives_idle=-5 keepalives_count=-5").tcp.user_timeout, 0ms);
}

TEST_F(resolving, sends_the_parameters_in_libpq_s_order) {
  files_.variables = {{"PGTZ", "UTC"}, {"PGDATESTYLE", "DEFAULT"}, {"PGGEQO", "off"}};
  connect_options options("user=u dbname=d options=-cx=y fallback_application_name=f replication=database");
  options.parameters = {{"search_path", "app"}, {"TimeZone", "Europe/Berlin"}};
  EXPECT_THAT(settings(options).startup_parameters,
              ElementsAre(Pair("user", "u"), Pair("database", "d"), Pair("replication", "database"),
                          Pair("options", "-cx=y"), Pair("application_name", "f"), Pair("client_encoding", "UTF8"),
                          Pair("TimeZone", "Europe/Berlin"), Pair("search_path", "app"), Pair("geqo", "off")));
}

TEST_F(resolving, prefers_the_application_s_name_to_the_fallback) {
  EXPECT_THAT(settings("application_name=a fallback_application_name=f").startup_parameters,
              Contains(Pair("application_name", "a")));
}

TEST_F(resolving, refuses_nul_in_every_text) {
  const std::string nul("x\0user\0admin", 12);
  for (auto member : {&connect_options::user, &connect_options::dbname, &connect_options::host,
                      &connect_options::password, &connect_options::application_name, &connect_options::options,
                      &connect_options::fallback_application_name, &connect_options::sslrootcert}) {
    connect_options options;
    options.*member = nul;
    EXPECT_THAT(error(options), HasSubstr("NUL"));
  }
  connect_options options;
  options.port = nul;
  EXPECT_EQ(error(options), "port: the value contains a NUL character");
  options = connect_options();
  options.parameters[nul] = "x";
  EXPECT_THAT(error(options), HasSubstr("NUL"));
  options.parameters = {{"search_path", nul}};
  EXPECT_THAT(error(options), HasSubstr("NUL"));
}

TEST_F(resolving, refuses_parameters_that_are_not_settings) {
  for (const char* name : {"", "user", "USER", "database", "replication", "client_encoding", "_pq_.x"}) {
    connect_options options;
    options.parameters[name] = "x";
    EXPECT_THAT(error(options), HasSubstr("parameters: ")) << name;
  }
}

TEST_F(resolving, checks_what_was_set_without_a_string) {
  connect_options options;
  options.require_auth = "telepathy";
  EXPECT_THAT(error(options), HasSubstr("require_auth"));
  options = connect_options();
  options.client_encoding = "LATIN1";
  EXPECT_THAT(error(options), HasSubstr("client_encoding"));
  options = connect_options();
  options.cancel_timeout = -1ms;
  EXPECT_THAT(error(options), HasSubstr("cancel_timeout"));
  options = connect_options();
  options.command_timeout = -1ms;
  EXPECT_THAT(error(options), HasSubstr("command_timeout"));
  options = connect_options();
  options.max_message_size = 10;
  EXPECT_THAT(error(options), HasSubstr("max_message_size"));
}

TEST_F(resolving, hands_over_what_only_pgcoro_has) {
  connect_options options("require_auth=scram-sha-256 channel_binding=require requirepeer=postgres");
  options.statement_mode = pgcoro::statement_mode::unnamed;
  options.statement_cache_capacity = 7;
  options.command_timeout = 2s;
  options.cancel_timeout = 3s;
  options.max_message_size = 4096;
  options.scram_max_iterations = 5000;
  const connect_settings s = settings(options);
  EXPECT_EQ(s.statement_mode, pgcoro::statement_mode::unnamed);
  EXPECT_EQ(s.statement_cache_capacity, 7U);
  EXPECT_EQ(s.command_timeout, 2s);
  EXPECT_EQ(s.cancel_timeout, 3s);
  EXPECT_EQ(s.max_message_size, 4096U);
  EXPECT_EQ(s.scram_max_iterations, 5000U);
  EXPECT_EQ(s.require_peer, "postgres");
  EXPECT_FALSE(s.auth_policy.methods.allows(pgcoro::auth::auth_method::md5));
  EXPECT_EQ(s.auth_policy.channel_binding, pgcoro::auth::channel_binding_policy::require);
}

TEST_F(resolving, never_repeats_a_password) {
  for (const char* tail : {" port=s3cr3t", " hostaddr=s3cr3t", " host=a,b hostaddr=1.1.1.1", " port=1,2",
                           " sslrootcert=system sslmode=allow", " sslnegotiation=direct", " service=none",
                           " min_protocol_version=3.2 max_protocol_version=3.0"}) {
    const auto result = resolve("password=s3cr3t sslpassword=s3cr3t" + std::string(tail), files_.env());
    ASSERT_FALSE(result) << tail;
    EXPECT_THAT(result.error().what(), Not(HasSubstr("s3cr3t"))) << tail;
  }
}

TEST(system_environment, reads_the_process_s_own) {
  ::setenv("PGCORO_TEST_VARIABLE", "x", 1);
  const auto env = pgcoro::detail::system_environment();
  EXPECT_EQ(env.variable("PGCORO_TEST_VARIABLE"), "x");
  EXPECT_EQ(env.variable("PGCORO_TEST_NO_VARIABLE"), std::nullopt);
  EXPECT_FALSE(env.user.empty());
  EXPECT_FALSE(env.home.empty());
}

}  // namespace
