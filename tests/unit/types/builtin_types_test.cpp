#include <gtest/gtest.h>

#include <pgcoro/types/builtin_types.hpp>

namespace pgcoro::testing {
namespace {

TEST(builtin_types, have_the_names_that_sql_uses) {
  EXPECT_EQ(builtin_type_name(oids::bool_), "bool");
  EXPECT_EQ(builtin_type_name(oids::char_), "\"char\"");
  EXPECT_EQ(builtin_type_name(1007), "int4[]");
  EXPECT_EQ(builtin_type_name(1184), "timestamptz");
  EXPECT_EQ(builtin_type_name(6157), "int8multirange[]");
}

TEST(builtin_types, have_no_name_where_they_are_none) {
  for (const oid type : {oid{0}, oid{15}, oid{9999}, oid{16'384}, oid{4294967295}})
    EXPECT_EQ(builtin_type_name(type), "") << type;
}

TEST(builtin_types, are_told_from_others_by_name_or_number) {
  EXPECT_EQ(type_name(oids::int8), "int8");
  EXPECT_EQ(type_name(16'402), "type with OID 16402");
}

}  // namespace
}  // namespace pgcoro::testing
