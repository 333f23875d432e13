#include <pgcoro/types/pgvector.hpp>

#include "unit/types/registered_types.hpp"

namespace pgcoro::testing {
namespace {

using floats = std::vector<float>;

std::string half(std::uint16_t bits) { return be(bits); }

const floats sample{1, -2.5F, 0};
const std::string in_binary = be(std::int16_t{3}) + be(std::int16_t{0}) + be(1.0F) + be(-2.5F) + be(0.0F);

TEST(pgvector, is_read_into_floats_from_both_formats) {
  EXPECT_EQ(decode_known<floats>(shop::vector, format::binary, in_binary), ok(sample));
  EXPECT_EQ(decode_known<floats>(shop::vector, format::text, "[1,-2.5,0]"), ok(sample));
  EXPECT_EQ(decode_known<vector>(shop::vector, format::binary, in_binary), ok(vector{sample}));
  EXPECT_EQ(decode_known<floats>(shop::halfvec, format::text, "[1,-2.5,0]"), ok(sample));
}

TEST(pgvector, widens_every_kind_of_half) {
  const std::string wire = be(std::int16_t{7}) + be(std::int16_t{0}) + half(0x3c00) + half(0xc100) + half(0x0001) +
                           half(0x03ff) + half(0x0400) + half(0x7bff) + half(0x8000);
  EXPECT_EQ(decode_known<floats>(shop::halfvec, format::binary, wire),
            ok(floats{1, -2.5F, 0x1p-24F, 0x3ffp-24F, 0x1p-14F, 65504, -0.0F}));
}

TEST(pgvector, is_sent_in_binary_and_a_halfvec_as_text_for_the_server_to_round) {
  EXPECT_EQ(encode_known(shop::vector, sample), sent(binary(in_binary)));
  EXPECT_EQ(encode_known(shop::vector, vector{sample}), sent(binary(in_binary)));
  EXPECT_EQ(encode_known(shop::halfvec, sample), sent(text("[1,-2.5,0]")));
  EXPECT_EQ(encode(shop::vector, vector{sample}), sent(text("[1,-2.5,0]")));
  EXPECT_EQ(encode_known(shop::vector, floats(40000)), refused(errc::out_of_range));
}

TEST(pgvector, leaves_arrays_of_floats_alone) {
  EXPECT_EQ(decode_known<floats>(oids::float4_array, format::text, "{1,-2.5,0}"), ok(sample));
  EXPECT_EQ(encode_known(oids::float4_array, sample).code, errc{});
  EXPECT_EQ(decode_known<floats>(shop::other, format::text, "[1]"), failure<floats>(errc::type_mismatch));
  EXPECT_EQ(decode_known<vector>(oids::float4_array, format::text, "{1}"), failure<vector>(errc::type_mismatch));
}

TEST(pgvector, refuses_truncations_and_nonsense) {
  expect_no_prefix_decodes<floats>(shop::vector, format::binary, in_binary);
  expect_no_prefix_decodes<floats>(shop::vector, format::text, "[1,-2.5,0]");
  EXPECT_EQ(decode_known<floats>(shop::vector, format::binary, in_binary + "x").code, errc::invalid_value);
  for (const char* wrong : {"", "[", "[1", "[1,]", "[,1]", "[1]]", "{1}", "[a]", "[1 ]"})
    EXPECT_EQ(decode_known<floats>(shop::vector, format::text, wrong).code, errc::invalid_value) << wrong;
}

TEST(sparsevec, goes_both_ways_in_both_formats) {
  const sparsevec value{10, {{0, 2.5F}, {6, 1}}};
  const std::string wire = be(std::int32_t{10}) + be(std::int32_t{2}) + be(std::int32_t{0}) + be(std::int32_t{0}) +
                           be(std::int32_t{6}) + be(2.5F) + be(1.0F);
  EXPECT_EQ(decode_known<sparsevec>(shop::sparsevec, format::binary, wire), ok(value));
  EXPECT_EQ(decode_known<sparsevec>(shop::sparsevec, format::text, "{1:2.5,7:1}/10"), ok(value));
  EXPECT_EQ(decode_known<sparsevec>(shop::sparsevec, format::text, "{}/3"), ok(sparsevec{3, {}}));
  EXPECT_EQ(encode_known(shop::sparsevec, value), sent(binary(wire)));
  EXPECT_EQ(encode(oids::unspecified, value), sent(text("{1:2.5,7:1}/10")));
  EXPECT_EQ(encode_known(shop::sparsevec, sparsevec{1, {{0, 1}, {1, 1}}}), refused(errc::invalid_value));
  EXPECT_EQ(encode_known(shop::vector, value), refused(errc::type_mismatch));
  expect_no_prefix_decodes<sparsevec>(shop::sparsevec, format::binary, wire);
  const std::string many = be(std::int32_t{10}) + be(std::uint32_t{0xffffffff}) + be(std::int32_t{0});
  EXPECT_EQ(decode_known<sparsevec>(shop::sparsevec, format::binary, many).code, errc::invalid_value);
  for (const char* wrong : {"", "{", "{}", "{}/", "{1}/2", "{0:1}/2", "{1:}/2", "{1:1,}/2", "{1:1}/-2", "{1:1}2"})
    EXPECT_EQ(decode_known<sparsevec>(shop::sparsevec, format::text, wrong).code, errc::invalid_value) << wrong;
}

}  // namespace
}  // namespace pgcoro::testing
