#include <boost/describe/class.hpp>
#include <boost/describe/enum.hpp>

#include <pgcoro/types/composite.hpp>
#include <pgcoro/types/range.hpp>

#include "unit/types/registered_types.hpp"

namespace pgcoro::testing {

BOOST_DEFINE_ENUM_CLASS(feeling, sad, ok)

/// Its members in another order than the attributes of shop.address.
struct address {
  std::optional<feeling> mood;
  std::string street;
  int zip = 0;
  friend bool operator==(const address&, const address&) = default;
};
BOOST_DESCRIBE_STRUCT(address, (), (mood, street, zip))

/// In the order of the attributes.
struct plain_address {
  std::string street;
  std::optional<int> zip;
  std::optional<std::string> mood;
  friend bool operator==(const plain_address&, const plain_address&) = default;
};

struct person {
  std::string name;
  std::vector<address> homes;
  int age = 0;
  friend bool operator==(const person&, const person&) = default;
};
BOOST_DESCRIBE_STRUCT(person, (), (name, homes, age))

struct misspelt {
  std::string street;
  int zipp = 0;
  std::optional<std::string> mood;
};
BOOST_DESCRIBE_STRUCT(misspelt, (), (street, zipp, mood))

struct counters {
  int hits = 0;
  double share = 0;
  friend bool operator==(const counters&, const counters&) = default;
};

struct tree {
  int value = 0;
  std::vector<tree> children;
  friend bool operator==(const tree&, const tree&) = default;
};

struct customer {
  int id = 0;
  plain_address home;
  std::vector<address> others;
  std::optional<address> last;
  std::pair<int, std::string> note;
};

}  // namespace pgcoro::testing

template <>
inline constexpr bool pgcoro::is_composite<pgcoro::testing::counters> = true;

