#include "sql/sql_scanner.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <string>
#include <vector>

namespace pgcoro::detail {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using kind = sql_mark::kind;

/// The places in a text, as they stand there.
std::vector<std::string> places(std::string_view text) {
  std::vector<std::string> found;
  sql_scanner scanner(text);
  for (sql_mark m = scanner.next(); m.what != kind::end; m = scanner.next()) {
    found.emplace_back(text.substr(m.begin, m.end - m.begin));
    if (m.what == kind::unfinished) found.back() = "unfinished: " + found.back();
    if (m.what == kind::stray_brace) found.back() = "stray: " + found.back();
  }
  return found;
}

TEST(sql_scanner, finds_names) {
  EXPECT_THAT(places("SELECT :a, :b_2 FROM t WHERE x = :Größe AND y IN(:a)"),
              ElementsAre(":a", ":b_2", ":Größe", ":a"));
  EXPECT_THAT(places(":only"), ElementsAre(":only"));
  EXPECT_THAT(places("x=:a+:b"), ElementsAre(":a", ":b"));
}

TEST(sql_scanner, takes_no_cast_for_a_name) {
  EXPECT_THAT(places("SELECT x::int, :a::text, '1'::date, y :: text"), ElementsAre(":a"));
}

TEST(sql_scanner, takes_no_assignment_for_a_name) {
  EXPECT_THAT(places("SELECT f(a := :a, b:=:b)"), ElementsAre(":a", ":b"));
}

TEST(sql_scanner, takes_no_bound_of_a_slice_for_a_name) {
  EXPECT_THAT(places("SELECT a[1:2], a[i:j], a[f(1):n], a[b[1]:n], a[\"i\":j], a[$1:n]"), ElementsAre("$1"));
  EXPECT_THAT(places("SELECT a[:from::to], a[1 : :last], a[ :i]"), ElementsAre(":from", ":last", ":i"));
}

TEST(sql_scanner, takes_no_value_of_a_json_key_for_a_name) {
  EXPECT_THAT(places("SELECT json_object('k':v, k:v, 'k': :v)"), ElementsAre(":v"));
}

TEST(sql_scanner, takes_no_digits_for_a_name) { EXPECT_THAT(places("SELECT :1, a[ :2]"), IsEmpty()); }

TEST(sql_scanner, passes_over_strings) {
  EXPECT_THAT(places("':a' ':b''{}:c' n':d' B'0{}' u&'\\0041{}'"), IsEmpty());
  EXPECT_THAT(places(R"('\' :a '')"), ElementsAre(":a"));  // the backslash is a character like others
}

TEST(sql_scanner, passes_over_escape_strings) {
  EXPECT_THAT(places(R"(E'\':a' e'\\' :b E'x''\' {}' :c)"), ElementsAre(":b", ":c"));
  EXPECT_THAT(places(R"(typE'\' :a)"), ElementsAre(":a"));  // E ends a word: the string is a plain one
  EXPECT_THAT(places(R"(1E'\' :a' :b)"), ElementsAre(":b"));
}

TEST(sql_scanner, passes_over_what_continues_an_escape_string) {
  EXPECT_THAT(places("E'a'\n'\\' :a' :b"), ElementsAre(":b"));
  EXPECT_THAT(places("E'a' -- and\n -- more\r\n '\\' :a' :b"), ElementsAre(":b"));
  EXPECT_THAT(places("E'a' '\\' :a"), ElementsAre(":a"));           // no new line: a string of its own
  EXPECT_THAT(places("E'a' /* \n */ '\\' :a"), ElementsAre(":a"));  // nor in a comment
  EXPECT_THAT(places("E'a'\n\t"), IsEmpty());
}

TEST(sql_scanner, passes_over_quoted_identifiers) {
  EXPECT_THAT(places(R"(":a" "x"":b" U&"{}" :c)"), ElementsAre(":c"));
}

TEST(sql_scanner, passes_over_comments) {
  EXPECT_THAT(places("-- :a {}\n:b --:c\r:d"), ElementsAre(":b", ":d"));
  EXPECT_THAT(places("/* :a /* :b */ ' \" {} */ :c"), ElementsAre(":c"));
  EXPECT_THAT(places("/*/ :a */ :b /**/ :c /***/:d //* :e */ */* :f */ :g"), ElementsAre(":b", ":c", ":d", ":g"));
  EXPECT_THAT(places("1 - -:a"), ElementsAre(":a"));
}

TEST(sql_scanner, passes_over_dollar_quotes) {
  EXPECT_THAT(places("$$ :a {} ' $$ :b $q$ $$ :c $Q$ $q$ :d $é_1$ :e $é_1$"), ElementsAre(":b", ":d"));
  EXPECT_THAT(places("$a$ $b$a$ :x"), ElementsAre(":x"));  // the end may share a dollar with what is no end
  EXPECT_THAT(places("f$$ :a x$$"), ElementsAre(":a"));    // within a word it is a letter
  EXPECT_THAT(places("$a :b $"), ElementsAre(":b"));       // begins no quote
}

TEST(sql_scanner, finds_numbers) { EXPECT_THAT(places("$1 + a$2 + $30 $1$$ :x $$"), ElementsAre("$1", "$30", "$1")); }

TEST(sql_scanner, finds_braces) {
  EXPECT_THAT(places("{} {{ }} '{}' {1} }"), ElementsAre("{}", "{{", "}}", "stray: {", "stray: }", "stray: }"));
  EXPECT_THAT(places("{{}}"), ElementsAre("{{", "}}"));
}

TEST(sql_scanner, tells_what_has_no_end) {
  EXPECT_THAT(places("SELECT ':a"), ElementsAre("unfinished: ':a"));
  EXPECT_THAT(places("E'\\'"), ElementsAre("unfinished: E'\\'"));
  EXPECT_THAT(places("E'\\"), ElementsAre("unfinished: E'\\"));
  EXPECT_THAT(places("\"a\"\""), ElementsAre("unfinished: \""));
  EXPECT_THAT(places("/* /* */"), ElementsAre("unfinished: /* /* */"));
  EXPECT_THAT(places("$a$ $A$"), ElementsAre("unfinished: $a$ $A$"));
}

bool ends_in_comment(std::string_view text) {
  sql_scanner scanner(text);
  while (scanner.next().what != kind::end) continue;
  return scanner.ended_in_comment();
}

TEST(sql_scanner, says_whether_a_line_is_still_a_comment) {
  EXPECT_TRUE(ends_in_comment("1 -- one"));
  EXPECT_TRUE(ends_in_comment("--"));
  EXPECT_FALSE(ends_in_comment("1 -- one\n"));
  EXPECT_FALSE(ends_in_comment("'--'"));
  EXPECT_FALSE(ends_in_comment("-- a\n2"));
}

bool needs_standard_strings(std::string_view text) {
  sql_scanner scanner(text);
  while (scanner.next().what != kind::end) continue;
  return scanner.needs_standard_strings();
}

TEST(sql_scanner, says_whether_a_setting_moves_the_end_of_a_string) {
  EXPECT_TRUE(needs_standard_strings(R"(x LIKE 'a\%' ESCAPE '\')"));
  EXPECT_TRUE(needs_standard_strings(R"('\\\')"));
  EXPECT_TRUE(needs_standard_strings(R"('a\''b')"));
  EXPECT_FALSE(needs_standard_strings(R"('a\n' 'C:\\' E'\'' "\" $$ '\' $$ -- '\'
)"));
}

}  // namespace
}  // namespace pgcoro::detail
