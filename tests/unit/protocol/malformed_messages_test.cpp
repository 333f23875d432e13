// Each rule that a message can break, and how the error names it.
#include <gtest/gtest.h>
#include <string>

#include <pgcoro/error.hpp>
#include <pgcoro/protocol/backend.hpp>
#include <pgcoro/protocol/frontend.hpp>

#include "support.hpp"

namespace pgcoro::protocol {
namespace {

using test::wire;

template <class Message>
std::string error_of(const std::string& body) {
  Message parsed{};
  const std::size_t before = test::allocated();
  const protocol_error e = parse(as_bytes(body), parsed);
  EXPECT_EQ(test::allocated(), before);
  EXPECT_EQ(e.code() == errc::protocol_error, static_cast<bool>(e));
  return e.to_string();
}

TEST(malformed, counts_are_held_against_the_body) {
  EXPECT_EQ(error_of<row_description>(wire("\xff\xff"
                                           "a\0")),
            "RowDescription: message ends early at byte 4");
  EXPECT_EQ(error_of<row_description>(wire("\0\0x")), "RowDescription: trailing bytes at byte 2");
  EXPECT_EQ(error_of<parameter_description>(wire("\0\x02\0\0\0\x17")),
            "ParameterDescription: message ends early at byte 6");
  EXPECT_EQ(error_of<parameter_description>(wire("\0\0\0\0\0\x17")), "ParameterDescription: trailing bytes at byte 2");
  EXPECT_EQ(error_of<copy_in_response>(wire("\0\xff\xff\0\0")), "CopyInResponse: message ends early at byte 5");
  EXPECT_EQ(error_of<data_row>(wire("\0\x02\0\0\0\0")), "DataRow: message ends early at byte 6");
  EXPECT_EQ(error_of<bind_request>(wire("\0\0\0\x01")), "Bind: message ends early at byte 4");
  EXPECT_EQ(error_of<negotiate_protocol_version>(wire("\0\x03\0\0\x7f\xff\xff\xff"
                                                      "a\0")),
            "NegotiateProtocolVersion: missing terminator at byte 10");
}

TEST(malformed, negative_counts_and_sizes_are_refused) {
  EXPECT_EQ(error_of<negotiate_protocol_version>(wire("\0\x03\0\0\xff\xff\xff\xff")),
            "NegotiateProtocolVersion: negative count at byte 4");
  EXPECT_EQ(error_of<data_row>(wire("\0\x01\xff\xff\xff\xfe")), "DataRow: negative size at byte 2");
  EXPECT_EQ(error_of<function_call_response>(wire("\x80\0\0\0")), "FunctionCallResponse: negative size at byte 0");
  EXPECT_EQ(error_of<bind_request>(wire("\0\0\0\0\0\x01\xff\xff\xff\xfe\0\0")), "Bind: negative size at byte 6");
  EXPECT_EQ(error_of<sasl_initial_response>(wire("X\0\xff\xff\xff\xfe")),
            "SASLInitialResponse: negative size at byte 2");
}

TEST(malformed, sizes_beyond_the_message_are_refused) {
  EXPECT_EQ(error_of<data_row>(wire("\0\x01\x3f\xff\xff\xff"
                                    "a")),
            "DataRow: field reaches beyond the message at byte 2");
  EXPECT_EQ(error_of<function_call_response>(wire("\x7f\xff\xff\xff"
                                                  "a")),
            "FunctionCallResponse: field reaches beyond the message at byte 0");
  EXPECT_EQ(error_of<sasl_initial_response>(wire("X\0\x7f\xff\xff\xff"
                                                 "a")),
            "SASLInitialResponse: message ends early at byte 6");
}

TEST(malformed, missing_terminators_are_refused) {
  EXPECT_EQ(error_of<row_description>(wire("\0\x01name")), "RowDescription: missing terminator at byte 2");
  EXPECT_EQ(error_of<command_complete>("SELECT 1"), "CommandComplete: missing terminator at byte 0");
  EXPECT_EQ(error_of<parameter_status>(wire("name\0value")), "ParameterStatus: missing terminator at byte 5");
  EXPECT_EQ(error_of<notification_response>(wire("\0\0\0\x01"
                                                 "c\0p")),
            "NotificationResponse: missing terminator at byte 6");
  EXPECT_EQ(error_of<error_response>(wire("SERROR\0")), "ErrorResponse: missing terminator at byte 7");
  EXPECT_EQ(error_of<notice_response>(wire("SERROR")), "NoticeResponse: missing terminator at byte 1");
  EXPECT_EQ(error_of<error_response>(""), "ErrorResponse: missing terminator at byte 0");
  EXPECT_EQ(error_of<authentication>(wire("\0\0\0\x0aSCRAM\0")), "Authentication: missing terminator at byte 10");
  EXPECT_EQ(error_of<query_request>("SELECT 1"), "Query: missing terminator at byte 0");
}

TEST(malformed, trailing_bytes_are_refused) {
  EXPECT_EQ(error_of<command_complete>(wire("SELECT 1\0x")), "CommandComplete: trailing bytes at byte 9");
  EXPECT_EQ(error_of<error_response>(wire("\0SERROR\0\0")), "ErrorResponse: trailing bytes at byte 1");
  EXPECT_EQ(error_of<authentication>(wire("\0\0\0\0\0")), "Authentication: trailing bytes at byte 4");
  EXPECT_EQ(error_of<ready_for_query>("II"), "ReadyForQuery: trailing bytes at byte 1");
  EXPECT_EQ(error_of<bind_complete>("x"), "BindComplete: trailing bytes at byte 0");
}

TEST(malformed, values_that_the_protocol_does_not_have_are_refused) {
  EXPECT_EQ(error_of<ready_for_query>("X"), "ReadyForQuery: unknown transaction status at byte 0");
  EXPECT_EQ(error_of<ready_for_query>(""), "ReadyForQuery: message ends early at byte 0");
  EXPECT_EQ(error_of<copy_out_response>(wire("\x02\0\0")), "CopyOutResponse: unknown format at byte 0");
  EXPECT_EQ(error_of<copy_both_response>(wire("\0\0\x01\0\x02")), "CopyBothResponse: unknown format code at byte 3");
  EXPECT_EQ(error_of<row_description>(wire("\0\x01\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x02")),
            "RowDescription: unknown format code at byte 19");
  EXPECT_EQ(error_of<describe_request>(wire("X\0")), "Describe: neither a statement nor a portal at byte 0");
  EXPECT_EQ(error_of<sasl_initial_response>(wire("\0\xff\xff\xff\xff")),
            "SASLInitialResponse: empty mechanism at byte 0");
}

TEST(malformed, replication_messages_are_refused_when_of_another_kind_or_length) {
  EXPECT_EQ(error_of<xlog_data>(""), "XLogData: message ends early at byte 0");
  EXPECT_EQ(error_of<xlog_data>("k" + std::string(24, '\0')), "XLogData: unexpected kind of message at byte 0");
  EXPECT_EQ(error_of<xlog_data>("w" + std::string(23, '\0')), "XLogData: message ends early at byte 17");
  EXPECT_EQ(error_of<primary_keepalive>("k" + std::string(16, '\0') + "\2"),
            "Primary keepalive: neither zero nor one at byte 17");
  EXPECT_EQ(error_of<primary_keepalive>("w" + std::string(17, '\0')),
            "Primary keepalive: unexpected kind of message at byte 0");
  EXPECT_EQ(error_of<standby_status_update>("r" + std::string(34, '\0')),
            "Standby status update: trailing bytes at byte 34");
}

// CVE-2024-10977, CVE-2022-41862: an error text of the server's is read only up to the end of its message.
TEST(malformed, unterminated_error_text_is_not_read_beyond_its_message) {
  const std::string memory = wire("SERROR\0Mtext of this message|and what lies behind it\0\0");
  error_response parsed;
  EXPECT_TRUE(parse(as_bytes(std::string_view(memory).substr(0, memory.find('|'))), parsed));
  EXPECT_TRUE(parsed.fields.empty());
}

TEST(cancel_keys, of_4_to_256_bytes_are_taken_and_others_refused) {
  for (std::size_t size = 0; size < 300; ++size) {
    const std::string body = wire("\0\0\0\x01") + std::string(size, 'k');
    backend_key_data parsed;
    const protocol_error e = parse(as_bytes(body), parsed);
    EXPECT_EQ(static_cast<bool>(e), size < 4 || size > 256) << size;
    EXPECT_EQ(parsed.key.size(), e ? 0 : size);
  }
}

TEST(authentication_requests, of_a_kind_that_is_not_listed_keep_their_number_and_data) {
  const std::string body = wire(
      "\0\0\0\x0d"
      "data");
  authentication parsed;
  ASSERT_FALSE(parse(as_bytes(body), parsed));
  EXPECT_EQ(static_cast<int>(parsed.kind), 13);
  EXPECT_EQ(as_text(parsed.data), "data");
}

TEST(authentication_requests, leave_nothing_of_an_earlier_one) {
  authentication parsed;
  ASSERT_FALSE(parse(as_bytes(wire("\0\0\0\x0aSCRAM-SHA-256\0\0")), parsed));
  EXPECT_EQ(parsed.mechanisms.size(), 1u);
  ASSERT_FALSE(parse(as_bytes(wire("\0\0\0\0")), parsed));
  EXPECT_TRUE(parsed.mechanisms.empty());
}

}  // namespace
}  // namespace pgcoro::protocol
