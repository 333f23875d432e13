#include "auth/md5_password.hpp"

#include <array>
#include <gtest/gtest.h>

namespace pgcoro::auth {
namespace {

TEST(md5_password, hashes_password_and_user_then_the_salt) {
  const std::array salt{std::byte{1}, std::byte{2}, std::byte{3}, std::byte{255}};
  const auto answer = md5_password("alice", "secret", salt);
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->view(), "md55f0388cdae34fff99488f7c4c4a91735");  // by Python's hashlib
}

}  // namespace
}  // namespace pgcoro::auth
