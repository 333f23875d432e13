#include <array>
#include <gtest/gtest.h>
#include <stdexcept>
#include <string>
#include <vector>

#include <pgcoro/error.hpp>
#include <pgcoro/protocol/bind_writer.hpp>
#include <pgcoro/protocol/query.hpp>

#include "support.hpp"

namespace pgcoro::protocol {
namespace {

using test::body_of;
using test::bytes_that_are_not_there;
using test::contents;
using test::wire;

constexpr std::array<format, 2> mixed{format::text, format::binary};

TEST(bind_writer, writes_a_statement_without_parameters) {
  buffer out;
  bind_writer bind(out, "", "s1", 0);
  ASSERT_EQ(bind.finish(format::text), errc{});
  EXPECT_EQ(contents(out), wire("B\0\0\0\x0e\0s1\0\0\0\0\0\0\0"));
}

TEST(bind_writer, writes_values_nulls_and_formats_in_their_order) {
  buffer out;
  out.append("before");
  bind_writer bind(out, "p", "s1", 4);
  store_be<std::int32_t>(bind.value(format::binary, 4), 42);
  bind.null_value();
  const auto mark = bind.begin_value(format::text);
  out.append("forty-two");
  bind.end_value(mark);
  bind.value(format::binary, as_bytes(""));
  ASSERT_EQ(bind.finish(format::binary), errc{});
  EXPECT_EQ(contents(out), "before" + wire("B\0\0\0\x36p\0s1\0\0\x04\0\x01\0\0\0\0\0\x01\0\x04"
                                           "\0\0\0\x04\0\0\0\x2a\xff\xff\xff\xff\0\0\0\x09"
                                           "forty-two\0\0\0\0"
                                           "\0\x01\0\x01"));
}

TEST(bind_writer, writes_what_the_parser_reads) {
  buffer out;
  bind_writer bind(out, "portal", "statement", 2);
  bind.value(format::text, as_bytes("abc"));
  bind.null_value();
  ASSERT_EQ(bind.finish(mixed), errc{});
  bind_request parsed;
  ASSERT_FALSE(parse(out.data().subspan(header_size), parsed));
  EXPECT_EQ(parsed.portal, "portal");
  EXPECT_EQ(parsed.statement, "statement");
  std::vector<std::string> parameters;
  for (const field& f : parsed.parameters) parameters.emplace_back(f.is_null() ? "NULL" : as_text(f.bytes()));
  EXPECT_EQ(parameters, (std::vector<std::string>{"abc", "NULL"}));
  EXPECT_EQ(parsed.parameter_formats.size(), 2u);
  EXPECT_EQ(parsed.result_formats.size(), 2u);
}

TEST(bind_writer, writes_equal_result_formats_as_one_and_all_text_as_none) {
  const auto tail = [](std::span<const format> results) {
    buffer out;
    bind_writer bind(out, "", "", 0);
    EXPECT_EQ(bind.finish(results), errc{});
    return std::string(body_of(contents(out)).substr(6));
  };
  EXPECT_EQ(tail({}), wire("\0\0"));
  EXPECT_EQ(tail(std::vector(3, format::text)), wire("\0\0"));
  EXPECT_EQ(tail(std::vector(3, format::binary)), wire("\0\x01\0\x01"));
  EXPECT_EQ(tail(mixed), wire("\0\x02\0\0\0\x01"));
}

TEST(bind_writer, keeps_its_place_when_the_buffer_moves) {
  buffer out;
  out.append("abc");
  out.consume(1);
  bind_writer bind(out, "", "s", 200);
  for (int i = 0; i < 200; ++i) {
    const auto mark = bind.begin_value(format::binary);
    out.append(std::string(1000, static_cast<char>('a' + i % 26)));
    bind.end_value(mark);
  }
  ASSERT_EQ(bind.finish(format::binary), errc{});
  bind_request parsed;
  ASSERT_FALSE(parse(out.data().subspan(2 + header_size), parsed));
  int i = 0;
  for (const field& f : parsed.parameters)
    EXPECT_EQ(as_text(f.bytes()), std::string(1000, static_cast<char>('a' + i++ % 26)));
  for (const format f : parsed.parameter_formats) EXPECT_EQ(f, format::binary);
}

TEST(bind_writer, writes_65535_parameters) {
  buffer out;
  bind_writer bind(out, "", "", 65'535);
  for (int i = 0; i < 65'535; ++i) bind.null_value();
  ASSERT_EQ(bind.finish(format::text), errc{});
  bind_request parsed;
  ASSERT_FALSE(parse(out.data().subspan(header_size), parsed));
  EXPECT_EQ(parsed.parameters.size(), 65'535u);
}

TEST(bind_writer, refuses_65536_parameters_before_a_byte_is_written) {
  buffer out;
  out.append("before");
  bind_writer bind(out, "", "", 65'536);
  EXPECT_EQ(contents(out), "before");
  EXPECT_FALSE(bind.ok());
  EXPECT_EQ(bind.finish(format::text), errc::too_many_parameters);
  EXPECT_EQ(contents(out), "before");
}

TEST(bind_writer, refuses_a_nul_in_a_name) {
  for (const auto& [portal, statement] : {std::pair{wire("a\0b"), wire("s")}, std::pair{wire(""), wire("\0")}}) {
    buffer out;
    bind_writer bind(out, portal, statement, 1);
    bind.value(format::text, as_bytes("x"));
    EXPECT_EQ(bind.finish(format::text), errc::embedded_nul);
    EXPECT_TRUE(out.empty());
  }
}

TEST(bind_writer, refuses_more_or_fewer_values_than_announced) {
  for (const int given : {0, 1, 3}) {
    buffer out;
    out.append("before");
    bind_writer bind(out, "", "", 2);
    for (int i = 0; i < given; ++i) {
      const auto mark = bind.begin_value(format::text);
      out.append("x");
      bind.end_value(mark);
    }
    EXPECT_EQ(bind.finish(mixed), errc::parameter_count_mismatch) << given;
    EXPECT_EQ(contents(out), "before");
  }
}

TEST(bind_writer, drops_the_message_when_a_codec_fails) {
  buffer out;
  out.append("before");
  bind_writer bind(out, "", "", 2);
  bind.value(format::binary, as_bytes("x"));
  bind.fail(errc::out_of_range);
  bind.null_value();
  EXPECT_EQ(bind.value(format::binary, 4), nullptr);
  EXPECT_EQ(bind.finish(format::text), errc::out_of_range);
  EXPECT_EQ(contents(out), "before");
  out.append("after");
  EXPECT_EQ(contents(out), "beforeafter");
}

TEST(bind_writer, drops_the_message_when_it_is_abandoned) {
  buffer out;
  out.append("before");
  const auto encode = [&out] {
    bind_writer bind(out, "", "", 1);
    (void)bind.begin_value(format::text);
    throw std::runtime_error("a codec of the user's");
  };
  EXPECT_THROW(encode(), std::runtime_error);
  EXPECT_EQ(contents(out), "before");
}

// CVE-2024-27304: a length that wraps makes the server read the rest of a parameter as messages.
TEST(bind_writer, refuses_a_value_whose_length_would_wrap) {
  for (const std::size_t size : {std::size_t{0x8000'0000}, std::size_t{0xffff'ffff}, std::size_t{0x1'0000'0000},
                                 std::size_t{0x1'0000'0010}, std::size_t{0xffff'ffff'ffff'ffff}}) {
    buffer out;
    out.append("before");
    const std::size_t allocated = test::allocated();
    bind_writer bind(out, "", "", 1, ~std::uint64_t{0});
    bind.value(format::binary, bytes_that_are_not_there(size));
    const errc result = bind.finish(format::text);
    EXPECT_EQ(test::allocated(), allocated);
    EXPECT_EQ(result, errc::message_too_large) << size;
    EXPECT_EQ(contents(out), "before");
  }
}

TEST(bind_writer, refuses_a_message_above_the_servers_limit_before_it_takes_memory) {
  buffer out;
  bind_writer bind(out, "", "", 3);
  bind.value(format::binary, as_bytes(std::string(1000, 'x')));
  const std::size_t allocated = test::allocated();
  bind.value(format::binary, bytes_that_are_not_there(0x3fff'fffe - 1000));
  EXPECT_EQ(test::allocated(), allocated);
  bind.null_value();
  EXPECT_EQ(bind.finish(format::text), errc::message_too_large);
  EXPECT_TRUE(out.empty());
}

TEST(bind_writer, counts_the_whole_message_against_the_limit) {
  const auto write = [](std::uint64_t limit) {
    buffer out;
    bind_writer bind(out, "", "", 2, limit);
    const auto mark = bind.begin_value(format::text);
    out.append("12345");
    bind.end_value(mark);
    bind.value(format::text, as_bytes("67890"));
    const errc e = bind.finish(mixed);
    EXPECT_EQ(e == errc{}, !out.empty());
    return e;
  };
  constexpr std::uint64_t length = 4 + 1 + 1 + 2 + 4 + 2 + 9 + 9 + 6;
  EXPECT_EQ(write(length), errc{});
  for (std::uint64_t limit = 0; limit < length; ++limit) EXPECT_EQ(write(limit), errc::message_too_large) << limit;
}

TEST(bind_writer, reuses_the_memory_of_the_buffer) {
  buffer out;
  (void)out.prepare(1000);
  const std::size_t before = test::allocated();
  for (int i = 0; i < 100; ++i) {
    out.clear();
    bind_writer bind(out, "", "s1", 2);
    store_be<std::int64_t>(bind.value(format::binary, 8), i);
    bind.value(format::text, as_bytes("text"));
    ASSERT_EQ(bind.finish(format::binary), errc{});
    write_execute_sync(out);
  }
  EXPECT_EQ(test::allocated(), before);
}

}  // namespace
}  // namespace pgcoro::protocol
