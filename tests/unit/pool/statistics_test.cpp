#include <gtest/gtest.h>
#include <sstream>

#include <pgcoro/pool_statistics.hpp>

namespace pgcoro::test {
namespace {

using namespace std::chrono_literals;

TEST(duration_histogram, puts_a_duration_below_the_bound_of_its_bucket) {
  duration_histogram h;
  h.add(0us);
  h.add(1us);
  h.add(1000us);
  h.add(-5s);
  h.add(1h);
  EXPECT_EQ(h.in_bucket(0), 2u) << "less than a microsecond, and what a clock that went back made of one";
  EXPECT_EQ(h.in_bucket(1), 1u);
  EXPECT_EQ(h.in_bucket(10), 1u) << "512 µs … 1024 µs";
  EXPECT_EQ(h.in_bucket(duration_histogram::buckets - 1), 1u);
  EXPECT_EQ(h.count(), 5u);
}

TEST(duration_histogram, percentiles_are_upper_bounds) {
  duration_histogram h;
  EXPECT_EQ(h.percentile(0.5), 0us);
  for (int i = 0; i < 99; ++i) h.add(3us);
  h.add(100us);
  EXPECT_EQ(h.percentile(0.5), 4us);
  EXPECT_EQ(h.percentile(0.99), 4us);
  EXPECT_EQ(h.percentile(1), 128us);
}

TEST(prometheus, every_line_is_a_comment_or_a_sample) {
  pool_statistics s;
  s.size = 3;
  s.use.add(3us);
  std::istringstream lines(to_prometheus(s, "pool=\"orders\""));
  std::string line;
  int samples = 0;
  while (std::getline(lines, line)) {
    if (line.starts_with("# HELP ") || line.starts_with("# TYPE ")) continue;
    ++samples;
    EXPECT_TRUE(line.starts_with("pgcoro_pool_")) << line;
    EXPECT_NE(line.find("{pool=\"orders\""), line.npos) << line;
    EXPECT_NE(line.find("} "), line.npos) << line;
  }
  EXPECT_GT(samples, 90);
}

TEST(prometheus, gauges_counters_and_histograms_are_named_as_they_should_be) {
  pool_statistics s;
  s.size = 3;
  s.acquired = 17;
  s.use.add(3us);
  s.use.add(100us);
  const std::string text = to_prometheus(s);
  EXPECT_NE(text.find("# TYPE pgcoro_pool_size gauge\npgcoro_pool_size 3\n"), text.npos);
  EXPECT_NE(text.find("# TYPE pgcoro_pool_acquired_total counter\npgcoro_pool_acquired_total 17\n"), text.npos);
  EXPECT_NE(text.find("pgcoro_pool_use_seconds_bucket{le=\"4e-06\"} 1\n"), text.npos);
  EXPECT_NE(text.find("pgcoro_pool_use_seconds_bucket{le=\"0.000128\"} 2\n"), text.npos) << "buckets are cumulative";
  EXPECT_NE(text.find("pgcoro_pool_use_seconds_bucket{le=\"+Inf\"} 2\n"), text.npos);
  EXPECT_NE(text.find("pgcoro_pool_use_seconds_sum 0.000103\n"), text.npos);
  EXPECT_NE(text.find("pgcoro_pool_use_seconds_count 2\n"), text.npos);
}

}  // namespace
}  // namespace pgcoro::test
