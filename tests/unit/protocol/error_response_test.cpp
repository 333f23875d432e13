#include <array>
#include <gtest/gtest.h>
#include <string>

#include <pgcoro/error.hpp>
#include <pgcoro/protocol/error_response.hpp>

namespace pgcoro::protocol {
namespace {

server_fields fields_of(std::initializer_list<error_field> fields) {
  return to_server_fields(std::span<const error_field>(fields.begin(), fields.size()));
}

TEST(to_server_fields, copies_every_field_of_the_documentation) {
  const server_fields f = fields_of({{'S', "FEHLER"},
                                     {'V', "ERROR"},
                                     {'C', "23505"},
                                     {'M', "message"},
                                     {'D', "detail"},
                                     {'H', "hint"},
                                     {'P', "17"},
                                     {'p', "4"},
                                     {'q', "query"},
                                     {'W', "context"},
                                     {'s', "schema"},
                                     {'t', "table"},
                                     {'c', "column"},
                                     {'d', "type"},
                                     {'n', "constraint"},
                                     {'F', "file.c"},
                                     {'L', "664"},
                                     {'R', "routine"}});
  EXPECT_EQ(f.severity, "ERROR");
  EXPECT_EQ(f.sqlstate, "23505");
  EXPECT_EQ(f.message, "message");
  EXPECT_EQ(f.detail, "detail");
  EXPECT_EQ(f.hint, "hint");
  EXPECT_EQ(f.position, 17u);
  EXPECT_EQ(f.internal_position, 4u);
  EXPECT_EQ(f.internal_query, "query");
  EXPECT_EQ(f.where, "context");
  EXPECT_EQ(f.schema_name, "schema");
  EXPECT_EQ(f.table_name, "table");
  EXPECT_EQ(f.column_name, "column");
  EXPECT_EQ(f.data_type_name, "type");
  EXPECT_EQ(f.constraint_name, "constraint");
  EXPECT_EQ(f.source_file, "file.c");
  EXPECT_EQ(f.source_line, 664u);
  EXPECT_EQ(f.source_function, "routine");
}

TEST(to_server_fields, takes_the_localised_severity_where_there_is_no_other) {
  EXPECT_EQ(fields_of({{'S', "FEHLER"}}).severity, "FEHLER");
  EXPECT_EQ(fields_of({{'V', "ERROR"}, {'S', "FEHLER"}}).severity, "ERROR");
}

TEST(to_server_fields, ignores_fields_it_does_not_know) {
  EXPECT_EQ(fields_of({{'?', "new"}, {'M', "message"}}).message, "message");
}

TEST(to_server_fields, reads_a_number_that_is_none_as_zero) {
  for (const std::string_view text : {"", "x", "-1", "1x", " 1", "4294967296", "99999999999999999999"})
    EXPECT_EQ(fields_of({{'P', text}}).position, 0u) << text;
  EXPECT_EQ(fields_of({{'P', "4294967295"}}).position, 4294967295u);
}

TEST(to_server_fields, cuts_endless_text_between_characters) {
  const std::string short_of_it(max_server_field, 'x');
  EXPECT_EQ(fields_of({{'M', short_of_it}}).message, short_of_it);
  EXPECT_EQ(fields_of({{'M', short_of_it + "y"}}).message, short_of_it);
  std::string euros = "x";
  while (euros.size() <= max_server_field) euros += "\xe2\x82\xac";
  const std::string cut = fields_of({{'M', euros}}).message;
  EXPECT_LE(cut.size(), max_server_field);
  EXPECT_GE(cut.size(), max_server_field - 2);
  EXPECT_EQ(cut.size() % 3, 1u);
}

TEST(to_server_fields, cuts_text_that_is_no_utf8_too) {
  const std::string continuation(max_server_field + 100, '\x80');
  EXPECT_GE(fields_of({{'M', continuation}}).message.size(), max_server_field - 3);
}

}  // namespace
}  // namespace pgcoro::protocol
