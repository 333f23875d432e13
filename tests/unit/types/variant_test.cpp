#include <pgcoro/types/variant.hpp>

#include "unit/types/registered_types.hpp"

namespace pgcoro::testing {
namespace {

using number_or_text = std::variant<std::int64_t, double, std::string>;
using cell = std::variant<std::monostate, bool, std::int64_t, std::string>;

TEST(variant, holds_the_first_alternative_that_reads_the_type) {
  EXPECT_EQ(decode_binary<number_or_text>(oids::int4, be(std::int32_t{7})), ok(number_or_text(std::int64_t{7})));
  EXPECT_EQ(decode_binary<number_or_text>(oids::float8, be(0.5)), ok(number_or_text(0.5)));
  EXPECT_EQ(decode_text<number_or_text>(oids::text, "7"), ok(number_or_text("7")));
  EXPECT_EQ(decode_text<number_or_text>(oids::float8, "0.5"), ok(number_or_text(0.5)));
  using numbers = std::variant<int, double>;
  EXPECT_EQ(decode_text<numbers>(oids::text, "7"), failure<numbers>(errc::type_mismatch));
  EXPECT_EQ(decode_binary<numbers>(oids::int8, be(std::int64_t{1} << 40)), failure<numbers>(errc::out_of_range));
}

TEST(variant, is_null_as_a_monostate) {
  row_decoder<std::pair<cell, cell>> decoder;
  ASSERT_FALSE(decoder.describe(make_columns({make_column("a", oids::bool_), make_column("b", oids::text)})));
  std::pair<cell, cell> row{std::int64_t{1}, true};
  ASSERT_TRUE(decoder.decode(protocol::as_bytes(make_row({std::nullopt, "x"})), row).ok());
  EXPECT_EQ(row.first, cell());
  EXPECT_EQ(row.second, cell("x"));
  EXPECT_EQ(encode(oids::text, cell()), sent(null()));
}

TEST(variant, is_no_null_without_a_monostate) {
  row_decoder<number_or_text> decoder;
  ASSERT_FALSE(decoder.describe(make_columns({make_column("a", oids::int4)})));
  number_or_text out;
  EXPECT_EQ(decoder.decode(protocol::as_bytes(make_row({std::nullopt})), out).code, errc::unexpected_null);
}

TEST(variant, goes_as_what_it_holds) {
  EXPECT_EQ(encode(oids::unspecified, number_or_text(0.5)), sent(text("0.5")));
  EXPECT_EQ(encode(oids::unspecified, number_or_text("x")), sent(text("x")));
  EXPECT_EQ(encode(oids::int4, number_or_text(std::int64_t{7})), sent(text("7"))) << "a string goes as text";
  using numbers = std::variant<int, double>;
  EXPECT_EQ(encode(oids::float8, numbers(7)), sent(binary(be(7.0))));
  EXPECT_EQ(encode(oids::float8, numbers(0.5)), sent(binary(be(0.5))));
  EXPECT_EQ(encode(oids::int4, numbers(7)), sent(binary(be(std::int32_t{7}))));
  EXPECT_EQ(encode(oids::int4, numbers(0.5)), refused(errc::type_mismatch));
  EXPECT_EQ(encode(oids::bytea, numbers(7)), refused(errc::type_mismatch));
}

TEST(variant, stands_in_arrays) {
  using cells = std::vector<cell>;
  EXPECT_EQ(decode_text<cells>(oids::int4_array, "{1,NULL}"), ok(cells{std::int64_t{1}, cell()}));
  EXPECT_EQ(encode(oids::unspecified, cells{std::int64_t{1}, cell()}), sent(text("{1,NULL}")));
}

TEST(variant, is_asked_for_in_binary_where_that_can_be_read) {
  std::vector<format> chosen(2, format::text);
  row_decoder<std::pair<number_or_text, number_or_text>>::choose_formats(
      make_columns({make_column("a", oids::int4), make_column("b", oids::jsonb)}), chosen);
  EXPECT_EQ(chosen[0], format::binary);
}

}  // namespace
}  // namespace pgcoro::testing
