#include <limits>

#include "unit/types/values.hpp"

namespace pgcoro::testing {
namespace {

template <class T>
constexpr T lowest = std::numeric_limits<T>::min();
template <class T>
constexpr T highest = std::numeric_limits<T>::max();

template <class T>
class every_integer : public ::testing::Test {};
using integers = ::testing::Types<signed char, unsigned char, short, unsigned short, int, unsigned, long, unsigned long,
                                  long long, unsigned long long>;
TYPED_TEST_SUITE(every_integer, integers);

/// Each value that matters anywhere, so that each is met by each type.
constexpr std::int64_t edges[] = {0,
                                  1,
                                  -1,
                                  127,
                                  128,
                                  -128,
                                  -129,
                                  255,
                                  256,
                                  32767,
                                  32768,
                                  -32768,
                                  -32769,
                                  65535,
                                  65536,
                                  2147483647,
                                  -2147483648LL,
                                  2147483648,
                                  -2147483649LL,
                                  4294967295,
                                  4294967296,
                                  highest<std::int64_t>,
                                  lowest<std::int64_t>};

template <class T, class Wire>
void expect_range_check(oid type) {
  for (const std::int64_t edge : edges) {
    if (!std::in_range<Wire>(edge)) continue;
    const auto expected = std::in_range<T>(edge) ? ok(static_cast<T>(edge)) : failure<T>(errc::out_of_range);
    EXPECT_EQ(decode_binary<T>(type, be(static_cast<Wire>(edge))), expected) << edge;
    EXPECT_EQ(decode_text<T>(type, std::to_string(edge)), expected) << edge;
  }
}

TYPED_TEST(every_integer, is_decoded_from_every_integer_type_with_a_range_check_in_both_formats) {
  expect_range_check<TypeParam, std::int16_t>(oids::int2);
  expect_range_check<TypeParam, std::int32_t>(oids::int4);
  expect_range_check<TypeParam, std::int64_t>(oids::int8);
  expect_range_check<TypeParam, std::uint32_t>(oids::oid_);
}

template <class T, class Wire>
void expect_encoding(oid type) {
  for (const std::int64_t edge : edges) {
    if (!std::in_range<T>(edge)) continue;
    const auto expected =
        std::in_range<Wire>(edge) ? sent(binary(be(static_cast<Wire>(edge)))) : refused(errc::out_of_range);
    EXPECT_EQ(encode(type, static_cast<T>(edge)), expected) << edge;
  }
}

TYPED_TEST(every_integer, is_sent_as_the_servers_integer_type_with_a_range_check) {
  expect_encoding<TypeParam, std::int16_t>(oids::int2);
  expect_encoding<TypeParam, std::int32_t>(oids::int4);
  expect_encoding<TypeParam, std::int64_t>(oids::int8);
  expect_encoding<TypeParam, std::uint32_t>(oids::oid_);
}

TYPED_TEST(every_integer, is_read_from_and_sent_to_what_is_an_integer_underneath) {
  for (const oid type : {oids::xid, oids::cid, oids::regclass, oids::regproc, oids::regrole}) {
    EXPECT_EQ(decode_binary<TypeParam>(type, be(std::uint32_t{7})), ok(TypeParam{7}));
    EXPECT_EQ(encode(type, TypeParam{7}), sent(binary(be(std::uint32_t{7}))));
    EXPECT_EQ(encode_as_text(type, TypeParam{7}), sent(text("7")));
  }
  EXPECT_EQ(decode_binary<TypeParam>(oids::xid8, be(std::uint64_t{7})), ok(TypeParam{7}));
  EXPECT_EQ(encode(oids::xid8, TypeParam{7}), sent(binary(be(std::uint64_t{7}))));
  for (const oid type : {oids::xid, oids::cid, oids::xid8})
    EXPECT_EQ(decode_text<TypeParam>(type, "7"), ok(TypeParam{7}));
  EXPECT_EQ(decode_text<TypeParam>(oids::regclass, "pg_class"), failure<TypeParam>(errc::type_mismatch));
}

TYPED_TEST(every_integer, is_sent_as_text_to_types_without_a_binary_codec) {
  for (const oid type : {oids::text, oids::varchar, oids::jsonb, oids::unspecified, oid{16'400}}) {
    EXPECT_EQ(encode(type, TypeParam{0}), sent(text("0")));
    EXPECT_EQ(encode(type, highest<TypeParam>), sent(text(std::to_string(highest<TypeParam>))));
    EXPECT_EQ(encode(type, lowest<TypeParam>), sent(text(std::to_string(lowest<TypeParam>))));
  }
}

TYPED_TEST(every_integer, is_declared_as_a_type_that_holds_its_usual_values) {
  const std::size_t bytes_needed = sizeof(TypeParam) + (std::is_signed_v<TypeParam> ? 0 : 1);
  const oid expected = bytes_needed <= 2 ? oids::int2 : bytes_needed <= 4 ? oids::int4 : oids::int8;
  EXPECT_EQ(detail::declared_oid<TypeParam>, expected);
}

TEST(integer, above_the_range_of_int8_is_refused_for_int8_and_sent_to_numeric) {
  EXPECT_EQ(encode(oids::int8, highest<std::uint64_t>), refused(errc::out_of_range));
  EXPECT_EQ(decode_binary<std::uint64_t>(oids::numeric, *encode(oids::numeric, highest<std::uint64_t>).value.value),
            ok(highest<std::uint64_t>));
  EXPECT_EQ(encode_as_text(oids::numeric, highest<std::uint64_t>), sent(text("18446744073709551615")));
}

TEST(integer, is_sent_to_a_float_only_where_the_float_holds_it_exactly) {
  EXPECT_EQ(encode(oids::float4, 16'777'216), sent(binary(be(16'777'216.0F))));
  EXPECT_EQ(encode(oids::float4, 16'777'217), refused(errc::out_of_range));
  EXPECT_EQ(encode(oids::float8, 16'777'217), sent(binary(be(16'777'217.0))));
  EXPECT_EQ(encode(oids::float8, (std::int64_t{1} << 53) + 1), refused(errc::out_of_range));
  EXPECT_EQ(encode(oids::float8, std::int64_t{1} << 60), sent(binary(be(1152921504606846976.0))));
  EXPECT_EQ(encode(oids::float8, highest<std::int64_t>), refused(errc::out_of_range));
  EXPECT_EQ(encode(oids::float8, lowest<std::int64_t>), sent(binary(be(-9223372036854775808.0))));
  EXPECT_EQ(encode(oids::float8, highest<std::uint64_t>), refused(errc::out_of_range));
}

TEST(integer, is_neither_bool_nor_bytes_nor_date) {
  for (const oid type : {oids::bool_, oids::bytea, oid{1082 /* date */}, oid{1007 /* int4[] */}})
    EXPECT_EQ(encode(type, 1), refused(errc::type_mismatch));
}

TEST(integer, refuses_bytes_of_another_length) {
  EXPECT_EQ(decode_binary<int>(oids::int4, be(std::int16_t{1})), failure<int>(errc::invalid_value));
  EXPECT_EQ(decode_binary<int>(oids::int4, be(std::int64_t{1})), failure<int>(errc::invalid_value));
  EXPECT_EQ(decode_binary<int>(oids::int8, be(std::int32_t{1})), failure<int>(errc::invalid_value));
  EXPECT_EQ(decode_binary<int>(oids::int2, ""), failure<int>(errc::invalid_value));
}

TEST(integer, refuses_text_that_is_no_number_or_not_only_one) {
  for (const auto* wrong : {"", " 1", "1 ", "+1", "0x1", "1.0", "1e3", "-", "--1", "one"}) {
    EXPECT_EQ(decode_text<int>(oids::int4, wrong), failure<int>(errc::invalid_value)) << wrong;
    EXPECT_EQ(decode_text<unsigned>(oids::int4, wrong), failure<unsigned>(errc::invalid_value)) << wrong;
  }
}

TEST(integer, tells_a_negative_number_for_an_unsigned_type_from_nonsense) {
  EXPECT_EQ(decode_text<unsigned>(oids::int8, "-1"), failure<unsigned>(errc::out_of_range));
  EXPECT_EQ(decode_text<unsigned>(oids::int8, "-99999999999999999999"), failure<unsigned>(errc::out_of_range));
  EXPECT_EQ(decode_text<unsigned>(oids::int8, "99999999999999999999"), failure<unsigned>(errc::out_of_range));
}

TEST(integer, is_read_from_no_other_type) {
  for (const oid type : {oids::bool_, oids::float8, oids::text, oids::bytea, oids::unspecified})
    for (const format f : {format::binary, format::text})
      EXPECT_EQ(decode<int>(type, f, "1"), failure<int>(errc::type_mismatch));
}

TEST(integer, answers_text_where_only_text_will_do) {
  EXPECT_EQ(codec<int>::encoder({oids::int4, format::text}).format, format::text);
}

}  // namespace
}  // namespace pgcoro::testing