namespace pgcoro::testing {
namespace {

std::string attribute(oid type, std::string_view value) { return be(type).append(sized(value)); }
std::string null_attribute(oid type) { return be(type) + sized_null; }

const std::string home = be(std::int32_t{3}) + attribute(oids::text, "Main St") +
                         attribute(shop::zip, be(std::int32_t{12345})) + null_attribute(shop::mood);
const std::string happy_home = be(std::int32_t{3}) + attribute(oids::text, "a \"b\", c") +
                               attribute(shop::zip, be(std::int32_t{7})) + attribute(shop::mood, "ok");

TEST(composite, is_read_by_name_into_a_described_struct) {
  EXPECT_EQ(decode_known<address>(shop::address, format::binary, home), ok(address{std::nullopt, "Main St", 12345}));
  EXPECT_EQ(decode_known<address>(shop::address, format::text, "(\"Main St\",12345,)"),
            ok(address{std::nullopt, "Main St", 12345}));
  EXPECT_EQ(decode_known<address>(shop::address, format::text, R"(("a ""b"", c",7,ok))"),
            ok(address{feeling::ok, "a \"b\", c", 7}));
}

TEST(composite, is_read_by_position_into_a_plain_struct_and_a_tuple) {
  EXPECT_EQ(decode_known<plain_address>(shop::address, format::binary, happy_home),
            ok(plain_address{"a \"b\", c", 7, "ok"}));
  using parts = std::tuple<std::string, int, std::optional<feeling>>;
  EXPECT_EQ(decode_known<parts>(shop::address, format::binary, home), ok(parts("Main St", 12345, std::nullopt)));
  EXPECT_EQ(decode_known<parts>(shop::address, format::text, "(x,1,sad)"), ok(parts("x", 1, feeling::sad)));
}

TEST(composite, tells_an_empty_string_from_null_in_text) {
  EXPECT_EQ(decode_known<plain_address>(shop::address, format::text, R"(("",,""))"),
            ok(plain_address{"", std::nullopt, ""}));
  EXPECT_EQ(decode_known<plain_address>(shop::address, format::text, "(,1,)"),
            failure<plain_address>(errc::unexpected_null));
}

TEST(composite, is_sent_in_binary_with_the_types_of_its_attributes) {
  EXPECT_EQ(encode_known(shop::address, address{std::nullopt, "Main St", 12345}), sent(binary(home)));
  EXPECT_EQ(encode_known(shop::address, plain_address{"a \"b\", c", 7, "ok"}), sent(binary(happy_home)));
  EXPECT_EQ(encode_known(shop::address, std::tuple(std::string_view("Main St"), 12345, std::optional<feeling>())),
            sent(binary(home)));
}

TEST(composite, is_sent_as_text_where_nobody_knows_its_type) {
  EXPECT_EQ(encode(oids::unspecified, plain_address{"a \"b\", c", std::nullopt, ""}),
            sent(text(R"(("a ""b"", c",,""))")));
  EXPECT_EQ(encode(shop::address, std::pair(1, std::vector{1, 2})), sent(text(R"((1,"{1,2}"))")));
}

TEST(composite, is_sent_as_text_where_an_attribute_is) {
  type_info item = named(30001, "item", type_kind::composite);
  item.attributes = {{"id", oids::uuid}, {"n", oids::int4}};
  const type_registry known = type_registry().with({item});
  protocol::buffer out;
  protocol::bind_writer bind(out, {}, {}, 1);
  ASSERT_EQ(detail::encode_value(std::pair(std::string("0-1"), 7), 30001, &known, bind), errc{});
  ASSERT_EQ(bind.finish(format::binary), errc{});
  EXPECT_EQ(parameters_in(out).at(0), text("(0-1,7)"));
}

TEST(composite, stands_in_arrays_and_in_other_composites) {
  const person ada{"Ada", {{std::nullopt, "Main St", 12345}, {feeling::ok, "a \"b\", c", 7}}, 36};
  const encoded wire = encode_known(shop::person, ada);
  EXPECT_EQ(wire.value.f, format::binary);
  EXPECT_EQ(decode_known<person>(shop::person, format::binary, wire.value.value.value()), ok(ada));
  const std::string in_text =
      R"text((Ada,"{""(\\""Main St\\"",12345,)"",""(\\""a \\""\\""b\\""\\"", c\\"",7,ok)""}",36))text";
  EXPECT_EQ(decode_known<person>(shop::person, format::text, in_text), ok(ada));
  EXPECT_EQ(decode_known<std::vector<address>>(shop::people, format::text, "{}").code, errc::type_mismatch)
      << "a domain over an array comes as the array";
  EXPECT_EQ(encode_known(shop::people, ada.homes), encode_known(shop::address_array, ada.homes));
  expect_no_prefix_decodes<person>(shop::person, format::binary, wire.value.value.value());
}

TEST(composite, is_read_from_a_record_by_position) {
  using pair = std::pair<int, std::string>;
  const std::string wire =
      be(std::int32_t{2}) + attribute(oids::int4, be(std::int32_t{7})) + attribute(oids::text, "x");
  EXPECT_EQ(decode_binary<pair>(oids::record, wire), ok(pair(7, "x")));
  EXPECT_EQ(decode_text<pair>(oids::record, "(7,x)"), ok(pair(7, "x")));
  EXPECT_EQ(decode_text<pair>(oids::record, "(x,7)"), failure<pair>(errc::invalid_value));
  EXPECT_EQ(encode(oids::record, pair(7, "x")), refused(errc::type_mismatch));
  EXPECT_EQ(decode<address>(shop::unknown, format::binary,
                            be(std::int32_t{3}) + attribute(oids::text, "sad") + attribute(oids::text, "x") +
                                attribute(oids::int4, be(std::int32_t{1}))),
            ok(address{feeling::sad, "x", 1}))
      << "by position where the names are not known";
}

TEST(composite, converts_its_attributes_as_columns_are) {
  const auto of = [](oid type, std::string_view value) { return be(std::int32_t{1}) + attribute(type, value); };
  EXPECT_EQ(decode_binary<std::tuple<int>>(oids::record, of(oids::int8, be(std::int64_t{1} << 40))),
            failure<std::tuple<int>>(errc::out_of_range));
  EXPECT_EQ(decode_binary<std::tuple<int>>(oids::record, of(oids::text, "1")),
            failure<std::tuple<int>>(errc::type_mismatch));
  EXPECT_EQ(decode_binary<std::tuple<int>>(oids::record, be(std::int32_t{1}) + null_attribute(oids::int4)),
            failure<std::tuple<int>>(errc::unexpected_null));
}

TEST(composite, has_an_attribute_for_each_member_and_a_member_for_each_attribute) {
  EXPECT_EQ(decode_known<misspelt>(shop::address, format::binary, home).code, errc::type_mismatch);
  EXPECT_EQ(encode_known(shop::address, misspelt{}), refused(errc::type_mismatch));
  using pair = std::pair<std::string, int>;
  EXPECT_EQ(decode_known<pair>(shop::address, format::binary, home), failure<pair>(errc::type_mismatch));
  EXPECT_EQ(encode_known(shop::address, pair()), refused(errc::type_mismatch));
  EXPECT_EQ(decode_binary<pair>(oids::record, be(std::int32_t{3})), failure<pair>(errc::out_of_range));
  EXPECT_EQ(decode_text<pair>(oids::record, "(a,1,2)"), failure<pair>(errc::out_of_range));
  EXPECT_EQ(decode_text<pair>(oids::record, "(a)"), failure<pair>(errc::out_of_range));
}

TEST(composite, is_no_other_type) {
  for (const oid type : {oids::int4, oids::text, oids::int4_array, shop::mood, shop::zip, shop::hstore}) {
    EXPECT_EQ(decode_known<plain_address>(type, format::text, "(a,1,)").code, errc::type_mismatch);
    EXPECT_EQ(encode_known(type, plain_address{}), refused(errc::type_mismatch));
  }
}

TEST(composite, refuses_every_truncation_and_bytes_behind_its_end) {
  expect_no_prefix_decodes<address>(shop::address, format::binary, happy_home);
  expect_no_prefix_decodes<address>(shop::address, format::text, R"(("a ""b"", c",7,ok))");
  EXPECT_EQ(decode_known<address>(shop::address, format::binary, home + "x").code, errc::invalid_value);
  EXPECT_EQ(decode_known<address>(shop::address, format::text, "(a,1,) ").code, errc::invalid_value);
}

TEST(composite, refuses_what_no_server_sends) {
  using one = std::tuple<std::optional<std::string>>;
  for (const std::string& wrong : {be(std::int32_t{-1}), be(std::int32_t{1}) + be(oids::text) + be(std::int32_t{-2}),
                                   be(std::int32_t{1}) + be(oids::text) + be(std::int32_t{9}) + "short"})
    EXPECT_EQ(decode_binary<one>(oids::record, wrong), failure<one>(errc::invalid_value));
  EXPECT_EQ(decode_binary<one>(oids::record, be(std::int32_t{0x7fffffff})), failure<one>(errc::out_of_range));
  for (const char* wrong : {"", "(", ")", "a", "(a", "a)", "(a))", "(a b)", "(\"a)"})
    EXPECT_EQ(decode_text<one>(oids::record, wrong), failure<one>(errc::invalid_value)) << wrong;
  EXPECT_EQ(decode_text<one>(oids::record, "()"), ok(one()));
}

TEST(composite, is_a_member_of_rows) {
  const row_description columns = [] {
    row_description made = make_columns(
        {make_column("id", oids::int4), make_column("home", shop::address), make_column("others", shop::address_array),
         make_column("last", shop::address, format::text), make_column("note", oids::record, format::text)});
    made.registry = std::make_shared<const type_registry>(known_types());
    return made;
  }();
  row_decoder<customer> decoder;
  ASSERT_FALSE(decoder.describe(columns)) << decoder.describe(columns).what();
  const std::string others =
      encode_known(shop::address_array, std::vector<address>{{feeling::sad, "x", 1}}).value.value.value();
  customer row;
  ASSERT_TRUE(
      decoder
          .decode(protocol::as_bytes(make_row({be(std::int32_t{9}), home, others, std::nullopt, "(1,\"a b\")"})), row)
          .ok());
  EXPECT_EQ(row.id, 9);
  EXPECT_EQ(row.home, (plain_address{"Main St", 12345, std::nullopt}));
  EXPECT_THAT(row.others, ::testing::ElementsAre(address{feeling::sad, "x", 1}));
  EXPECT_FALSE(row.last);
  EXPECT_EQ(row.note, std::pair(1, std::string("a b")));

  std::vector<format> chosen(5, format::text);
  row_decoder<customer>::choose_formats(columns, chosen);
  EXPECT_THAT(chosen,
              ::testing::ElementsAre(format::binary, format::binary, format::binary, format::binary, format::binary));
}

TEST(composite, is_a_row_of_its_own_unless_it_is_declared_a_value) {
  static_assert(detail::row_shape<plain_address>::members::size == 3);
  static_assert(detail::row_shape<counters>::members::size == 1);
  static_assert(detail::row_shape<std::tuple<plain_address>>::members::size == 1);
  static_assert(detail::row_shape<std::optional<plain_address>>::members::size == 1);
  row_decoder<counters> decoder;
  ASSERT_FALSE(decoder.describe(make_columns({make_column("c", oids::record, format::text)})));
  counters value;
  ASSERT_TRUE(decoder.decode(protocol::as_bytes(make_row({"(3,0.5)"})), value).ok());
  EXPECT_EQ(value, (counters{3, 0.5}));
}

TEST(composite, may_be_recursive_but_not_without_end) {
  const auto nested = [](int depth) {
    std::string wire = be(std::int32_t{2}) + attribute(oids::int4, be(std::int32_t{0})) +
                       attribute(shop::unknown, be(std::int32_t{0}) + be(std::int32_t{0}) + be(shop::unknown));
    for (int i = 1; i <= depth; ++i)
      wire = be(std::int32_t{2}) + attribute(oids::int4, be(std::int32_t{i})) +
             attribute(shop::unknown, be(std::int32_t{1}) + be(std::int32_t{0}) + be(shop::unknown) +
                                          be(std::int32_t{1}) + be(std::int32_t{1}) + sized(wire));
    return wire;
  };
  const decoded<tree> three = decode_binary<tree>(shop::unknown, nested(2));
  ASSERT_EQ(three.code, errc{});
  EXPECT_EQ(three.value, (tree{2, {tree{1, {tree{0, {}}}}}}));
  EXPECT_EQ(decode_binary<tree>(shop::unknown, nested(1000)).code, errc::out_of_range);
}

TEST(composite, of_views_is_read_from_binary_alone) {
  using views = std::tuple<std::string_view>;
  EXPECT_TRUE(detail::is_view<views>);
  EXPECT_EQ(decode_text<views>(oids::record, "(a)").code, errc::type_mismatch);
  EXPECT_EQ(decode_binary<views>(oids::record, be(std::int32_t{1}) + attribute(oids::text, "a")).code, errc{});
}

}  // namespace
}  // namespace pgcoro::testing
