// What copy_options make of a COPY statement.
#include <gtest/gtest.h>

#include <pgcoro/copy_options.hpp>

namespace pgcoro {
namespace {

row_description two_columns() {
  row_description made;
  made.columns.emplace_back().name = "a";
  made.columns.emplace_back().name = "b";
  return made;
}

TEST(copy_options, say_what_the_rows_are_written_by_also_where_it_is_the_default) {
  EXPECT_EQ(copy_options::text().from_clause(), " WITH (FORMAT text, DELIMITER '\t', NULL E'\\\\N')");
  EXPECT_EQ(copy_options::csv().to_clause(), " WITH (FORMAT csv, DELIMITER ',', NULL '', QUOTE '\"', ESCAPE '\"')");
}

TEST(copy_options, name_each_option_in_the_direction_that_has_it) {
  const auto all = copy_options::csv()
                       .header(copy_header::match)
                       .force_quote("a")
                       .force_not_null("a", "b")
                       .force_null()
                       .default_marker("D")
                       .ignore_errors(7)
                       .freeze()
                       .encoding("LATIN1");
  const std::string shared =
      " WITH (FORMAT csv, DELIMITER ',', NULL '', QUOTE '\"', ESCAPE '\"', ENCODING 'LATIN1', HEADER ";
  EXPECT_EQ(all.from_clause(), shared +
                                   "MATCH, FORCE_NOT_NULL (\"a\", \"b\"), FORCE_NULL *, DEFAULT 'D', ON_ERROR ignore, "
                                   "REJECT_LIMIT 7, FREEZE TRUE)");
  EXPECT_EQ(all.to_clause(), shared + "TRUE, FORCE_QUOTE (\"a\"))");
}

TEST(copy_options, are_quoted_so_that_nothing_gets_out) {
  const auto hostile =
      copy_options::csv().delimiter('\'').quote('\\').null("'); DROP TABLE t; --").force_quote("x\") y");
  EXPECT_EQ(
      hostile.to_clause(),
      " WITH (FORMAT csv, DELIMITER '''', NULL '''); DROP TABLE t; --', QUOTE E'\\\\', ESCAPE E'\\\\', FORCE_QUOTE "
      "(\"x\"\") y\"))");
}

TEST(copy_options, take_the_quote_for_the_escape_unless_that_is_set) {
  detail::copy_dialect d;
  EXPECT_FALSE(copy_options::csv().quote('\'').resolve(two_columns(), d));
  EXPECT_EQ(d.escape, '\'');
  EXPECT_FALSE(copy_options::csv().escape('\\').quote('\'').resolve(two_columns(), d));
  EXPECT_EQ(d.escape, '\\');
}

TEST(copy_options, know_the_version_that_each_came_with) {
  const auto csv = [] { return copy_options::csv(); };
  EXPECT_EQ(csv().header().force_null("a").force_quote().freeze().from_need().version, 0);
  EXPECT_EQ(csv().header(copy_header::match).from_need().version, 15);
  EXPECT_EQ(copy_options::text().header().from_need().version, 15);
  EXPECT_EQ(csv().default_marker("D").from_need().version, 16);
  EXPECT_EQ(csv().force_null().from_need().version, 17);
  EXPECT_EQ(csv().force_not_null().from_need().version, 17);
  EXPECT_EQ(csv().ignore_errors().from_need().version, 17);
  EXPECT_EQ(csv().ignore_errors(7).default_marker("D").from_need().version, 18);
  // The other way most are not part of the statement.
  EXPECT_EQ(csv().ignore_errors(7).default_marker("D").header(copy_header::match).force_null().to_need().version, 0);
  EXPECT_EQ(copy_options::text().header().to_need().version, 15);
}

TEST(copy_options, refuse_a_list_that_names_no_column_of_the_copy) {
  detail::copy_dialect d;
  const error_info failed = copy_options::csv().force_quote("c").resolve(two_columns(), d);
  EXPECT_EQ(failed.code(), errc::no_such_column);
}

TEST(copy_options, refuse_to_write_rows_in_encodings_that_hide_quotes_in_characters) {
  detail::copy_dialect d;
  for (const char* name : {"SJIS", "sjis", "Shift_JIS", "BIG5", "gbk", "GB18030", "UHC", "johab", "SHIFT_JIS_2004"})
    EXPECT_EQ(copy_options::csv().encoding(name).resolve(two_columns(), d).code(), errc::invalid_option) << name;
  EXPECT_FALSE(copy_options::csv().encoding("LATIN1").resolve(two_columns(), d));
}

}  // namespace
}  // namespace pgcoro
