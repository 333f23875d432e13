#include <gtest/gtest.h>
#include <string>
#include <string_view>
#include <typeinfo>

#include <pgcoro/exceptions.hpp>

#include "error/server_error.hpp"
#include "error/sqlstate_table.hpp"

namespace {

pgcoro::error_info reported(std::string_view code) {
  pgcoro::server_fields fields;
  fields.severity = "ERROR";
  fields.sqlstate = code;
  fields.message = "m";
  return pgcoro::detail::make_server_error(fields);
}

template <class Exception>
bool throws(std::string_view code) {
  try {
    pgcoro::throw_error(reported(code));
  } catch (const Exception& e) {
    return e.fields().sqlstate == code;
  } catch (...) {
  }
  return false;
}

template <class Exception>
bool throws_exactly(std::string_view code) {
  try {
    pgcoro::throw_error(reported(code));
  } catch (const pgcoro::error& e) {
    return typeid(e) == typeid(Exception);
  }
}

TEST(exceptions, are_caught_by_code_by_class_and_by_base) {
  EXPECT_TRUE(throws<pgcoro::unique_violation>("23505"));
  EXPECT_TRUE(throws<pgcoro::integrity_constraint_violation>("23505"));
  EXPECT_TRUE(throws<pgcoro::server_error>("23505"));
  EXPECT_FALSE(throws<pgcoro::check_violation>("23505"));
  EXPECT_FALSE(throws<pgcoro::data_exception>("23505"));
  EXPECT_THROW(pgcoro::throw_error(reported("23505")), pgcoro::error);
  EXPECT_THROW(pgcoro::throw_error(reported("23505")), boost::system::system_error);
}

TEST(exceptions, throw_the_class_for_its_general_code_and_for_codes_that_are_not_in_the_list) {
  EXPECT_TRUE(throws_exactly<pgcoro::data_exception>("22000"));
  EXPECT_TRUE(throws_exactly<pgcoro::data_exception>("22ZZZ"));
  EXPECT_TRUE(throws_exactly<pgcoro::invalid_argument_for_xquery>("10608"));
  EXPECT_TRUE(throws_exactly<pgcoro::xquery_error>("10999"));
}

TEST(exceptions, throw_server_error_for_a_class_that_is_not_in_the_list) {
  EXPECT_TRUE(throws_exactly<pgcoro::server_error>("ABCDE"));
  EXPECT_TRUE(throws_exactly<pgcoro::server_error>("ZZZZZ"));
}

TEST(exceptions, have_a_type_of_their_own_for_every_code) {
  for (const auto& [code, name] : pgcoro::detail::sqlstate_table) {
    if (code == "00000") continue;
    EXPECT_TRUE(throws<pgcoro::server_error>(code)) << name;
    EXPECT_FALSE(throws_exactly<pgcoro::server_error>(code)) << name;
  }
}

TEST(exceptions, throw_plain_errors_for_what_the_server_did_not_report) {
  try {
    pgcoro::throw_error({pgcoro::errc::no_rows, "none"});
  } catch (const pgcoro::error& e) {
    EXPECT_TRUE(typeid(e) == typeid(pgcoro::error));
    EXPECT_TRUE(e.code() == pgcoro::errc::no_rows);
    EXPECT_STREQ(e.what(), "none");
  }
}

TEST(exceptions, keep_our_own_code_where_the_server_s_words_are_only_attached) {
  pgcoro::error_details details = reported("28P01").details();
  details.code = pgcoro::errc::connect_failed;
  try {
    pgcoro::throw_error(pgcoro::error_info(details));
  } catch (const pgcoro::error& e) {
    EXPECT_TRUE(typeid(e) == typeid(pgcoro::error));
    EXPECT_TRUE(e.code() == pgcoro::errc::connect_failed);
  }
}

}  // namespace
