#include "options/service_file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <string>
#include <string_view>

#include "unit/options/fake_environment.hpp"

namespace {

using pgcoro::connect_options;
using pgcoro::detail::apply_service;
using pgcoro::detail::apply_service_text;
using testing::HasSubstr;

std::string apply(connect_options& options, std::string_view text, bool& found) {
  found = false;
  return apply_service_text(options, text, "shop", "f", found).what();
}

TEST(service_file, sets_the_options_of_the_section_that_is_named) {
  connect_options options;
  bool found = false;
  EXPECT_EQ(
      apply(options, "[other]\nhost=no\n\n# comment\n [shop] \nhost=db\n  port=5433  \r\n[later]\nhost=no\n", found),
      "");
  EXPECT_TRUE(found);
  EXPECT_EQ(options.host, "db");
  EXPECT_EQ(options.port->text(), "5433");
}

TEST(service_file, does_not_touch_what_is_set) {
  connect_options options("user=me");
  bool found = false;
  EXPECT_EQ(apply(options, "[shop]\nuser=you\ndbname=a\ndbname=b\n", found), "");
  EXPECT_EQ(options.user, "me");
  EXPECT_EQ(options.dbname, "a") << "the first line for an option counts";
}

TEST(service_file, takes_values_literally) {
  connect_options options;
  bool found = false;
  EXPECT_EQ(apply(options, "[shop]\npassword= 'a=b'\n", found), "");
  EXPECT_EQ(options.password, " 'a=b'");
}

TEST(service_file, ignores_sections_that_only_begin_alike) {
  connect_options options;
  bool found = false;
  EXPECT_EQ(apply(options, "[shopping]\nhost=no\n[sho]\nhost=no\n", found), "");
  EXPECT_FALSE(found);
  EXPECT_FALSE(options.host);
}

TEST(service_file, names_file_and_line_of_what_it_cannot_read) {
  bool found = false;
  for (const char* line : {"nonsense", "hots=db", "host =db", "=x"}) {
    connect_options options;
    EXPECT_EQ(apply(options, std::string("[shop]\n\n") + line, found),
              "service file f, line 3: not of the form \"option=value\" with a known option");
  }
  connect_options options;
  EXPECT_EQ(apply(options, "[shop]\nsslmode=s3cr3t", found),
            "sslmode (service file f, line 2): must be one of disable, allow, prefer, require, verify-ca, verify-full");
  EXPECT_THAT(apply(options, "[shop]\nservice=x", found), HasSubstr("cannot name another service"));
  EXPECT_THAT(apply(options, "[shop]\nldap://x", found), HasSubstr("LDAP"));
}

TEST(service_file, is_looked_for_where_libpq_looks) {
  pgcoro::test::fake_environment files;
  files.write("etc/pg_service.conf", "[shop]\nhost=system\n[other]\nhost=system\n");
  connect_options options("service=shop");
  EXPECT_FALSE(apply_service(options, files.env()));
  EXPECT_EQ(options.host, "system");

  files.write(".pg_service.conf", "[shop]\nhost=home\n");
  options = "service=shop";
  EXPECT_FALSE(apply_service(options, files.env()));
  EXPECT_EQ(options.host, "home");
  options = "service=other";
  EXPECT_FALSE(apply_service(options, files.env()));
  EXPECT_EQ(options.host, "system") << "what the user's file does not have";

  files.variables["PGSERVICEFILE"] = files.write("mine", "[shop]\nhost=mine\n");
  files.variables["PGSERVICE"] = "shop";
  options = connect_options();
  EXPECT_FALSE(apply_service(options, files.env()));
  EXPECT_EQ(options.host, "mine");

  files.variables["PGSYSCONFDIR"] = files.path("elsewhere");
  files.write("elsewhere/pg_service.conf", "[third]\nhost=elsewhere\n");
  options = "service=third";
  EXPECT_FALSE(apply_service(options, files.env()));
  EXPECT_EQ(options.host, "elsewhere");
}

TEST(service_file, must_define_the_service) {
  pgcoro::test::fake_environment files;
  connect_options options("service=nosuch");
  EXPECT_EQ(apply_service(options, files.env()).what(), "service: there is no definition of \"nosuch\"");
}

TEST(service_file, must_exist_where_the_environment_names_it) {
  pgcoro::test::fake_environment files;
  files.variables["PGSERVICEFILE"] = files.path("nowhere");
  connect_options options("service=shop");
  EXPECT_THAT(apply_service(options, files.env()).what(), HasSubstr("cannot read the service file"));
}

}  // namespace
