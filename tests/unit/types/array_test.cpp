#include <pgcoro/types/array.hpp>

#include "unit/types/registered_types.hpp"

namespace pgcoro::testing {
namespace {

using strings = std::vector<std::string>;
using maybe_strings = std::vector<std::optional<std::string>>;

/// The header of an array: dimensions as pairs of size and lower bound.
std::string header(oid element, std::vector<std::pair<int, int>> dimensions, int flags = 0) {
  std::string made = be(static_cast<std::int32_t>(dimensions.size())) + be(std::int32_t{flags}) + be(element);
  for (const auto& [size, lower] : dimensions) made += be(std::int32_t{size}) + be(std::int32_t{lower});
  return made;
}

std::string int4_elements(std::initializer_list<std::int32_t> values) {
  std::string made;
  for (const std::int32_t v : values) made += sized(be(v));
  return made;
}

const std::string one_two_three = header(oids::int4, {{3, 1}}) + int4_elements({1, 2, 3});
const std::string two_by_two = header(oids::int4, {{2, 1}, {2, 1}}) + int4_elements({1, 2, 3, 4});

TEST(array, becomes_a_vector_from_both_formats) {
  EXPECT_EQ(decode_binary<std::vector<int>>(oids::int4_array, one_two_three), ok(std::vector{1, 2, 3}));
  EXPECT_EQ(decode_text<std::vector<int>>(oids::int4_array, "{1,2,3}"), ok(std::vector{1, 2, 3}));
  EXPECT_EQ(decode_binary<std::vector<int>>(oids::int4_array, header(oids::int4, {})), ok(std::vector<int>()));
  EXPECT_EQ(decode_text<std::vector<int>>(oids::int4_array, "{}"), ok(std::vector<int>()));
}

TEST(array, converts_its_elements_as_a_scalar_would_be) {
  EXPECT_EQ(decode_binary<std::vector<std::int64_t>>(oids::int4_array, one_two_three),
            ok(std::vector<std::int64_t>{1, 2, 3}));
  EXPECT_EQ(decode_binary<std::vector<double>>(oids::int4_array, one_two_three), ok(std::vector{1.0, 2.0, 3.0}));
  const std::string large = header(oids::int8, {{2, 1}}) + sized(be(std::int64_t{1})) + sized(be(std::int64_t{70000}));
  EXPECT_EQ(decode_binary<std::vector<short>>(oids::int8_array, large),
            failure<std::vector<short>>(errc::out_of_range));
  const std::string unsigneds = header(oids::int8, {{1, 1}}) + sized(be(std::int64_t{-1}));
  EXPECT_EQ(decode_binary<std::vector<unsigned>>(oids::int8_array, unsigneds),
            failure<std::vector<unsigned>>(errc::out_of_range));
}

TEST(array, has_null_elements_where_the_element_is_optional) {
  const std::string with_null = header(oids::text, {{2, 1}}, 1) + sized("a") + sized_null;
  EXPECT_EQ(decode_binary<maybe_strings>(oids::text_array, with_null), ok(maybe_strings{"a", std::nullopt}));
  EXPECT_EQ(decode_text<maybe_strings>(oids::text_array, "{a,NULL}"), ok(maybe_strings{"a", std::nullopt}));
  EXPECT_EQ(decode_binary<strings>(oids::text_array, with_null), failure<strings>(errc::unexpected_null));
  EXPECT_EQ(decode_text<strings>(oids::text_array, "{a,NULL}"), failure<strings>(errc::unexpected_null));
  const std::string null_number = header(oids::int4, {{1, 1}}, 1) + sized_null;
  EXPECT_EQ(decode_binary<std::vector<int>>(oids::int4_array, null_number),
            failure<std::vector<int>>(errc::unexpected_null));
}

TEST(array, of_two_dimensions_becomes_a_vector_of_vectors) {
  const std::vector<std::vector<int>> expected{{1, 2}, {3, 4}};
  EXPECT_EQ(decode_binary<std::vector<std::vector<int>>>(oids::int4_array, two_by_two), ok(expected));
  EXPECT_EQ(decode_text<std::vector<std::vector<int>>>(oids::int4_array, "{{1,2},{3,4}}"), ok(expected));
  EXPECT_EQ(decode_binary<std::vector<std::vector<int>>>(oids::int4_array, header(oids::int4, {})),
            ok(std::vector<std::vector<int>>()));
}

TEST(array, of_other_dimensions_than_the_vectors_is_out_of_range) {
  EXPECT_EQ(decode_binary<std::vector<int>>(oids::int4_array, two_by_two),
            failure<std::vector<int>>(errc::out_of_range));
  EXPECT_EQ(decode_text<std::vector<std::vector<int>>>(oids::int4_array, "{1,2}"),
            failure<std::vector<std::vector<int>>>(errc::out_of_range));
}

TEST(array, fits_a_std_array_of_its_size_alone) {
  EXPECT_EQ((decode_binary<std::array<int, 3>>(oids::int4_array, one_two_three)), (ok(std::array{1, 2, 3})));
  EXPECT_EQ((decode_binary<std::array<int, 2>>(oids::int4_array, one_two_three)),
            (failure<std::array<int, 2>>(errc::out_of_range)));
  EXPECT_EQ((decode_text<std::array<int, 2>>(oids::int4_array, "{}")),
            (failure<std::array<int, 2>>(errc::out_of_range)));
  EXPECT_EQ((decode_text<std::array<std::array<int, 2>, 2>>(oids::int4_array, "{{1,2},{3,4}}")),
            (ok(std::array<std::array<int, 2>, 2>{{{1, 2}, {3, 4}}})));
}

TEST(array, of_bools_becomes_a_vector_of_bits) {
  const std::string bits = header(oids::bool_, {{2, 1}}) + sized(bytes({1})) + sized(bytes({0}));
  EXPECT_EQ(decode_binary<std::vector<bool>>(oids::bool_array, bits), ok(std::vector<bool>{true, false}));
  EXPECT_EQ(decode_text<std::vector<bool>>(oids::bool_array, "{t,f}"), ok(std::vector<bool>{true, false}));
  EXPECT_EQ(encode(oids::bool_array, std::vector<bool>{true, false}), sent(binary(bits)));
}

TEST(array, of_bytes_is_a_vector_of_vectors_and_bytes_alone_are_bytea) {
  const std::vector<std::vector<std::byte>> value{{std::byte{1}}, {}};
  const std::string wire = header(oids::bytea, {{2, 1}}) + sized(bytes({1})) + sized("");
  EXPECT_EQ(encode(oids::bytea_array, value), sent(binary(wire)));
  EXPECT_EQ(decode_binary<std::vector<std::vector<std::byte>>>(oids::bytea_array, wire), ok(value));
  EXPECT_EQ(decode_text<std::vector<std::vector<std::byte>>>(oids::bytea_array, R"({"\\x01","\\x"})"), ok(value));
  EXPECT_EQ(encode(oids::bytea, std::vector{std::byte{1}}), sent(binary(bytes({1}))));
}

TEST(array, keeps_dimensions_and_lower_bounds_in_an_array) {
  using ints = array<int>;
  const ints expected{{{2, 0}, {1, -3}}, {7, 8}};
  const std::string wire = header(oids::int4, {{2, 0}, {1, -3}}) + int4_elements({7, 8});
  EXPECT_EQ(decode_binary<ints>(oids::int4_array, wire), ok(expected));
  EXPECT_EQ(decode_text<ints>(oids::int4_array, "[0:1][-3:-3]={{7},{8}}"), ok(expected));
  EXPECT_EQ(decode_text<ints>(oids::int4_array, "{}"), ok(ints()));
  EXPECT_EQ(encode(oids::int4_array, expected), sent(binary(wire)));
  EXPECT_EQ(encode(shop::unknown, expected), sent(text("[0:1][-3:-3]={{7},{8}}")));
  EXPECT_EQ(encode(oids::int4_array, ints{{{3, 1}}, {7, 8}}), refused(errc::invalid_value));
}

TEST(array, forgets_lower_bounds_in_a_vector) {
  EXPECT_EQ(decode_text<std::vector<int>>(oids::int4_array, "[5:6]={7,8}"), ok(std::vector{7, 8}));
}

TEST(array, unquotes_and_unescapes_its_text) {
  EXPECT_EQ(decode_text<strings>(oids::text_array, R"({"a b","","NULL","q\"uo\\te","{}",plain,"ä, ö"})"),
            ok(strings{"a b", "", "NULL", "q\"uo\\te", "{}", "plain", "ä, ö"}));
}

TEST(array, quotes_and_escapes_its_text_as_the_server_does) {
  const maybe_strings value{"a b", "", "NULL", "null", "q\"uo\\te", "{}", "plain", "a,b", "a;b", std::nullopt};
  EXPECT_EQ(encode(oids::unspecified, value),
            sent(text(R"({"a b","","NULL","null","q\"uo\\te","{}",plain,"a,b",a;b,NULL})")));
}

TEST(array, takes_the_delimiter_of_its_elements) {
  EXPECT_EQ(decode_text<strings>(oids::box_array, "{(1,1),(0,0);(2,2),(0,0)}"),
            ok(strings{"(1,1),(0,0)", "(2,2),(0,0)"}));
  EXPECT_EQ(encode(oids::box_array, strings{"(1,1),(0,0)", "a;b"}), sent(text(R"({(1,1),(0,0);"a;b"})")));
  EXPECT_EQ(decode_known<strings>(shop::geometry_array, format::text, "{01:02}"), ok(strings{"01", "02"}));
}

TEST(array, is_sent_in_binary_as_the_elements_of_the_parameter) {
  EXPECT_EQ(encode(oids::int4_array, std::vector{1, 2, 3}), sent(binary(one_two_three)));
  EXPECT_EQ(encode(oids::int4_array, std::vector<std::int64_t>{1, 2, 3}), sent(binary(one_two_three)));
  EXPECT_EQ(encode(oids::int4_array, std::vector<std::vector<int>>{{1, 2}, {3, 4}}), sent(binary(two_by_two)));
  const std::vector<int> values{1, 2, 3};
  EXPECT_EQ(encode(oids::int4_array, std::span(values)), sent(binary(one_two_three)));
  EXPECT_EQ(encode(oids::int4_array, std::span<const int>(values)), sent(binary(one_two_three)));
  EXPECT_EQ(encode(oids::int4_array, std::vector<int>()), sent(binary(header(oids::int4, {}))));
  EXPECT_EQ(encode(oids::int4_array, std::vector<std::vector<int>>(3)), sent(binary(header(oids::int4, {}))));
  EXPECT_EQ(encode(oids::text_array, maybe_strings{"a", std::nullopt}),
            sent(binary(header(oids::text, {{2, 1}}, 1) + sized("a") + sized_null)));
}

TEST(array, is_sent_as_text_where_its_elements_are) {
  EXPECT_EQ(encode(oids::uuid_array, strings{"0-1"}), sent(text("{0-1}")));
  EXPECT_EQ(encode(oids::jsonb_array, std::vector{1, 2}), sent(text("{1,2}")));
  EXPECT_EQ(encode(oids::unspecified, std::vector<std::vector<int>>{{1, 2}, {3, 4}}), sent(text("{{1,2},{3,4}}")));
  EXPECT_EQ(encode(oids::unspecified, std::vector<int>()), sent(text("{}")));
}

TEST(array, refuses_an_element_that_does_not_fit_and_rows_of_different_lengths) {
  EXPECT_EQ(encode(oids::int2_array, std::vector{1, 70000}), refused(errc::out_of_range));
  EXPECT_EQ(encode(oids::int4_array, std::vector<std::vector<int>>{{1, 2}, {3}}), refused(errc::invalid_value));
  EXPECT_EQ(encode(oids::int4, std::vector{1}), refused(errc::type_mismatch));
  EXPECT_EQ(encode(oids::bool_array, std::vector{1}), refused(errc::type_mismatch));
}

TEST(array, is_declared_by_the_type_of_its_elements) {
  EXPECT_EQ(detail::declared_oid<std::vector<std::optional<double>>>, oids::float8_array);
  EXPECT_EQ(detail::declared_oid<std::vector<std::vector<short>>>, oids::int2_array);
  EXPECT_EQ(detail::declared_oid<array<bool>>, oids::bool_array);
  EXPECT_EQ(detail::declared_oid<strings>, oids::unspecified);
}

TEST(array, is_read_from_int2vector_and_oidvector_too) {
  const std::string wire = header(oids::int2, {{2, 0}}) + sized(be(std::int16_t{3})) + sized(be(std::int16_t{-4}));
  EXPECT_EQ(decode_binary<std::vector<short>>(oids::int2vector, wire), ok(std::vector<short>{3, -4}));
  EXPECT_EQ(decode_text<std::vector<short>>(oids::int2vector, "3 -4"), ok(std::vector<short>{3, -4}));
  EXPECT_EQ(decode_text<std::vector<unsigned>>(oids::oidvector, ""), ok(std::vector<unsigned>()));
  EXPECT_EQ(decode_text<array<short>>(oids::int2vector, "3 -4"), ok(array<short>{{{2, 0}}, {3, -4}}));
  EXPECT_EQ(encode(oids::oidvector, std::vector<unsigned>{1, 2}), sent(text("1 2")));
  EXPECT_EQ(encode(oids::int2vector, std::vector<int>()), sent(text("")));
}

TEST(array, of_a_type_that_nobody_knows_is_what_its_own_bytes_say) {
  EXPECT_EQ(decode_binary<std::vector<int>>(shop::unknown, one_two_three), ok(std::vector{1, 2, 3}));
  EXPECT_EQ(decode_binary<std::vector<int>>(oids::anyarray, one_two_three), ok(std::vector{1, 2, 3}));
  EXPECT_EQ(decode_binary<std::vector<bool>>(shop::unknown, one_two_three),
            failure<std::vector<bool>>(errc::type_mismatch));
  EXPECT_EQ(
      decode_known<std::vector<int>>(shop::zip_array, format::binary, header(shop::zip, {{1, 1}}) + int4_elements({5})),
      ok(std::vector{5}));
  EXPECT_EQ(decode_known<std::vector<int>>(shop::zip_array, format::text, "{5}"), ok(std::vector{5}));
  EXPECT_EQ(encode_known(shop::zip_array, std::vector{5}),
            sent(binary(header(shop::zip, {{1, 1}}) + int4_elements({5}))));
}

TEST(array, is_read_from_no_scalar) {
  for (const oid type : {oids::int4, oids::text, oids::bytea, oids::record, shop::address, shop::mood})
    for (const format f : {format::binary, format::text})
      EXPECT_EQ(decode_known<std::vector<int>>(type, f, one_two_three), failure<std::vector<int>>(errc::type_mismatch));
  EXPECT_EQ(decode_text<std::vector<int>>(oids::bool_array, "{t}"), failure<std::vector<int>>(errc::type_mismatch));
}

TEST(array, refuses_every_truncation) {
  expect_no_prefix_decodes<std::vector<int>>(oids::int4_array, format::binary, one_two_three);
  expect_no_prefix_decodes<std::vector<std::vector<int>>>(oids::int4_array, format::binary, two_by_two);
  expect_no_prefix_decodes<maybe_strings>(oids::text_array, format::binary,
                                          header(oids::text, {{2, 1}}, 1) + sized("a") + sized_null);
  expect_no_prefix_decodes<std::vector<std::vector<int>>>(oids::int4_array, format::text, "[0:1][1:2]={{1,2},{3,4}}");
  expect_no_prefix_decodes<strings>(oids::text_array, format::text, R"({"a\"b",c})");
}

TEST(array, refuses_bytes_behind_its_end) {
  EXPECT_EQ(decode_binary<std::vector<int>>(oids::int4_array, one_two_three + "x"),
            failure<std::vector<int>>(errc::invalid_value));
  EXPECT_EQ(decode_text<std::vector<int>>(oids::int4_array, "{1} "), failure<std::vector<int>>(errc::invalid_value));
}

TEST(array, refuses_headers_that_promise_what_is_not_there) {
  const int most = std::numeric_limits<int>::max();
  for (const std::string& wrong : {
           header(oids::int4, {{most, 1}}),
           header(oids::int4, {{1 << 30, 1}, {1 << 30, 1}, {1 << 30, 1}}),
           header(oids::int4, {{65536, 1}, {65536, 1}}),
           header(oids::int4, {{-1, 1}}),
           header(oids::int4, {{1, 1}}, 2) + int4_elements({1}),
           header(oids::int4, {{1, most}, {2, most}}) + int4_elements({1, 2}),
           header(oids::int4, {{1, 1}, {1, 1}, {1, 1}, {1, 1}, {1, 1}, {1, 1}, {1, 1}}) + int4_elements({1}),
           header(oids::int4, {{1, 1}}) + be(std::int32_t{-2}),
           header(oids::int4, {{1, 1}}) + be(std::int32_t{5}) + "1234",
           header(oids::int4, {{1, 1}}) + sized("123"),
           header(oids::int4, {}) + "x",
       })
    EXPECT_EQ(decode_binary<array<int>>(oids::int4_array, wrong), failure<array<int>>(errc::invalid_value));
}

TEST(array, with_a_dimension_of_no_elements_is_empty_whatever_the_others_say) {
  const std::string wire = header(oids::int4, {{1 << 30, 1}, {0, 1}});
  EXPECT_EQ(decode_binary<std::vector<std::vector<int>>>(oids::int4_array, wire), ok(std::vector<std::vector<int>>()));
}

TEST(array, refuses_text_that_is_no_array) {
  for (const char* wrong : {"",
                            "1",
                            "{",
                            "}",
                            "{1",
                            "{1,}",
                            "{,1}",
                            "{1,,2}",
                            "{{1},{2,3}}",
                            "{{1},2}",
                            "{1,{2}}",
                            "{{1}{2}}",
                            "{{}}",
                            "{1}{2}",
                            "[1:2]={1}",
                            "[1:1]{1}",
                            "[1:1={1}",
                            "[2:1]={}",
                            "[1:1]=1",
                            "[1:1][1:1]={1}",
                            "{1 }",
                            "{ 1}",
                            "{{{{{{{1}}}}}}}",
                            "{\"1}",
                            "{1\"2\"}",
                            "[-2147483648:2147483647]={1}",
                            "{\"1\"\"2\"}"})
    EXPECT_EQ(decode_text<array<int>>(oids::int4_array, wrong), failure<array<int>>(errc::invalid_value)) << wrong;
}

TEST(array, of_views_points_into_the_row_and_is_read_from_binary_alone) {
  using views = std::vector<std::string_view>;
  EXPECT_EQ(decode_binary<views>(oids::text_array, header(oids::text, {{1, 1}}) + sized("abc")).value.size(), 1U);
  EXPECT_EQ(decode_text<views>(oids::text_array, "{abc}"), failure<views>(errc::type_mismatch));
  EXPECT_TRUE(detail::is_view<views>);
}

TEST(array, reuses_the_elements_of_a_vector_that_is_read_into_again) {
  std::vector<std::optional<int>> out{7, 8, 9, 10};
  const value_type from{oids::int4_array, format::text};
  ASSERT_EQ(codec<std::vector<std::optional<int>>>::decoder(from)(protocol::as_bytes("{NULL,1}"), out, from), errc{});
  EXPECT_EQ(out, (std::vector<std::optional<int>>{std::nullopt, 1}));
}

TEST(array, asks_for_binary_of_strings_once_the_column_is_known) {
  std::vector<format> chosen(2, format::text);
  row_decoder<std::pair<strings, strings>>::choose_formats(
      make_columns({make_column("a", oids::text_array), make_column("b", oids::aclitem_array)}), chosen);
  EXPECT_THAT(chosen, ::testing::ElementsAre(format::binary, format::text));
  EXPECT_THAT((row_decoder<std::pair<strings, std::vector<int>>>::preferred_formats()),
              ::testing::ElementsAre(format::text, format::binary));
}

}  // namespace
}  // namespace pgcoro::testing
