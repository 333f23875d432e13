#include "session/command_tag.hpp"

#include <gtest/gtest.h>

namespace pgcoro::detail {
namespace {

TEST(command_tag, of_commands_on_rows_says_that_a_rollback_undoes_them) {
  for (const char* tag : {"SELECT 1", "INSERT 0 1", "UPDATE 3", "DELETE 0", "MERGE 2"}) {
    EXPECT_TRUE(effects_of(tag).undone_by_rollback) << tag;
    EXPECT_FALSE(effects_of(tag).may_commit || effects_of(tag).leaves_state) << tag;
  }
  for (const char* tag : {"SELECT", "VACUUM", "CALL", "", "S", "INSERTED 1"})
    EXPECT_FALSE(effects_of(tag).undone_by_rollback) << tag;
}

TEST(command_tag, tells_what_selects) {
  EXPECT_TRUE(effects_of("SELECT 0").selects);
  EXPECT_FALSE(effects_of("INSERT 0 1").selects);
}

TEST(command_tag, tells_what_commits_or_may) {
  for (const char* tag : {"COMMIT", "COMMIT PREPARED", "ROLLBACK PREPARED", "PREPARE TRANSACTION", "CALL", "DO"})
    EXPECT_TRUE(effects_of(tag).may_commit) << tag;
  for (const char* tag : {"BEGIN", "ROLLBACK", "SAVEPOINT", "COMMITTED", "COM", "PREPARE"})
    EXPECT_FALSE(effects_of(tag).may_commit) << tag;
}

TEST(command_tag, tells_what_leaves_state_behind) {
  for (const char* tag : {"SET", "LISTEN", "LOAD", "PREPARE", "DECLARE CURSOR", "DO", "CREATE TABLE", "CREATE TABLE AS",
                          "CREATE VIEW", "CREATE SEQUENCE", "CREATE TYPE", "CREATE DOMAIN", "CREATE FUNCTION"})
    EXPECT_TRUE(effects_of(tag).leaves_state) << tag;
  for (const char* tag : {"RESET", "SHOW", "CREATE INDEX", "PREPARE TRANSACTION", "NOTIFY"})
    EXPECT_FALSE(effects_of(tag).leaves_state) << tag;
}

TEST(command_tag, tells_when_prepared_statements_are_gone) {
  EXPECT_TRUE(effects_of("DISCARD ALL").forgets_statements);
  EXPECT_TRUE(effects_of("DEALLOCATE ALL").forgets_statements);
  EXPECT_FALSE(effects_of("DEALLOCATE").forgets_statements);
  EXPECT_FALSE(effects_of("DISCARD PLANS").forgets_statements);
}

}  // namespace
}  // namespace pgcoro::detail
