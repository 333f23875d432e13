#include <limits>

#include <pgcoro/types/date.hpp>
#include <pgcoro/types/timestamp.hpp>

#include "unit/types/values.hpp"

namespace pgcoro::testing {
namespace {

using namespace std::chrono_literals;
using std::chrono::days;
using std::chrono::local_seconds;
using std::chrono::local_time;
using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::nanoseconds;
using std::chrono::seconds;
using std::chrono::sys_days;
using std::chrono::sys_seconds;
using std::chrono::sys_time;

using instant = sys_time<microseconds>;
using wall_time = local_time<microseconds>;

constexpr std::int64_t infinite = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t minus_infinite = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t to_2000 = 946'684'800'000'000;

template <class Time>
constexpr Time at(std::int64_t since_2000) {
  return Time(microseconds(since_2000 + to_2000));
}

struct known {
  std::int64_t since_2000;
  const char* text;  ///< in UTC, without "+00" and "BC"
  bool is_bc = false;
};

const known values[] = {{0, "2000-01-01 00:00:00"},
                        {1, "2000-01-01 00:00:00.000001"},
                        {-1, "1999-12-31 23:59:59.999999"},
                        {-to_2000, "1970-01-01 00:00:00"},
                        {762'525'000'500'000, "2024-02-29 12:30:00.5"},
                        {252'455'572'800'000'000, "9999-12-31 12:00:00"},
                        {252'455'616'000'000'000, "10000-01-01 00:00:00"},
                        {-63'113'904'000'000'000, "0001-01-01 00:00:00", true},
                        {-211'813'488'000'000'000, "4714-11-24 00:00:00", true}};

TEST(timestamp, is_sent_and_read_in_both_formats) {
  for (const known& k : values) {
    SCOPED_TRACE(k.text);
    const std::string bc = k.is_bc ? " BC" : "";
    const auto local = at<wall_time>(k.since_2000);
    EXPECT_EQ(to_string(local), k.text + bc);
    EXPECT_EQ(encode(oids::timestamp, local), sent(binary(be(k.since_2000))));
    EXPECT_EQ(encode_as_text(oids::timestamp, local), sent(text(k.text + bc)));
    EXPECT_EQ(decode_binary<wall_time>(oids::timestamp, be(k.since_2000)), ok(local));
    EXPECT_EQ(decode_text<wall_time>(oids::timestamp, k.text + bc), ok(local));
    const auto point = at<instant>(k.since_2000);
    EXPECT_EQ(to_string(point), k.text + ("+00" + bc));
    EXPECT_EQ(encode(oids::timestamptz, point), sent(binary(be(k.since_2000))));
    EXPECT_EQ(decode_binary<instant>(oids::timestamptz, be(k.since_2000)), ok(point));
    EXPECT_EQ(decode_text<instant>(oids::timestamptz, k.text + ("+00" + bc)), ok(point));
  }
}

TEST(timestamp, is_infinite_at_the_ends_of_the_type) {
  EXPECT_EQ(decode_binary<instant>(oids::timestamptz, be(infinite)), ok(instant::max()));
  EXPECT_EQ(decode_binary<instant>(oids::timestamptz, be(minus_infinite)), ok(instant::min()));
  EXPECT_EQ(decode_text<sys_seconds>(oids::timestamptz, "infinity"), ok(sys_seconds::max()));
  EXPECT_EQ(decode_text<local_seconds>(oids::timestamp, "-infinity"), ok(local_seconds::min()));
  EXPECT_EQ(encode(oids::timestamptz, sys_seconds::max()), sent(binary(be(infinite))));
  EXPECT_EQ(encode(oids::timestamp, local_seconds::min()), sent(binary(be(minus_infinite))));
  EXPECT_EQ(to_string(instant::max()), "infinity");
  EXPECT_EQ(to_string(local_seconds::min()), "-infinity");
  EXPECT_EQ(encode(oids::timestamptz, postgres_time::max()), sent(binary(be(infinite))));
}

TEST(timestamp, last_years_fit_where_the_unit_is_coarse_enough) {
  const std::int64_t last = 9'223'371'331'199'999'999;
  const std::int64_t last_second = 9'223'371'331'199'000'000;
  EXPECT_EQ(decode_binary<instant>(oids::timestamptz, be(last)), failure<instant>(errc::out_of_range));
  EXPECT_EQ(decode_binary<postgres_time>(oids::timestamptz, be(last)), ok(postgres_time(microseconds(last))));
  EXPECT_EQ(to_string(postgres_time(microseconds(last))), "294276-12-31 23:59:59.999999+00");
  const auto read = decode_binary<sys_seconds>(oids::timestamptz, be(last_second));
  EXPECT_EQ(read.code, errc{});
  EXPECT_EQ(encode(oids::timestamptz, read.value), sent(binary(be(last_second))));
  EXPECT_EQ(encode(oids::timestamptz, read.value + 1s), refused(errc::out_of_range));
  EXPECT_EQ(encode(oids::timestamptz, postgres_time(microseconds(last + 1))), refused(errc::out_of_range));
  EXPECT_EQ(decode_text<postgres_time>(oids::timestamptz, "294277-01-01 00:00:00+00"),
            failure<postgres_time>(errc::out_of_range));
}

TEST(timestamp, before_the_calendar_begins_is_refused) {
  const std::int64_t first = -211'813'488'000'000'000;
  EXPECT_EQ(encode(oids::timestamptz, postgres_time(microseconds(first))), sent(binary(be(first))));
  EXPECT_EQ(encode(oids::timestamptz, postgres_time(microseconds(first - 1))), refused(errc::out_of_range));
  EXPECT_EQ(encode(oids::timestamptz, at<instant>(first) - 1us), refused(errc::out_of_range));
  EXPECT_EQ(encode(oids::timestamptz, sys_seconds::min() + 1s), refused(errc::out_of_range));
  EXPECT_EQ(encode(oids::timestamptz, instant::min() + 1us), refused(errc::out_of_range));
  EXPECT_THROW(static_cast<void>(to_string(sys_seconds::max() - 1s)), error);
}

TEST(timestamp, is_read_only_by_units_that_are_fine_enough) {
  const std::string half = be(std::int64_t{500'000});
  EXPECT_EQ(decode_binary<sys_time<milliseconds>>(oids::timestamptz, half),
            ok(sys_time<milliseconds>(946'684'800'500ms)));
  EXPECT_EQ(decode_binary<sys_seconds>(oids::timestamptz, half), failure<sys_seconds>(errc::out_of_range));
  EXPECT_EQ(decode_text<sys_seconds>(oids::timestamptz, "2000-01-01 00:00:00.5+00"),
            failure<sys_seconds>(errc::out_of_range));
  EXPECT_EQ(decode_binary<sys_time<std::chrono::hours>>(oids::timestamptz, be(std::int64_t{3'600'000'000})),
            ok(sys_time<std::chrono::hours>(std::chrono::hours(262'969))));
}

TEST(timestamp, in_nanoseconds_reaches_some_centuries) {
  using fine = sys_time<nanoseconds>;
  EXPECT_EQ(decode_binary<fine>(oids::timestamptz, be(std::int64_t{1})), ok(fine(946'684'800'000'001'000ns)));
  EXPECT_EQ(decode_text<fine>(oids::timestamptz, "2262-04-11 23:47:16.854775+00"),
            ok(fine(9'223'372'036'854'775'000ns)));
  EXPECT_EQ(decode_text<fine>(oids::timestamptz, "2262-04-11 23:47:16.854776+00"), failure<fine>(errc::out_of_range));
  EXPECT_EQ(decode_text<fine>(oids::timestamptz, "1677-09-21 00:12:43.145225+00"),
            ok(fine(-9'223'372'036'854'775'000ns)));
  EXPECT_EQ(decode_text<fine>(oids::timestamptz, "1677-09-21 00:12:43.145224+00"), failure<fine>(errc::out_of_range));
}

TEST(timestamp, finer_than_a_microsecond_is_sent_as_the_microsecond_it_lies_in) {
  EXPECT_EQ(encode(oids::timestamptz, sys_time<nanoseconds>(946'684'800'000'001'999ns)),
            sent(binary(be(std::int64_t{1}))));
  EXPECT_EQ(encode(oids::timestamptz, sys_time<nanoseconds>(946'684'799'999'999'001ns)),
            sent(binary(be(std::int64_t{-1}))));
}

TEST(timestamp, has_an_offset_in_text_where_it_is_a_point_in_time) {
  const std::pair<const char*, std::int64_t> cases[] = {
      {"2000-01-01 05:30:00+05:30", 0},          {"1999-12-31 16:00:00-08", 0},
      {"2000-01-01 05:53:28+05:53:28", 0},       {"2000-01-01T00:00:00Z", 0},
      {"2000-01-01T01:00:00.25+01:00", 250'000}, {"1999-12-31 23:32:08-00:27:52", 0}};
  for (const auto& [text, since_2000] : cases)
    EXPECT_EQ(decode_text<instant>(oids::timestamptz, text), ok(at<instant>(since_2000))) << text;
  EXPECT_EQ(decode_text<instant>(oids::timestamptz, "2000-01-01 00:00:00"), failure<instant>(errc::invalid_value));
  EXPECT_EQ(decode_text<wall_time>(oids::timestamp, "2000-01-01 00:00:00+00"), failure<wall_time>(errc::invalid_value));
}

TEST(timestamp, refuses_ill_formed_text) {
  for (const std::string wrong : {"",
                                  "2000-01-01",
                                  "2000-01-01 ",
                                  "2000-1-01 00:00:00",
                                  "2000-13-01 00:00:00",
                                  "2000-00-01 00:00:00",
                                  "2000-02-30 00:00:00",
                                  "1900-02-29 00:00:00",
                                  "0000-01-01 00:00:00",
                                  "2000-01-01 25:00:00",
                                  "2000-01-01 00:60:00",
                                  "2000-01-01 00:00:60",
                                  "2000-01-01 00:00:00.",
                                  "2000-01-01 00:00:00.1234567",
                                  "2000-01-01 00:00:00 AD",
                                  "Sat Jan 01 00:00:00 2000",
                                  "01/01/2000 00:00:00",
                                  "2000-01-01  00:00:00",
                                  "99999999-01-01 00:00:00",
                                  "Infinity",
                                  "+infinity",
                                  "-"}) {
    EXPECT_EQ(decode_text<wall_time>(oids::timestamp, wrong), failure<wall_time>(errc::invalid_value)) << wrong;
    EXPECT_EQ(decode_text<instant>(oids::timestamptz, wrong + "+00"), failure<instant>(errc::invalid_value)) << wrong;
  }
  for (const auto* offset : {"+", "+1", "+1:00", "+01:", "+01:60", "+01:00:60", "+01:00:00:00", " +01", "z", "UTC"})
    EXPECT_EQ(decode_text<instant>(oids::timestamptz, std::string("2000-01-01 00:00:00") + offset),
              failure<instant>(errc::invalid_value))
        << offset;
}

TEST(timestamp, refuses_bytes_of_another_length) {
  for (const std::size_t size : {0U, 1U, 2U, 3U, 4U, 5U, 6U, 7U, 9U, 16U}) {
    EXPECT_EQ(decode_binary<instant>(oids::timestamptz, std::string(size, '\1')),
              failure<instant>(errc::invalid_value));
    EXPECT_EQ(decode_binary<postgres_local_time>(oids::timestamp, std::string(size, '\1')),
              failure<postgres_local_time>(errc::invalid_value));
  }
}

TEST(timestamp, with_and_without_a_time_zone_are_different_things) {
  EXPECT_EQ(decode_binary<instant>(oids::timestamp, be(std::int64_t{0})), failure<instant>(errc::type_mismatch));
  EXPECT_EQ(decode_binary<wall_time>(oids::timestamptz, be(std::int64_t{0})), failure<wall_time>(errc::type_mismatch));
  EXPECT_EQ(encode(oids::timestamp, instant{}), refused(errc::type_mismatch));
  EXPECT_EQ(encode(oids::timestamptz, wall_time{}), refused(errc::type_mismatch));
  EXPECT_EQ(encode(oids::date, instant{}), refused(errc::type_mismatch));
  EXPECT_EQ(encode(oids::int8, instant{}), refused(errc::type_mismatch));
  EXPECT_EQ(encode(oids::text, instant{}), sent(text("1970-01-01 00:00:00+00")));
  EXPECT_EQ(encode(oids::unspecified, wall_time{}), sent(text("1970-01-01 00:00:00")));
}

TEST(timestamp, converts_between_clocks_without_losing_anything_in_silence) {
  const postgres_time now = postgres_clock::now();
  instant converted;
  EXPECT_EQ(convert(now, converted), errc{});
  EXPECT_EQ(converted.time_since_epoch() - now.time_since_epoch(), microseconds(to_2000));
  postgres_time back;
  EXPECT_EQ(convert(converted, back), errc{});
  EXPECT_EQ(back, now);
  EXPECT_LT(std::chrono::system_clock::now() - converted, 1min);
}

TEST(date, is_read_from_a_timestamp_at_midnight) {
  const std::int64_t day = 86'400'000'000;
  EXPECT_EQ(decode_binary<sys_days>(oids::timestamptz, be(day)), ok(sys_days(days(10'958))));
  EXPECT_EQ(decode_binary<sys_days>(oids::timestamptz, be(day + 1)), failure<sys_days>(errc::out_of_range));
  EXPECT_EQ(decode_text<std::chrono::local_days>(oids::timestamp, "2000-01-01 00:00:00"),
            ok(std::chrono::local_days(days(10'957))));
  EXPECT_EQ(encode(oids::timestamptz, sys_days(days(10'958))), sent(binary(be(day))));
  EXPECT_EQ(decode_binary<sys_days>(oids::timestamp, be(day)), failure<sys_days>(errc::type_mismatch));
}

}  // namespace
}  // namespace pgcoro::testing
