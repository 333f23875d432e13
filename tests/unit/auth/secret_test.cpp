#include "auth/secret.hpp"

#include <algorithm>
#include <cstdlib>
#include <gtest/gtest.h>
#include <new>

namespace {

// Memory that a test watches: what it holds at the moment when it is freed.
const void* watched = nullptr;
std::size_t watched_size = 0;
bool freed = false;
bool freed_wiped = false;

void give_back(void* memory) noexcept {
  if (memory != nullptr && memory == watched) {
    const auto* const bytes = static_cast<const unsigned char*>(memory);
    freed = true;
    freed_wiped = std::all_of(bytes, bytes + watched_size, [](unsigned char byte) { return byte == 0; });
    watched = nullptr;
  }
  std::free(memory);
}

}  // namespace

void* operator new(std::size_t size) {
  if (void* const memory = std::malloc(size == 0 ? 1 : size)) return memory;
  throw std::bad_alloc();
}
void operator delete(void* memory) noexcept { give_back(memory); }
void operator delete(void* memory, std::size_t) noexcept { give_back(memory); }

namespace pgcoro::auth {
namespace {

void watch(const secret& s) {
  watched = s.data();
  watched_size = s.size();
  freed = freed_wiped = false;
}

TEST(secret, wipes_its_memory_when_it_dies) {
  {
    const secret password("correct horse battery staple");
    watch(password);
  }
  EXPECT_TRUE(freed);
  EXPECT_TRUE(freed_wiped);
}

TEST(secret, wipes_its_memory_even_where_a_string_would_keep_the_text_inside) {
  {
    const secret password("short");
    watch(password);
  }
  EXPECT_TRUE(freed_wiped);
}

TEST(secret, wipes_its_old_memory_when_it_grows) {
  secret password("correct horse");
  watch(password);
  for (int i = 0; i < 100; ++i) password.append(" battery staple");
  EXPECT_TRUE(freed);
  EXPECT_TRUE(freed_wiped);
}

TEST(secret, leaves_nothing_behind_when_it_is_moved_from) {
  secret password("correct horse");
  const secret moved = std::move(password);
  EXPECT_TRUE(password.empty());
  EXPECT_EQ(moved.view(), "correct horse");
}

TEST(secret, wipes_its_old_memory_when_it_is_assigned_to) {
  secret password("correct horse");
  watch(password);
  password = secret("another");
  EXPECT_TRUE(freed);
  EXPECT_TRUE(freed_wiped);
  EXPECT_EQ(password.view(), "another");
}

}  // namespace
}  // namespace pgcoro::auth
