#include <limits>

#include <pgcoro/types/money.hpp>

#include "integration/types/round_trip.hpp"

namespace pgcoro::test {
namespace {

ASYNC_TEST(round_trip, of_money) {
  using limits = std::numeric_limits<std::int64_t>;
  round_trip<money> test{"money"};
  test.setup = "SET lc_monetary = 'C'";
  test.goes_as_text = false;
  // The server does not write the least one right before PostgreSQL 18.
  test.values = {money{0}, money{-5}, money{limits::max()}, money{limits::min() + 1}};
  test.literals = {"12.345", "$1,000", "-7"};
  test.random = [](random_source& random) {
    return money{static_cast<std::int64_t>(random()) >> between(random, 0, 63)};
  };
  co_await check_round_trip(test);
}

}  // namespace
}  // namespace pgcoro::test
