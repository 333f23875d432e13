#include "auth/scram_key_cache.hpp"

#include <gtest/gtest.h>
#include <thread>
#include <vector>

namespace pgcoro::auth {
namespace {

key_derivation job(std::string_view password, unsigned char salt = 1, std::uint32_t iterations = 1) {
  return {secret(password), {salt}, iterations};
}

scram_keys keys_of(const key_derivation& derivation) { return derivation.run().value(); }

TEST(scram_key_cache, finds_what_was_stored) {
  scram_key_cache cache;
  const auto derivation = job("pencil");
  EXPECT_FALSE(cache.find("alice", derivation));
  cache.store("alice", derivation, keys_of(derivation));
  const auto found = cache.find("alice", derivation);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->server_key, keys_of(derivation).server_key);
}

TEST(scram_key_cache, distinguishes_user_password_salt_and_iterations) {
  scram_key_cache cache;
  cache.store("alice", job("pencil"), keys_of(job("pencil")));
  EXPECT_FALSE(cache.find("bob", job("pencil")));
  EXPECT_FALSE(cache.find("alice", job("Pencil")));
  EXPECT_FALSE(cache.find("alice", job("pencil", 2)));
  EXPECT_FALSE(cache.find("alice", job("pencil", 1, 2)));
  EXPECT_FALSE(cache.find("alicep", job("encil")));
}

TEST(scram_key_cache, stays_within_its_capacity_and_drops_what_was_used_longest_ago) {
  scram_key_cache cache(2);
  cache.store("u", job("a"), {});
  cache.store("u", job("b"), {});
  EXPECT_TRUE(cache.find("u", job("a")));
  cache.store("u", job("c"), {});
  EXPECT_EQ(cache.size(), 2u);
  EXPECT_TRUE(cache.find("u", job("a")));
  EXPECT_FALSE(cache.find("u", job("b")));
  EXPECT_TRUE(cache.find("u", job("c")));
}

TEST(scram_key_cache, holds_one_entry_for_what_is_stored_twice) {
  scram_key_cache cache;
  cache.store("u", job("a"), {});
  cache.store("u", job("a"), {});
  EXPECT_EQ(cache.size(), 1u);
}

TEST(scram_key_cache, forgets_everything_on_clear) {
  scram_key_cache cache;
  cache.store("u", job("a"), {});
  cache.clear();
  EXPECT_EQ(cache.size(), 0u);
  EXPECT_FALSE(cache.find("u", job("a")));
}

TEST(scram_key_cache, holds_nothing_with_a_capacity_of_zero) {
  scram_key_cache cache(0);
  cache.store("u", job("a"), {});
  EXPECT_EQ(cache.size(), 0u);
}

TEST(scram_key_cache, serves_several_threads) {
  scram_key_cache cache(4);
  std::vector<std::thread> threads;
  for (unsigned char n = 0; n < 4; ++n)
    threads.emplace_back([&cache, n] {
      for (unsigned char i = 0; i < 100; ++i) {
        cache.store("u", job("p", static_cast<unsigned char>(n + i)), {});
        static_cast<void>(cache.find("u", job("p", i)));
      }
    });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(cache.size(), 4u);
}

}  // namespace
}  // namespace pgcoro::auth
