#include <boost/describe/enum.hpp>

#include <pgcoro/types/array.hpp>
#include <pgcoro/types/enumeration.hpp>
#include <pgcoro/types/range.hpp>

#include "unit/types/registered_types.hpp"

namespace pgcoro::testing {

BOOST_DEFINE_ENUM_CLASS(mood, sad, ok, very_happy)
enum direction { left, right };
BOOST_DESCRIBE_ENUM(direction, left, right)

}  // namespace pgcoro::testing

template <>
inline constexpr std::string_view pgcoro::enum_label<pgcoro::testing::mood::very_happy> = "very happy";

namespace pgcoro::testing {
namespace {

TEST(enumeration, is_read_from_its_labels_in_both_formats) {
  for (const format f : {format::binary, format::text}) {
    EXPECT_EQ(decode_known<mood>(shop::mood, f, "sad"), ok(mood::sad));
    EXPECT_EQ(decode_known<mood>(shop::mood, f, "very happy"), ok(mood::very_happy));
    EXPECT_EQ(decode_known<direction>(oids::text, f, "right"), ok(right));
    EXPECT_EQ(decode<mood>(shop::mood, f, "ok"), ok(mood::ok)) << "where nobody has looked the type up";
  }
}

TEST(enumeration, refuses_a_label_that_it_does_not_have) {
  for (const char* wrong : {"", "angry", "Sad", "very_happy", "sad ", "sa"})
    EXPECT_EQ(decode_known<mood>(shop::mood, format::text, wrong), failure<mood>(errc::invalid_value)) << wrong;
}

TEST(enumeration, is_sent_as_its_label) {
  EXPECT_EQ(encode_known(shop::mood, mood::very_happy), sent(binary("very happy")));
  EXPECT_EQ(encode_known(oids::varchar, mood::sad), sent(binary("sad")));
  EXPECT_EQ(encode(oids::unspecified, mood::sad), sent(text("sad")));
  EXPECT_EQ(encode(shop::mood, left), sent(text("left")));
}

TEST(enumeration, refuses_a_value_without_a_label_and_a_type_without_labels) {
  EXPECT_EQ(encode_known(shop::mood, static_cast<mood>(99)), refused(errc::invalid_value));
  for (const oid type : {oids::int4, oids::bytea, shop::address, shop::other}) {
    EXPECT_EQ(encode_known(type, mood::sad), refused(errc::type_mismatch));
    EXPECT_EQ(decode_known<mood>(type, format::text, "sad"), failure<mood>(errc::type_mismatch));
  }
}

TEST(enumeration, stands_in_arrays_and_ranges) {
  const std::vector<mood> value{mood::sad, mood::very_happy};
  EXPECT_EQ(decode_known<std::vector<mood>>(shop::mood_array, format::text, R"({sad,"very happy"})"), ok(value));
  const encoded wire = encode_known(shop::mood_array, value);
  EXPECT_EQ(wire.value.f, format::binary);
  EXPECT_EQ(decode_known<std::vector<mood>>(shop::mood_array, format::binary, wire.value.value.value()), ok(value));
  EXPECT_EQ(decode_known<std::vector<std::string>>(shop::mood_array, format::binary, wire.value.value.value()),
            ok(std::vector<std::string>{"sad", "very happy"}));
  EXPECT_EQ(encode(oids::unspecified, value), sent(text(R"({sad,"very happy"})")));
  EXPECT_EQ(decode_known<range<mood>>(shop::moodrange, format::text, "[sad,ok]"),
            ok(range<mood>(mood::sad, mood::ok, bounds::closed)));
}

TEST(enumeration, is_asked_for_as_text) { EXPECT_EQ(detail::preferred_format<mood>, format::text); }

}  // namespace
}  // namespace pgcoro::testing
