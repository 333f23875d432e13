#include "unit/types/values.hpp"

namespace pgcoro::testing {
namespace {

constexpr oid text_types[] = {oids::text, oids::varchar, oids::bpchar,  oids::name,      oids::char_,
                              oids::json, oids::xml,     oids::unknown, oids::refcursor, oids::cstring};

TEST(text, is_read_from_every_text_type_in_both_formats) {
  for (const oid type : text_types) {
    for (const format f : {format::binary, format::text}) {
      for (const std::string& value : {std::string(), std::string("a"), std::string("köln"), std::string(1000, 'x')}) {
        EXPECT_EQ(decode<std::string>(type, f, value), ok(value));
        EXPECT_EQ(decode<std::string_view>(type, f, value), ok(std::string_view(value)));
      }
    }
  }
}

TEST(text, is_read_from_anything_in_text_format) {
  for (const oid type : {oids::int4, oids::bool_, oids::numeric, oid{1184 /* timestamptz */}, oid{16'400}}) {
    EXPECT_EQ(decode_text<std::string>(type, "whatever"), ok(std::string("whatever")));
    EXPECT_EQ(decode_text<std::string_view>(type, "whatever"), ok(std::string_view("whatever")));
  }
}

TEST(text, replaces_what_the_string_held) {
  std::string out(100, 'y');
  const value_type from{oids::text, format::text};
  EXPECT_EQ(codec<std::string>::decoder(from)(protocol::as_bytes("new"), out, from), errc{});
  EXPECT_EQ(out, "new");
}

TEST(text, is_rendered_as_the_server_would_from_base_types_in_binary) {
  const std::tuple<oid, std::string, const char*> cases[] = {
      {oids::bool_, bytes({1}), "t"},
      {oids::bool_, bytes({0}), "f"},
      {oids::int2, be(std::int16_t{-5}), "-5"},
      {oids::int4, be(std::int32_t{70000}), "70000"},
      {oids::int8, be(std::numeric_limits<std::int64_t>::min()), "-9223372036854775808"},
      {oids::oid_, be(std::uint32_t{4294967295}), "4294967295"},
      {oids::float4, be(0.1F), "0.1"},
      {oids::float8, be(1e15), "1e+15"},
      {oids::bytea, bytes({0, 0xDE, 0xad}), "\\x00dead"},
      {oids::bytea, "", "\\x"},
  };
  for (const auto& [type, value, expected] : cases)
    EXPECT_EQ(decode_binary<std::string>(type, value), ok(std::string(expected)));
}

TEST(text, refuses_binary_values_of_the_wrong_size) {
  for (const oid type : {oids::bool_, oids::int2, oids::int4, oids::int8, oids::oid_, oids::float4, oids::float8})
    EXPECT_EQ(decode_binary<std::string>(type, "abc"), failure<std::string>(errc::invalid_value));
  EXPECT_EQ(decode_binary<std::string>(oids::bool_, bytes({2})), failure<std::string>(errc::invalid_value));
}

TEST(text, is_not_guessed_from_binary_formats_that_are_unknown) {
  EXPECT_EQ(decode_binary<std::string>(oids::timestamptz, "12345678"), failure<std::string>(errc::type_mismatch));
  EXPECT_EQ(decode_binary<std::string>(16'400, "abc"), failure<std::string>(errc::type_mismatch));
}

TEST(text, of_json_stands_behind_a_version_in_binary) {
  for (const oid type : {oids::jsonb, oids::jsonpath}) {
    EXPECT_EQ(decode_binary<std::string>(type, "\1{}"), ok(std::string("{}")));
    EXPECT_EQ(decode_binary<std::string_view>(type, "\1{}"), ok(std::string_view("{}")));
    for (const auto* wrong : {"", "\2{}", "{}"}) {
      EXPECT_EQ(decode_binary<std::string>(type, wrong), failure<std::string>(errc::invalid_value));
      EXPECT_EQ(decode_binary<std::string_view>(type, wrong), failure<std::string_view>(errc::invalid_value));
    }
  }
}

TEST(text, of_a_uuid_is_made_from_its_bytes) {
  const std::string sixteen = bytes({0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 255});
  EXPECT_EQ(decode_binary<std::string>(oids::uuid, sixteen), ok(std::string("00010203-0405-0607-0809-0a0b0c0d0eff")));
  EXPECT_EQ(decode_binary<std::string>(oids::uuid, sixteen.substr(1)), failure<std::string>(errc::invalid_value));
}

TEST(text, view_is_not_read_from_binary_values_that_have_to_be_rendered) {
  EXPECT_EQ(decode_binary<std::string_view>(oids::int4, be(1)), failure<std::string_view>(errc::type_mismatch));
}

TEST(text, is_sent_to_every_type) {
  for (const oid type : {oids::int4, oids::bool_, oids::bytea, oids::numeric, oids::jsonb, oids::unspecified,
                         oid{1114 /* timestamp */}, oid{16'400}}) {
    EXPECT_EQ(encode(type, std::string("value")), sent(text("value")));
    EXPECT_EQ(encode(type, std::string_view("value")), sent(text("value")));
  }
  EXPECT_EQ(encode(oids::text, std::string()).value.value, "");
}

TEST(text, is_the_same_in_binary_where_the_type_is_text) {
  for (const oid type : text_types) EXPECT_EQ(encode(type, std::string("köln")), sent(binary("köln")));
  EXPECT_EQ(codec<std::string>::encoder({oids::text, format::text}).format, format::text);
}

TEST(text, is_asked_for_in_text_format) {
  EXPECT_EQ(detail::preferred_format<std::string>, format::text);
  EXPECT_EQ(detail::preferred_format<int>, format::binary);
}

}  // namespace
}  // namespace pgcoro::testing
