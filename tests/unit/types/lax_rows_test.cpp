#include <boost/describe/class.hpp>

#include <pgcoro/row_mapping.hpp>

#include "unit/types/registered_types.hpp"

namespace pgcoro::testing {

struct lax_user {
  std::int64_t id = -1;
  std::string name = "nobody";
  std::optional<double> balance = 1.5;
};
BOOST_DESCRIBE_STRUCT(lax_user, (), (id, name, balance))

}  // namespace pgcoro::testing

template <>
inline constexpr bool pgcoro::is_lax<pgcoro::testing::lax_user> = true;

namespace pgcoro::testing {
namespace {

using ::testing::HasSubstr;

std::pair<lax_user, decode_status> read(const row_description& columns, const std::string& body) {
  row_decoder<lax_user> decoder;
  const error_info failed = decoder.describe(columns);
  EXPECT_FALSE(failed) << failed.what();
  std::pair<lax_user, decode_status> made;
  made.second = decoder.decode(protocol::as_bytes(body), made.first);
  return made;
}

TEST(lax_rows, leave_members_without_a_column_and_columns_without_a_member_alone) {
  const auto [user, status] =
      read(make_columns({make_column("email", oids::text), make_column("name", oids::text), make_column("x", 600)}),
           make_row({"a@b", "Ada", std::nullopt}));
  ASSERT_TRUE(status.ok());
  EXPECT_EQ(user.id, -1);
  EXPECT_EQ(user.name, "Ada");
  EXPECT_EQ(user.balance, 1.5);
}

TEST(lax_rows, find_columns_in_any_order) {
  const auto [user, status] = read(make_columns({make_column("balance", oids::float8), make_column("other", oids::int4),
                                                 make_column("name", oids::text), make_column("id", oids::int4)}),
                                   make_row({std::nullopt, be(std::int32_t{1}), "Ada", be(std::int32_t{7})}));
  ASSERT_TRUE(status.ok());
  EXPECT_EQ(user.id, 7);
  EXPECT_EQ(user.name, "Ada");
  EXPECT_EQ(user.balance, std::nullopt);
}

TEST(lax_rows, may_have_nothing_in_common) {
  const auto [user, status] = read(make_columns({make_column("email", oids::text)}), make_row({"a@b"}));
  EXPECT_TRUE(status.ok());
  EXPECT_EQ(user.name, "nobody");
  EXPECT_TRUE(read(make_columns({}), make_row({})).second.ok());
}

TEST(lax_rows, are_strict_about_values_and_names) {
  const row_description columns = make_columns({make_column("x", oids::text), make_column("id", oids::int4)});
  row_decoder<lax_user> decoder;
  ASSERT_FALSE(decoder.describe(columns));
  lax_user user;
  const std::string row = make_row({"y", std::nullopt});
  const decode_status status = decoder.decode(protocol::as_bytes(row), user);
  EXPECT_EQ(status.code, errc::unexpected_null);
  EXPECT_EQ(decoder.error(status, columns, protocol::as_bytes(row)).column(), "id");
  EXPECT_EQ(decoder.describe(make_columns({make_column("id", oids::text)})).code(), errc::type_mismatch);
  EXPECT_EQ(decoder.describe(make_columns({make_column("id", oids::int4), make_column("id", oids::int4)})).code(),
            errc::column_count_mismatch);
}

TEST(lax_rows, are_malformed_where_a_column_is_missing) {
  const row_description columns = make_columns({make_column("x", oids::text), make_column("id", oids::int4)});
  EXPECT_TRUE(read(columns, make_row({"y"})).second.malformed());
  const std::string whole = make_row({"y", be(std::int32_t{7})});
  ASSERT_TRUE(read(columns, whole).second.ok());
  for (std::size_t size = 0; size < whole.size(); ++size)
    EXPECT_TRUE(read(columns, whole.substr(0, size)).second.malformed()) << size;
}

TEST(lax_rows, ask_for_formats_of_the_columns_that_they_know) {
  std::vector<format> chosen(2, format::text);
  row_decoder<lax_user>::choose_formats(make_columns({make_column("x", oids::int4), make_column("id", oids::int4)}),
                                        chosen);
  EXPECT_THAT(chosen, ::testing::ElementsAre(format::text, format::binary));
}

TEST(errors, name_types_that_the_registry_knows) {
  row_description columns = make_columns({make_column("feeling", shop::mood_array), make_column("id", oids::int4)});
  columns.registry = std::make_shared<const type_registry>(known_types());
  row_decoder<std::pair<int, int>> decoder;
  EXPECT_THAT(decoder.describe(columns).what(), HasSubstr("shop.mood[]"));
  EXPECT_EQ(type_name(shop::people, &known_types()), "shop.people");
  EXPECT_EQ(type_name(oids::int4, nullptr), "int4");
  EXPECT_EQ(type_name(shop::unknown, &known_types()), "type with OID 29999");
}

TEST(errors, tell_a_null_within_a_value_from_one_that_is_the_value) {
  const row_description columns = make_columns({make_column("list", oids::int4_array, format::text)});
  row_decoder<std::vector<int>> decoder;
  ASSERT_FALSE(decoder.describe(columns));
  std::vector<int> out;
  const std::string row = make_row({"{NULL}"});
  const decode_status status = decoder.decode(protocol::as_bytes(row), out);
  EXPECT_THAT(decoder.error(status, columns, protocol::as_bytes(row)).what(), HasSubstr("within int4[]"));
}

}  // namespace
}  // namespace pgcoro::testing
