#include <boost/asio/error.hpp>
#include <boost/system/result.hpp>
#include <gtest/gtest.h>
#include <string>
#include <type_traits>

#include <pgcoro/error.hpp>

#include "error/excerpt.hpp"

namespace {

using pgcoro::errc;
using pgcoro::error_details;
using pgcoro::error_info;
using pgcoro::sqlstate;

TEST(error_info, is_success_by_default) {
  const error_info none;
  EXPECT_FALSE(none);
  EXPECT_FALSE(none.code().failed());
  EXPECT_EQ(none.what(), "");
  EXPECT_EQ(none.server(), nullptr);
  EXPECT_TRUE(none.connection_usable());
}

TEST(error_info, says_what_its_code_says_where_it_has_no_message) {
  const error_info info(errc::connection_busy, "");
  EXPECT_TRUE(info);
  EXPECT_EQ(info.message(), make_error_code(errc::connection_busy).message());
  EXPECT_EQ(info.what(), info.message());
}

TEST(error_info, composes_one_line_with_stage_host_statement_and_column) {
  error_details d;
  d.code = errc::unexpected_null;
  d.message = "NULL for std::string";
  d.stage = "decoding";
  d.host = "db1:5432";
  d.statement = "SELECT\n  age FROM t";
  d.column = "age";
  EXPECT_EQ(error_info(d).what(),
            "decoding failed on db1:5432: NULL for std::string, column \"age\", in statement \"SELECT   age FROM t\"");
}

TEST(error_info, composes_what_the_server_said) {
  error_details d;
  d.code = sqlstate::unique_violation;
  d.message = "duplicate key value";
  d.statement = "INSERT …";
  d.server.emplace();
  d.server->sqlstate = "23505";
  d.server->detail = "Key (id)=(1) already exists.";
  d.server->hint = "Use another.";
  d.server->constraint_name = "t_pkey";
  d.server->position = 8;
  EXPECT_EQ(error_info(d).what(),
            "duplicate key value (23505); detail: Key (id)=(1) already exists.; hint: Use another., constraint "
            "\"t_pkey\", in statement \"INSERT …\" at character 8");
}

TEST(error_info, keeps_line_breaks_and_escape_sequences_out_of_the_log) {
  const error_info info(errc::protocol_error, "a\r\nb\x1b[31m");
  EXPECT_EQ(info.what(), "a  b [31m");
  EXPECT_EQ(info.message(), "a\r\nb\x1b[31m");
}

TEST(error_info, is_shared_when_copied) {
  const error_info info(errc::timeout, "late");
  const error_info copy = info;
  EXPECT_EQ(&info.details(), &copy.details());
  static_assert(std::is_nothrow_move_constructible_v<error_info>);
}

TEST(error_info, is_thrown_by_a_result_that_holds_it) {
  const boost::system::result<int, error_info> failed(error_info(errc::no_rows, "none"));
  EXPECT_THROW(failed.value(), pgcoro::error);
}

TEST(error_info, calls_transient_what_may_pass) {
  for (const auto code : {sqlstate::serialization_failure, sqlstate::deadlock_detected, sqlstate::too_many_connections,
                          sqlstate::cannot_connect_now, sqlstate::admin_shutdown, sqlstate::lock_not_available,
                          sqlstate::connection_failure, sqlstate::statement_completion_unknown}) {
    EXPECT_TRUE(error_info(code, "").is_transient()) << to_string(code);
  }
  for (const auto code : {errc::connection_closed, errc::timeout, errc::connect_failed, errc::wrong_session_type}) {
    EXPECT_TRUE(error_info(code, "").is_transient()) << make_error_code(code).message();
  }
  EXPECT_TRUE(error_info(boost::asio::error::eof, "").is_transient());
  EXPECT_TRUE(error_info(boost::asio::error::connection_refused, "").is_transient());
}

TEST(error_info, calls_permanent_what_stays) {
  for (const auto code : {sqlstate::unique_violation, sqlstate::syntax_error, sqlstate::protocol_violation,
                          sqlstate::transaction_integrity_constraint_violation, sqlstate::query_canceled,
                          sqlstate::invalid_password, sqlstate::database_dropped, sqlstate::internal_error}) {
    EXPECT_FALSE(error_info(code, "").is_transient()) << to_string(code);
  }
  EXPECT_FALSE(error_info(errc::protocol_error, "").is_transient());
  EXPECT_FALSE(error_info(boost::asio::error::operation_aborted, "").is_transient());
  EXPECT_FALSE(error_info(boost::asio::error::host_not_found, "").is_transient());
}

TEST(error_category, has_a_message_for_every_code) {
  for (int value = 1; value <= static_cast<int>(errc::in_doubt); ++value) {
    EXPECT_NE(pgcoro::error_category().message(value), "unknown error") << value;
  }
  EXPECT_EQ(pgcoro::error_category().message(999), "unknown error");
  EXPECT_STREQ(pgcoro::error_category().name(), "pgcoro");
}

TEST(error_category, equals_the_standard_s_conditions_where_there_are_such) {
  EXPECT_TRUE(make_error_code(errc::timeout) == boost::system::errc::timed_out);
  EXPECT_TRUE(make_error_code(errc::protocol_error) == boost::system::errc::protocol_error);
  EXPECT_TRUE(make_error_code(errc::message_too_large) == boost::system::errc::message_size);
  EXPECT_FALSE(make_error_code(errc::no_rows) == boost::system::errc::timed_out);
}

TEST(excerpt, cuts_at_the_border_of_a_character) {
  EXPECT_EQ(pgcoro::detail::excerpt("abc", 3), "abc");
  EXPECT_EQ(pgcoro::detail::excerpt("abcd", 3), "abc…");
  EXPECT_EQ(pgcoro::detail::excerpt("ab€", 4), "ab…");
  EXPECT_EQ(pgcoro::detail::excerpt("€€", 3), "€…");
}

TEST(excerpt, cuts_what_is_not_utf8_without_losing_more_than_a_character) {
  EXPECT_EQ(pgcoro::detail::excerpt(std::string(20, '\x80'), 10), std::string(7, '\x80') + "…");
}

}  // namespace
