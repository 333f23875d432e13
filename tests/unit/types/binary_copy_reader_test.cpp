// Binary COPY as a stream of bytes, cut anywhere and broken everywhere.
#include <gtest/gtest.h>
#include <string>

#include <pgcoro/detail/binary_copy_reader.hpp>
#include <pgcoro/detail/copy_tuple.hpp>
#include <pgcoro/protocol/data_row.hpp>

namespace pgcoro::detail {
namespace {

using verdict = row_sink::verdict;

/// Writes down the rows of two columns; has enough after `limit`.
class rows final : public row_sink {
 public:
  std::string text;
  std::size_t limit = SIZE_MAX;
  bool refuses = false;

  void describe(const std::shared_ptr<const row_layout>&) override {}
  verdict row(std::span<const std::byte> body) override {
    if (protocol::check_data_row(body, 2)) return verdict::malformed;
    if (refuses) return verdict::failed;
    protocol::data_row_reader reader(body);
    text += '(';
    for (protocol::field f; reader.next(f);)
      text.append(f.is_null() ? "NULL" : protocol::as_text(f.bytes())).append(",");
    text += ')';
    return --limit == 0 ? verdict::enough : verdict::ok;
  }
  void complete(std::string_view) override {}
  error_info take_error() override { return error_info(make_error_code(errc::out_of_range), "too large"); }
  void choose_formats(const row_description&, std::span<protocol::format>) const noexcept override {}
  const void* kind() const noexcept override { return this; }
};

std::string header() {
  protocol::buffer out;
  write_copy_header(out);
  return std::string(protocol::as_text(out.data()));
}

std::string row(std::string_view a, bool second_is_null = false) {
  protocol::buffer out;
  out.append_u16(2);
  out.append_u32(static_cast<std::uint32_t>(a.size()));
  out.append(a);
  if (second_is_null) {
    out.append_i32(-1);
  } else {
    out.append_u32(1);
    out.append("z");
  }
  return std::string(protocol::as_text(out.data()));
}

const std::string trailer("\xff\xff", 2);
const std::string whole = header() + row("abc") + row("", true) + row("x") + row("yy") + trailer;
const std::string expected = "(abc,z,)(,NULL,)(x,z,)(yy,z,)";

verdict feed(binary_copy_reader& reader, std::string_view bytes) { return reader.feed(protocol::as_bytes(bytes)); }

TEST(binary_copy_reader, gives_the_same_rows_however_the_bytes_are_cut) {
  for (std::size_t piece = 1; piece <= whole.size(); ++piece) {
    rows sink;
    binary_copy_reader reader(sink, 2);
    for (std::size_t at = 0; at < whole.size(); at += piece)
      ASSERT_EQ(feed(reader, std::string_view(whole).substr(at, piece)), verdict::ok) << piece;
    EXPECT_EQ(reader.finish(), verdict::ok);
    EXPECT_EQ(sink.text, expected) << piece;
    EXPECT_EQ(reader.rows_read(), 4u);
  }
}

TEST(binary_copy_reader, takes_rows_that_come_one_a_message) {
  rows sink;
  binary_copy_reader reader(sink, 2);
  for (const std::string& message : {header() + row("abc"), row("", true), row("x"), row("yy"), trailer})
    ASSERT_EQ(feed(reader, message), verdict::ok);
  EXPECT_EQ(reader.finish(), verdict::ok);
  EXPECT_EQ(sink.text, expected);
}

TEST(binary_copy_reader, goes_on_where_messages_change_from_one_row_to_several) {
  rows sink;
  binary_copy_reader reader(sink, 2);
  const std::string y = row("yy");
  for (const std::string& message :
       {header(), row("abc"), row("", true) + row("x") + y.substr(0, 7), y.substr(7), trailer})
    ASSERT_EQ(feed(reader, message), verdict::ok);
  EXPECT_EQ(reader.finish(), verdict::ok);
  EXPECT_EQ(sink.text, expected);
}

TEST(binary_copy_reader, names_the_row_at_which_the_data_end_early) {
  for (std::size_t size = 0; size < whole.size() - trailer.size(); ++size) {
    rows sink;
    binary_copy_reader reader(sink, 2);
    ASSERT_EQ(feed(reader, std::string_view(whole).substr(0, size)), verdict::ok);
    const std::uint64_t complete = reader.rows_read();
    ASSERT_EQ(reader.finish(), verdict::failed) << size;
    EXPECT_NE(reader.take_error().message().find("row " + std::to_string(complete + 1)), std::string::npos);
  }
}

TEST(binary_copy_reader, refuses_what_is_no_binary_copy) {
  for (std::string bad : {std::string("PGCOPX\n\377\r\n\0", 11), std::string("1,2\n"), std::string("P1")}) {
    rows sink;
    binary_copy_reader reader(sink, 2);
    EXPECT_EQ(feed(reader, bad), verdict::failed);
  }
  std::string critical = header();
  critical[12] = 1;
  rows sink;
  binary_copy_reader reader(sink, 2);
  EXPECT_EQ(feed(reader, critical), verdict::failed);
}

TEST(binary_copy_reader, names_the_row_that_is_malformed) {
  std::string negative = row("x");
  negative.replace(2, 4, "\xff\xff\xff\xfe", 4);
  std::string three = row("x");
  three[1] = 3;
  for (const std::string& bad : {negative, three}) {
    for (const bool apart : {false, true}) {
      rows sink;
      binary_copy_reader reader(sink, 2);
      if (apart) {
        EXPECT_EQ(feed(reader, header() + row("a")), verdict::ok);
        EXPECT_EQ(feed(reader, row("b")), verdict::ok);
        EXPECT_EQ(feed(reader, bad), verdict::failed);
      } else {
        EXPECT_EQ(feed(reader, header() + row("a") + row("b") + bad), verdict::failed);
      }
      EXPECT_NE(reader.take_error().message().find("row 3"), std::string::npos);
      EXPECT_EQ(reader.finish(), verdict::failed);
      EXPECT_EQ(feed(reader, row("c")), verdict::failed);
    }
  }
}

TEST(binary_copy_reader, refuses_bytes_behind_the_end) {
  rows sink;
  binary_copy_reader reader(sink, 2);
  EXPECT_EQ(feed(reader, whole + "x"), verdict::failed);
}

TEST(binary_copy_reader, takes_all_of_a_message_and_says_that_its_sink_has_enough) {
  rows sink;
  sink.limit = 2;
  binary_copy_reader reader(sink, 2);
  EXPECT_EQ(feed(reader, whole), verdict::enough);
  EXPECT_EQ(sink.text, expected);
  EXPECT_EQ(reader.finish(), verdict::ok);
}

TEST(binary_copy_reader, passes_on_what_its_sink_cannot_take) {
  rows sink;
  sink.refuses = true;
  binary_copy_reader reader(sink, 2);
  EXPECT_EQ(feed(reader, whole), verdict::failed);
  const error_info failed = reader.take_error();
  EXPECT_EQ(failed.code(), errc::out_of_range);
  EXPECT_NE(failed.message().find("row 1"), std::string::npos);
}

}  // namespace
}  // namespace pgcoro::detail
