#include <cmath>
#include <limits>
#include <unordered_set>

#include <pgcoro/types/numeric.hpp>

#include "unit/types/values.hpp"

namespace pgcoro {

inline void PrintTo(const numeric& value, std::ostream* out) { *out << to_string(value); }

namespace testing {
namespace {

std::string wire(int weight, int sign, int scale, std::initializer_list<int> groups) {
  std::string made = be(static_cast<std::uint16_t>(groups.size())) + be(static_cast<std::int16_t>(weight)) +
                     be(static_cast<std::uint16_t>(sign)) + be(static_cast<std::uint16_t>(scale));
  for (const int group : groups) made += be(static_cast<std::uint16_t>(group));
  return made;
}

constexpr int minus = 0x4000;

struct known {
  const char* text;
  std::string bytes;
};

/// As PostgreSQL sends them.
const known values[] = {
    {"0", wire(0, 0, 0, {})},
    {"0.000", wire(0, 0, 3, {})},
    {"1", wire(0, 0, 0, {1})},
    {"-1", wire(0, minus, 0, {1})},
    {"10000", wire(1, 0, 0, {1})},
    {"12345.678", wire(1, 0, 3, {1, 2345, 6780})},
    {"12.50", wire(0, 0, 2, {12, 5000})},
    {"0.0001", wire(-1, 0, 4, {1})},
    {"-0.00001", wire(-2, minus, 5, {1000})},
    {"100000000000000000000.0000000001", wire(5, 0, 10, {1, 0, 0, 0, 0, 0, 0, 0, 100})},
    {"NaN", wire(0, 0xC000, 0, {})},
    {"Infinity", wire(0, 0xD000, 0, {})},
    {"-Infinity", wire(0, 0xF000, 0, {})},
};

numeric make(std::string_view text) {
  numeric made;
  EXPECT_EQ(parse(text, made), errc{}) << text;
  return made;
}

errc error_of(std::string_view text) {
  numeric ignored;
  return parse(text, ignored);
}

TEST(numeric, is_sent_and_read_as_the_server_does_in_both_formats) {
  for (const known& k : values) {
    SCOPED_TRACE(k.text);
    const numeric value = make(k.text);
    EXPECT_EQ(to_string(value), k.text);
    EXPECT_EQ(encode(oids::numeric, value), sent(binary(k.bytes)));
    EXPECT_EQ(encode_as_text(oids::numeric, value), sent(text(k.text)));
    EXPECT_EQ(decode_binary<numeric>(oids::numeric, k.bytes), ok(value));
    EXPECT_EQ(to_string(decode_binary<numeric>(oids::numeric, k.bytes).value), k.text);
    EXPECT_EQ(decode_text<numeric>(oids::numeric, k.text), ok(value));
  }
}

TEST(numeric, reads_every_way_to_write_a_number) {
  const std::pair<const char*, const char*> cases[] = {{"+1.5", "1.5"},
                                                       {".5", "0.5"},
                                                       {"5.", "5"},
                                                       {"-.0", "0.0"},
                                                       {"007", "7"},
                                                       {"1e3", "1000"},
                                                       {"1.25E-2", "0.0125"},
                                                       {"1.50e1", "15.0"},
                                                       {"1.5e+1", "15"},
                                                       {"0e100000", "0"},
                                                       {"12345e-3", "12.345"},
                                                       {"inf", "Infinity"},
                                                       {"-INFINITY", "-Infinity"},
                                                       {"nan", "NaN"}};
  for (const auto& [written, expected] : cases) EXPECT_EQ(to_string(make(written)), expected) << written;
}

TEST(numeric, refuses_what_is_no_number) {
  for (const auto* wrong :
       {"",      " ",  "-",  "+",    ".",   "-.",  "e",   "e1",   ".e1",   "1e",   "1e+",   "1e-",     "1e+-1",
        "1e1.5", "1 ", " 1", "1..2", "1,5", "--1", "+-1", "0x10", "1_000", "NaN1", "-NaNs", "infinit", "Infinity "})
    EXPECT_EQ(error_of(wrong), errc::invalid_value) << wrong;
  EXPECT_EQ(error_of(std::string_view("1\0", 2)), errc::invalid_value);
}

TEST(numeric, goes_up_to_the_limits_of_the_server_and_not_beyond) {
  EXPECT_EQ(to_string(make("1e131071")), "1" + std::string(131'071, '0'));
  EXPECT_EQ(to_string(make("-1e-16383")), "-0." + std::string(16'382, '0') + "1");
  const std::string longest = std::string(131'072, '9') + '.' + std::string(16'383, '9');
  EXPECT_EQ(to_string(make(longest)), longest);
  EXPECT_EQ(decode_binary<numeric>(oids::numeric, *encode(oids::numeric, make(longest)).value.value),
            ok(make(longest)));
  EXPECT_EQ(error_of("1e131072"), errc::out_of_range);
  EXPECT_EQ(error_of("1e-16384"), errc::out_of_range);
  EXPECT_EQ(error_of("0e-16384"), errc::out_of_range);
  EXPECT_EQ(error_of("9" + longest), errc::out_of_range);
  EXPECT_EQ(error_of("1e99999999999999999999"), errc::out_of_range);
  EXPECT_EQ(error_of("1e-99999999999999999999"), errc::out_of_range);
  EXPECT_EQ(to_string(make(std::string(200'000, '0') + "1")), "1");
}

TEST(numeric, refuses_ill_formed_bytes) {
  const std::string good = wire(1, 0, 3, {1, 2345, 6780});
  for (std::size_t size = 0; size < good.size(); ++size)
    EXPECT_EQ(decode_binary<numeric>(oids::numeric, good.substr(0, size)), failure<numeric>(errc::invalid_value));
  for (const std::string& wrong :
       {good + '\0', wire(0, 0, 0, {10'000}), wire(0, 0, 0, {65'535}), wire(0, 0x1000, 0, {1}), wire(0, 0xE000, 0, {}),
        wire(0, 0xC000, 0, {1}), wire(0, 0, 0x4000, {1})})
    EXPECT_EQ(decode_binary<numeric>(oids::numeric, wrong), failure<numeric>(errc::invalid_value));
}

TEST(numeric, reads_bytes_that_no_server_would_send_but_would_take) {
  EXPECT_EQ(to_string(decode_binary<numeric>(oids::numeric, wire(3, minus, 0, {0, 0, 12, 0})).value), "-120000");
  EXPECT_EQ(to_string(decode_binary<numeric>(oids::numeric, wire(0, minus, 0, {0})).value), "0");
  EXPECT_EQ(to_string(decode_binary<numeric>(oids::numeric, wire(7, 0, 1, {})).value), "0.0");
  EXPECT_EQ(to_string(decode_binary<numeric>(oids::numeric, wire(0, 0, 0x3FFF, {1})).value).size(), 16'385u);
  EXPECT_EQ(to_string(decode_binary<numeric>(oids::numeric, wire(-32'768, minus, 2, {1})).value), "0.00");
}

TEST(numeric, has_no_digits_behind_those_that_are_shown) {
  const numeric cut = decode_binary<numeric>(oids::numeric, wire(0, 0, 1, {12, 5678, 9})).value;
  EXPECT_EQ(to_string(cut), "12.5");
  EXPECT_EQ(cut, make("12.5"));
  EXPECT_EQ(decode_binary<numeric>(oids::numeric, wire(0, 0, 0, {12, 5678})), ok(numeric(12)));
  EXPECT_EQ(decode_binary<numeric>(oids::numeric, wire(-3, 0, 1, {12, 5678})), ok(numeric(0)));
}

TEST(numeric, is_compared_by_value_and_nan_is_the_greatest) {
  const std::vector<const char*> ascending = {
      "-Infinity", "-1e20", "-10001",  "-10000.5", "-10000", "-1.5",       "-1",   "-0.0001",  "0",  "0.00001",
      "0.1",       "1",     "1.00001", "9999",     "10000",  "10000.0001", "1e20", "Infinity", "NaN"};
  for (std::size_t i = 0; i < ascending.size(); ++i)
    for (std::size_t j = 0; j < ascending.size(); ++j) {
      EXPECT_EQ(make(ascending[i]) <=> make(ascending[j]), i <=> j) << ascending[i] << " and " << ascending[j];
      EXPECT_EQ(make(ascending[i]) == make(ascending[j]), i == j) << ascending[i] << " and " << ascending[j];
    }
}

TEST(numeric, equals_and_hashes_alike_whatever_its_scale) {
  EXPECT_EQ(make("1.50"), make("1.5"));
  EXPECT_EQ(make("1.50").scale(), 2);
  EXPECT_EQ(make("0.000"), 0);
  EXPECT_EQ(make("100").hash(), make("100.00").hash());
  std::unordered_set<numeric> distinct;
  for (int i = -5000; i < 5000; ++i) distinct.insert(numeric(i));
  EXPECT_EQ(distinct.size(), 10'000u);
  EXPECT_TRUE(distinct.contains(make("-77.0")));
}

TEST(numeric, takes_and_gives_every_integer) {
  EXPECT_EQ(to_string(numeric(std::numeric_limits<std::int64_t>::min())), "-9223372036854775808");
  EXPECT_EQ(to_string(numeric(std::numeric_limits<std::uint64_t>::max())), "18446744073709551615");
  for (const std::int64_t edge :
       {std::int64_t{0}, std::int64_t{1}, std::int64_t{-1}, std::int64_t{10'000}, std::int64_t{-10'000'000},
        std::numeric_limits<std::int64_t>::min(), std::numeric_limits<std::int64_t>::max()})
    EXPECT_EQ(numeric(edge).to<std::int64_t>(), edge);
  EXPECT_EQ(numeric(std::numeric_limits<std::uint64_t>::max()).to<std::uint64_t>(),
            std::numeric_limits<std::uint64_t>::max());
  EXPECT_EQ(make("12.00").to<int>(), 12);
  EXPECT_EQ(numeric(std::int8_t{-128}).to<std::int8_t>(), -128);
}

TEST(numeric, gives_no_integer_that_is_not_its_value) {
  for (const auto* none : {"12.5", "0.1", "NaN", "Infinity", "9223372036854775808", "1e30", "1e131071"})
    EXPECT_EQ(make(none).to<std::int64_t>(), std::nullopt) << none;
  EXPECT_EQ(make("-9223372036854775809").to<std::int64_t>(), std::nullopt);
  EXPECT_EQ(make("18446744073709551616").to<std::uint64_t>(), std::nullopt);
  EXPECT_EQ(make("-1").to<std::uint64_t>(), std::nullopt);
  EXPECT_EQ(make("128").to<std::int8_t>(), std::nullopt);
  EXPECT_EQ(make("-129").to<std::int8_t>(), std::nullopt);
}

TEST(numeric, takes_a_double_as_its_shortest_digits) {
  EXPECT_EQ(to_string(numeric(0.1)), "0.1");
  EXPECT_EQ(to_string(numeric(0.1F)), "0.1");
  EXPECT_EQ(to_string(numeric(-0.0)), "0");
  EXPECT_EQ(to_string(numeric(1e22)), "10000000000000000000000");
  EXPECT_EQ(to_string(numeric(1.25e-7)), "0.000000125");
  EXPECT_TRUE(numeric(std::nan("")).is_nan());
  EXPECT_EQ(numeric(-std::numeric_limits<double>::infinity()), -numeric::infinity());
}

TEST(numeric, gives_back_every_double_that_it_was_made_of) {
  using limits = std::numeric_limits<double>;
  for (const double value :
       {0.0, 0.1, -1.5, 12345.678, 9007199254740993.0, 1e16, 123456789e12, 1e23, 4.35, 0.3, 2.5e-20, limits::max(),
        limits::min(), limits::denorm_min(), limits::infinity(), -limits::infinity()})
    EXPECT_EQ(numeric(value).to<double>(), value);
  EXPECT_TRUE(std::isnan(numeric::nan().to<double>().value()));
}

TEST(numeric, is_rounded_to_the_nearest_double_and_never_to_infinity) {
  EXPECT_EQ(make("9007199254740993").to<double>(), 9007199254740992.0);
  EXPECT_EQ(make("9007199254740993.0000000000000000000000001").to<double>(), 9007199254740994.0);
  EXPECT_EQ(make("16777217.0000000001").to<float>(), 16777218.0F);
  EXPECT_EQ(make("1e400").to<double>(), std::nullopt);
  EXPECT_EQ(make("1e-400").to<double>(), std::nullopt);
  EXPECT_EQ(make("1e39").to<float>(), std::nullopt);
}

TEST(numeric, is_read_from_every_integer_type) {
  EXPECT_EQ(decode_binary<numeric>(oids::int2, be(std::int16_t{-7})), ok(numeric(-7)));
  EXPECT_EQ(decode_binary<numeric>(oids::int4, be(std::int32_t{70'000})), ok(numeric(70'000)));
  EXPECT_EQ(decode_binary<numeric>(oids::int8, be(std::int64_t{1} << 60)), ok(numeric(std::int64_t{1} << 60)));
  EXPECT_EQ(decode_binary<numeric>(oids::oid_, be(std::uint32_t{1} << 31)), ok(numeric(std::uint32_t{1} << 31)));
  EXPECT_EQ(decode_text<numeric>(oids::int8, "-12"), ok(numeric(-12)));
  EXPECT_EQ(decode_binary<numeric>(oids::int8, "1234"), failure<numeric>(errc::invalid_value));
  EXPECT_EQ(decode_binary<numeric>(oids::float8, be(1.0)), failure<numeric>(errc::type_mismatch));
  EXPECT_EQ(decode_text<numeric>(oids::text, "1"), failure<numeric>(errc::type_mismatch));
}

TEST(numeric, is_sent_to_integer_types_where_it_is_an_integer_of_their_range) {
  EXPECT_EQ(encode(oids::int4, make("-7.00")), sent(binary(be(std::int32_t{-7}))));
  EXPECT_EQ(encode(oids::int4, make("7.5")), refused(errc::out_of_range));
  EXPECT_EQ(encode(oids::int2, make("32768")), refused(errc::out_of_range));
  EXPECT_EQ(encode(oids::int8, numeric::nan()), refused(errc::out_of_range));
  EXPECT_EQ(encode(oids::oid_, make("4294967295")), sent(binary(be(std::uint32_t{4'294'967'295}))));
  EXPECT_EQ(encode(oids::text, make("7.50")), sent(text("7.50")));
  EXPECT_EQ(encode(oids::unspecified, make("7.50")), sent(text("7.50")));
  EXPECT_EQ(encode(oids::bool_, make("1")), refused(errc::type_mismatch));
}

TEST(numeric, is_read_by_integers_that_hold_it_and_by_double) {
  const std::string twelve = wire(0, 0, 2, {12});
  const std::string and_a_half = wire(0, 0, 1, {12, 5000});
  EXPECT_EQ(decode_binary<int>(oids::numeric, twelve), ok(12));
  EXPECT_EQ(decode_text<int>(oids::numeric, "12.00"), ok(12));
  EXPECT_EQ(decode_binary<int>(oids::numeric, and_a_half), failure<int>(errc::out_of_range));
  EXPECT_EQ(decode_text<int>(oids::numeric, "12.5"), failure<int>(errc::out_of_range));
  EXPECT_EQ(decode_binary<unsigned>(oids::numeric, wire(0, minus, 0, {12})), failure<unsigned>(errc::out_of_range));
  EXPECT_EQ(decode_binary<double>(oids::numeric, and_a_half), ok(12.5));
  EXPECT_EQ(decode_binary<double>(oids::numeric, wire(200, 0, 0, {1})), failure<double>(errc::out_of_range));
  EXPECT_EQ(decode_binary<int>(oids::numeric, "12"), failure<int>(errc::invalid_value));
  EXPECT_EQ(decode_text<int>(oids::numeric, "x"), failure<int>(errc::invalid_value));
  EXPECT_EQ(decode_binary<float>(oids::numeric, twelve), failure<float>(errc::type_mismatch));
}

TEST(numeric, throws_where_a_literal_is_none) {
  EXPECT_EQ(numeric("1.50").scale(), 2);
  EXPECT_THROW(numeric("one"), error);
}

TEST(numeric, that_was_moved_from_is_valid) {
  numeric many = make("1e131071");
  const numeric taken = std::move(many);
  EXPECT_EQ(taken, make("1e131071"));
  many = taken;
  EXPECT_EQ(many, taken);
}

TEST(numeric, changes_its_sign_but_for_zero_and_nan) {
  EXPECT_EQ(to_string(-make("1.50")), "-1.50");
  EXPECT_EQ(to_string(-make("0.0")), "0.0");
  EXPECT_EQ(-make("-Infinity"), numeric::infinity());
  EXPECT_EQ(-numeric::nan(), numeric::nan());
}

}  // namespace
}  // namespace testing
}  // namespace pgcoro
