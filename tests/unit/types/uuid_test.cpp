#include <boost/uuid/uuid_io.hpp>

#include <pgcoro/types/uuid.hpp>

#include "unit/types/values.hpp"

namespace pgcoro::testing {
namespace {

using boost::uuids::uuid;

const std::string wire =
    bytes({0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef, 0xfe, 0xdc, 0xba, 0x98, 0x76, 0x54, 0x32, 0x10});
constexpr uuid value{{0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef, 0xfe, 0xdc, 0xba, 0x98, 0x76, 0x54, 0x32, 0x10}};
const std::string in_text = "01234567-89ab-cdef-fedc-ba9876543210";

TEST(uuid, is_its_sixteen_bytes_in_binary) {
  EXPECT_EQ(encode(oids::uuid, value), sent(binary(wire)));
  EXPECT_EQ(decode_binary<uuid>(oids::uuid, wire), ok(value));
}

TEST(uuid, is_written_and_read_as_text) {
  EXPECT_EQ(encode_as_text(oids::uuid, value), sent(text(in_text)));
  EXPECT_EQ(encode(oids::unspecified, value), sent(text(in_text)));
  EXPECT_EQ(encode(oids::text, value), sent(text(in_text)));
  EXPECT_EQ(decode_text<uuid>(oids::uuid, in_text), ok(value));
  EXPECT_EQ(decode_text<uuid>(oids::uuid, "01234567-89AB-CDEF-FEDC-BA9876543210"), ok(value));
  EXPECT_EQ(decode_text<uuid>(oids::uuid, to_string(uuid{})), ok(uuid{}));
}

TEST(uuid, refuses_ill_formed_text_and_bytes) {
  for (std::size_t size = 0; size < in_text.size(); ++size) {
    EXPECT_EQ(decode_text<uuid>(oids::uuid, in_text.substr(0, size)), failure<uuid>(errc::invalid_value));
    std::string broken = in_text;
    broken[size] = 'g';
    EXPECT_EQ(decode_text<uuid>(oids::uuid, broken), failure<uuid>(errc::invalid_value));
  }
  EXPECT_EQ(decode_text<uuid>(oids::uuid, in_text + "0"), failure<uuid>(errc::invalid_value));
  EXPECT_EQ(decode_text<uuid>(oids::uuid, "{1234567-89ab-cdef-fedc-ba987654321}"), failure<uuid>(errc::invalid_value));
  for (const std::size_t size : {0U, 1U, 15U, 17U, 32U})
    EXPECT_EQ(decode_binary<uuid>(oids::uuid, std::string(size, '\0')), failure<uuid>(errc::invalid_value));
}

TEST(uuid, is_no_other_type) {
  EXPECT_EQ(decode_text<uuid>(oids::text, in_text), failure<uuid>(errc::type_mismatch));
  for (const oid type : {oids::bytea, oids::int8, oids::json})
    EXPECT_EQ(encode(type, value), refused(errc::type_mismatch));
}

}  // namespace
}  // namespace pgcoro::testing
