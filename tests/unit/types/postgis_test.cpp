#include <pgcoro/types/bytea.hpp>
#include <pgcoro/types/postgis.hpp>

#include "unit/types/registered_types.hpp"

namespace pgcoro::testing {
namespace {

std::string hex(std::string_view bytes) {
  std::string made;
  for (const char c : bytes) {
    made.push_back("0123456789ABCDEF"[static_cast<unsigned char>(c) >> 4]);
    made.push_back("0123456789ABCDEF"[static_cast<unsigned char>(c) & 15]);
  }
  return made;
}

// SELECT 'SRID=4326;POINT(1 2)'::geometry, 'POINT Z (1 2 3)'::geometry, 'POINT(1 2)'::geometry
const std::string with_srid = "0101000020E6100000000000000000F03F0000000000000040";
const std::string with_z = "0101000080000000000000F03F00000000000000400000000000000840";
const std::string plain = "0101000000000000000000F03F0000000000000040";

const std::string big_endian = bytes({0}) + be(std::uint32_t{0x2000'0001}) + be(std::int32_t{4326}) + be(1.0) + be(2.0);

TEST(geo_point, is_read_from_ewkb_in_both_byte_orders_and_formats) {
  EXPECT_EQ(decode_known<geo_point>(shop::geometry, format::text, with_srid), ok(geo_point{1, 2, std::nullopt, 4326}));
  EXPECT_EQ(decode_known<geo_point>(shop::geometry, format::text, with_z), ok(geo_point{1, 2, 3}));
  EXPECT_EQ(decode_known<geo_point>(shop::geometry, format::text, plain), ok(geo_point{1, 2}));
  EXPECT_EQ(decode_known<geo_point>(shop::geometry, format::binary, big_endian),
            ok(geo_point{1, 2, std::nullopt, 4326}));
  EXPECT_EQ(decode_known<geo_point>(shop::geometry, format::text, hex(big_endian)),
            ok(geo_point{1, 2, std::nullopt, 4326}));
}

TEST(geo_point, is_sent_as_ewkb_and_as_text_where_nobody_knows_the_type) {
  EXPECT_EQ(encode_known(shop::geometry, geo_point{1, 2, std::nullopt, 4326}), sent(binary(big_endian)));
  EXPECT_EQ(encode_known(shop::geometry, geo_point{1, 2, 3}),
            sent(binary(bytes({0}) + be(std::uint32_t{0x8000'0001}) + be(1.0) + be(2.0) + be(3.0))));
  EXPECT_EQ(encode(oids::unspecified, geo_point{1, 2.5, std::nullopt, 4326}), sent(text("SRID=4326;POINT(1 2.5)")));
  EXPECT_EQ(to_string(geo_point{1, 2, 3}), "POINT(1 2 3)");
}

TEST(geo_point, is_no_line_and_has_no_measure) {
  EXPECT_EQ(decode_known<geo_point>(shop::geometry, format::text, "010200000000000000").code, errc::out_of_range);
  EXPECT_EQ(decode_known<geo_point>(shop::geometry, format::text,
                                    "0101000040000000000000F03F00000000000000400000000000000840")
                .code,
            errc::out_of_range);
}

TEST(geo_point, refuses_truncations_and_nonsense) {
  expect_no_prefix_decodes<geo_point>(shop::geometry, format::binary, big_endian);
  expect_no_prefix_decodes<geo_point>(shop::geometry, format::text, with_srid);
  EXPECT_EQ(decode_known<geo_point>(shop::geometry, format::text, plain + "00").code, errc::invalid_value);
  EXPECT_EQ(decode_known<geo_point>(shop::geometry, format::text, "02" + plain.substr(2)).code, errc::invalid_value);
  EXPECT_EQ(decode_known<geo_point>(shop::geometry, format::text, "zz").code, errc::invalid_value);
  EXPECT_EQ(decode_known<geo_point>(shop::other, format::text, plain).code, errc::type_mismatch);
  EXPECT_EQ(encode_known(oids::point, geo_point{}), refused(errc::type_mismatch));
}

TEST(geometry, of_any_kind_is_bytes) {
  const auto value = decode_known<std::vector<std::byte>>(shop::geometry, format::binary, big_endian);
  ASSERT_EQ(value.code, errc{});
  EXPECT_EQ(encode_known(shop::geometry, value.value), sent(binary(big_endian)));
}

}  // namespace
}  // namespace pgcoro::testing
