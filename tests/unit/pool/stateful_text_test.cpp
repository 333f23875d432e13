#include "pool/stateful_text.hpp"

#include <gtest/gtest.h>

namespace pgcoro::detail {
namespace {

TEST(stateful_text, knows_what_changes_the_session) {
  for (const char* sql :
       {"BEGIN", "begin;", "Begin Isolation Level Serializable", "START TRANSACTION", "SET x = 1", "set session y to 2",
        "LISTEN orders", "LOAD 'auto_explain'", "PREPARE p AS SELECT 1", "DECLARE c CURSOR WITH HOLD FOR SELECT 1",
        "CREATE TEMP TABLE t (n int)", "create temporary table t ()", "CREATE LOCAL TEMP TABLE t ()",
        "CREATE OR REPLACE TEMP VIEW v AS SELECT 1", "CREATE GLOBAL TEMPORARY TABLE t ()"})
    EXPECT_TRUE(leaves_session_state(sql)) << sql;
}

TEST(stateful_text, lets_everything_else_pass) {
  for (const char* sql : {"",
                          "SELECT 1",
                          "SETTING",
                          "SELECT 'BEGIN'",
                          "BEGINNING",
                          "SET1",
                          "UPDATE t SET x = 1",
                          "INSERT INTO t VALUES (1)",
                          "CREATE TABLE temp (n int)",
                          "CREATE TABLE t ()",
                          "CREATE",
                          "COMMIT PREPARED 'x'",
                          "ROLLBACK PREPARED 'x'",
                          "PREPARE TRANSACTION 'x'",
                          "DELETE FROM t",
                          "DO $$ BEGIN END $$",
                          "WITH x AS (SELECT 1) SELECT 2",
                          "SHOW x",
                          "LISTENER",
                          "\"SET\""})
    EXPECT_FALSE(leaves_session_state(sql)) << sql;
}

TEST(stateful_text, is_not_deceived_by_comments_and_empty_statements) {
  for (const char* sql : {" \n\t BEGIN", "-- a comment\nBEGIN", "/* a /* nested */ one */ SET x = 1", ";; LISTEN x",
                          "/**/BEGIN", "CREATE/**/TEMP--\nTABLE t ()", "-- a\r\n-- b\r\nSTART TRANSACTION"})
    EXPECT_TRUE(leaves_session_state(sql)) << sql;
  for (const char* sql : {"-- BEGIN", "/* BEGIN", "/* BEGIN */", "/*", "--", "/* */ SELECT 1 -- \nBEGIN"})
    EXPECT_FALSE(leaves_session_state(sql)) << sql;
}

}  // namespace
}  // namespace pgcoro::detail
