#include <algorithm>

#include <pgcoro/types/chrono.hpp>

#include "integration/types/round_trip.hpp"

namespace pgcoro::test {
namespace {

using std::chrono::days;
using std::chrono::hh_mm_ss;
using std::chrono::local_days;
using std::chrono::local_time;
using std::chrono::microseconds;
using std::chrono::sys_days;
using std::chrono::sys_time;
using std::chrono::year_month_day;

constexpr std::int64_t day = 86'400'000'000;
constexpr std::int64_t first_timestamp = -211'813'488'000'000'000;
constexpr std::int64_t last_timestamp = 9'223'371'331'199'999'999;

constexpr auto print = [](const auto& value) { return pgcoro::to_string(value); };

template <class Days>
asio::awaitable<void> check_date() {
  const auto on = [](std::int64_t since_2000) { return Days(days(since_2000 + 10'957)); };
  round_trip<Days> test{"date"};
  test.values = {on(0), on(-2'451'545), on(2'145'031'948), on(-730'119), on(-730'120), Days::max(), Days::min()};
  test.literals = {"infinity", "-infinity", "0044-03-15 BC", "epoch", "10000-01-01"};
  test.text = print;
  test.random = [on](random_source& random) { return on(of_any_size(random, -2'451'545, 2'145'031'948)); };
  co_await check_round_trip(test);
}

ASYNC_TEST(round_trip, of_date) { co_await check_date<sys_days>(); }
ASYNC_TEST(round_trip, of_date_in_local_days) { co_await check_date<local_days>(); }

ASYNC_TEST(round_trip, of_date_as_year_month_day) {
  round_trip<year_month_day> test{"date"};
  test.literals = {"2024-02-29", "0001-01-01 BC"};
  test.text = print;
  test.random = [](random_source& random) {
    return year_month_day(sys_days(days(between(random, -2'400'000, 11'000'000))));
  };
  co_await check_round_trip(test);
}

/// In UTC, as to_string() writes. `least` and `greatest` are in units of Time.
template <class Time>
asio::awaitable<void> check_timestamp(std::string type, std::int64_t least, std::int64_t greatest) {
  using unit = typename Time::duration;
  round_trip<Time> test{std::move(type)};
  test.setup = "SET TimeZone = 'UTC'";
  test.values = {Time{}, Time(unit(least)), Time(unit(greatest)), Time::max(), Time::min()};
  test.literals = {"infinity", "-infinity", "epoch", "0044-03-15 12:00 BC", "10000-01-01 00:00", "2024-02-29 23:59:59"};
  if (std::ratio_greater_v<typename unit::period, std::milli> == false)
    test.literals.emplace_back("2000-01-01 00:00:00.5");
  if (greatest < first_timestamp / -1'000) test.literals.clear();
  test.text = print;
  test.random = [=](random_source& random) { return Time(unit(of_any_size(random, least, greatest))); };
  co_await check_round_trip(test);
}

constexpr std::int64_t to_2000 = 946'684'800'000'000;

ASYNC_TEST(round_trip, of_timestamptz) {
  co_await check_timestamp<sys_time<microseconds>>("timestamptz", first_timestamp + to_2000,
                                                   std::numeric_limits<std::int64_t>::max() - 1);
}
ASYNC_TEST(round_trip, of_timestamptz_by_the_servers_clock) {
  co_await check_timestamp<postgres_time>("timestamptz", first_timestamp, last_timestamp);
}
ASYNC_TEST(round_trip, of_timestamptz_in_seconds) {
  co_await check_timestamp<std::chrono::sys_seconds>("timestamptz", (first_timestamp + to_2000) / 1'000'000,
                                                     9'224'318'015'999);
}
ASYNC_TEST(round_trip, of_timestamptz_in_nanoseconds) {
  round_trip<sys_time<std::chrono::nanoseconds>> test{"timestamptz"};
  test.setup = "SET TimeZone = 'UTC'";
  test.text = print;
  test.random = [](random_source& random) {
    constexpr std::int64_t limit = std::numeric_limits<std::int64_t>::max() / 1000;
    return sys_time<std::chrono::nanoseconds>(microseconds(of_any_size(random, -limit, limit)));
  };
  co_await check_round_trip(test);
}
ASYNC_TEST(round_trip, of_timestamp) {
  co_await check_timestamp<local_time<microseconds>>("timestamp", first_timestamp + to_2000,
                                                     std::numeric_limits<std::int64_t>::max() - 1);
}
ASYNC_TEST(round_trip, of_timestamp_by_the_servers_clock) {
  co_await check_timestamp<postgres_local_time>("timestamp", first_timestamp, last_timestamp);
}

ASYNC_TEST(timestamptz, is_read_in_any_time_zone) {
  connection db = co_await connect_to("DSN");
  using both = std::pair<sys_time<microseconds>, std::string>;
  for (const std::string zone : {"UTC", "Asia/Kolkata", "America/St_Johns", "Europe/Amsterdam", "Pacific/Apia"}) {
    co_await db.execute("SET TimeZone = '" + zone + "'");
    // With seconds in the offset, far back.
    for (const auto* literal :
         {"2024-07-01 12:00:00.123456+00", "1850-01-01 00:00:00+00", "0044-03-15 00:00:00+00 BC"}) {
      const auto [binary, text] = co_await db.fetch_one<both>("SELECT $1::timestamptz, $1::timestamptz::text", literal);
      sys_time<microseconds> parsed;
      EXPECT_EQ(parse(text, parsed), errc{}) << text;
      EXPECT_EQ(parsed, binary) << text;
    }
  }
}

ASYNC_TEST(round_trip, of_time) {
  using time = hh_mm_ss<microseconds>;
  round_trip<time> test{"time"};
  test.values = {time{}, time(microseconds(day)), time(microseconds(day - 1))};
  test.literals = {"00:00", "24:00", "23:59:59.999999", "12:00:00.5"};
  test.equal = [](const time& a, const time& b) { return a.to_duration() == b.to_duration(); };
  test.text = print;
  test.random = [](random_source& random) { return time(microseconds(between(random, std::int64_t{0}, day))); };
  co_await check_round_trip(test);
}

ASYNC_TEST(round_trip, of_timetz) {
  round_trip<time_with_zone> test{"timetz"};
  using std::chrono::seconds;
  test.values = {{}, {microseconds(day), seconds(57'599)}, {microseconds(1), seconds(-57'599)}};
  test.literals = {"24:00+05:30", "00:00:00-15:59:59", "12:00:00.25Z"};
  test.random = [](random_source& random) {
    return time_with_zone{microseconds(between(random, std::int64_t{0}, day)),
                          seconds(between(random, -57'599, 57'599))};
  };
  co_await check_round_trip(test);
}

ASYNC_TEST(timetz, is_ordered_as_the_server_orders_it) {
  connection db = co_await connect_to("DSN");
  random_source random(round_trip_seed);
  std::vector<time_with_zone> values;
  for (int i = 0; i < 2000; ++i)
    values.push_back(
        {microseconds(between(random, 0, 20) * 3'600'000'000), std::chrono::seconds(between(random, -3, 3) * 3'600)});
  co_await db.execute("CREATE TEMP TABLE sorted (x timetz)");
  co_await db.execute_many("INSERT INTO sorted VALUES ($1)", values);
  const auto sorted = co_await db.fetch<time_with_zone>("SELECT x FROM sorted ORDER BY x");
  std::ranges::sort(values);
  EXPECT_EQ(sorted, values);
}

interval random_interval(random_source& random) {
  using limits = std::numeric_limits<std::int32_t>;
  const auto part = [&random] { return static_cast<std::int32_t>(of_any_size(random, limits::min(), limits::max())); };
  interval made;
  if (random() % 4 != 0) made.months = part();
  if (random() % 4 != 0) made.days = part();
  if (random() % 4 != 0) made.time = microseconds(static_cast<std::int64_t>(random()) >> between(random, 0, 63));
  return made;
}

round_trip<interval> intervals() {
  using limits = std::numeric_limits<std::int32_t>;
  round_trip<interval> test{"interval"};
  test.values = {{},
                 {1, 1, microseconds(1)},
                 {-1, -1, microseconds(-1)},
                 {1, -1, microseconds(1)},
                 {-1, 1, microseconds(-1)},
                 {limits::max(), limits::min(), microseconds::max()},
                 {limits::min(), limits::max(), -microseconds::max()}};
  test.literals = {"1 year 2 mons -3 days +04:05:06.789", "-3 days", "0", "1 week ago", "1.5 months"};
  test.random = random_interval;
  return test;
}

ASYNC_TEST(round_trip, of_interval) {
  const round_trip<interval> test = intervals();
  co_await check_round_trip(test);
}

ASYNC_TEST(round_trip, of_the_least_interval) {
  round_trip<interval> test{"interval"};
  test.goes_as_text = false;  // the server does not read what it writes
  test.values = {{0, 0, microseconds::min()}};
  co_await check_round_trip(test);
}

ASYNC_TEST(round_trip, of_infinite_interval) {
  if (server_version() < 17) co_return;  // there are none
  round_trip<interval> test{"interval"};
  test.values = {interval::infinity(), interval::minus_infinity()};
  test.literals = {"infinity", "-infinity"};
  co_await check_round_trip(test);
}

ASYNC_TEST(interval, is_read_in_every_style) {
  for (const std::string style : {"postgres", "postgres_verbose", "sql_standard", "iso_8601"}) {
    round_trip<interval> test = intervals();
    test.setup = "SET IntervalStyle = '" + style + "'";
    test.same_text = [](const std::string&, const std::string&) { return true; };  // the server's is in that style
    if (style == "sql_standard") test.goes_as_text = false;  // there "-1 days 04:05:06" has another meaning
    test.literals.clear();
    co_await check_round_trip(test);
  }
}

ASYNC_TEST(round_trip, of_durations) {
  round_trip<std::chrono::nanoseconds> test{"interval"};
  test.text = [](std::chrono::nanoseconds value) {
    return to_string(interval{0, 0, std::chrono::duration_cast<microseconds>(value)});
  };
  test.random = [](random_source& random) {
    return std::chrono::nanoseconds(of_any_size(random, -9'000'000'000'000'000, 9'000'000'000'000'000) * 1000);
  };
  co_await check_round_trip(test);
}

}  // namespace
}  // namespace pgcoro::test
