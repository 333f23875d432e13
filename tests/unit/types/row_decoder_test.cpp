#include <boost/describe/class.hpp>

#include <pgcoro/row_mapping.hpp>

#include "unit/types/values.hpp"

namespace pgcoro::testing {

struct account {
  std::int64_t id = 0;
  std::string name;
  std::optional<double> balance;

  friend bool operator==(const account&, const account&) = default;
};

struct described_base {
  int version = 0;
};
struct described_account : described_base {
  std::int64_t id = 0;
  std::string name;
  std::optional<double> balance;
};
BOOST_DESCRIBE_STRUCT(described_base, (), (version))
BOOST_DESCRIBE_STRUCT(described_account, (described_base), (id, name, balance))

namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

row_description account_columns() {
  return make_columns({make_column("id", oids::int8), make_column("name", oids::text, format::text),
                       make_column("balance", oids::float8)});
}

const std::string account_row = make_row({be(std::int64_t{7}), "Ada", be(1.5)});

/// Describes and decodes; a failure's error_info in the place of the value.
template <class T>
std::pair<T, error_info> read(const row_description& columns, const std::string& body) {
  std::pair<T, error_info> made;
  row_decoder<T> decoder;
  made.second = decoder.describe(columns);
  if (made.second) return made;
  const decode_status status = decoder.decode(protocol::as_bytes(body), made.first);
  if (!status.ok()) made.second = decoder.error(status, columns, protocol::as_bytes(body));
  return made;
}

TEST(row_decoder, reads_one_column_into_a_scalar) {
  const row_description columns = make_columns({make_column("count", oids::int8)});
  EXPECT_EQ(read<int>(columns, make_row({be(std::int64_t{42})})).first, 42);
  EXPECT_EQ(read<std::optional<int>>(columns, make_row({std::nullopt})).first, std::nullopt);
  EXPECT_EQ(read<std::optional<int>>(columns, make_row({be(std::int64_t{42})})).first, 42);
}

TEST(row_decoder, reads_tuples_and_pairs_by_position) {
  const auto tuple = read<std::tuple<int, std::string, std::optional<double>>>(account_columns(), account_row);
  EXPECT_EQ(tuple.first, std::tuple(7, "Ada", 1.5));
  const auto pair =
      read<std::pair<bool, int>>(make_columns({make_column("a", oids::bool_), make_column("b", oids::int2)}),
                                 make_row({bytes({1}), be(std::int16_t{-1})}));
  EXPECT_EQ(pair.first, std::pair(true, -1));
}

TEST(row_decoder, reads_aggregates_by_position) {
  EXPECT_EQ(read<account>(account_columns(), account_row).first, (account{7, "Ada", 1.5}));
  EXPECT_EQ(read<account>(account_columns(), make_row({be(std::int64_t{7}), "", std::nullopt})).first,
            (account{7, "", std::nullopt}));
}

TEST(row_decoder, reads_described_structs_by_name_in_any_order_and_with_their_bases) {
  const row_description columns = make_columns({make_column("name", oids::text), make_column("version", oids::int4),
                                                make_column("balance", oids::float8), make_column("id", oids::int4)});
  const auto [row, error] =
      read<described_account>(columns, make_row({"Ada", be(std::int32_t{3}), std::nullopt, be(std::int32_t{7})}));
  ASSERT_FALSE(error) << error.what();
  EXPECT_EQ(row.version, 3);
  EXPECT_EQ(row.id, 7);
  EXPECT_EQ(row.name, "Ada");
  EXPECT_EQ(row.balance, std::nullopt);
}

TEST(row_decoder, gives_views_into_the_row) {
  const auto [view, error] = read<std::string_view>(make_columns({make_column("name", oids::text)}), make_row({"Ada"}));
  ASSERT_FALSE(error);
  EXPECT_EQ(view.size(), 3U);
}

TEST(row_decoder, is_used_again_for_every_row) {
  row_decoder<account> decoder;
  ASSERT_FALSE(decoder.describe(account_columns()));
  account row{1, "left from before", 2.5};
  ASSERT_TRUE(decoder.decode(protocol::as_bytes(make_row({be(std::int64_t{8}), "Bob", std::nullopt})), row).ok());
  EXPECT_EQ(row, (account{8, "Bob", std::nullopt}));
  ASSERT_TRUE(decoder.decode(protocol::as_bytes(account_row), row).ok());
  EXPECT_EQ(row, (account{7, "Ada", 1.5}));
}

TEST(row_decoder, reads_both_formats) {
  row_description columns = account_columns();
  for (column& c : columns.columns) c.format = format::text;
  EXPECT_EQ(read<account>(columns, make_row({"7", "Ada", "1.5"})).first, (account{7, "Ada", 1.5}));
}

TEST(row_decoder, says_how_many_columns_it_takes) {
  const error_info error = read<account>(make_columns({make_column("id", oids::int8)}), {}).second;
  EXPECT_EQ(error.code(), errc::column_count_mismatch);
  EXPECT_THAT(error.what(), AllOf(HasSubstr("1 column,"), HasSubstr("takes 3"), HasSubstr("account")));
  EXPECT_EQ(read<int>(make_columns({}), {}).second.code(), errc::column_count_mismatch);
}

TEST(row_decoder, names_column_and_both_types_of_a_mismatch) {
  row_description columns = account_columns();
  columns.columns[2].type = 1184;
  const error_info error = read<account>(columns, {}).second;
  EXPECT_EQ(error.code(), errc::type_mismatch);
  EXPECT_EQ(error.column(), "balance");
  EXPECT_THAT(error.what(), AllOf(HasSubstr("timestamptz"), HasSubstr("double"), HasSubstr("\"balance\"")));
}

TEST(row_decoder, names_the_column_of_an_unexpected_null) {
  const error_info error = read<account>(account_columns(), make_row({be(std::int64_t{7}), std::nullopt, {}})).second;
  EXPECT_EQ(error.code(), errc::unexpected_null);
  EXPECT_EQ(error.column(), "name");
  EXPECT_THAT(error.what(), AllOf(HasSubstr("std::string"), HasSubstr("std::optional")));
  EXPECT_TRUE(error.connection_usable());
}

TEST(row_decoder, names_column_and_value_that_are_out_of_range) {
  const error_info error =
      read<short>(make_columns({make_column("id", oids::int8)}), make_row({be(std::int64_t{70000})})).second;
  EXPECT_EQ(error.code(), errc::out_of_range);
  EXPECT_EQ(error.column(), "id");
  EXPECT_THAT(error.what(), AllOf(HasSubstr("int8"), HasSubstr("70000"), HasSubstr("std::int16_t")));
}

TEST(row_decoder, names_the_column_of_an_invalid_value_without_showing_it) {
  const error_info error =
      read<bool>(make_columns({make_column("flag", oids::bool_, format::text)}), make_row({"secret"})).second;
  EXPECT_EQ(error.code(), errc::invalid_value);
  EXPECT_EQ(error.column(), "flag");
  EXPECT_THAT(error.what(), ::testing::Not(HasSubstr("secret")));
}

TEST(row_decoder, names_the_column_where_columns_are_found_by_name) {
  const row_description columns = make_columns({make_column("name", oids::text), make_column("version", oids::int4),
                                                make_column("balance", oids::float8), make_column("id", oids::int4)});
  const error_info error =
      read<described_account>(columns, make_row({"Ada", std::nullopt, std::nullopt, be(std::int32_t{7})})).second;
  EXPECT_EQ(error.code(), errc::unexpected_null);
  EXPECT_EQ(error.column(), "version");
  EXPECT_THAT(error.what(), HasSubstr("std::int32_t"));
}

TEST(row_decoder, names_the_member_that_has_no_column) {
  const error_info error =
      read<described_account>(make_columns({make_column("id", oids::int8), make_column("name", oids::text),
                                            make_column("version", oids::int4)}),
                              {})
          .second;
  EXPECT_EQ(error.code(), errc::no_such_column);
  EXPECT_EQ(error.column(), "balance");
}

TEST(row_decoder, names_the_column_that_has_no_member_or_comes_twice) {
  for (const char* extra : {"email", "name"}) {
    row_description columns = account_columns();
    columns.columns.push_back(make_column("version", oids::int4));
    columns.columns.push_back(make_column(extra, oids::text));
    const error_info error = read<described_account>(columns, {}).second;
    EXPECT_EQ(error.code(), errc::column_count_mismatch);
    EXPECT_EQ(error.column(), extra);
  }
}

TEST(row_decoder, asks_for_binary_where_it_decodes_that_and_for_text_elsewhere) {
  row_description columns = make_columns({make_column("a", oids::int4), make_column("b", oids::text),
                                          make_column("c", oids::date), make_column("d", oids::bytea)});
  std::vector<format> chosen(4, format::text);
  row_decoder<std::tuple<int, std::string, double, std::vector<std::byte>>>::choose_formats(columns, chosen);
  EXPECT_THAT(chosen, ::testing::ElementsAre(format::binary, format::text, format::text, format::binary));
}

TEST(row_decoder, asks_for_text_where_the_string_wants_another_types_text) {
  std::vector<format> chosen(1, format::text);
  row_decoder<std::string>::choose_formats(make_columns({make_column("n", oids::int4)}), chosen);
  EXPECT_EQ(chosen[0], format::text);
}

TEST(row_decoder, asks_by_name_where_it_reads_by_name) {
  std::vector<format> chosen(3, format::text);
  row_decoder<described_account>::choose_formats(
      make_columns({make_column("name", oids::int4), make_column("id", oids::int4), make_column("other", oids::int4)}),
      chosen);
  EXPECT_THAT(chosen, ::testing::ElementsAre(format::text, format::binary, format::text));
  EXPECT_TRUE(row_decoder<described_account>::preferred_formats().empty());
}

TEST(row_decoder, knows_what_to_ask_for_before_the_columns_are_known) {
  EXPECT_THAT(row_decoder<account>::preferred_formats(),
              ::testing::ElementsAre(format::binary, format::text, format::binary));
}

TEST(row_decoder, survives_more_formats_asked_for_than_it_has_members) {
  std::vector<format> chosen(2, format::text);
  row_decoder<int>::choose_formats(make_columns({make_column("a", oids::int4), make_column("b", oids::int4)}), chosen);
  EXPECT_THAT(chosen, ::testing::ElementsAre(format::binary, format::text));
}

}  // namespace
}  // namespace pgcoro::testing
