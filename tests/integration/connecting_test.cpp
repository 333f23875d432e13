// Where a connection goes, and what is said where it does not get there.
#include "support/async_test.hpp"
#include "support/environment.hpp"

namespace pgcoro::test {
namespace {

ASYNC_TEST(connecting, takes_a_key_value_string_a_uri_and_options) {
  connection by_string = co_await connect(env("DSN"));
  connection by_uri = co_await connect(env("URI"));
  connect_options options;
  options.host = env("HOST");
  options.port = env("PORT");
  options.user = "pgcoro_trust";
  options.dbname = env("DATABASE");
  options.application_name = "the test";
  options.parameters["search_path"] = "pg_catalog";
  connection by_options = co_await connect(options);
  EXPECT_EQ(co_await by_uri.fetch_one<std::string>("SELECT current_database()::text"), env("DATABASE"));
  EXPECT_EQ(co_await by_options.fetch_one<std::string>("SHOW application_name"), "the test");
  EXPECT_EQ(co_await by_options.fetch_one<std::string>("SHOW search_path"), "pg_catalog");
}

ASYNC_TEST(connecting, takes_text_of_every_kind_and_copies_it) {
  std::string dsn = env("DSN");
  auto by_characters = connect(dsn.c_str());
  auto by_string = connect(dsn);
  auto by_view = connect(std::string_view(dsn));
  dsn.assign(dsn.size(), '?');
  asio::awaitable<connection>* const openings[] = {&by_characters, &by_string, &by_view};
  for (auto* opening : openings) {
    connection db = co_await std::move(*opening);
    EXPECT_EQ(co_await db.fetch_one<int>("SELECT 1"), 1);
  }
}

ASYNC_TEST(connecting, parses_text_when_it_is_awaited) {
  auto opening = connect("no_such_option=1");
  const error_info failed = co_await error_of(std::move(opening));
  EXPECT_EQ(failed.code(), errc::invalid_option);
}

ASYNC_TEST(connecting, with_an_ill_formed_string_is_an_error_that_does_not_repeat_it) {
  bool thrown = false;
  try {
    co_await connect("host=localhost passwrod=t0p-s3cret");
  } catch (const error& e) {
    thrown = true;
    EXPECT_EQ(e.code(), errc::invalid_option);
    EXPECT_NE(std::string(e.what()).find("passwrod"), std::string::npos) << e.what();
    EXPECT_EQ(std::string(e.what()).find("t0p-s3cret"), std::string::npos) << e.what();
  }
  EXPECT_TRUE(thrown);
}

ASYNC_TEST(connecting, to_a_database_that_is_not_there_says_so) {
  const error_info failed = co_await error_of(connect_to("DSN", "dbname=no_such_database"));
  EXPECT_EQ(failed.code(), sqlstate::invalid_catalog_name);
}

ASYNC_TEST(unix_socket, needs_no_TLS_whatever_the_mode) {
  connection db = co_await connect_to("DSN", "sslmode=verify-full");
  EXPECT_FALSE(db.is_encrypted());
  EXPECT_EQ(co_await db.fetch_one<int>("SELECT 1"), 1);
}

ASYNC_TEST(unix_socket, requirepeer_checks_the_servers_user) {
  const error_info failed = co_await error_of(connect_to("DSN", "requirepeer=nobody_at_all"));
  EXPECT_EQ(failed.code(), errc::authentication_refused) << failed.what();
  EXPECT_NE(failed.what().find("nobody_at_all"), std::string::npos) << failed.what();
  // The error names the true owner, with whom it must work.
  const std::string& text = failed.message();
  const std::size_t end = text.rfind('"');
  const std::size_t begin = text.rfind('"', end - 1) + 1;
  connection db = co_await connect_to("DSN", "requirepeer=" + text.substr(begin, end - begin));
  EXPECT_TRUE(db.is_open());
}

ASYNC_TEST(unix_socket, that_is_not_there_is_named) {
  const error_info failed = co_await error_of(connect_to("DSN", "host=/no/such/directory"));
  EXPECT_NE(failed.host().find("/no/such/directory"), std::string::npos) << failed.host();
  EXPECT_EQ(failed.stage(), "connect");
  EXPECT_TRUE(failed.safe_to_retry());
}

ASYNC_TEST(several_hosts, the_first_that_answers_is_taken) {
  const std::string hosts = "host=/no/such/directory," + env("HOST") + " port=" + env("PORT");
  connection db = co_await connect_to("TRUST_DSN", hosts);
  EXPECT_EQ(co_await db.fetch_one<int>("SELECT 1"), 1);
}

ASYNC_TEST(target_session_attrs, of_a_primary) {
  for (const char* attrs : {"any", "read-write", "primary", "prefer-standby"}) {
    connection db = co_await connect_to("DSN", "target_session_attrs=" + std::string(attrs));
    EXPECT_EQ(co_await db.fetch_one<int>("SELECT 1"), 1) << attrs;
  }
  for (const char* attrs : {"read-only", "standby"}) {
    const error_info failed = co_await error_of(connect_to("DSN", "target_session_attrs=" + std::string(attrs)));
    EXPECT_EQ(failed.code(), errc::wrong_session_type) << attrs << ": " << failed.what();
  }
  connection read_only =
      co_await connect_to("DSN", "target_session_attrs=read-only options='-c default_transaction_read_only=on'");
  EXPECT_TRUE(read_only.is_open());
  const error_info not_writable = co_await error_of(
      connect_to("DSN", "target_session_attrs=read-write options='-c default_transaction_read_only=on'"));
  EXPECT_EQ(not_writable.code(), errc::wrong_session_type);
}

ASYNC_TEST(protocol_version, is_3_2_where_the_server_speaks_it) {
  connection db = co_await connect_to("DSN", "max_protocol_version=3.2");
  EXPECT_EQ(co_await db.fetch_one<int>("SELECT 1"), 1);
  // The cancel key is longer there: it must work all the same.
  const error_info failed = co_await error_of(db.query({.mode = {}, .timeout = 50ms}, "SELECT pg_sleep(60)"));
  EXPECT_EQ(failed.code(), errc::timeout);
  EXPECT_EQ(co_await db.fetch_one<int>("SELECT 1"), 1);
  if (server_version() >= 18) {
    connection newest = co_await connect_to("DSN", "min_protocol_version=3.2 max_protocol_version=3.2");
    EXPECT_TRUE(newest.is_open());
  } else {
    const error_info refused =
        co_await error_of(connect_to("DSN", "min_protocol_version=3.2 max_protocol_version=3.2"));
    EXPECT_EQ(refused.code(), errc::unsupported_server) << refused.what();
  }
}

}  // namespace
}  // namespace pgcoro::test
