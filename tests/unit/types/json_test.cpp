#include <boost/describe/class.hpp>
#include <map>

#include <pgcoro/types/json.hpp>

#include "unit/types/values.hpp"

namespace {

struct marker {
  int x = 0;
  int y = 0;
  std::string label;
  friend bool operator==(const marker&, const marker&) = default;
};
BOOST_DESCRIBE_STRUCT(marker, (), (x, y, label))

}  // namespace

namespace pgcoro::testing {
namespace {

using json = boost::json::value;

const json sample = {{"a", {1, 2.5, nullptr, true}}, {"b", "text"}};
const std::string in_text = R"({"a":[1,2.5E0,null,true],"b":"text"})";

TEST(json, is_its_text_and_jsonb_has_a_version_in_front) {
  EXPECT_EQ(encode(oids::json, sample), sent(binary(in_text)));
  EXPECT_EQ(encode(oids::jsonb, sample), sent(binary('\1' + in_text)));
  for (const oid type : {oids::json, oids::jsonb}) EXPECT_EQ(encode_as_text(type, sample), sent(text(in_text)));
  for (const oid type : {oids::text, oids::unspecified}) EXPECT_EQ(encode(type, sample), sent(text(in_text)));
}

TEST(json, is_read_from_both_types_in_both_formats) {
  EXPECT_EQ(decode_binary<json>(oids::jsonb, '\1' + in_text), ok(sample));
  EXPECT_EQ(decode_binary<json>(oids::json, in_text), ok(sample));
  for (const oid type : {oids::json, oids::jsonb})
    EXPECT_EQ(decode_text<json>(type, " { \"a\" : [1, 2.5, null, true], \"b\": \"text\" } "), ok(sample));
  EXPECT_EQ(decode_text<json>(oids::jsonb, "null"), ok(json()));
}

TEST(json, refuses_bytes_of_another_version) {
  for (const auto& wrong : {std::string(), in_text, '\2' + in_text, '\0' + in_text, std::string("\1")})
    EXPECT_EQ(decode_binary<json>(oids::jsonb, wrong), failure<json>(errc::invalid_value));
}

TEST(json, refuses_text_that_is_no_json) {
  for (std::size_t size = 0; size < in_text.size(); ++size)
    EXPECT_EQ(decode_text<json>(oids::json, in_text.substr(0, size)), failure<json>(errc::invalid_value));
  for (const auto* wrong : {"{a:1}", "[1,]", "'x'", "1 2", "nan", "\"\xff\""})
    EXPECT_EQ(decode_text<json>(oids::jsonb, wrong), failure<json>(errc::invalid_value)) << wrong;
}

TEST(json, is_nested_to_a_limit) {
  const auto nested = [](std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); };
  EXPECT_EQ(decode_text<json>(oids::jsonb, nested(json_max_depth)).code, errc{});
  EXPECT_EQ(decode_text<json>(oids::jsonb, nested(json_max_depth + 1)), failure<json>(errc::out_of_range));
  EXPECT_EQ(decode_text<json>(oids::jsonb, std::string(1'000'000, '[')), failure<json>(errc::out_of_range));
}

TEST(json, is_no_other_type) {
  EXPECT_EQ(decode_text<json>(oids::text, "1"), failure<json>(errc::type_mismatch));
  EXPECT_EQ(encode(oids::int4, json(1)), refused(errc::type_mismatch));
}

TEST(as_json, is_a_described_struct) {
  const as_json<marker> value{{1, -2, "here"}};
  const std::string expected = R"({"x":1,"y":-2,"label":"here"})";
  EXPECT_EQ(encode(oids::jsonb, value), sent(binary('\1' + expected)));
  EXPECT_EQ(encode(oids::json, value), sent(binary(expected)));
  EXPECT_EQ(decode_binary<as_json<marker>>(oids::jsonb, '\1' + expected), ok(value));
  EXPECT_EQ(decode_text<as_json<marker>>(oids::json, expected), ok(value));
}

TEST(as_json, is_a_container) {
  using map = std::map<std::string, std::vector<int>>;
  EXPECT_EQ(encode(oids::json, as_json{map{{"k", {1, 2}}}}), sent(binary(R"({"k":[1,2]})")));
  EXPECT_EQ(decode_text<as_json<map>>(oids::jsonb, R"({"k":[1,2]})"), ok(as_json<map>{{{"k", {1, 2}}}}));
}

TEST(as_json, refuses_json_of_another_shape) {
  for (const auto* wrong : {"1", "[]", "{}", R"({"x":1,"y":2})", R"({"x":"1","y":2,"label":""})",
                            R"({"x":1,"y":2,"label":null})", R"({"x":99999999999,"y":2,"label":""})", "{"})
    EXPECT_EQ(decode_text<as_json<marker>>(oids::jsonb, wrong), failure<as_json<marker>>(errc::invalid_value)) << wrong;
}

}  // namespace
}  // namespace pgcoro::testing
