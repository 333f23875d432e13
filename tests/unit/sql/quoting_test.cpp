#include <chrono>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include <pgcoro/identifier.hpp>
#include <pgcoro/types/array.hpp>
#include <pgcoro/types/chrono.hpp>

namespace pgcoro {
namespace {

using ::testing::Each;
using ::testing::Ge;
using ::testing::HasSubstr;
using namespace std::string_literals;
using namespace std::string_view_literals;

template <class F>
std::string refusal(F f) {
  try {
    f();
  } catch (const error& e) {
    EXPECT_EQ(e.code(), errc::invalid_composition);
    EXPECT_TRUE(e.safe_to_retry());
    return e.what();
  }
  return "none";
}

TEST(identifier, is_quoted) {
  EXPECT_EQ(identifier("users").text(), R"("users")");
  EXPECT_EQ(identifier("My Schema", "My.Table", "select").text(), R"("My Schema"."My.Table"."select")");
  EXPECT_EQ(identifier("Größe"s).text(), R"("Größe")");
}

TEST(identifier, cannot_end_its_quotes) {
  EXPECT_EQ(identifier(R"(a"; DROP TABLE t; --)").text(), R"("a""; DROP TABLE t; --")");
  EXPECT_EQ(identifier(R"("")").text(), R"("""""")");
  EXPECT_EQ(identifier("\\").text(), R"("\")");
}

TEST(identifier, refuses_what_is_no_name) {
  EXPECT_THAT(refusal([] { identifier(""); }), HasSubstr("empty"));
  EXPECT_THAT(refusal([] { identifier("a", ""); }), HasSubstr("empty"));
  EXPECT_THAT(refusal([] { identifier("a\0b"sv); }), HasSubstr("NUL at byte 1"));
}

TEST(identifier, refuses_bytes_that_are_no_utf_8) {
  for (const std::string_view wrong : {"\x80"sv, "\xC0\x80"sv, "\xC1\xBF"sv, "\xE0\x80\x80"sv, "\xE0\x9F\xBF"sv,
                                       "\xED\xA0\x80"sv, "\xF0\x8F\xBF\xBF"sv, "\xF4\x90\x80\x80"sv, "\xF5"sv, "\xFF"sv,
                                       "\xC3"sv, "\xE2\x82"sv, "\xE2\x82\""sv, "\xF0\x9F\x98"sv, "\xC3("sv}) {
    EXPECT_THAT(refusal([&] { identifier("ok" + std::string(wrong)); }), HasSubstr("not UTF-8 at byte 2"));
    EXPECT_THAT(refusal([&] { literal("ok" + std::string(wrong)); }), HasSubstr("not UTF-8 at byte 2"));
  }
  EXPECT_EQ(identifier("\xF4\x8F\xBF\xBF").text(), "\"\xF4\x8F\xBF\xBF\"");
  EXPECT_EQ(identifier("\xEE\x80\x80").text(), "\"\xEE\x80\x80\"");
}

TEST(identifier, refuses_names_that_the_server_would_cut) {
  const std::string longest(63, 'x');
  EXPECT_EQ(identifier(longest).text().size(), 65u);
  EXPECT_THAT(refusal([&] { identifier(longest + "x"); }), HasSubstr("63 bytes"));
  EXPECT_EQ(identifier(std::string(63, '"')).text().size(), 128u);  // doubled quotes count once
}

TEST(literal, of_text_is_quoted) {
  EXPECT_EQ(literal("O'Reilly").text(), "'O''Reilly'");
  EXPECT_EQ(literal("").text(), "''");
  EXPECT_EQ(literal("Größe\n").text(), "'Größe\n'");
  EXPECT_EQ(literal("'; DROP TABLE t; --"s).text(), "'''; DROP TABLE t; --'");
}

TEST(literal, with_a_backslash_means_the_same_whatever_the_settings) {
  EXPECT_EQ(literal(R"(\)").text(), R"(E'\\')");
  EXPECT_EQ(literal(R"(\' OR 1=1)").text(), R"(E'\\'' OR 1=1')");
  EXPECT_EQ(literal("é€😀\\").text(), R"(E'\u00E9\u20AC\U0001F600\\')");
}

TEST(literal, with_a_backslash_is_ascii_so_that_no_encoding_can_swallow_it) {
  for (const char* text : {"\xE8\xA1\xA8\\' OR 1=1 --", "\xC2\x81\\", "\xE9\x83\xBD\\''"})
    EXPECT_THAT(literal(text).text(), Each(Ge(0)));
}

TEST(literal, of_a_number_is_bare_and_a_negative_one_keeps_its_distance) {
  EXPECT_EQ(literal(7).text(), "7");
  EXPECT_EQ(literal(-1).text(), " -1");
  EXPECT_EQ(literal(std::numeric_limits<std::int64_t>::min()).text(), " -9223372036854775808");
  EXPECT_EQ(literal(std::numeric_limits<std::uint64_t>::max()).text(), "18446744073709551615");
  EXPECT_EQ(literal(true).text(), "TRUE");
}

TEST(literal, of_other_types_is_what_their_codec_writes) {
  EXPECT_EQ(literal(1.5).text(), "'1.5'");
  EXPECT_EQ(literal(std::numeric_limits<double>::quiet_NaN()).text(), "'NaN'");
  EXPECT_EQ(literal(std::vector<std::string>{"a\\b", "c'd"}).text(), R"(E'{"a\\\\b",c''d}')");
  EXPECT_EQ(
      literal(std::chrono::year_month_day(std::chrono::year(2024), std::chrono::February, std::chrono::day(29))).text(),
      "'2024-02-29'");
}

TEST(literal, of_nothing_is_null) {
  EXPECT_EQ(literal(std::nullopt).text(), "NULL");
  EXPECT_EQ(literal(nullptr).text(), "NULL");
  EXPECT_EQ(literal(std::optional<int>()).text(), "NULL");
  EXPECT_EQ(literal(std::optional<int>(5)).text(), "5");
}

TEST(literal, refuses_nul) {
  EXPECT_THAT(refusal([] { literal("a\0"s); }), HasSubstr("NUL at byte 1"));
}

}  // namespace
}  // namespace pgcoro
