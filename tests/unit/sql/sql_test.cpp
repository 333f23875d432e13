#include <boost/describe/class.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <pgcoro/protocol/query.hpp>
#include <pgcoro/sql.hpp>
#include <pgcoro/types/array.hpp>
#include <pgcoro/types/builtin_types.hpp>

namespace pgcoro {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using namespace std::string_literals;

/// What a Bind would send: every value as text.
std::vector<std::string> values(const composed_sql& statement) {
  if (!statement.made()) return {};
  protocol::buffer out;
  const std::vector<oid> types(statement.parameter_count(), oids::text);
  protocol::bind_writer bind(out, {}, {}, types.size());
  const error_info failed = statement.made()->parameters.encode(types, bind);
  EXPECT_FALSE(failed) << failed.what();
  EXPECT_EQ(bind.finish(protocol::format::text), errc{});
  protocol::bind_request read;
  EXPECT_FALSE(protocol::parse(out.data().subspan(5), read));
  std::vector<std::string> result;
  for (const protocol::field& value : read.parameters)
    result.push_back(value.is_null() ? "NULL" : std::string(protocol::as_text(value.bytes())));
  return result;
}

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

TEST(sql, without_arguments_is_the_text) {
  const auto statement = sql("SELECT ':a', x::int, a[i:j] -- {}");
  EXPECT_EQ(statement.text(), "SELECT ':a', x::int, a[i:j] -- {}");
  EXPECT_EQ(statement.parameter_count(), 0u);
}

TEST(sql, numbers_each_name_once_in_the_order_of_use) {
  const auto statement = sql("SELECT :b, :a, :b, :b::text", arg("a", "one"), arg("b", "two"));
  EXPECT_EQ(statement.text(), "SELECT $1, $2, $1, $1 ::text");
  EXPECT_THAT(values(statement), ElementsAre("two", "one"));
}

TEST(sql, makes_the_same_text_for_other_values) {
  const auto make = [](const std::string& a) { return sql("SELECT :a WHERE {} = :a", arg("a", a), a); };
  EXPECT_EQ(make("x").text(), make("yyy").text());
}

TEST(sql, keeps_everything_it_is_given) {
  composed_sql statement;
  {
    std::string text = "a string that is too long to be kept in place";
    const std::string_view view = text;
    char array[] = "an array";
    statement = sql("{} :view {} {}", text, arg("view", view), array, std::make_unique<std::string>("x")->c_str());
    text.assign(text.size(), '?');
    array[0] = '?';
  }
  EXPECT_THAT(values(statement), ElementsAre("a string that is too long to be kept in place",
                                             "a string that is too long to be kept in place", "an array", "x"));
}

TEST(sql, takes_null_and_optional_values) {
  const auto statement = sql("{} {} {} :d", nullptr, std::optional<std::string>("x"), std::optional<std::string_view>(),
                             arg("d", std::nullopt));
  EXPECT_THAT(values(statement), ElementsAre("NULL", "x", "NULL", "NULL"));
}

TEST(sql, puts_identifiers_and_literals_into_the_text) {
  const auto statement = sql("COMMENT ON COLUMN {} IS {}", identifier("s", "t", "c"), literal("it's"));
  EXPECT_EQ(statement.text(), R"(COMMENT ON COLUMN "s"."t"."c" IS 'it''s')");
  EXPECT_EQ(sql("{}.{}", identifier("s"), identifier("t")).text(), R"("s"."t")");
}

TEST(sql, takes_named_and_placed_arguments_in_any_order) {
  const auto statement =
      sql("SELECT {} FROM {} WHERE a = :a AND b = {}", arg("a", "one"), identifier("c"), identifier("t"), "two");
  EXPECT_EQ(statement.text(), R"(SELECT "c" FROM "t" WHERE a = $1 AND b = $2)");
  EXPECT_THAT(values(statement), ElementsAre("one", "two"));
}

struct person {
  std::string name;
  std::string city;
  std::optional<std::string> nick;
};
BOOST_DESCRIBE_STRUCT(person, (), (name, city, nick))

TEST(sql, finds_names_in_a_described_struct) {
  const person p{"Ada", "London", std::nullopt};
  const auto statement = sql("SELECT :city, :name, :city", p);
  EXPECT_EQ(statement.text(), "SELECT $1, $2, $1");
  EXPECT_THAT(values(statement), ElementsAre("London", "Ada"));
  EXPECT_THAT(values(sql(":nick", p)), ElementsAre("NULL"));
}

TEST(sql, lets_an_argument_stand_in_for_a_member) {
  EXPECT_THAT(values(sql(":name :city", person{"Ada", "London", {}}, arg("city", "Paris"))),
              ElementsAre("Ada", "Paris"));
}

TEST(sql, refuses_a_name_that_two_structs_have) {
  const person p{"Ada", "London", {}};
  EXPECT_THAT(refusal([&] { (void)sql(":name", p, p); }), HasSubstr("\"name\" is a member's of two arguments"));
}

TEST(sql, composes_statements_of_parts_with_values_of_their_own) {
  const auto name = sql("name = :v", arg("v", "Ada"));
  const auto city = sql("city IN (:v, :w)", arg("v", "London"), arg("w", "Paris"));
  const auto statement = sql("SELECT {} WHERE ({}) OR ({} AND NOT {})", "x", name, city, name);
  EXPECT_EQ(statement.text(), "SELECT $1 WHERE (name = $2) OR (city IN ($3, $4) AND NOT name = $5)");
  EXPECT_THAT(values(statement), ElementsAre("x", "Ada", "London", "Paris", "Ada"));
}

TEST(sql, renumbers_past_nine) {
  composed_sql all = sql("{}", "0");
  for (int i = 1; i < 12; ++i) all = sql("{},{}", all, std::to_string(i));
  EXPECT_EQ(all.text(), "$1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12");
  const auto shifted = sql("{};{}", "x", all);
  EXPECT_EQ(shifted.text(), "$1; $2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13");
  EXPECT_EQ(values(shifted).back(), "11");
}

TEST(sql, takes_an_empty_part) {
  EXPECT_EQ(sql("SELECT 1 {}", composed_sql()).text(), "SELECT 1 ");
  EXPECT_EQ(sql("SELECT 1{}", sql("")).text(), "SELECT 1");
}

TEST(sql, joins_parts) {
  std::vector<composed_sql> filters;
  EXPECT_TRUE(join(filters, " AND ").empty());
  filters.push_back(sql("a = {}", "1"));
  filters.push_back(sql("b = {}", "2"));
  filters.push_back(sql("c IS NULL"));
  const auto statement = sql("SELECT * FROM t WHERE {}", join(filters, " AND "));
  EXPECT_EQ(statement.text(), "SELECT * FROM t WHERE a = $1 AND b = $2 AND c IS NULL");
  EXPECT_THAT(values(statement), ElementsAre("1", "2"));
}

TEST(sql, lists_values_and_identifiers) {
  const std::vector<std::string> names{"a", "b", "c"};
  EXPECT_EQ(sql("x IN ({})", list(names)).text(), "x IN ($1, $2, $3)");
  EXPECT_THAT(values(sql("x IN ({})", list(names))), ElementsAre("a", "b", "c"));
  const std::vector<identifier> columns{identifier("A"), identifier("B")};
  EXPECT_EQ(sql("SELECT {}", list(columns)).text(), R"(SELECT "A", "B")");
  EXPECT_EQ(sql("({})", list(std::vector<bool>{true, false})).text(), "($1, $2)");
}

TEST(sql, passes_a_vector_as_one_array) { EXPECT_EQ(sql("x = ANY({})", std::vector<int>{1, 2}).text(), "x = ANY($1)"); }

TEST(sql, refuses_an_empty_list) {
  EXPECT_THAT(refusal([] { (void)list(std::vector<int>()); }), HasSubstr("ANY"));
}

TEST(sql, refuses_a_name_without_a_value) {
  EXPECT_THAT(refusal([] { (void)sql("SELECT :a, :b", arg("a", 1)); }), HasSubstr("no argument of the name \"b\""));
}

TEST(sql, refuses_a_value_whose_name_is_not_used) {
  EXPECT_THAT(refusal([] { (void)sql("SELECT :a", arg("a", 1), arg("b", 2)); }), HasSubstr("\"b\" is not used"));
  EXPECT_THAT(refusal([] { (void)sql("SELECT ':a'", arg("a", 1)); }), HasSubstr("\"a\" is not used"));
}

TEST(sql, refuses_one_name_twice) {
  EXPECT_THAT(refusal([] { (void)sql(":a", arg("a", 1), arg("a", 2)); }),
              HasSubstr("two arguments have the name \"a\""));
}

TEST(sql, refuses_placeholders_without_arguments_and_arguments_without_placeholders) {
  EXPECT_THAT(refusal([] { (void)sql("{} {}", 1); }), HasSubstr("more {}"));
  EXPECT_THAT(refusal([] { (void)sql("{}", 1, identifier("x")); }), HasSubstr("fewer {}"));
  EXPECT_THAT(refusal([] { (void)sql("'{}'", 1); }), HasSubstr("fewer {}"));
}

TEST(sql, refuses_numbers_beside_values) {
  EXPECT_THAT(refusal([] { (void)sql("$1 = :a", arg("a", 1)); }), HasSubstr("do not go together"));
  EXPECT_THAT(refusal([] { (void)sql("{} {}", sql("$1"), 7); }), HasSubstr("do not go together"));
  EXPECT_THAT(refusal([] { (void)join(std::vector{sql("$1"), sql("{}", 7)}, " "); }), HasSubstr("do not go together"));
}

TEST(sql, leaves_numbers_to_the_arguments_of_the_call) {
  EXPECT_EQ(sql("SELECT {} FROM t WHERE id = $1", identifier("c")).text(), "SELECT \"c\" FROM t WHERE id = $1");
}

TEST(sql, refuses_lone_braces_and_quotes_without_end) {
  EXPECT_THAT(refusal([] { (void)sql("SELECT {0}", 1); }), HasSubstr("offset 7"));
  EXPECT_THAT(refusal([] { (void)sql("}"); }), HasSubstr("offset 0"));
  EXPECT_THAT(refusal([] { (void)sql("SELECT 'x"); }), HasSubstr("offset 7"));
}

TEST(sql, writes_braces_for_doubled_ones) { EXPECT_EQ(sql("a {{ b }} '{{'").text(), "a { b } '{{'"); }

TEST(sql, keeps_what_it_puts_in_apart_from_the_text) {
  EXPECT_EQ(sql("{}1", "x").text(), "$1 1");
  EXPECT_EQ(sql("{}{}", "x", "y").text(), "$1 $2");
  EXPECT_EQ(sql("SELECT -{}", literal(-1)).text(), "SELECT -  -1");
  EXPECT_EQ(sql("SELECT -{}", sql("-1")).text(), "SELECT - -1");
  EXPECT_EQ(sql("SELECT E{}", literal("a")).text(), "SELECT E 'a'");
  EXPECT_EQ(sql("U&{}", identifier("a")).text(), "U& \"a\"");
  EXPECT_EQ(sql("'a'{}'b'", literal("x")).text(), "'a' 'x' 'b'");
}

TEST(sql, ends_the_comment_of_a_part) {
  const auto part = sql("a = 1 -- one");
  EXPECT_EQ(sql("SELECT {} AND b", part).text(), "SELECT a = 1 -- one\n AND b");
  EXPECT_EQ(sql("{}{}", part, part).text(), "a = 1 -- one\na = 1 -- one");
  EXPECT_EQ(sql("({})", sql("{}", part)).text(), "(a = 1 -- one\n)");
  EXPECT_EQ(join(std::vector{part, part}, ", ").text(), "a = 1 -- one\n, a = 1 -- one");
}

TEST(sql, takes_text_from_elsewhere_only_by_its_name) {
  const std::string text = "SELECT :a";
  EXPECT_EQ(sql(unsafe_sql(text), arg("a", 1)).text(), "SELECT $1");
}

TEST(sql, never_lets_a_hostile_value_into_the_text) {
  for (const std::string& hostile :
       {"'"s, "\\"s, "'; DROP TABLE t; --"s, ":b"s, "{}"s, "$1"s, "$$"s, "\0x"s, "\xFF"s}) {
    const auto statement = sql("SELECT :a, {}", arg("a", hostile), hostile);
    EXPECT_EQ(statement.text(), "SELECT $1, $2");
    EXPECT_THAT(values(statement), ElementsAre(hostile, hostile));
  }
}

TEST(sql, does_not_look_again_at_what_was_put_in) {
  EXPECT_EQ(sql("{} :b", identifier("{} :a $1"), arg("b", 1)).text(), R"("{} :a $1" $1)");
  EXPECT_EQ(sql("{} {}", literal("{} :a ?"), 1).text(), "'{} :a ?' $1");
}

}  // namespace
}  // namespace pgcoro
