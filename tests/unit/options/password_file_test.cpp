#include "options/password_file.hpp"

#include <filesystem>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <string>
#include <string_view>

#include "unit/options/fake_environment.hpp"

namespace {

using pgcoro::detail::find_password;
using pgcoro::detail::password_key;
using pgcoro::detail::read_password_file;
using testing::HasSubstr;

constexpr password_key key{.host = "db1", .port = "5432", .dbname = "shop", .user = "app"};

std::string look_up(std::string_view text, const password_key& k = key) {
  const auto found = find_password(text, k);
  return found ? std::string(found->view()) : "none";
}

TEST(password_file, gives_the_password_of_the_first_line_that_matches) {
  EXPECT_EQ(look_up("db2:5432:shop:app:no\ndb1:5432:shop:app:yes\ndb1:5432:shop:app:late\n"), "yes");
  EXPECT_EQ(look_up("db1:5432:shop:app:yes"), "yes") << "without a newline at the end";
  EXPECT_EQ(look_up("db1:5432:shop:app:yes\r\n"), "yes");
  EXPECT_EQ(look_up("db1:5432:shop:app:"), "");
}

TEST(password_file, compares_every_field_in_full) {
  for (const char* line :
       {"db:5432:shop:app:p", "db11:5432:shop:app:p", "db1:543:shop:app:p", "db1:5432:shops:app:p",
        "db1:5432:shop:ap:p", "db1:5432:shop:app", "db1:5432:shop", "", ":", "::::", "#db1:5432:shop:app:p"}) {
    EXPECT_EQ(look_up(line), "none") << line;
  }
}

TEST(password_file, takes_a_star_for_anything_but_only_as_the_whole_field) {
  EXPECT_EQ(look_up("*:*:*:*:any"), "any");
  EXPECT_EQ(look_up("*:5432:*:app:some"), "some");
  EXPECT_EQ(look_up("db*:5432:shop:app:p"), "none");
  EXPECT_EQ(look_up("*x:5432:shop:app:p"), "none");
}

TEST(password_file, takes_escaped_colons_and_backslashes_literally) {
  const password_key odd{.host = "::1", .port = "5432", .dbname = "a\\b", .user = "u:v"};
  EXPECT_EQ(look_up(R"(\:\:1:5432:a\\b:u\:v:p\:w\\d)", odd), R"(p:w\d)");
  EXPECT_EQ(look_up(R"(::1:5432:a\\b:u\:v:p)", odd), "none");
  EXPECT_EQ(look_up(R"(db1:5432:shop:app:ab\)"), R"(ab\)");
  EXPECT_EQ(look_up("db1:5432:shop:app:ab:comment"), "ab");
}

TEST(password_file, is_passed_over_in_silence_where_there_is_none) {
  pgcoro::test::fake_environment files;
  std::string warning;
  EXPECT_TRUE(read_password_file(files.path("nowhere"), warning).empty());
  EXPECT_EQ(warning, "");
}

TEST(password_file, is_passed_over_where_others_may_touch_it) {
  using std::filesystem::perms;
  pgcoro::test::fake_environment files;
  const std::string path = files.write("pgpass", "*:*:*:*:secret");
  std::string warning;
  EXPECT_EQ(read_password_file(path, warning).view(), "*:*:*:*:secret");
  EXPECT_EQ(warning, "");
  for (const perms extra : {perms::group_read, perms::group_write, perms::others_read, perms::others_exec}) {
    std::filesystem::permissions(path, perms::owner_read | extra);
    EXPECT_TRUE(read_password_file(path, warning).empty());
    EXPECT_THAT(warning, HasSubstr("make it 0600"));
  }
}

TEST(password_file, is_passed_over_where_it_is_no_regular_file) {
  pgcoro::test::fake_environment files;
  std::filesystem::create_directory(files.path("directory"));
  std::string warning;
  EXPECT_TRUE(read_password_file(files.path("directory"), warning).empty());
  EXPECT_THAT(warning, HasSubstr("no regular file"));
}

}  // namespace
