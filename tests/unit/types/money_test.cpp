#include <limits>

#include <pgcoro/types/money.hpp>

#include "unit/types/values.hpp"

namespace pgcoro::testing {
namespace {

constexpr money most{std::numeric_limits<std::int64_t>::max()};
constexpr money least{std::numeric_limits<std::int64_t>::min()};

const std::pair<money, const char*> values[] = {{{0}, "$0.00"},
                                                {{5}, "$0.05"},
                                                {{-50}, "-$0.50"},
                                                {{99'999}, "$999.99"},
                                                {{100'000}, "$1,000.00"},
                                                {{-123'456'789}, "-$1,234,567.89"},
                                                {most, "$92,233,720,368,547,758.07"},
                                                {least, "-$92,233,720,368,547,758.08"}};

TEST(money, is_its_number_of_units_in_binary) {
  for (const auto& [value, _] : values) {
    EXPECT_EQ(encode(oids::money, value), sent(binary(be(value.units))));
    EXPECT_EQ(decode_binary<money>(oids::money, be(value.units)), ok(value));
  }
}

TEST(money, is_written_and_read_as_text_of_the_locale_c) {
  for (const auto& [value, text] : values) {
    EXPECT_EQ(to_string(value), text);
    EXPECT_EQ(decode_text<money>(oids::money, text), ok(value));
  }
}

TEST(money, refuses_text_of_any_other_locale) {
  for (const auto* wrong :
       {"", "-", "$", "1.00", "$1", "$1.0", "$1.000", "$1000.00", "$1,00.00", "$,100.00", "1.234,56 €", "$ 1.00",
        "$1.234,56", "($1.00)", "--$1.00", "$-1.00", "$1.00 ", "$.00", "$1,0000.00"})
    EXPECT_EQ(decode_text<money>(oids::money, wrong), failure<money>(errc::invalid_value)) << wrong;
}

TEST(money, refuses_text_beyond_its_range) {
  for (const auto* wrong :
       {"$92,233,720,368,547,758.08", "-$92,233,720,368,547,758.09", "$999,999,999,999,999,999,999.00"})
    EXPECT_EQ(decode_text<money>(oids::money, wrong), failure<money>(errc::out_of_range)) << wrong;
}

TEST(money, refuses_bytes_of_another_length) {
  for (const std::size_t size : {0U, 1U, 4U, 7U, 9U})
    EXPECT_EQ(decode_binary<money>(oids::money, std::string(size, '\0')), failure<money>(errc::invalid_value));
}

TEST(money, is_sent_to_nothing_else_and_never_as_text) {
  for (const oid type : {oids::int8, oids::numeric, oids::text, oids::unspecified})
    EXPECT_EQ(encode(type, money{1}), refused(errc::type_mismatch));
  EXPECT_EQ(encode_as_text(oids::money, money{1}), refused(errc::type_mismatch));
  EXPECT_EQ(decode_binary<money>(oids::int8, be(std::int64_t{1})), failure<money>(errc::type_mismatch));
}

}  // namespace
}  // namespace pgcoro::testing
