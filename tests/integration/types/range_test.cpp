// Ranges and multiranges to the server and back.
#include <algorithm>

#include <pgcoro/connection.hpp>
#include <pgcoro/types/numeric.hpp>
#include <pgcoro/types/range.hpp>

#include "integration/types/round_trip.hpp"

namespace pgcoro::test {
namespace {

/// As the server has it: from an end that belongs to it to one that does not, or empty.
template <class T>
range<T> half_open(random_source& random, T least, T greatest) {
  const T a = between(random, least, greatest);
  const T b = between(random, least, greatest);
  if (a == b) return {};
  std::optional<T> lower = std::min(a, b);
  std::optional<T> upper = std::max(a, b);
  if (between(random, 0, 9) == 0) lower.reset();
  if (between(random, 0, 9) == 0) upper.reset();
  return {lower, upper};
}

ASYNC_TEST(range_round_trip, of_integers) {
  round_trip<range<int>> test{"int4range"};
  test.values = {{}, {1, 5}, {std::nullopt, 5}, {1, std::nullopt}, {std::nullopt, std::nullopt}};
  test.literals = {"empty", "[1,5]", "(1,5)", "(,)", "[,3]", "[3,3]", "(3,3)"};
  test.random = [](random_source& r) { return half_open<int>(r, -2'000'000'000, 2'000'000'000); };
  co_await check_round_trip(test);
  round_trip<range<std::int64_t>> wide{"int8range"};
  wide.values = {{}, {std::int64_t{-1} << 60, std::int64_t{1} << 60}};
  co_await check_round_trip(wide);
}

ASYNC_TEST(range_round_trip, of_numerics_with_every_kind_of_end) {
  using numbers = range<numeric>;
  round_trip<numbers> test{"numrange"};
  for (const bounds ends : {bounds::closed, bounds::closed_open, bounds::open, bounds::open_closed})
    test.values.push_back(numbers(numeric("-1.50"), numeric("2"), ends));
  test.values.push_back({});
  test.literals = {"[1.10,2.20]", "(,1)", "empty"};
  co_await check_round_trip(test);
}

ASYNC_TEST(range_round_trip, of_text_for_what_has_no_type_of_its_own_here) {
  using strings = range<std::string>;
  round_trip<strings> test{"tsrange"};
  test.values = {{}, {"2026-01-01 00:00:00", "2026-02-01 00:00:00"}, {std::nullopt, "infinity", bounds::open_closed}};
  test.text = [](const strings& value) { return to_string(value); };
  co_await check_round_trip(test);
}

ASYNC_TEST(range_round_trip, of_arrays_of_ranges) {
  using ranges = std::vector<std::optional<range<int>>>;
  round_trip<ranges> test{"int4range[]"};
  test.values = {{}, {range<int>(1, 5), std::nullopt, range<int>()}};
  test.text = [](const ranges& value) { return pgcoro::detail::text_of_value(value); };
  co_await check_round_trip(test);
}

ASYNC_TEST(multirange_round_trip, of_integers) {
  connection db = co_await connect_to("DSN");
  if (co_await db.fetch_one<int>("SELECT current_setting('server_version_num')::int") < 140000)
    co_return;  // there is no such type
  using ints = multirange<int>;
  round_trip<ints> test{"int4multirange"};
  test.values = {{}, {{{1, 5}}}, {{{std::nullopt, 5}, {7, 9}, {11, std::nullopt}}}};
  test.literals = {"{}", "{[1,5],[5,8)}", "{empty}", "{(,)}"};
  test.random = [](random_source& r) {
    ints made;
    int at = between(r, -1000, 0);
    for (int n = between(r, 0, 4); n > 0; --n) {
      const int lower = at + between(r, 1, 100);
      at = lower + between(r, 1, 100);
      made.ranges.push_back({lower, at});
    }
    return made;
  };
  co_await check_round_trip(test);
}

}  // namespace
}  // namespace pgcoro::test
