#include <algorithm>

#include <pgcoro/types/bit_string.hpp>

#include "integration/types/round_trip.hpp"

namespace pgcoro::test {
namespace {

bit_string random_bits(random_source& random, std::size_t size) {
  bit_string made(size);
  for (std::size_t i = 0; i < size; ++i) made.set(i, random() % 2 == 0);
  return made;
}

ASYNC_TEST(round_trip, of_varbit) {
  round_trip<bit_string> test{"varbit"};
  test.values = {bit_string(), bit_string(1, true), bit_string(8), bit_string(100'003, true)};
  test.literals = {"", "0", "101", "xff0"};
  test.random = [](random_source& random) { return random_bits(random, between<std::size_t>(random, 0, 80)); };
  co_await check_round_trip(test);
}

ASYNC_TEST(round_trip, of_bit) {
  round_trip<bit_string> test{"bit(13)"};
  test.values = {bit_string(13), bit_string(13, true)};
  test.literals = {"1010101010101", "x0ff8"};
  test.random = [](random_source& random) { return random_bits(random, 13); };
  co_await check_round_trip(test);
}

ASYNC_TEST(round_trip, of_bitset) {
  round_trip<std::bitset<70>> test{"bit(70)"};
  test.values = {std::bitset<70>(), std::bitset<70>().set()};
  test.text = [](const std::bitset<70>& value) { return value.to_string(); };
  test.random = [](random_source& random) { return std::bitset<70>(random()) << 6 | std::bitset<70>(random() % 64); };
  co_await check_round_trip(test);
}

ASYNC_TEST(bit_string, is_ordered_and_counted_as_the_server_does) {
  connection db = co_await connect_to("DSN");
  random_source random(round_trip_seed);
  std::vector<bit_string> values{bit_string(), bit_string(1), bit_string(2)};
  for (int i = 0; i < 2000; ++i) values.push_back(random_bits(random, between<std::size_t>(random, 0, 20)));
  co_await db.execute("CREATE TEMP TABLE sorted (x varbit)");
  co_await db.execute_many("INSERT INTO sorted VALUES ($1)", values);
  const auto sorted = co_await db.fetch<bit_string>("SELECT x FROM sorted ORDER BY x");
  std::ranges::sort(values);
  EXPECT_EQ(sorted, values);

  bit_string third(5);
  third.set(2, true);
  EXPECT_EQ(co_await db.fetch_one<int>("SELECT get_bit($1::varbit, 2)", third), 1);
}

}  // namespace
}  // namespace pgcoro::test
