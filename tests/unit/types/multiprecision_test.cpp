#include <boost/multiprecision/cpp_dec_float.hpp>
#include <boost/multiprecision/cpp_int.hpp>

#include <pgcoro/types/multiprecision.hpp>

#include "unit/types/values.hpp"

namespace pgcoro::testing {
namespace {

using boost::multiprecision::cpp_dec_float_100;
using boost::multiprecision::cpp_dec_float_50;
using boost::multiprecision::cpp_int;
using boost::multiprecision::int128_t;
using boost::multiprecision::uint128_t;

/// The binary format of a numeric, as the numeric's own tests have verified it.
std::string wire(std::string_view value) { return *encode(oids::numeric, numeric(value)).value.value; }

TEST(multiprecision, integers_of_any_size_go_both_ways) {
  for (const auto* text : {"0", "-1", "10000", "123456789012345678901234567890123456789012345678901234567890"}) {
    const cpp_int value(text);
    EXPECT_EQ(encode(oids::numeric, value), sent(binary(wire(text))));
    EXPECT_EQ(encode_as_text(oids::numeric, value), sent(testing::text(text)));
    EXPECT_EQ(decode_binary<cpp_int>(oids::numeric, wire(text)), ok(value));
    EXPECT_EQ(decode_text<cpp_int>(oids::numeric, text), ok(value));
  }
  EXPECT_EQ(decode_text<cpp_int>(oids::numeric, "12.00"), ok(cpp_int(12)));
  EXPECT_EQ(decode_binary<cpp_int>(oids::int8, be(std::int64_t{-7})), ok(cpp_int(-7)));
}

TEST(multiprecision, integers_hold_no_other_numbers) {
  for (const auto* text : {"0.5", "NaN", "Infinity", "-Infinity"})
    EXPECT_EQ(decode_text<cpp_int>(oids::numeric, text), failure<cpp_int>(errc::out_of_range)) << text;
}

TEST(multiprecision, bounded_integers_are_checked) {
  const std::string most = "340282366920938463463374607431768211455";
  const std::string too_many = "340282366920938463463374607431768211456";
  EXPECT_EQ(decode_text<uint128_t>(oids::numeric, most), ok(uint128_t(most)));
  EXPECT_EQ(decode_text<uint128_t>(oids::numeric, too_many), failure<uint128_t>(errc::out_of_range));
  EXPECT_EQ(decode_text<uint128_t>(oids::numeric, "-1"), failure<uint128_t>(errc::out_of_range));
  EXPECT_EQ(decode_text<int128_t>(oids::numeric, "-1"), ok(int128_t(-1)));
  EXPECT_EQ(decode_text<int128_t>(oids::numeric, "-" + too_many), failure<int128_t>(errc::out_of_range));
}

TEST(multiprecision, floats_go_both_ways) {
  for (const auto* text : {"0", "0.1", "-123.456", "1000000000000000000000000000000000000000000000000000000000000",
                           "0.00000000000000000000000000000000000000000001"}) {
    EXPECT_EQ(encode(oids::numeric, cpp_dec_float_50(text)), sent(binary(wire(text)))) << text;
    EXPECT_EQ(decode_binary<cpp_dec_float_50>(oids::numeric, wire(text)), ok(cpp_dec_float_50(text)));
    EXPECT_EQ(decode_text<cpp_dec_float_100>(oids::numeric, text), ok(cpp_dec_float_100(text)));
  }
}

TEST(multiprecision, floats_take_what_is_not_finite) {
  using limits = std::numeric_limits<cpp_dec_float_50>;
  EXPECT_TRUE(isnan(decode_text<cpp_dec_float_50>(oids::numeric, "NaN").value));
  EXPECT_EQ(decode_text<cpp_dec_float_50>(oids::numeric, "Infinity"), ok(limits::infinity()));
  EXPECT_EQ(decode_text<cpp_dec_float_50>(oids::numeric, "-Infinity"), ok<cpp_dec_float_50>(-limits::infinity()));
  EXPECT_EQ(encode(oids::numeric, cpp_dec_float_50(-limits::infinity())), sent(binary(wire("-Infinity"))));
  EXPECT_EQ(encode(oids::numeric, limits::quiet_NaN()), sent(binary(wire("NaN"))));
}

TEST(multiprecision, what_numeric_cannot_hold_is_refused) {
  EXPECT_EQ(encode(oids::numeric, cpp_dec_float_50("1e200000")), refused(errc::out_of_range));
  EXPECT_EQ(encode(oids::int4, cpp_int("2147483648")), refused(errc::out_of_range));
  EXPECT_EQ(encode(oids::bool_, cpp_int(1)), refused(errc::type_mismatch));
  EXPECT_EQ(decode_text<cpp_int>(oids::numeric, "x"), failure<cpp_int>(errc::invalid_value));
}

}  // namespace
}  // namespace pgcoro::testing
