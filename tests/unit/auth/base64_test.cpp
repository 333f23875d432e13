#include "auth/base64.hpp"

#include <gtest/gtest.h>
#include <string>
#include <string_view>
#include <vector>

namespace pgcoro::auth {
namespace {

std::vector<unsigned char> bytes(std::string_view text) { return {text.begin(), text.end()}; }

TEST(base64, agrees_with_the_vectors_of_rfc_4648) {
  const std::pair<std::string_view, std::string_view> vectors[] = {{"", ""},
                                                                   {"f", "Zg=="},
                                                                   {"fo", "Zm8="},
                                                                   {"foo", "Zm9v"},
                                                                   {"foob", "Zm9vYg=="},
                                                                   {"fooba", "Zm9vYmE="},
                                                                   {"foobar", "Zm9vYmFy"}};
  for (const auto& [plain, encoded] : vectors) {
    EXPECT_EQ(base64_encode(bytes(plain)), encoded);
    EXPECT_EQ(base64_decode(encoded), bytes(plain));
  }
}

TEST(base64, round_trips_every_byte_at_every_offset) {
  std::vector<unsigned char> all;
  for (int byte = 0; byte < 256; ++byte) {
    all.push_back(static_cast<unsigned char>(byte));
    EXPECT_EQ(base64_decode(base64_encode(all)), all);
  }
}

TEST(base64, refuses_a_length_that_is_no_multiple_of_four) {
  for (const std::string_view text : {"Z", "Zg", "Zg=", "Zm9vY", "Zm9vYg="}) EXPECT_FALSE(base64_decode(text)) << text;
}

TEST(base64, refuses_padding_that_is_misplaced_or_too_long) {
  for (const std::string_view text : {"====", "Z===", "=Zm9", "Zg==Zg==", "Zm=v", "Zm9v====", "Zg==Zm9v"})
    EXPECT_FALSE(base64_decode(text)) << text;
}

TEST(base64, refuses_characters_outside_the_alphabet) {
  for (const std::string_view text : {"Zm9-", "Zm9_", "Zm9\n", "Zm 9", " m9v", "Zm9\xFF", "Zm9v\r\n\r\n", "Z,9v"})
    EXPECT_FALSE(base64_decode(text)) << text;
  EXPECT_FALSE(base64_decode(std::string_view("Zm9\0", 4)));
}

TEST(base64, refuses_bits_behind_the_last_byte) {
  EXPECT_FALSE(base64_decode("Zh=="));
  EXPECT_FALSE(base64_decode("Zm9="));
}

}  // namespace
}  // namespace pgcoro::auth
