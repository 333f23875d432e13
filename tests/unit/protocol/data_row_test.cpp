#include <gtest/gtest.h>
#include <optional>
#include <string>
#include <vector>

#include <pgcoro/protocol/data_row.hpp>

#include "support.hpp"

namespace pgcoro::protocol {
namespace {

using test::wire;

using values = std::vector<std::optional<std::string>>;

/// The fields, or nothing where the row is malformed.
std::optional<values> walk(const std::string& body) {
  // On the heap and of just that size, so that a sanitizer sees a read beyond it.
  const std::vector<char> exact(body.begin(), body.end());
  data_row_reader row(as_bytes({exact.data(), exact.size()}));
  values found;
  for (field f; row.next(f);)
    found.push_back(f.is_null() ? std::nullopt : std::optional(std::string(as_text(f.bytes()))));
  if (!row.finish()) {
    EXPECT_TRUE(row.malformed());
    EXPECT_TRUE(row.error());
    EXPECT_LE(row.error().offset, body.size());
    return std::nullopt;
  }
  EXPECT_FALSE(row.error());
  EXPECT_EQ(found.size(), row.count());
  return found;
}

std::string rule(const std::string& body) {
  data_row_reader row(as_bytes(body));
  for (field f; row.next(f);) {
  }
  EXPECT_FALSE(row.finish());
  return row.error().to_string();
}

TEST(data_row_reader, walks_values_nulls_and_empty_values) {
  EXPECT_EQ(walk(wire("\0\x03\0\0\0\x02"
                      "ab\xff\xff\xff\xff\0\0\0\0")),
            (values{"ab", std::nullopt, ""}));
}

TEST(data_row_reader, accepts_a_row_without_fields) { EXPECT_EQ(walk(wire("\0\0")), values{}); }

TEST(data_row_reader, reads_the_count_as_unsigned) {
  std::string body = wire("\xff\xff");
  for (int i = 0; i < 65'535; ++i) body += wire("\xff\xff\xff\xff");
  ASSERT_TRUE(walk(body));
  EXPECT_EQ(walk(body)->size(), 65'535u);
}

TEST(data_row_reader, refuses_a_body_without_a_count) {
  EXPECT_EQ(rule(""), "DataRow: message ends early at byte 0");
  EXPECT_EQ(rule(wire("\0")), "DataRow: message ends early at byte 0");
}

TEST(data_row_reader, takes_only_minus_one_for_null) {
  EXPECT_EQ(rule(wire("\0\x01\xff\xff\xff\xfe")), "DataRow: negative size at byte 2");
  EXPECT_EQ(rule(wire("\0\x01\x80\0\0\0")), "DataRow: negative size at byte 2");
  EXPECT_EQ(walk(wire("\0\x01\xff\xff\xff\xff")), values{std::nullopt});
}

TEST(data_row_reader, refuses_a_field_that_reaches_beyond_the_message) {
  EXPECT_EQ(rule(wire("\0\x01\0\0\0\x03"
                      "ab")),
            "DataRow: field reaches beyond the message at byte 2");
  EXPECT_EQ(rule(wire("\0\x01\x7f\xff\xff\xff"
                      "ab")),
            "DataRow: field reaches beyond the message at byte 2");
}

TEST(data_row_reader, refuses_fewer_fields_than_it_counts) {
  EXPECT_EQ(rule(wire("\0\x02\0\0\0\x01"
                      "a")),
            "DataRow: message ends early at byte 7");
  EXPECT_EQ(rule(wire("\0\x02\0\0\0\x01"
                      "a\0\0\0")),
            "DataRow: message ends early at byte 7");
}

TEST(data_row_reader, refuses_trailing_bytes) {
  EXPECT_EQ(rule(wire("\0\x01\0\0\0\x01"
                      "ab")),
            "DataRow: trailing bytes at byte 7");
  EXPECT_EQ(rule(wire("\0\0\0")), "DataRow: trailing bytes at byte 2");
}

TEST(data_row_reader, says_so_when_fields_are_left_unread) {
  const std::string body = wire("\0\x02\xff\xff\xff\xff\xff\xff\xff\xff");
  data_row_reader row(as_bytes(body));
  field f;
  ASSERT_TRUE(row.next(f));
  EXPECT_FALSE(row.finish());
  EXPECT_STREQ(row.error().rule, "fields left unread");
}

TEST(data_row_reader, stays_malformed) {
  const std::string body = wire("\0\x02\xff\xff\xff\xfe\0\0\0\0");
  data_row_reader row(as_bytes(body));
  field f;
  EXPECT_FALSE(row.next(f));
  EXPECT_FALSE(row.next(f));
  EXPECT_TRUE(row.malformed());
  EXPECT_FALSE(row.finish());
}

TEST(data_row_reader, survives_every_change_of_a_byte) {
  const std::string good = wire(
      "\0\x03\0\0\0\x02"
      "ab\xff\xff\xff\xff\0\0\0\x01"
      "c");
  for (std::size_t i = 0; i < good.size(); ++i)
    for (int value = 0; value < 256; ++value) {
      std::string body = good;
      body[i] = static_cast<char>(value);
      (void)walk(body);
    }
}

TEST(data_row_reader, survives_every_cut) {
  const std::string good = wire(
      "\0\x02\0\0\0\x02"
      "ab\xff\xff\xff\xff");
  for (std::size_t size = 0; size < good.size(); ++size) EXPECT_FALSE(walk(good.substr(0, size))) << size;
}

TEST(data_row_reader, takes_no_memory_for_what_a_row_claims) {
  const std::string body = wire(
      "\xff\xff\x3f\xff\xff\xff"
      "x");
  const std::size_t before = test::allocated();
  data_row_reader row(as_bytes(body));
  field f;
  const bool found = row.next(f);
  EXPECT_EQ(test::allocated(), before);
  EXPECT_FALSE(found);
}

TEST(check_data_row, holds_a_row_against_its_description) {
  const std::string body = wire(
      "\0\x02\0\0\0\x01"
      "a\xff\xff\xff\xff");
  EXPECT_FALSE(check_data_row(as_bytes(body), 2));
  EXPECT_STREQ(check_data_row(as_bytes(body), 1).rule, "number of fields differs from the description");
  EXPECT_STREQ(check_data_row(as_bytes(body), 3).rule, "number of fields differs from the description");
  EXPECT_STREQ(check_data_row(as_bytes(std::string_view(body).substr(0, 8)), 2).rule, "message ends early");
  EXPECT_STREQ(check_data_row({}, 0).rule, "message ends early");
}

}  // namespace
}  // namespace pgcoro::protocol
