#include <limits>

#include <pgcoro/types/text_search.hpp>

#include "unit/types/both_ways.hpp"

namespace pgcoro {

// Queries in failure messages.
void PrintTo(const tsquery& value, std::ostream* out) { *out << to_string(value); }
void PrintTo(const tsvector& value, std::ostream* out) { *out << to_string(value); }

namespace testing {
namespace {

using std::string_literals::operator""s;

tsvector one_lexeme(std::string lexeme, std::vector<tsvector::position> positions = {}) {
  return {{{std::move(lexeme), std::move(positions)}}};
}

TEST(tsvector, is_the_servers_bytes_and_text) {
  expect_value(oids::tsvector, tsvector{}, bytes({0, 0, 0, 0}), "");
  expect_value(oids::tsvector, one_lexeme("cat"), bytes({0, 0, 0, 1}) + "cat\0\0\0"s, "'cat'");
  expect_value(oids::tsvector,
               tsvector{{{"cat", {{3, lexeme_weight::d}}}, {"fat", {{2, lexeme_weight::a}, {11, lexeme_weight::c}}}}},
               bytes({0, 0, 0, 2}) + "cat\0"s + bytes({0, 1, 0, 3}) + "fat\0"s + bytes({0, 2, 0xc0, 2, 0x40, 11}),
               "'cat':3 'fat':2A,11C");
  expect_value(oids::tsvector, one_lexeme("b", {{16'383, lexeme_weight::b}}),
               bytes({0, 0, 0, 1}) + "b\0"s + bytes({0, 1, 0xbf, 0xff}), "'b':16383B");
}

TEST(tsvector, doubles_quotes_and_backslashes) {
  expect_value(oids::tsvector, one_lexeme("it's"), bytes({0, 0, 0, 1}) + "it's\0\0\0"s, "'it''s'");
  expect_value(oids::tsvector, one_lexeme("\\' "), bytes({0, 0, 0, 1}) + "\\' \0\0\0"s, "'\\\\'' '");
  expect_text_elsewhere(one_lexeme("it's"), "'it''s'");
}

TEST(tsvector, refuses_malformed_bytes) {
  expect_exact_length<tsvector>(oids::tsvector, bytes({0, 0, 0, 1}) + "cat\0"s + bytes({0, 2, 0, 3, 0, 4}));
  for (const std::int32_t count : {-1, 0, 2, std::numeric_limits<std::int32_t>::max()})
    EXPECT_EQ(decode_binary<tsvector>(oids::tsvector, be(count) + "cat\0\0\0"s),
              failure<tsvector>(errc::invalid_value));
  EXPECT_EQ(decode_binary<tsvector>(oids::tsvector, bytes({0, 0, 0, 1}) + "cat\0\xff\xff"s),
            failure<tsvector>(errc::invalid_value));
}

TEST(tsvector, refuses_malformed_text) {
  expect_no_values<tsvector>(oids::tsvector, format::text,
                             {"cat", "'cat", "'cat':", "'cat':3,", "'cat':A", "'cat':3E", "'cat''", "'c\\at'", "'cat' ",
                              " 'cat'", "'cat''dog':", "'a'  'b'", "'a'b", "'a':1 A"});
  EXPECT_EQ(decode_text<tsvector>(oids::tsvector, "'a':16384"), failure<tsvector>(errc::out_of_range));
  EXPECT_EQ(decode_text<tsvector>(oids::tsvector, "'a':99999"), failure<tsvector>(errc::out_of_range));
}

TEST(tsvector, beyond_the_servers_limits_is_not_sent) {
  EXPECT_EQ(encode(oids::tsvector, one_lexeme("")), refused(errc::out_of_range));
  EXPECT_EQ(encode(oids::tsvector, one_lexeme("a\0b"s)), refused(errc::out_of_range));
  EXPECT_EQ(encode(oids::tsvector, one_lexeme(std::string(2'047, 'x'))), refused(errc::out_of_range));
  EXPECT_EQ(encode(oids::tsvector, one_lexeme(std::string(2'046, 'x'))).code, errc{});
  EXPECT_EQ(encode(oids::tsvector, one_lexeme("a", {{2}, {2}})), refused(errc::out_of_range));
  EXPECT_EQ(encode(oids::tsvector, one_lexeme("a", {{16'384}})), refused(errc::out_of_range));
  std::vector<tsvector::position> positions(257);
  for (std::uint16_t i = 0; i < 257; ++i) positions[i].index = static_cast<std::uint16_t>(i + 1);
  EXPECT_EQ(encode(oids::tsvector, one_lexeme("a", positions)), refused(errc::out_of_range));
  positions.pop_back();
  EXPECT_EQ(encode(oids::tsvector, one_lexeme("a", positions)).code, errc{});
}

const tsquery a("a");
const tsquery b("b");
const tsquery c("c");

/// Sent as text alone, since an empty one has to be.
void expect_query(const tsquery& value, std::string_view wire, std::string_view as_text) {
  EXPECT_EQ(decode_binary<tsquery>(oids::tsquery, wire), ok(value));
  EXPECT_EQ(decode_text<tsquery>(oids::tsquery, as_text), ok(value));
  EXPECT_EQ(encode(oids::tsquery, value), sent(text(std::string(as_text))));
  EXPECT_EQ(to_string(value), as_text);
}

TEST(tsquery, is_the_servers_bytes_and_text) {
  expect_query(tsquery(), bytes({0, 0, 0, 0}), "");
  expect_query(a, bytes({0, 0, 0, 1, 1, 0, 0}) + "a\0"s, "'a'");
  expect_query(tsquery("a", tsquery::weight_a | tsquery::weight_b, true), bytes({0, 0, 0, 1, 1, 12, 1}) + "a\0"s,
               "'a':*AB");
  expect_query(tsquery("it's", tsquery::weight_c | tsquery::weight_d), bytes({0, 0, 0, 1, 1, 3, 0}) + "it's\0"s,
               "'it''s':CD");
  expect_query(!a, bytes({0, 0, 0, 2, 2, 1, 1, 0, 0}) + "a\0"s, "!'a'");
}

TEST(tsquery, has_the_right_operand_before_the_left) {
  const std::string operands = bytes({1, 0, 0}) + "b\0"s + bytes({1, 0, 0}) + "a\0"s;
  expect_query(a && b, bytes({0, 0, 0, 3, 2, 2}) + operands, "'a' & 'b'");
  expect_query(a || b, bytes({0, 0, 0, 3, 2, 3}) + operands, "'a' | 'b'");
  expect_query(followed_by(a, b), bytes({0, 0, 0, 3, 2, 4, 0, 1}) + operands, "'a' <-> 'b'");
  expect_query(followed_by(a, b, 16'384), bytes({0, 0, 0, 3, 2, 4, 0x40, 0}) + operands, "'a' <16384> 'b'");
}

/// Written as `as_text`, and read back from it.
void expect_text(const tsquery& value, std::string_view as_text) {
  EXPECT_EQ(to_string(value), as_text);
  EXPECT_EQ(decode_text<tsquery>(oids::tsquery, as_text), ok(value));
}

TEST(tsquery, puts_parentheses_where_the_server_does) {
  expect_text((a && b) || c, "'a' & 'b' | 'c'");
  expect_text(a || (b && c), "'a' | 'b' & 'c'");
  expect_text((a || b) && c, "( 'a' | 'b' ) & 'c'");
  expect_text(a && (b || c), "'a' & ( 'b' | 'c' )");
  expect_text(!(a && b), "!( 'a' & 'b' )");
  expect_text(!a && b, "!'a' & 'b'");
  expect_text(!!a, "!!'a'");
  expect_text(!!(a || b), "!!( 'a' | 'b' )");
  expect_text(followed_by(followed_by(a, b), c), "'a' <-> 'b' <-> 'c'");
  expect_text(followed_by(a, followed_by(b, c)), "'a' <-> ( 'b' <-> 'c' )");
  expect_text(followed_by(a && b, c, 2), "( 'a' & 'b' ) <2> 'c'");
  expect_text(followed_by(!a, c), "!'a' <-> 'c'");
  expect_text(!followed_by(a, c), "!( 'a' <-> 'c' )");
  expect_text(followed_by(a, b) && c, "'a' <-> 'b' & 'c'");
  EXPECT_EQ(to_string(a && (b && c)), "'a' & 'b' & 'c'");
}

TEST(tsquery, that_is_empty_is_left_out) {
  EXPECT_EQ(a && tsquery(), a);
  EXPECT_EQ(tsquery() || a, a);
  EXPECT_EQ(!tsquery(), tsquery());
  EXPECT_TRUE(followed_by(tsquery(), tsquery()).empty());
}

TEST(tsquery, refuses_malformed_bytes) {
  expect_exact_length<tsquery>(oids::tsquery,
                               bytes({0, 0, 0, 3, 2, 4, 0, 1, 1, 0, 0}) + "b\0"s + bytes({1, 0, 0}) + "a\0"s);
  const std::string operand = bytes({1, 0, 0}) + "a\0"s;
  expect_no_values<tsquery>(oids::tsquery, format::binary,
                            {bytes({0, 0, 0, 2}) + operand + operand,        // two trees
                             bytes({0, 0, 0, 1, 2, 1}),                      // an operator without an operand
                             bytes({0, 0, 0, 2, 2, 2}) + operand,            // and with one of two
                             bytes({0, 0, 0, 2}) + operand + bytes({2, 1}),  // behind its operand
                             bytes({0, 0, 0, 2, 2, 5}) + operand,            // no such operator
                             bytes({0, 0, 0, 2, 2, 0}) + operand,            //
                             bytes({0, 0, 0, 1, 3, 0, 0}) + "a\0"s,          // no such node
                             bytes({0, 0, 0, 1, 1, 16, 0}) + "a\0"s,         // no such weight
                             bytes({0, 0, 0, 1, 1, 0, 2}) + "a\0"s,          //
                             bytes({255, 255, 255, 255}) + operand});
}

TEST(tsquery, refuses_malformed_text) {
  expect_no_values<tsquery>(
      oids::tsquery, format::text,
      {"a",         "'a",     "'a' &", "'a' & ",    "& 'a'",   "'a' 'b'",    "'a' <> 'b'", "'a' <-1> 'b'",
       "'a' < 'b'", "( 'a'",  "'a' )", "( 'a' ) )", "!",       "!!",         "'a':",       "'a':E",
       "'a':AA",    "'a':A*", "()",    "( )",       "'a'&'b'", "'a' && 'b'", " 'a'",       "'a' "});
  EXPECT_EQ(decode_text<tsquery>(oids::tsquery, "'a' <16385> 'b'"), failure<tsquery>(errc::out_of_range));
}

TEST(tsquery, beyond_the_servers_limits_is_not_sent) {
  EXPECT_EQ(encode(oids::tsquery, tsquery("")), refused(errc::out_of_range));
  EXPECT_EQ(encode(oids::tsquery, tsquery("a\0b"s)), refused(errc::out_of_range));
  EXPECT_EQ(encode(oids::tsquery, tsquery(std::string(2'047, 'x'))), refused(errc::out_of_range));
  EXPECT_EQ(encode(oids::tsquery, tsquery("a", 16)), refused(errc::out_of_range));
  EXPECT_EQ(encode(oids::tsquery, followed_by(a, b, 16'385)), refused(errc::out_of_range));
  expect_text_elsewhere(a && b, "'a' & 'b'");
}

TEST(tsquery, of_any_depth_is_read_and_written) {
  constexpr std::size_t depth = 200'000;
  std::vector<tsquery::node> nodes(depth, {.what = tsquery::kind::not_});
  nodes.push_back({.lexeme = "a"});
  tsquery deep;
  ASSERT_EQ(tsquery::from_nodes(nodes, deep), errc{});
  EXPECT_EQ(to_string(deep), std::string(depth, '!') + "'a'");
  EXPECT_TRUE(decode_text<tsquery>(oids::tsquery, to_string(deep)) == ok(deep));

  std::string parentheses;  // !( !( … 'a' & 'b' ) & 'b' )
  for (std::size_t i = 0; i < depth; ++i) parentheses += "!( ";
  parentheses += "'a'";
  for (std::size_t i = 0; i < depth; ++i) parentheses += " & 'b' )";
  const auto read = decode_text<tsquery>(oids::tsquery, parentheses);
  ASSERT_EQ(read.code, errc{});
  EXPECT_TRUE(to_string(read.value) == parentheses);
}

TEST(tsquery, made_of_nodes_is_one_tree) {
  tsquery made;
  EXPECT_EQ(tsquery::from_nodes({{.lexeme = "a"}, {.lexeme = "b"}}, made), errc::invalid_value);
  EXPECT_EQ(tsquery::from_nodes({{.what = tsquery::kind::or_}, {.lexeme = "b"}, {.lexeme = "a"}}, made), errc{});
  EXPECT_EQ(made, a || b);
  EXPECT_EQ(tsquery::from_nodes({}, made), errc{});
  EXPECT_TRUE(made.empty());
}

}  // namespace
}  // namespace testing
}  // namespace pgcoro
