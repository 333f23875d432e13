// Lines of COPY's text and CSV: written so that they are read as what they were, by PostgreSQL's rules, cut anywhere.
#include <gtest/gtest.h>
#include <optional>
#include <string>
#include <vector>

#include <pgcoro/copy_options.hpp>
#include <pgcoro/detail/copy_line_writer.hpp>
#include <pgcoro/detail/text_copy_reader.hpp>
#include <pgcoro/protocol/data_row.hpp>

namespace pgcoro::detail {
namespace {

using verdict = row_sink::verdict;
using value = std::optional<std::string>;
using line = std::vector<value>;

/// Keeps rows of two columns.
class kept_rows final : public row_sink {
 public:
  std::vector<line> rows;
  std::size_t limit = SIZE_MAX;
  bool refuses = false;

  void describe(const std::shared_ptr<const row_layout>&) override {}
  verdict row(std::span<const std::byte> body) override {
    if (protocol::check_data_row(body, 2)) return verdict::malformed;
    if (refuses) return verdict::failed;
    protocol::data_row_reader reader(body);
    line& made = rows.emplace_back();
    for (protocol::field f; reader.next(f);)
      made.push_back(f.is_null() ? value() : value(protocol::as_text(f.bytes())));
    return rows.size() >= limit ? verdict::enough : verdict::ok;
  }
  void complete(std::string_view) override {}
  error_info take_error() override { return error_info(make_error_code(errc::out_of_range), "too large"); }
  void choose_formats(const row_description&, std::span<protocol::format>) const noexcept override {}
  const void* kind() const noexcept override { return this; }
};

copy_dialect dialect_of(const copy_options& options) {
  row_description columns;
  for (const char* name : {"first", "second \"column\""}) columns.columns.emplace_back().name = name;
  copy_dialect made;
  const error_info refused = options.resolve(columns, made);
  EXPECT_FALSE(refused) << refused.message();
  return made;
}

std::string written(const copy_options& options, const std::vector<line>& rows) {
  copy_line_writer writer(dialect_of(options));
  protocol::buffer out;
  writer.header(out);
  for (const line& row : rows) {
    for (const value& v : row) {
      writer.begin_value(out);
      if (v) {
        out.append(*v);
        EXPECT_EQ(writer.end_value(out), errc{});
      } else {
        writer.null_value(out);
      }
    }
    writer.end(out);
  }
  return std::string(protocol::as_text(out.data()));
}

verdict feed(text_copy_reader& reader, std::string_view bytes) { return reader.feed(protocol::as_bytes(bytes)); }

std::vector<line> read(const copy_options& options, std::string_view bytes) {
  kept_rows sink;
  text_copy_reader reader(sink, dialect_of(options));
  EXPECT_EQ(feed(reader, bytes), verdict::ok) << reader.take_error().message();
  EXPECT_EQ(reader.finish(), verdict::ok) << reader.take_error().message();
  return sink.rows;
}

error_info refusal(const copy_options& options, std::string_view bytes) {
  kept_rows sink;
  text_copy_reader reader(sink, dialect_of(options));
  static_cast<void>(feed(reader, bytes));
  static_cast<void>(reader.finish());
  return reader.take_error();
}

const std::vector<copy_options> dialects{
    copy_options::text(),
    copy_options::text().header(),
    copy_options::text().delimiter('|').null("NULL"),
    copy_options::text().delimiter(',').null("b").default_marker("x62"),
    copy_options::csv(),
    copy_options::csv().header(copy_header::match),
    copy_options::csv().delimiter(';').null("\\N").default_marker("D"),
    copy_options::csv().quote('\''),
    copy_options::csv().quote('\'').escape('\\'),
    copy_options::csv().delimiter('\t').null("null").escape('\\'),
    copy_options::csv().force_quote(),
};

const std::vector<value> hostile{
    std::nullopt, "",      "plain", "\\",    "\\N",     "\\.",        ".",      "NULL",  "null", "b",
    "x62",        "D",     "\n",    "\r\n",  "a\nb",    "\t",         "\v\f\b", ",",     ";",    "|",
    "\"",         "\"\"",  "'",     "a\"b",  "a'b",     "\\\"",       "\\'",    "'\\'",  "\\\n", "\\\\",
    "\\n",        "\\x41", "\\101", "end\\", " space ", "a,b\"c\"\n", "süß",    "\x01x", "\"",   "\n\\.\n",
};

std::vector<line> hostile_rows() {
  std::vector<line> rows;
  for (const value& a : hostile)
    for (const value& b : hostile) rows.push_back({a, b});
  return rows;
}

TEST(copy_lines, come_back_as_they_were_in_every_dialect) {
  const std::vector<line> rows = hostile_rows();
  for (const copy_options& options : dialects)
    EXPECT_EQ(read(options, written(options, rows)), rows) << options.to_clause();
}

TEST(copy_lines, are_the_same_wherever_the_bytes_are_cut) {
  for (const copy_options& options : dialects) {
    const std::vector<line> rows = hostile_rows();
    const std::string all = written(options, rows);
    for (const std::size_t piece : {1u, 2u, 3u, 7u, 64u}) {
      kept_rows sink;
      text_copy_reader reader(sink, dialect_of(options));
      for (std::size_t at = 0; at < all.size(); at += piece)
        ASSERT_EQ(feed(reader, std::string_view(all).substr(at, piece)), verdict::ok);
      EXPECT_EQ(reader.finish(), verdict::ok);
      EXPECT_EQ(sink.rows, rows) << options.to_clause() << piece;
    }
  }
}

TEST(copy_lines, are_the_same_at_each_single_cut) {
  const std::vector<line> rows{{"a\nb", "\\"}, {std::nullopt, "\"x\",\t"}, {"", "\\."}};
  for (const copy_options& options : dialects) {
    const std::string all = written(options, rows);
    for (std::size_t cut = 0; cut <= all.size(); ++cut) {
      kept_rows sink;
      text_copy_reader reader(sink, dialect_of(options));
      ASSERT_EQ(feed(reader, std::string_view(all).substr(0, cut)), verdict::ok);
      ASSERT_EQ(feed(reader, std::string_view(all).substr(cut)), verdict::ok);
      EXPECT_EQ(reader.finish(), verdict::ok);
      EXPECT_EQ(sink.rows, rows) << options.to_clause() << cut;
    }
  }
}

TEST(copy_lines, may_have_what_is_special_at_any_distance_and_next_to_bytes_that_are_almost_so) {
  std::vector<line> rows;
  for (const char filling : {'x', '\x80', '-', '#', ']', '\b'})
    for (std::size_t before = 0; before < 20; ++before)
      for (const char* special : {",", "\t", "\"", "\\", "\n", ";"})
        rows.push_back({std::string(before, filling) + special + filling, std::string(20 - before, filling)});
  for (const copy_options& options : dialects)
    EXPECT_EQ(read(options, written(options, rows)), rows) << options.to_clause();
}

TEST(copy_line_writer, writes_text_as_the_server_does) {
  EXPECT_EQ(written(copy_options::text(), {{"a\tb\\c\n", std::nullopt}, {"", "\\N"}}), "a\\tb\\\\c\\n\t\\N\n\t\\\\N\n");
}

TEST(copy_line_writer, quotes_what_csv_has_to_and_no_more) {
  EXPECT_EQ(written(copy_options::csv(), {{"a b", std::nullopt}, {"", "x\"y"}, {"1,2", "\\."}}),
            "a b,\n\"\",\"x\"\"y\"\n\"1,2\",\"\\.\"\n");
  EXPECT_EQ(written(copy_options::csv().force_quote("first"), {{"a", "b"}, {std::nullopt, "b"}}), "\"a\",b\n,b\n");
}

TEST(copy_line_writer, spells_out_a_value_that_looks_like_a_marker) {
  EXPECT_EQ(written(copy_options::text().null("none"), {{"none", "x"}}), "\\x6eone\tx\n");
  EXPECT_EQ(written(copy_options::csv().default_marker("D"), {{"D", "x"}}), "\"D\",x\n");
}

TEST(copy_line_writer, refuses_an_empty_string_where_that_is_null) {
  copy_line_writer writer(dialect_of(copy_options::text().null("")));
  protocol::buffer out;
  writer.begin_value(out);
  EXPECT_EQ(writer.end_value(out), errc::invalid_value);
}

TEST(copy_line_writer, writes_a_default_where_there_is_a_marker_for_it) {
  protocol::buffer out;
  copy_line_writer with(dialect_of(copy_options::csv().default_marker("\\D")));
  with.begin_value(out);
  EXPECT_EQ(with.default_value(out), errc{});
  EXPECT_EQ(protocol::as_text(out.data()), "\\D");
  copy_line_writer without(dialect_of(copy_options::csv()));
  EXPECT_EQ(without.default_value(out), errc::type_mismatch);
}

TEST(copy_line_writer, begins_anew_behind_a_line_that_was_given_up) {
  copy_line_writer writer(dialect_of(copy_options::csv()));
  protocol::buffer out;
  writer.begin_value(out);
  out.append("given up");
  EXPECT_EQ(writer.end_value(out), errc{});
  out.clear();
  writer.abandon();
  writer.begin_value(out);
  out.append("1");
  EXPECT_EQ(writer.end_value(out), errc{});
  EXPECT_EQ(protocol::as_text(out.data()), "1");
}

TEST(text_copy_reader, knows_every_escape_of_the_text_format) {
  EXPECT_EQ(read(copy_options::text(), "\\b\\f\\n\\r\\t\\v\t\\101\\x42\\x4a\\7\n"),
            (std::vector<line>{{"\b\f\n\r\t\v", "ABJ\7"}}));
  EXPECT_EQ(read(copy_options::text(), "\\q\\.\\\\\t\\xyz\\400\n"),
            (std::vector<line>{{"q.\\", std::string("xyz\0", 4)}}));
}

TEST(text_copy_reader, takes_a_newline_behind_a_backslash_for_data) {
  EXPECT_EQ(read(copy_options::text(), "a\\\nb\tc\n"), (std::vector<line>{{"a\nb", "c"}}));
}

TEST(text_copy_reader, compares_null_before_it_looks_at_backslashes) {
  EXPECT_EQ(read(copy_options::text(), "\\N\t\\\\N\n"), (std::vector<line>{{std::nullopt, "\\N"}}));
  EXPECT_EQ(read(copy_options::text().null(""), "\tx\n"), (std::vector<line>{{std::nullopt, "x"}}));
}

TEST(text_copy_reader, takes_quotes_in_the_middle_of_a_value) {
  EXPECT_EQ(read(copy_options::csv(), "a\"b,c\"d,\"\"\n"), (std::vector<line>{{"ab,cd", ""}}));
}

TEST(text_copy_reader, takes_null_as_the_options_force_it) {
  const auto plain = copy_options::csv().null("-");
  EXPECT_EQ(read(plain, "-,\"-\"\n"), (std::vector<line>{{std::nullopt, "-"}}));
  EXPECT_EQ(read(copy_options(plain).force_not_null("first").force_null("second \"column\""), "-,\"-\"\n"),
            (std::vector<line>{{"-", std::nullopt}}));
}

TEST(text_copy_reader, passes_over_a_header_or_compares_it) {
  EXPECT_EQ(read(copy_options::csv().header(), "what,ever\n1,2\n"), (std::vector<line>{{"1", "2"}}));
  const auto match = copy_options::csv().header(copy_header::match);
  EXPECT_EQ(read(match, "first,\"second \"\"column\"\"\"\n1,2\n"), (std::vector<line>{{"1", "2"}}));
  for (const char* other : {"first,other\n", "first\n", ",\n", "\n"})
    EXPECT_EQ(refusal(match, other).code(), errc::invalid_value);
  EXPECT_EQ(refusal(match, "").code(), errc::invalid_value);
}

TEST(text_copy_reader, names_the_row_with_too_many_or_too_few_values) {
  for (const char* bad : {"1,2\n1\n", "1,2\n1,2,3\n", "1,2\n\n"}) {
    const error_info failed = refusal(copy_options::csv(), bad);
    EXPECT_EQ(failed.code(), errc::invalid_value);
    EXPECT_NE(failed.message().find("row 2"), std::string::npos) << failed.message();
  }
}

TEST(text_copy_reader, names_the_row_at_which_the_data_end_early) {
  for (const copy_options& options : {copy_options::text(), copy_options::csv()}) {
    const std::string all = written(options, {{"a", "b"}, {"c\n", "\""}});
    for (std::size_t size = 0; size < all.size(); ++size) {
      kept_rows sink;
      text_copy_reader reader(sink, dialect_of(options));
      ASSERT_EQ(feed(reader, std::string_view(all).substr(0, size)), verdict::ok);
      const bool between_lines = size == 0 || size == 4;
      ASSERT_EQ(reader.finish(), between_lines ? verdict::ok : verdict::failed) << size;
      const std::string row = size < 4 ? "row 1" : "row 2";
      EXPECT_EQ(reader.take_error().message().find(row) != std::string::npos, !between_lines);
    }
  }
}

TEST(text_copy_reader, keeps_no_more_than_the_longest_line) {
  const auto options = copy_options::csv().longest_line(10);
  EXPECT_EQ(read(options, "12345,789\n"), (std::vector<line>{{"12345", "789"}}));
  EXPECT_EQ(refusal(options, "12345,7890\n").code(), errc::message_too_large);
  kept_rows sink;
  text_copy_reader reader(sink, dialect_of(options));
  EXPECT_EQ(feed(reader, "\"23456789"), verdict::ok);
  EXPECT_EQ(feed(reader, "\n"), verdict::ok);
  EXPECT_EQ(feed(reader, "x"), verdict::failed);
  EXPECT_NE(reader.take_error().message().find("row 1"), std::string::npos);
}

TEST(text_copy_reader, takes_all_that_it_is_fed_and_says_that_its_sink_has_enough) {
  kept_rows sink;
  sink.limit = 1;
  text_copy_reader reader(sink, dialect_of(copy_options::csv()));
  EXPECT_EQ(feed(reader, "1,2\n3,4\n5"), verdict::enough);
  EXPECT_EQ(sink.rows.size(), 2u);
}

TEST(text_copy_reader, passes_on_what_its_sink_cannot_take_and_takes_no_more) {
  kept_rows sink;
  sink.refuses = true;
  text_copy_reader reader(sink, dialect_of(copy_options::csv()));
  EXPECT_EQ(feed(reader, "1,2\n"), verdict::failed);
  EXPECT_EQ(reader.take_error().code(), errc::out_of_range);
  sink.refuses = false;
  EXPECT_EQ(feed(reader, "1,2\n"), verdict::failed);
  EXPECT_EQ(reader.finish(), verdict::failed);
  EXPECT_TRUE(sink.rows.empty());
}

}  // namespace
}  // namespace pgcoro::detail
