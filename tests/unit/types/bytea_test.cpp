#include "unit/types/values.hpp"

namespace pgcoro::testing {
namespace {

using byte_vector = std::vector<std::byte>;

byte_vector to_bytes(std::string_view text) {
  const protocol::bytes_view view = protocol::as_bytes(text);
  return {view.begin(), view.end()};
}

const std::string every_byte = [] {
  std::string made;
  for (int b = 0; b < 256; ++b) made.push_back(static_cast<char>(b));
  return made;
}();

TEST(bytea, is_itself_in_binary) {
  EXPECT_EQ(decode_binary<byte_vector>(oids::bytea, every_byte), ok(to_bytes(every_byte)));
  EXPECT_EQ(decode_binary<byte_vector>(oids::bytea, ""), ok(byte_vector()));
  EXPECT_EQ(encode(oids::bytea, to_bytes(every_byte)), sent(binary(every_byte)));
  EXPECT_EQ(encode(oids::bytea, protocol::as_bytes(every_byte)), sent(binary(every_byte)));
}

TEST(bytea, view_points_into_the_row) {
  const value_type from{oids::bytea, format::binary};
  std::span<const std::byte> out;
  const protocol::bytes_view row = protocol::as_bytes(every_byte);
  ASSERT_EQ(codec<std::span<const std::byte>>::decoder(from)(row, out, from), errc{});
  EXPECT_EQ(out.data(), row.data());
  EXPECT_EQ(out.size(), row.size());
}

TEST(bytea, view_is_not_read_from_text_format) {
  EXPECT_EQ(codec<std::span<const std::byte>>::decoder({oids::bytea, format::text}), nullptr);
}

TEST(bytea, reads_hex_text) {
  EXPECT_EQ(decode_text<byte_vector>(oids::bytea, "\\x"), ok(byte_vector()));
  EXPECT_EQ(decode_text<byte_vector>(oids::bytea, "\\x00fFaB7e"), ok(to_bytes(bytes({0, 255, 0xab, 0x7e}))));
}

TEST(bytea, reads_what_string_renders) {
  const auto rendered = decode_binary<std::string>(oids::bytea, every_byte);
  EXPECT_EQ(decode_text<byte_vector>(oids::bytea, rendered.value), ok(to_bytes(every_byte)));
}

TEST(bytea, is_written_in_hex_where_only_text_will_do) {
  EXPECT_EQ(encode_as_text(oids::bytea, byte_vector()), sent(text("\\x")));
  EXPECT_EQ(encode_as_text(oids::bytea, to_bytes(bytes({0, 255, 0xab, 0x7e}))), sent(text("\\x00ffab7e")));
}

TEST(bytea, reads_escaped_text) {
  EXPECT_EQ(decode_text<byte_vector>(oids::bytea, ""), ok(byte_vector()));
  EXPECT_EQ(decode_text<byte_vector>(oids::bytea, "hell\\157"), ok(to_bytes("hello")));
  EXPECT_EQ(decode_text<byte_vector>(oids::bytea, "a\\\\b"), ok(to_bytes("a\\b")));
  EXPECT_EQ(decode_text<byte_vector>(oids::bytea, "\\000\\377"), ok(to_bytes(bytes({0, 255}))));
}

TEST(bytea, refuses_ill_formed_text) {
  for (const auto* wrong : {"\\x0", "\\x0g", "\\xzz", "\\x 00", "\\", "\\1", "\\12", "\\400", "\\189", "\\9", "a\\"})
    EXPECT_EQ(decode_text<byte_vector>(oids::bytea, wrong), failure<byte_vector>(errc::invalid_value)) << wrong;
}

TEST(bytea, is_no_text_and_no_number) {
  for (const oid type : {oids::text, oids::int4, oids::json}) {
    for (const format f : {format::binary, format::text})
      EXPECT_EQ(decode<byte_vector>(type, f, "x"), failure<byte_vector>(errc::type_mismatch));
    EXPECT_EQ(encode(type, byte_vector(3)), refused(errc::type_mismatch));
  }
}

TEST(bytea, passes_the_binary_format_of_unknown_types_through) {
  EXPECT_EQ(decode_binary<byte_vector>(16'400, every_byte), ok(to_bytes(every_byte)));
  EXPECT_EQ(encode(16'400, to_bytes(every_byte)), sent(binary(every_byte)));
}

}  // namespace
}  // namespace pgcoro::testing
