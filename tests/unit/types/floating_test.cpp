#include <cmath>
#include <limits>

#include "unit/types/values.hpp"

namespace pgcoro::testing {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();

constexpr double doubles[] = {0.0,
                              -0.0,
                              1.5,
                              -2.25,
                              0.1,
                              1e-4,
                              9.999e-5,
                              1e15,
                              123456789012345.0,
                              std::numeric_limits<double>::max(),
                              std::numeric_limits<double>::lowest(),
                              std::numeric_limits<double>::min(),
                              std::numeric_limits<double>::denorm_min(),
                              infinity,
                              -infinity};

TEST(floating, is_sent_and_read_bit_by_bit_in_binary) {
  for (const double value : doubles) {
    EXPECT_EQ(encode(oids::float8, value), sent(binary(be(value))));
    EXPECT_EQ(decode_binary<double>(oids::float8, be(value)), ok(value));
    const auto narrow = static_cast<float>(value);
    EXPECT_EQ(encode(oids::float4, narrow), sent(binary(be(narrow))));
    EXPECT_EQ(decode_binary<float>(oids::float4, be(narrow)), ok(narrow));
  }
}

TEST(floating, keeps_nan) {
  EXPECT_TRUE(std::isnan(decode_binary<double>(oids::float8, be(not_a_number)).value));
  EXPECT_TRUE(std::isnan(decode_text<double>(oids::float8, "NaN").value));
  EXPECT_TRUE(std::isnan(decode_text<float>(oids::float4, "NaN").value));
  EXPECT_EQ(encode_as_text(oids::numeric, not_a_number), sent(text("NaN")));
  EXPECT_EQ(encode_as_text(oids::numeric, -not_a_number), sent(text("NaN")));
  EXPECT_EQ(encode(oids::float4, not_a_number).code, errc{});
}

TEST(floating, reads_its_own_text_back) {
  for (const double value : doubles) {
    const encoded written = encode(oids::unspecified, value);
    ASSERT_EQ(written.code, errc{});
    EXPECT_EQ(decode_text<double>(oids::float8, *written.value.value), ok(value));
  }
}

TEST(floating, writes_the_shortest_text_in_the_servers_layout) {
  const std::pair<double, const char*> cases[] = {{0.1, "0.1"},
                                                  {-0.0, "-0"},
                                                  {100, "100"},
                                                  {1e14, "100000000000000"},
                                                  {123456789012345.0, "123456789012345"},
                                                  {1e15, "1e+15"},
                                                  {1.25e300, "1.25e+300"},
                                                  {0.0001, "0.0001"},
                                                  {0.00001, "1e-05"},
                                                  {infinity, "Infinity"},
                                                  {-infinity, "-Infinity"}};
  for (const auto& [value, expected] : cases) EXPECT_EQ(encode(oids::text, value), sent(text(expected)));
  EXPECT_EQ(encode(oids::text, 0.1F), sent(text("0.1")));
  EXPECT_EQ(encode(oids::text, 100000.0F), sent(text("100000")));
  EXPECT_EQ(encode(oids::text, 1000000.0F), sent(text("1e+06")));
}

TEST(floating, reads_the_servers_text) {
  EXPECT_EQ(decode_text<double>(oids::float8, "Infinity"), ok(infinity));
  EXPECT_EQ(decode_text<double>(oids::float8, "-Infinity"), ok(-infinity));
  EXPECT_EQ(decode_text<double>(oids::float8, "1e+20"), ok(1e20));
  EXPECT_EQ(decode_text<double>(oids::float8, "-1.5e-07"), ok(-1.5e-7));
}

TEST(floating, widens_float4_the_same_way_in_both_formats) {
  EXPECT_EQ(decode_binary<double>(oids::float4, be(0.1F)), ok(double{0.1F}));
  EXPECT_EQ(decode_text<double>(oids::float4, "0.1"), ok(double{0.1F}));
}

TEST(floating, does_not_narrow_a_column) {
  for (const format f : {format::binary, format::text})
    EXPECT_EQ(decode<float>(oids::float8, f, "1"), failure<float>(errc::type_mismatch));
  EXPECT_EQ(decode_text<float>(oids::numeric, "1"), failure<float>(errc::type_mismatch));
}

TEST(floating, reads_integers_that_it_holds_exactly) {
  EXPECT_EQ(decode_binary<double>(oids::int2, be(std::int16_t{-7})), ok(-7.0));
  EXPECT_EQ(decode_binary<double>(oids::int4, be(std::int32_t{2147483647})), ok(2147483647.0));
  EXPECT_EQ(decode_binary<double>(oids::int8, be(std::int64_t{1} << 53)), ok(9007199254740992.0));
  EXPECT_EQ(decode_binary<double>(oids::int8, be((std::int64_t{1} << 53) + 1)), failure<double>(errc::out_of_range));
  EXPECT_EQ(decode_text<double>(oids::int8, "9007199254740993"), failure<double>(errc::out_of_range));
  EXPECT_EQ(decode_binary<float>(oids::int4, be(16'777'217)), failure<float>(errc::out_of_range));
  EXPECT_EQ(decode_text<float>(oids::int4, "16777216"), ok(16777216.0F));
}

TEST(floating, reads_numeric_text_rounded_to_the_nearest) {
  EXPECT_EQ(decode_text<double>(oids::numeric, "0.10000000000000000000000000001"), ok(0.1));
  EXPECT_EQ(decode_text<double>(oids::numeric, "-12.50"), ok(-12.5));
  EXPECT_EQ(decode_text<double>(oids::numeric, "1" + std::string(400, '0')), failure<double>(errc::out_of_range));
}

TEST(floating, sends_a_double_to_float4_rounded_but_never_to_infinity_or_zero) {
  EXPECT_EQ(encode(oids::float4, 0.1), sent(binary(be(0.1F))));
  EXPECT_EQ(encode(oids::float4, infinity), sent(binary(be(std::numeric_limits<float>::infinity()))));
  EXPECT_EQ(encode(oids::float4, 0.0), sent(binary(be(0.0F))));
  EXPECT_EQ(encode(oids::float4, 1e39), refused(errc::out_of_range));
  EXPECT_EQ(encode(oids::float4, -1e39), refused(errc::out_of_range));
  EXPECT_EQ(encode(oids::float4, 1e-60), refused(errc::out_of_range));
}

TEST(floating, is_no_integer_and_no_bool) {
  for (const oid type : {oids::int2, oids::int4, oids::int8, oids::oid_, oids::bool_, oids::bytea})
    EXPECT_EQ(encode(type, 1.0), refused(errc::type_mismatch));
}

TEST(floating, refuses_bytes_of_another_length_and_text_that_is_no_number) {
  EXPECT_EQ(decode_binary<double>(oids::float8, be(1.0F)), failure<double>(errc::invalid_value));
  EXPECT_EQ(decode_binary<double>(oids::float4, be(1.0)), failure<double>(errc::invalid_value));
  EXPECT_EQ(decode_binary<double>(oids::int8, be(1)), failure<double>(errc::invalid_value));
  for (const auto* wrong : {"", " 1", "1 ", "1.5x", "0x10", "--1", "+1", "Inf inity"})
    EXPECT_EQ(decode_text<double>(oids::float8, wrong), failure<double>(errc::invalid_value)) << wrong;
}

}  // namespace
}  // namespace pgcoro::testing
