#include <pgcoro/types/hstore.hpp>

#include "unit/types/registered_types.hpp"

namespace pgcoro::testing {
namespace {

using hstore = std::map<std::string, std::optional<std::string>>;
using strict = std::unordered_map<std::string, std::string>;

const hstore sample{{"a", "1"}, {"b \"c\"", std::nullopt}, {"d\\", ""}};
const std::string in_binary =
    be(std::int32_t{3}) + sized("a") + sized("1") + sized("b \"c\"") + sized_null + sized("d\\") + sized("");
const std::string in_text = R"text("a"=>"1", "b \"c\""=>NULL, "d\\"=>"")text";

TEST(hstore, is_read_from_both_formats) {
  EXPECT_EQ(decode_known<hstore>(shop::hstore, format::binary, in_binary), ok(sample));
  EXPECT_EQ(decode_known<hstore>(shop::hstore, format::text, in_text), ok(sample));
  EXPECT_EQ(decode_known<hstore>(shop::hstore, format::text, ""), ok(hstore()));
  EXPECT_EQ(decode_known<hstore>(shop::hstore, format::binary, be(std::int32_t{0})), ok(hstore()));
}

TEST(hstore, has_null_values_where_they_are_optional) {
  EXPECT_EQ(decode_known<strict>(shop::hstore, format::binary, in_binary), failure<strict>(errc::unexpected_null));
  EXPECT_EQ(decode_known<strict>(shop::hstore, format::text, R"("a"=>"1")"), ok(strict{{"a", "1"}}));
}

TEST(hstore, is_sent_in_binary_and_as_text_where_nobody_knows_the_type) {
  EXPECT_EQ(encode_known(shop::hstore, sample), sent(binary(in_binary)));
  EXPECT_EQ(encode(shop::hstore, sample), sent(text(in_text)));
  EXPECT_EQ(encode(oids::unspecified, strict()), sent(text("")));
}

TEST(hstore, is_known_by_its_name_alone) {
  for (const oid type : {oids::text, oids::json, shop::other, shop::address}) {
    EXPECT_EQ(decode_known<hstore>(type, format::text, in_text), failure<hstore>(errc::type_mismatch));
    EXPECT_EQ(encode_known(type, sample), refused(errc::type_mismatch));
  }
  EXPECT_EQ(decode<hstore>(shop::hstore, format::text, in_text), failure<hstore>(errc::type_mismatch));
}

TEST(hstore, refuses_truncations_and_bytes_behind_its_end) {
  expect_no_prefix_decodes<hstore>(shop::hstore, format::binary, in_binary);
  EXPECT_EQ(decode_known<hstore>(shop::hstore, format::binary, in_binary + "x").code, errc::invalid_value);
}

TEST(hstore, refuses_what_no_server_sends) {
  for (const std::string& wrong : {be(std::uint32_t{0xffffffff}), be(std::int32_t{1}) + sized_null + sized("1"),
                                   be(std::int32_t{1}) + sized("a") + be(std::int32_t{-2}),
                                   be(std::int32_t{1}) + sized("a") + be(std::int32_t{99})})
    EXPECT_EQ(decode_known<hstore>(shop::hstore, format::binary, wrong).code, errc::invalid_value);
  for (const char* wrong : {"a", "a=>1", R"("a")", R"("a"=>)", R"("a"=>b)", R"("a"=>"1",)", R"("a"=>"1" "b"=>"2")",
                            R"("a"=>"1)", R"("a">"1")"})
    EXPECT_EQ(decode_known<hstore>(shop::hstore, format::text, wrong).code, errc::invalid_value) << wrong;
}

}  // namespace
}  // namespace pgcoro::testing
