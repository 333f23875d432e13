#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

#include <pgcoro/types/geometric.hpp>

#include "integration/types/round_trip.hpp"

namespace pgcoro::test {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();
constexpr double greatest = std::numeric_limits<double>::max();
constexpr double least = std::numeric_limits<double>::denorm_min();

/// Any number there is, half of the time; else a short one.
double random_coordinate(random_source& random) {
  if (random() % 2 == 0) return static_cast<double>(between(random, -1000, 1000)) / 8;
  const double any = std::bit_cast<double>(random());
  return std::isfinite(any) ? any : 0;
}

point random_point(random_source& random) { return {random_coordinate(random), random_coordinate(random)}; }

std::vector<point> random_points(random_source& random) {
  std::vector<point> made(between<std::size_t>(random, 1, 8));
  for (point& p : made) p = random_point(random);
  return made;
}

ASYNC_TEST(round_trip, of_point) {
  round_trip<point> test{"point"};
  test.values = {{0, -0.0}, {infinity, -infinity}, {greatest, least}};
  test.literals = {"1,2", " ( 1.5 , -2e3 ) ", "(0.1,1e15)", "(-0,0)"};
  test.random = random_point;
  co_await check_round_trip(test);
}

ASYNC_TEST(round_trip, of_point_that_is_not_a_number) {
  round_trip<point> test{"point"};
  test.values = {{not_a_number, 1}, {not_a_number, not_a_number}};
  test.equal = [](const point& a, const point& b) { return to_string(a) == to_string(b); };
  co_await check_round_trip(test);
}

ASYNC_TEST(round_trip, of_line) {
  round_trip<line> test{"line"};
  test.values = {{1, 0, 0}, {greatest, -1, infinity}};
  test.literals = {"{1,2,3}", "(0,0),(1,1)", "[(0,0),(0,5)]"};
  test.random = [](random_source& random) {
    return line{random_coordinate(random), 1, random_coordinate(random)};  // a and b are not both 0
  };
  co_await check_round_trip(test);
}

ASYNC_TEST(round_trip, of_lseg) {
  round_trip<lseg> test{"lseg"};
  test.values = {{}, {{infinity, 1}, {-infinity, greatest}}};
  test.literals = {"(1,2),(3,4)", "[(0.5,0),(1,1)]"};
  test.random = [](random_source& random) { return lseg{random_point(random), random_point(random)}; };
  co_await check_round_trip(test);
}

ASYNC_TEST(round_trip, of_box) {
  round_trip<box> test{"box"};
  test.values = {{}, {{infinity, greatest}, {-infinity, -greatest}}};
  test.literals = {"(1,2),(3,4)", "(3,2),(1,4)", "1,2,3,4"};
  test.random = [](random_source& random) {
    const point a = random_point(random);
    const point b = random_point(random);
    return box{{std::max(a.x, b.x), std::max(a.y, b.y)}, {std::min(a.x, b.x), std::min(a.y, b.y)}};
  };
  co_await check_round_trip(test);
}

ASYNC_TEST(round_trip, of_path) {
  round_trip<path> test{"path"};
  test.values = {{{{}}, true}, {{{}}, false}, {std::vector<point>(1000), true}};
  test.literals = {"(1,2),(3,4)", "[(1,2),(3,4)]", "1,2,3,4,5,6"};
  test.random = [](random_source& random) { return path{random_points(random), random() % 2 == 0}; };
  co_await check_round_trip(test);
}

ASYNC_TEST(round_trip, of_polygon) {
  round_trip<polygon> test{"polygon"};
  test.values = {{{{}}}, {std::vector<point>(1000)}};
  test.literals = {"(1,2),(3,4)", "1,2,3,4,5,6", "((0,0),(0,1),(1,1))"};
  test.random = [](random_source& random) { return polygon{random_points(random)}; };
  co_await check_round_trip(test);
}

ASYNC_TEST(round_trip, of_circle) {
  round_trip<circle> test{"circle"};
  test.values = {{}, {{1, 2}, infinity}};
  test.literals = {"<(1,2),3>", "((1,2),3)", "1,2,3"};
  test.random = [](random_source& random) {
    return circle{random_point(random), std::fabs(random_coordinate(random))};
  };
  co_await check_round_trip(test);
}

}  // namespace
}  // namespace pgcoro::test
