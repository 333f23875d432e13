#include "unit/types/values.hpp"

namespace pgcoro::testing {
namespace {

TEST(boolean, is_one_byte_in_binary) {
  EXPECT_EQ(decode_binary<bool>(oids::bool_, bytes({1})), ok(true));
  EXPECT_EQ(decode_binary<bool>(oids::bool_, bytes({0})), ok(false));
}

TEST(boolean, is_t_or_f_in_text) {
  EXPECT_EQ(decode_text<bool>(oids::bool_, "t"), ok(true));
  EXPECT_EQ(decode_text<bool>(oids::bool_, "f"), ok(false));
}

TEST(boolean, refuses_other_bytes) {
  for (const auto& wrong : {bytes({}), bytes({2}), bytes({255}), bytes({0, 1})})
    EXPECT_EQ(decode_binary<bool>(oids::bool_, wrong), failure<bool>(errc::invalid_value));
  for (const auto* wrong : {"", "true", "T", "1", "tt"})
    EXPECT_EQ(decode_text<bool>(oids::bool_, wrong), failure<bool>(errc::invalid_value));
}

TEST(boolean, is_read_from_no_other_type) {
  for (const oid type : {oids::int2, oids::int4, oids::text, oids::char_, oids::bytea, oids::unspecified})
    for (const format f : {format::binary, format::text})
      EXPECT_EQ(decode<bool>(type, f, "t"), failure<bool>(errc::type_mismatch));
}

TEST(boolean, is_sent_to_bool_in_binary) {
  EXPECT_EQ(encode(oids::bool_, true), sent(binary(bytes({1}))));
  EXPECT_EQ(encode(oids::bool_, false), sent(binary(bytes({0}))));
}

TEST(boolean, is_spelled_out_for_text_json_and_types_that_the_server_infers) {
  for (const oid type : {oids::text, oids::varchar, oids::json, oids::jsonb, oids::unspecified, oid{16'400}}) {
    EXPECT_EQ(encode(type, true), sent(text("true")));
    EXPECT_EQ(encode(type, false), sent(text("false")));
  }
}

TEST(boolean, is_no_number_and_no_bytes) {
  for (const oid type : {oids::int2, oids::int4, oids::int8, oids::float8, oids::numeric, oids::bytea})
    EXPECT_EQ(encode(type, true), refused(errc::type_mismatch));
}

TEST(boolean, answers_text_where_only_text_will_do) {
  EXPECT_EQ(codec<bool>::encoder({oids::bool_, format::text}).format, format::text);
}

}  // namespace
}  // namespace pgcoro::testing
