#include <pgcoro/types/range.hpp>

#include "unit/types/registered_types.hpp"

namespace pgcoro::testing {
namespace {

using ints = range<int>;
using strings = range<std::string>;

const std::string one_to_five = bytes({0x02}) + sized(be(std::int32_t{1})) + sized(be(std::int32_t{5}));

TEST(range, is_read_from_both_formats) {
  EXPECT_EQ(decode_binary<ints>(oids::int4range, one_to_five), ok(ints(1, 5)));
  EXPECT_EQ(decode_text<ints>(oids::int4range, "[1,5)"), ok(ints(1, 5)));
  EXPECT_EQ(decode_binary<range<std::int64_t>>(oids::int4range, one_to_five), ok(range<std::int64_t>(1, 5)));
}

TEST(range, has_ends_that_belong_to_it_or_do_not) {
  EXPECT_EQ(decode_text<ints>(oids::int4range, "(1,5]"), ok(ints(1, 5, bounds::open_closed)));
  EXPECT_EQ(decode_text<ints>(oids::int4range, "[1,5]"), ok(ints(1, 5, bounds::closed)));
  EXPECT_EQ(decode_text<ints>(oids::int4range, "(1,5)"), ok(ints(1, 5, bounds::open)));
  EXPECT_EQ(decode_binary<ints>(oids::int4range, bytes({0x06}) + one_to_five.substr(1)),
            ok(ints(1, 5, bounds::closed)));
}

TEST(range, is_empty_or_infinite_either_way) {
  EXPECT_EQ(decode_binary<ints>(oids::int4range, bytes({0x01})), ok(ints()));
  EXPECT_EQ(decode_text<ints>(oids::int4range, "empty"), ok(ints()));
  EXPECT_EQ(decode_binary<ints>(oids::int4range, bytes({0x18})), ok(ints(std::nullopt, std::nullopt)));
  EXPECT_EQ(decode_text<ints>(oids::int4range, "(,)"), ok(ints(std::nullopt, std::nullopt)));
  EXPECT_EQ(decode_binary<ints>(oids::int4range, bytes({0x12}) + sized(be(std::int32_t{1}))),
            ok(ints(1, std::nullopt)));
  EXPECT_EQ(decode_text<ints>(oids::int4range, "(,5)"), ok(ints(std::nullopt, 5)));
}

TEST(range, never_has_an_infinite_end_that_belongs_to_it) {
  EXPECT_EQ(decode_text<ints>(oids::int4range, "[,5]"), ok(ints(std::nullopt, 5, bounds::open_closed)));
  EXPECT_FALSE(ints(std::nullopt, std::nullopt, bounds::closed).lower_inclusive());
  EXPECT_EQ(ints(1, std::nullopt, bounds::closed), ints(1, std::nullopt));
}

TEST(range, contains_what_lies_between_its_ends) {
  EXPECT_TRUE(ints(1, 5).contains(1));
  EXPECT_FALSE(ints(1, 5).contains(5));
  EXPECT_TRUE(ints(1, 5, bounds::closed).contains(5));
  EXPECT_FALSE(ints(1, 5, bounds::open).contains(1));
  EXPECT_TRUE(ints(std::nullopt, 5).contains(-1000));
  EXPECT_FALSE(ints().contains(0));
}

TEST(range, unquotes_its_ends) {
  EXPECT_EQ(decode_text<strings>(oids::tsrange, R"(["2026-01-01 00:00:00","2026-02-01 00:00:00"])"),
            ok(strings("2026-01-01 00:00:00", "2026-02-01 00:00:00", bounds::closed)));
  EXPECT_EQ(decode_text<strings>(oids::tsrange, R"(["a""b\\c","")"), failure<strings>(errc::invalid_value));
  EXPECT_EQ(decode_text<strings>(oids::tsrange, R"(["a""b\\c",""))"), ok(strings("a\"b\\c", "")));
}

TEST(range, is_sent_in_binary_as_the_parameter_has_it) {
  EXPECT_EQ(encode(oids::int4range, ints(1, 5)), sent(binary(one_to_five)));
  EXPECT_EQ(encode(oids::int4range, ints()), sent(binary(bytes({0x01}))));
  EXPECT_EQ(encode(oids::int4range, ints(std::nullopt, std::nullopt)), sent(binary(bytes({0x18}))));
  EXPECT_EQ(encode(oids::int8range, ints(1, 5, bounds::open)),
            sent(binary(bytes({0x00}) + sized(be(std::int64_t{1})) + sized(be(std::int64_t{5})))));
}

TEST(range, is_sent_as_text_where_its_ends_are) {
  EXPECT_EQ(encode(oids::tsrange, strings("2026-01-01 00:00:00", std::nullopt)),
            sent(text(R"(["2026-01-01 00:00:00",))")));
  EXPECT_EQ(encode(oids::unspecified, ints(1, 5)), sent(text("[1,5)")));
  EXPECT_EQ(encode(oids::unspecified, ints()), sent(text("empty")));
  EXPECT_EQ(encode(oids::tsrange, strings("", "a\"b\\c")), sent(text(R"(["","a""b\\c"))")));
}

TEST(range, refuses_what_is_no_range_of_its_ends) {
  EXPECT_EQ(encode(oids::int4, ints(1, 5)), refused(errc::type_mismatch));
  EXPECT_EQ(encode(oids::int4range, ints(1, 5).lower()), refused(errc::type_mismatch)) << "an int";
  EXPECT_EQ(encode(oids::int4range, range<std::int64_t>(0, std::int64_t{1} << 40)), refused(errc::out_of_range));
  for (const oid type : {oids::int4, oids::tsrange, oids::int4_array, oids::int4multirange, oids::text, shop::unknown})
    for (const format f : {format::binary, format::text})
      EXPECT_EQ(decode<ints>(type, f, "[1,5)"), failure<ints>(errc::type_mismatch));
}

TEST(range, is_declared_by_the_type_of_its_ends) {
  EXPECT_EQ(detail::declared_oid<ints>, oids::int4range);
  EXPECT_EQ(detail::declared_oid<range<std::int64_t>>, oids::int8range);
  EXPECT_EQ(detail::declared_oid<multirange<int>>, oids::int4multirange);
  EXPECT_EQ(detail::declared_oid<strings>, oids::unspecified);
  EXPECT_EQ(detail::declared_oid<std::vector<ints>>, oids::int4range_array);
}

TEST(range, of_a_databases_own_is_found_through_the_registry) {
  const std::string wire = bytes({0x06}) + sized("sad") + sized("ok");
  const strings expected("sad", "ok", bounds::closed);
  EXPECT_EQ(decode_known<strings>(shop::moodrange, format::text, "[sad,ok]"), ok(expected));
  EXPECT_EQ(decode_known<strings>(shop::moodrange, format::binary, wire), ok(expected));
  EXPECT_EQ(encode_known(shop::moodrange, expected), sent(binary(wire)));
  EXPECT_EQ(decode_known<multirange<std::string>>(shop::moodmultirange, format::text, "{[sad,ok]}"),
            ok(multirange<std::string>{{expected}}));
}

TEST(range, refuses_every_truncation_and_bytes_behind_its_end) {
  expect_no_prefix_decodes<ints>(oids::int4range, format::binary, one_to_five);
  expect_no_prefix_decodes<strings>(oids::tsrange, format::text, R"(["a""b",c])");
  EXPECT_EQ(decode_binary<ints>(oids::int4range, one_to_five + "x"), failure<ints>(errc::invalid_value));
  EXPECT_EQ(decode_text<ints>(oids::int4range, "[1,5) "), failure<ints>(errc::invalid_value));
}

TEST(range, refuses_what_no_server_sends) {
  for (const std::string& wrong :
       {bytes({0x20}), bytes({0x80}), bytes({0x01, 0}), bytes({0x02}) + be(std::int32_t{-1}) + be(std::int32_t{-1}),
        bytes({0x12}) + sized("123"), bytes({0x12}) + be(std::int32_t{100}) + "1234"})
    EXPECT_EQ(decode_binary<ints>(oids::int4range, wrong), failure<ints>(errc::invalid_value));
  for (const char* wrong : {"", "1,5", "[1,5", "1,5)", "[1;5)", "[1)", "[1,2,3)", "[a,b)", "Empty", "[1,5)]"})
    EXPECT_EQ(decode_text<ints>(oids::int4range, wrong), failure<ints>(errc::invalid_value)) << wrong;
}

TEST(range, is_printed_and_parsed_as_the_server_does) {
  EXPECT_EQ(to_string(ints(1, 5)), "[1,5)");
  EXPECT_EQ(to_string(ints()), "empty");
  EXPECT_EQ(to_string(multirange<int>{{ints(1, 5), ints(7, std::nullopt)}}), "{[1,5),[7,)}");
  ints r;
  EXPECT_EQ(parse("(,9]", r), errc{});
  EXPECT_EQ(r, ints(std::nullopt, 9, bounds::open_closed));
  EXPECT_EQ(parse("9", r), errc::invalid_value);
}

TEST(multirange, is_read_from_both_formats) {
  using ints_of = multirange<int>;
  const ints_of expected{{ints(1, 5), ints(7, std::nullopt)}};
  const std::string wire = be(std::int32_t{2}) + sized(one_to_five) + sized(bytes({0x12}) + sized(be(std::int32_t{7})));
  EXPECT_EQ(decode_binary<ints_of>(oids::int4multirange, wire), ok(expected));
  EXPECT_EQ(decode_text<ints_of>(oids::int4multirange, "{[1,5),[7,)}"), ok(expected));
  EXPECT_EQ(decode_text<ints_of>(oids::int4multirange, "{}"), ok(ints_of()));
  EXPECT_EQ(decode_binary<ints_of>(oids::int4multirange, be(std::int32_t{0})), ok(ints_of()));
  EXPECT_EQ(encode(oids::int4multirange, expected), sent(binary(wire)));
  EXPECT_EQ(encode(oids::unspecified, expected), sent(text("{[1,5),[7,)}")));
  EXPECT_EQ(encode(oids::int4range, expected), refused(errc::type_mismatch));
  expect_no_prefix_decodes<ints_of>(oids::int4multirange, format::binary, wire);
  expect_no_prefix_decodes<ints_of>(oids::int4multirange, format::text, "{[1,5),[7,)}");
}

TEST(multirange, refuses_what_no_server_sends) {
  using ints_of = multirange<int>;
  for (const std::string& wrong :
       {be(std::uint32_t{0xffffffff}), be(std::int32_t{0}) + "x", be(std::int32_t{1}) + sized("")})
    EXPECT_EQ(decode_binary<ints_of>(oids::int4multirange, wrong), failure<ints_of>(errc::invalid_value));
  for (const char* wrong : {"", "{", "}", "{}}", "{[1,5)", "{[1,5)[7,8)}", "{,}", "{empty}", "{[1,5),}", "[1,5)"})
    EXPECT_EQ(decode_text<ints_of>(oids::int4multirange, wrong), failure<ints_of>(errc::invalid_value)) << wrong;
}

}  // namespace
}  // namespace pgcoro::testing
