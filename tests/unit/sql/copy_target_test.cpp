// What of a COPY statement is read: table and columns.
#include <gtest/gtest.h>
#include <string>
#include <vector>

#include <pgcoro/copy_target.hpp>
#include <pgcoro/error.hpp>
#include <pgcoro/table.hpp>

namespace pgcoro {
namespace {

TEST(copy_target, asks_a_statements_table_for_its_columns) {
  const struct {
    std::string statement, describing;
  } all[] = {
      {"COPY t FROM STDIN", "SELECT * FROM t LIMIT 0"},
      {"copy t(a,b)from stdin (format binary)", "SELECT a,b FROM t LIMIT 0"},
      {" Copy\n shop . \"My \"\"t(\" (\"a)\", b ) FROM STDIN", "SELECT \"a)\", b  FROM shop . \"My \"\"t(\" LIMIT 0"},
      {"COPY \"from\" FROM STDIN (FORMAT binary) WHERE a > 1", "SELECT * FROM \"from\" LIMIT 0"},
      {"COPY copy_1$ (\xc3\xa4) FROM STDIN", "SELECT \xc3\xa4 FROM copy_1$ LIMIT 0"},
  };
  for (const auto& [statement, describing] : all) {
    const copy_target target(statement);
    EXPECT_EQ(target.describing(), describing);
    EXPECT_EQ(target.statement(" (FORMAT binary)"), statement) << "it has its own options";
  }
}

TEST(copy_target, refuses_what_is_no_copy_into_a_table) {
  for (const std::string statement :
       {"", "COPY", "COPY t", "COPY FROM STDIN", "COPY (SELECT 1) TO STDOUT", "COPY t TO STDOUT", "COPYt FROM STDIN",
        "SELECT 1", "COPY t (a FROM STDIN", "COPY t () FROM STDIN", "COPY t (a,) FROM STDIN", "COPY \"t FROM STDIN",
        "COPY t. FROM STDIN", "COPY t /* so */ FROM STDIN", "COPY t (a); DROP TABLE t; COPY t FROM STDIN"}) {
    try {
      static_cast<void>(copy_target(statement));
      ADD_FAILURE() << statement;
    } catch (const error& e) {
      EXPECT_EQ(e.code(), errc::invalid_composition) << statement;
    }
  }
}

TEST(copy_target, names_the_columns_of_a_table_that_has_none) {
  const std::vector<std::string_view> names{"a", "B"};
  copy_target none(table("t")), some(table("t", "c"));
  none.name_columns(names);
  some.name_columns(names);
  EXPECT_EQ(none.statement(" X"), "COPY \"t\" (\"a\", \"B\") FROM STDIN X");
  EXPECT_EQ(none.describing(), "SELECT \"a\", \"B\" FROM \"t\" LIMIT 0");
  EXPECT_EQ(some.statement(""), "COPY \"t\" (\"c\") FROM STDIN");
}

}  // namespace
}  // namespace pgcoro
