#include <sstream>

#include <pgcoro/print.hpp>

#include "unit/types/registered_types.hpp"

namespace pgcoro::testing {
namespace {

result make_result(row_description columns, const std::vector<std::string>& rows) {
  detail::row_store store;
  for (const std::string& row : rows) store.append(protocol::as_bytes(row));
  return result(share(std::move(columns)), std::move(store),
                command_result("SELECT " + std::to_string(rows.size()), rows.size()));
}

TEST(print, writes_a_row_in_brackets) {
  const result rows = make_result(make_columns({make_column("id", oids::int4), make_column("name", oids::text),
                                                make_column("photo", oids::bytea), make_column("odd", shop::unknown)}),
                                  {make_row({be(std::int32_t{7}), "Ada", std::nullopt, "\1\2"})});
  EXPECT_EQ(to_string(rows[0]), "(7, Ada, NULL, \\x0102)");
  EXPECT_EQ(to_string(rows[0]["name"]), "Ada");
}

TEST(print, writes_a_result_as_a_table) {
  const result rows =
      make_result(make_columns({make_column("id", oids::int4), make_column("name", oids::text)}),
                  {make_row({be(std::int32_t{7}), "Zo\xc3\xab"}), make_row({be(std::int32_t{-1234}), std::nullopt})});
  std::ostringstream out;
  out << rows;
  EXPECT_EQ(out.str(),
            " id    | name\n"
            "-------+------\n"
            " 7     | Zo\xc3\xab\n"
            " -1234 | NULL\n"
            "(2 rows)\n");
}

TEST(print, writes_the_tag_of_what_has_no_columns) {
  EXPECT_EQ(to_string(result(nullptr, {}, command_result("CREATE TABLE", 0))), "CREATE TABLE\n");
  EXPECT_EQ(to_string(make_result(make_columns({make_column("a", oids::int4)}), {})), " a\n---\n(0 rows)\n");
}

}  // namespace
}  // namespace pgcoro::testing
