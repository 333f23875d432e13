#include <gtest/gtest.h>
#include <set>
#include <string>

#include <pgcoro/sqlstate.hpp>

#include "error/sqlstate_table.hpp"

namespace {

using boost::system::error_code;
using pgcoro::sqlstate;
using pgcoro::sqlstate_class;

TEST(sqlstate, reads_and_writes_its_five_characters) {
  EXPECT_EQ(pgcoro::to_string(sqlstate::unique_violation), "23505");
  EXPECT_EQ(pgcoro::to_string(sqlstate::fdw_no_schemas), "HV00P");
  EXPECT_EQ(pgcoro::to_sqlstate("23505"), sqlstate::unique_violation);
  EXPECT_EQ(pgcoro::to_sqlstate("40P01"), sqlstate::deadlock_detected);
}

TEST(sqlstate, compares_with_error_codes) {
  const error_code code = sqlstate::unique_violation;
  EXPECT_TRUE(code == sqlstate::unique_violation);
  EXPECT_FALSE(code == sqlstate::check_violation);
  EXPECT_STREQ(code.category().name(), "pgcoro.sqlstate");
  EXPECT_EQ(code.message(), "unique_violation");
}

TEST(sqlstate, belongs_to_its_class) {
  const error_code code = sqlstate::unique_violation;
  EXPECT_TRUE(code == sqlstate_class::integrity_constraint_violation);
  EXPECT_FALSE(code == sqlstate_class::data_exception);
  EXPECT_EQ(pgcoro::class_of(sqlstate::unique_violation), sqlstate_class::integrity_constraint_violation);
  EXPECT_EQ(make_error_condition(sqlstate_class::xquery_error).message(), "xquery_error");
  EXPECT_EQ(make_error_condition(static_cast<sqlstate_class>(36 * 36 - 1)).message(), "SQLSTATE class ZZ");
}

TEST(sqlstate, keeps_a_code_that_is_not_in_the_list) {
  const error_code code = pgcoro::to_sqlstate("23ZZ9");
  EXPECT_EQ(pgcoro::to_string(static_cast<sqlstate>(code.value())), "23ZZ9");
  EXPECT_EQ(code.message(), "SQLSTATE 23ZZ9");
  EXPECT_TRUE(code == sqlstate_class::integrity_constraint_violation);
}

TEST(sqlstate, takes_an_ill_formed_code_or_a_claim_of_success_for_an_internal_error) {
  for (const char* text : {"", "2350", "235055", "2350a", "23 05", "23-05", "00000"}) {
    EXPECT_EQ(pgcoro::to_sqlstate(text), sqlstate::internal_error) << text;
    EXPECT_TRUE(error_code(pgcoro::to_sqlstate(text)).failed()) << text;
  }
}

TEST(sqlstate, names_every_code_once) {
  std::set<std::string_view> names;
  for (const auto& [code, name] : pgcoro::detail::sqlstate_table) {
    EXPECT_TRUE(names.insert(name).second) << name;
    if (code == "00000") continue;
    EXPECT_EQ(pgcoro::to_string(pgcoro::to_sqlstate(code)), code);
    EXPECT_EQ(error_code(pgcoro::to_sqlstate(code)).message(), name);
  }
  EXPECT_EQ(names.size(), 263U) << "PostgreSQL 18 and 72000";
}

}  // namespace
