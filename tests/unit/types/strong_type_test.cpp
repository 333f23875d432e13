#include <pgcoro/types/array.hpp>
#include <pgcoro/types/strong_type.hpp>

#include "unit/types/registered_types.hpp"

namespace {

struct user_id {
  std::int64_t value = 0;
  friend bool operator==(const user_id&, const user_id&) = default;
};
struct email {
  std::string text;
  friend bool operator==(const email&, const email&) = default;
};
enum class channel_id : std::int32_t {};

}  // namespace

template <>
struct pgcoro::codec<user_id> : pgcoro::wrapped_codec<&user_id::value> {};
template <>
struct pgcoro::codec<email> : pgcoro::wrapped_codec<&email::text> {};
template <>
struct pgcoro::codec<channel_id> : pgcoro::underlying_codec<channel_id> {};

namespace pgcoro::testing {
namespace {

TEST(strong_type, converts_as_what_it_holds) {
  EXPECT_EQ(decode_binary<user_id>(oids::int8, be(std::int64_t{7})), ok(user_id{7}));
  EXPECT_EQ(decode_binary<user_id>(oids::int4, be(std::int32_t{7})), ok(user_id{7}));
  EXPECT_EQ(decode_text<user_id>(oids::int4, "7"), ok(user_id{7}));
  EXPECT_EQ(decode_binary<user_id>(oids::text, "7"), failure<user_id>(errc::type_mismatch));
  EXPECT_EQ(decode_text<email>(oids::text, "a@b"), ok(email{"a@b"}));
  EXPECT_EQ(encode(oids::int8, user_id{7}), sent(binary(be(std::int64_t{7}))));
  EXPECT_EQ(encode(oids::int2, user_id{70000}), refused(errc::out_of_range));
  EXPECT_EQ(encode(oids::text, email{"a@b"}), sent(binary("a@b")));
  EXPECT_EQ(encode(oids::bytea, user_id{7}), refused(errc::type_mismatch));
}

TEST(strong_type, is_declared_and_asked_for_as_what_it_holds) {
  EXPECT_EQ(detail::declared_oid<user_id>, oids::int8);
  EXPECT_EQ(detail::preferred_format<user_id>, format::binary);
  EXPECT_EQ(detail::declared_oid<email>, oids::unspecified);
  EXPECT_TRUE(has_common_store<user_id>);
}

TEST(strong_type, may_be_an_enum_that_is_a_number) {
  EXPECT_EQ(decode_binary<channel_id>(oids::int4, be(std::int32_t{7})), ok(channel_id{7}));
  EXPECT_EQ(encode(oids::int4, channel_id{7}), sent(binary(be(std::int32_t{7}))));
}

TEST(strong_type, stands_in_rows_and_arrays_and_may_be_null) {
  row_decoder<std::pair<user_id, std::optional<email>>> decoder;
  ASSERT_FALSE(decoder.describe(make_columns({make_column("id", oids::int8), make_column("mail", oids::text)})));
  std::pair<user_id, std::optional<email>> row;
  ASSERT_TRUE(decoder.decode(protocol::as_bytes(make_row({be(std::int64_t{7}), std::nullopt})), row).ok());
  EXPECT_EQ(row.first, user_id{7});
  const std::vector<user_id> ids{{1}, {2}};
  const encoded wire = encode(oids::int8_array, ids);
  EXPECT_EQ(decode_binary<std::vector<user_id>>(oids::int8_array, wire.value.value.value()), ok(ids));
}

}  // namespace
}  // namespace pgcoro::testing
