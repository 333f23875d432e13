#include "error/server_error.hpp"

#include <gtest/gtest.h>
#include <string_view>
#include <utility>

namespace {

using pgcoro::error_details;
using pgcoro::error_info;
using pgcoro::sqlstate;

error_info make(std::string_view severity, std::string_view code, error_details context = {}) {
  pgcoro::server_fields fields;
  fields.severity = severity;
  fields.sqlstate = code;
  fields.message = "words of the server";
  return pgcoro::detail::make_server_error(std::move(fields), std::move(context));
}

TEST(server_error, takes_code_message_and_fields_from_the_response_and_the_rest_from_the_context) {
  error_details context;
  context.host = "db:5432";
  context.stage = "query";
  context.statement = "SELECT 1";
  const error_info info = make("ERROR", "22012", context);
  EXPECT_TRUE(info.code() == sqlstate::division_by_zero);
  EXPECT_EQ(info.message(), "words of the server");
  ASSERT_NE(info.server(), nullptr);
  EXPECT_EQ(info.server()->sqlstate, "22012");
  EXPECT_EQ(info.host(), "db:5432");
  EXPECT_EQ(info.stage(), "query");
  EXPECT_EQ(info.statement(), "SELECT 1");
}

TEST(server_error, leaves_the_connection_usable_but_after_fatal_and_panic) {
  EXPECT_TRUE(make("ERROR", "22012").connection_usable());
  EXPECT_FALSE(make("FATAL", "57P01").connection_usable());
  EXPECT_FALSE(make("PANIC", "XX000").connection_usable());
  error_details broken;
  broken.connection_usable = false;
  EXPECT_FALSE(make("ERROR", "22012", broken).connection_usable());
}

TEST(server_error, is_safe_to_retry_where_the_server_rolled_back) {
  EXPECT_TRUE(make("ERROR", "40001").safe_to_retry());
  EXPECT_TRUE(make("ERROR", "40P01").safe_to_retry());
  EXPECT_FALSE(make("ERROR", "40003").safe_to_retry());
  EXPECT_FALSE(make("FATAL", "57P01").safe_to_retry());
  EXPECT_FALSE(make("ERROR", "23505").safe_to_retry());
}

TEST(server_error, is_safe_to_retry_where_no_session_began) {
  for (const char* code : {"57P03", "53300", "08004"}) {
    EXPECT_TRUE(make("FATAL", code).safe_to_retry()) << code;
    EXPECT_FALSE(make("ERROR", code).safe_to_retry()) << code << " raised by a function";
  }
}

TEST(server_error, stays_safe_to_retry_where_the_caller_knows_that_nothing_was_sent) {
  error_details startup;
  startup.safe_to_retry = true;
  EXPECT_TRUE(make("FATAL", "28P01", startup).safe_to_retry());
}

TEST(server_error, is_an_error_even_where_the_response_claims_success) {
  EXPECT_TRUE(make("ERROR", "00000").code() == sqlstate::internal_error);
  EXPECT_TRUE(make("ERROR", "").code() == sqlstate::internal_error);
}

}  // namespace
