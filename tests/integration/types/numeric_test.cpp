#include <algorithm>
#include <limits>

#include <pgcoro/types/numeric.hpp>

#include "integration/types/round_trip.hpp"

namespace pgcoro::test {
namespace {

std::string random_digits(random_source& random, int most) {
  std::string made;
  for (int n = between(random, 0, most); n > 0; --n) {
    if (between(random, 0, 3) == 0)
      made += "0000";  // groups of zeros within a number
    else
      made += static_cast<char>('0' + between(random, 0, 9));
  }
  return made;
}

numeric random_numeric(random_source& random) {
  const int most = between(random, 0, 40);
  return numeric((random() % 2 == 0 ? "-0" : "0") + random_digits(random, most) + '.' + random_digits(random, most) +
                 'e' + std::to_string(between(random, -most, most)));
}

/// Equal, and shown with as many digits.
bool same(const numeric& a, const numeric& b) { return a == b && a.scale() == b.scale(); }

ASYNC_TEST(round_trip, of_numeric) {
  round_trip<numeric> test{"numeric"};
  for (const auto* edge :
       {"0", "0.0", "1", "-1", "9999", "10000", "0.0001", "0.00001", "1e131071", "-1e-16383", "NaN", "1e40"})
    test.values.emplace_back(std::string_view(edge));
  test.values.emplace_back(std::string(131'072, '9') + '.' + std::string(16'383, '9'));
  test.literals = {"1e-7", " 007.50 ", "-0.0", "nan", "123456789012345678901234567890.123456789"};
  test.equal = same;
  test.random = random_numeric;
  co_await check_round_trip(test);
}

ASYNC_TEST(round_trip, of_infinite_numeric) {
  round_trip<numeric> test{"numeric"};
  test.values = {numeric::infinity(), -numeric::infinity()};
  co_await check_round_trip(test);
}

ASYNC_TEST(round_trip, of_numeric_with_a_scale) {
  round_trip<numeric> test{"numeric(18,4)"};
  test.random = [](random_source& random) {
    const auto units = of_any_size(random, -999'999'999'999'999, 999'999'999'999'999);
    return numeric(std::to_string(units / 10'000) + '.' + std::to_string(10'000 + std::abs(units % 10'000)).substr(1));
  };
  test.equal = same;
  co_await check_round_trip(test);
}

ASYNC_TEST(round_trip, of_integers_as_numeric) {
  round_trip<std::uint64_t> test{"numeric"};
  test.values = {0, std::numeric_limits<std::uint64_t>::max()};
  test.text = [](std::uint64_t value) { return std::to_string(value); };
  test.random = [](random_source& random) { return random() >> between(random, 0, 63); };
  co_await check_round_trip(test);
}

ASYNC_TEST(round_trip, of_double_as_numeric) {
  round_trip<double> test{"numeric"};
  test.values = {0, 0.1, std::numeric_limits<double>::max(), std::numeric_limits<double>::denorm_min()};
  test.text = [](double value) { return to_string(numeric(value)); };
  test.random = [](random_source& random) {
    return std::ldexp(static_cast<double>(static_cast<std::int64_t>(random())), between(random, -300, 300));
  };
  co_await check_round_trip(test);
}

ASYNC_TEST(numeric, is_ordered_as_the_server_orders_it) {
  connection db = co_await connect_to("DSN");
  random_source random(round_trip_seed);
  std::vector<numeric> values{numeric::nan(), numeric(0), numeric(1)};
  for (int i = 0; i < 2000; ++i) values.push_back(random_numeric(random));
  co_await db.execute("CREATE TEMP TABLE sorted (x numeric)");
  co_await db.execute_many("INSERT INTO sorted VALUES ($1)", values);
  const auto sorted = co_await db.fetch<numeric>("SELECT x FROM sorted ORDER BY x");
  std::ranges::sort(values);
  EXPECT_EQ(sorted, values);
}

}  // namespace
}  // namespace pgcoro::test
