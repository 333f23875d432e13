#include <algorithm>
#include <numeric>

#include <pgcoro/detail/row_store.hpp>

#include "allocations.hpp"
#include "unit/types/values.hpp"

namespace pgcoro::testing {
namespace {

using detail::row_store;

std::vector<std::byte> body(std::size_t size, int fill) {
  return std::vector<std::byte>(size, static_cast<std::byte>(fill));
}

TEST(row_store, takes_one_allocation_for_one_row_and_for_a_few_narrow_ones) {
  const auto narrow = body(30, 1);
  EXPECT_EQ(allocations_of([&] {
              row_store rows;
              rows.append(narrow);
            }),
            1U);
  EXPECT_EQ(allocations_of([&] {
              row_store rows;
              for (int i = 0; i < 8; ++i) rows.append(narrow);
            }),
            1U);
  const auto wide = body(100'000, 1);
  EXPECT_EQ(allocations_of([&] {
              row_store rows;
              rows.append(wide);
            }),
            1U);
}

TEST(row_store, takes_few_allocations_for_many_rows) {
  const auto row = body(100, 1);
  EXPECT_LT(allocations_of([&] {
              row_store rows;
              for (int i = 0; i < 100'000; ++i) rows.append(row);
            }),
            50U);
}

TEST(row_store, never_moves_a_row) {
  row_store rows;
  rows.append(body(10, 1));
  const std::byte* const first = rows.begin()[0];
  for (int i = 0; i < 1000; ++i) rows.append(body(50, i));
  EXPECT_EQ(rows.begin()[0], first);
  EXPECT_EQ(*first, std::byte{1});
}

TEST(row_store, mixes_rows_of_all_sizes) {
  row_store rows;
  std::vector<std::vector<std::byte>> expected;
  for (std::size_t size = 2; size < 3'000'000; size = size * 3 + 1) {
    for (int i = 0; i < 3; ++i) {
      expected.push_back(body(size, i));
      rows.append(expected.back());
    }
  }
  ASSERT_EQ(rows.size(), expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i)
    EXPECT_TRUE(std::equal(expected[i].begin(), expected[i].end(), rows.begin()[i]));
}

TEST(row_store, is_empty_after_clear_and_after_being_moved_from) {
  row_store rows;
  rows.append(body(10, 1));
  row_store moved = std::move(rows);
  EXPECT_EQ(moved.size(), 1U);
  EXPECT_EQ(rows.size(), 0U);
  rows.append(body(10, 2));
  EXPECT_EQ(*rows.begin()[0], std::byte{2});
  moved = std::move(rows);
  EXPECT_EQ(*moved.begin()[0], std::byte{2});
  moved.clear();
  EXPECT_EQ(moved.size(), 0U);
}

}  // namespace
}  // namespace pgcoro::testing
