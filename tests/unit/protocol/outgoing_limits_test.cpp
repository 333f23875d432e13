// What a writer refuses, and that it leaves nothing behind then.
#include <array>
#include <gtest/gtest.h>
#include <string>
#include <vector>

#include <pgcoro/error.hpp>
#include <pgcoro/protocol/backend.hpp>
#include <pgcoro/protocol/frontend.hpp>

#include "support.hpp"

namespace pgcoro::protocol {
namespace {

using test::contents;
using test::wire;

template <class Message>
void expect_refused(const Message& message, errc why) {
  buffer out;
  out.append("before");
  EXPECT_EQ(write(out, message), why);
  EXPECT_EQ(contents(out), "before");
}

const std::string nul = wire("a\0b");

TEST(writers, refuse_a_nul_in_every_c_string) {
  expect_refused(query_request{.sql = nul}, errc::embedded_nul);
  expect_refused(parse_request{.statement = nul, .sql = ""}, errc::embedded_nul);
  expect_refused(parse_request{.statement = "", .sql = nul}, errc::embedded_nul);
  expect_refused(bind_request{.portal = nul}, errc::embedded_nul);
  expect_refused(bind_request{.statement = nul}, errc::embedded_nul);
  expect_refused(describe_request{.name = nul}, errc::embedded_nul);
  expect_refused(close_request{.name = nul}, errc::embedded_nul);
  expect_refused(execute_request{.portal = nul}, errc::embedded_nul);
  expect_refused(copy_fail{.reason = nul}, errc::embedded_nul);
  expect_refused(password_message{.password = nul}, errc::embedded_nul);
  expect_refused(sasl_initial_response{.mechanism = nul}, errc::embedded_nul);
  expect_refused(parameter_status{.name = "n", .value = nul}, errc::embedded_nul);
  expect_refused(notification_response{.channel = nul}, errc::embedded_nul);
  expect_refused(command_complete{.tag = nul}, errc::embedded_nul);
  expect_refused(row_description{.fields = std::array{column_description{.name = nul}}}, errc::embedded_nul);
  expect_refused(error_response{.fields = std::array{error_field{'M', nul}}}, errc::embedded_nul);
}

// `x\0user\0admin` as a value would add a parameter of the attacker's choice.
TEST(writers, refuse_a_nul_in_a_startup_name_or_value) {
  for (const startup_parameter& p : {startup_parameter{"user", nul}, startup_parameter{nul, "x"}})
    expect_refused(startup_message{.parameters = std::array{startup_parameter{"user", "app"}, p}}, errc::embedded_nul);
}

TEST(writers, refuse_an_element_that_would_end_its_list) {
  expect_refused(startup_message{.parameters = std::array{startup_parameter{"", "x"}}}, errc::invalid_value);
  expect_refused(authentication{.kind = authentication_kind::sasl, .mechanisms = std::array{std::string_view()}},
                 errc::invalid_value);
  expect_refused(sasl_initial_response{.mechanism = ""}, errc::invalid_value);
  expect_refused(error_response{.fields = std::array{error_field{'\0', "x"}}}, errc::invalid_value);
}

TEST(writers, refuse_more_elements_than_a_16_bit_count_holds) {
  const std::vector<oid> oids(65'536);
  const std::vector<field> fields(65'536);
  const std::vector<format> formats(65'536);
  expect_refused(parse_request{.parameter_types = oids}, errc::too_many_parameters);
  expect_refused(bind_request{.parameters = fields}, errc::too_many_parameters);
  expect_refused(bind_request{.parameter_formats = formats}, errc::too_many_parameters);
  expect_refused(bind_request{.result_formats = formats}, errc::too_many_parameters);
  expect_refused(function_call{.arguments = fields}, errc::too_many_parameters);
  expect_refused(data_row{.fields = fields}, errc::too_many_parameters);
  expect_refused(parameter_description{.types = oids}, errc::too_many_parameters);
  expect_refused(copy_in_response{.columns = formats}, errc::too_many_parameters);
}

TEST(writers, write_65535_elements) {
  const std::vector<oid> oids(65'535, 25);
  buffer out;
  ASSERT_EQ(write(out, parse_request{.sql = "x", .parameter_types = oids}), errc{});
  parse_request parsed;
  ASSERT_FALSE(parse(out.data().subspan(header_size), parsed));
  EXPECT_EQ(parsed.parameter_types.size(), 65'535u);
}

TEST(writers, refuse_a_message_above_the_servers_limit_before_they_take_memory) {
  for (const std::size_t size : {std::size_t{0x3fff'fffe}, std::size_t{0xffff'ffff}, std::size_t{0x1'0000'0000},
                                 std::size_t{0x7fff'ffff'ffff'ffff}}) {
    const bytes_view data = test::bytes_that_are_not_there(size);
    const std::string_view text = as_text(data);
    const std::size_t before = test::allocated();
    buffer out;
    const errc query = write(out, query_request{.sql = text});
    const errc parse = write(out, parse_request{.sql = text});
    const errc copy = write(out, copy_data{.data = data});
    const errc log = write(out, xlog_data{.data = data});
    const errc token = write(out, sasl_response{.data = data});
    EXPECT_LE(test::allocated() - before, 4096u);
    for (const errc e : {query, parse, copy, log, token}) EXPECT_EQ(e, errc::message_too_large);
    EXPECT_TRUE(out.empty());
  }
}

TEST(writers, sum_the_sizes_of_parameters_in_64_bits) {
  const field huge{test::bytes_that_are_not_there(0x7fff'ffff).data(), 0x7fff'ffff};
  expect_refused(bind_request{.parameters = std::array{huge, huge, huge}}, errc::message_too_large);
  expect_refused(function_call_response{.value = huge}, errc::message_too_large);
}

TEST(writers, refuse_a_startup_packet_above_the_servers_limit) {
  const std::string value(10'000, 'x');
  expect_refused(startup_message{.parameters = std::array{startup_parameter{"user", value}}}, errc::message_too_large);
}

TEST(writers, refuse_a_cancel_key_of_a_length_that_the_protocol_does_not_have) {
  for (const std::size_t size : {0u, 3u, 257u}) {
    const std::string key(size, 'k');
    expect_refused(cancel_request{.process_id = 1, .key = as_bytes(key)}, errc::invalid_value);
    expect_refused(backend_key_data{.process_id = 1, .key = as_bytes(key)}, errc::invalid_value);
  }
}

TEST(message_writer, drops_the_message_when_it_is_abandoned) {
  buffer out;
  out.append("before");
  {
    message_writer unfinished(out, frontend_type::query);
    unfinished.cstring("SELECT");
  }
  EXPECT_EQ(contents(out), "before");
}

TEST(message_writer, keeps_the_first_failure_and_writes_nothing_after_it) {
  buffer out;
  message_writer w(out, frontend_type::query, 10);
  w.bytes(as_bytes("1234567"));
  w.u8(1);
  w.cstring(nul);
  EXPECT_FALSE(w.ok());
  EXPECT_EQ(w.finish(), errc::message_too_large);
  EXPECT_TRUE(out.empty());
}

TEST(message_writer, writes_a_message_of_just_the_limit) {
  buffer out;
  message_writer w(out, frontend_type::query, 10);
  w.cstring("12345");
  EXPECT_EQ(w.finish(), errc{});
  EXPECT_EQ(contents(out), wire("Q\0\0\0\x0a"
                                "12345\0"));
}

}  // namespace
}  // namespace pgcoro::protocol
