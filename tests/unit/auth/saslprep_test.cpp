#include "auth/saslprep.hpp"

#include <gtest/gtest.h>
#include <string>

#include "auth/digest.hpp"
#include "unit/auth/saslprep_fixture.hpp"

namespace pgcoro::auth {
namespace {

std::optional<std::string> prepared(std::string_view text) {
  const auto outcome = saslprep(text);
  if (!outcome) return std::nullopt;
  return std::string(outcome->view());
}

std::string normalized(std::string_view text) { return std::string(normalize_password(text).view()); }

TEST(saslprep, gives_the_examples_of_rfc_4013) {
  EXPECT_EQ(prepared("I\xC2\xADX"), "IX");
  EXPECT_EQ(prepared("user"), "user");
  EXPECT_EQ(prepared("USER"), "USER");
  EXPECT_EQ(prepared("\xC2\xAA"), "a");
  EXPECT_EQ(prepared("\xE2\x85\xA8"), "IX");
  EXPECT_EQ(prepared("\x07"), std::nullopt);
  EXPECT_EQ(prepared("\xD8\xA7\x31"), std::nullopt);
}

TEST(saslprep, leaves_printable_ascii_alone_and_prohibits_every_control_character) {
  for (int code = 0; code < 128; ++code) {
    const std::string text(1, static_cast<char>(code));
    EXPECT_EQ(prepared(text), code >= 32 && code < 127 ? std::optional(text) : std::nullopt) << code;
  }
}

TEST(saslprep, refuses_what_is_not_utf8) {
  for (const std::string_view text :
       {"\xEF", "\x80", "\xC2", "\xC0\x80", "\xC1\xBF", "\xE0\x80\xAF", "\xED\xA0\x80", "\xF0\x80\x80\x80",
        "\xF4\x90\x80\x80", "\xF8\x88\x80\x80\x80", "\xC3\x28", "a\xFF"})
    EXPECT_EQ(prepared(text), std::nullopt);
}

TEST(saslprep, refuses_text_that_maps_to_nothing) {
  EXPECT_EQ(prepared(""), std::nullopt);
  EXPECT_EQ(prepared("\xC2\xAD"), std::nullopt);
}

TEST(saslprep, makes_a_space_of_a_zero_width_space_as_postgresql_does) { EXPECT_EQ(prepared("a\xE2\x80\x8B"), "a "); }

TEST(saslprep, checks_prohibitions_before_normalisation_as_postgresql_does) {
  EXPECT_EQ(prepared("a\xCD\x80"), std::nullopt);  // U+0340, which normal form KC would have made U+0300
}

TEST(saslprep, composes_and_decomposes_hangul) {
  EXPECT_EQ(prepared("\xE1\x84\x92\xE1\x85\xA1\xE1\x86\xAB"), "\xED\x95\x9C");
  EXPECT_EQ(prepared("\xED\x95\x98\xE1\x86\xAB"), "\xED\x95\x9C");
}

TEST(saslprep, agrees_with_python_on_every_code_point) {
  std::string all;
  for (char32_t code = 0; code <= 0x10FFFF; ++code) {
    if (code >= 0xD800 && code <= 0xDFFF) continue;
    std::string text;
    if (code < 0x80) {
      text = {static_cast<char>(code)};
    } else if (code < 0x800) {
      text = {static_cast<char>(0xC0 | (code >> 6)), static_cast<char>(0x80 | (code & 63))};
    } else if (code < 0x10000) {
      text = {static_cast<char>(0xE0 | (code >> 12)), static_cast<char>(0x80 | ((code >> 6) & 63)),
              static_cast<char>(0x80 | (code & 63))};
    } else {
      text = {static_cast<char>(0xF0 | (code >> 18)), static_cast<char>(0x80 | ((code >> 12) & 63)),
              static_cast<char>(0x80 | ((code >> 6) & 63)), static_cast<char>(0x80 | (code & 63))};
    }
    all += prepared(text).value_or("-");
    all += '\n';
  }
  const auto digest = sha256({reinterpret_cast<const unsigned char*>(all.data()), all.size()});
  ASSERT_TRUE(digest);
  std::string hex;
  for (const unsigned char byte : *digest) {
    hex += "0123456789abcdef"[byte >> 4];
    hex += "0123456789abcdef"[byte & 15];
  }
  EXPECT_EQ(hex, fixture::every_code_point);
}

TEST(saslprep, agrees_with_python_on_random_texts) {
  for (const auto& [text, expected] : fixture::random_texts) EXPECT_EQ(prepared(text), expected) << text;
}

// The cases of PostgreSQL's src/test/authentication/t/002_saslprep.pl: passwords that log the same role in.
TEST(normalize_password, lets_in_whom_postgresql_lets_in) {
  EXPECT_EQ(normalized("I\xC2\xADX"), normalized("IX"));
  EXPECT_EQ(normalized("\xE2\x85\xA8"), normalized("IX"));
  EXPECT_NE(normalized("ix"), normalized("IX"));
  EXPECT_EQ(normalized("\xC2\xAA"), normalized("a"));
  EXPECT_NE(normalized("foo\x07"
                       "bar"),
            normalized("foobar"));
  EXPECT_NE(normalized("foo\xD8\xA7\x31"
                       "bar"),
            normalized("foo1\xD8\xA7"
                       "bar"));
  EXPECT_NE(normalized("foo\xD8\xA7\x31"
                       "bar"),
            normalized("foobar"));
}

TEST(normalize_password, uses_the_raw_bytes_where_saslprep_has_no_outcome) {
  for (const std::string_view text : {"foo\x07"
                                      "bar",
                                      "foo\xD8\xA7\x31"
                                      "bar",
                                      "\xFF\xFE", "\xC2\xAD", ""})
    EXPECT_EQ(normalized(text), text);
}

}  // namespace
}  // namespace pgcoro::auth
