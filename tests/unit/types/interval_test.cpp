#include <limits>

#include <pgcoro/types/interval.hpp>

#include "unit/types/values.hpp"

namespace pgcoro {

inline void PrintTo(const interval& value, std::ostream* out) { *out << to_string(value); }

namespace testing {
namespace {

using std::chrono::microseconds;
using namespace std::chrono_literals;

constexpr std::int32_t most = std::numeric_limits<std::int32_t>::max();
constexpr std::int32_t least = std::numeric_limits<std::int32_t>::min();

std::string wire(const interval& value) {
  return be(std::int64_t{value.time.count()}) + be(value.days) + be(value.months);
}

struct styles {
  interval value;
  const char* postgres;
  const char* verbose;
  const char* sql_standard;
  const char* iso_8601;
};

/// As PostgreSQL 18 writes them.
const styles values[] = {
    {{}, "00:00:00", "@ 0", "0", "PT0S"},
    {{14, -3, 4h + 5min + 6s + 789ms},
     "1 year 2 mons -3 days +04:05:06.789",
     "@ 1 year 2 mons -3 days 4 hours 5 mins 6.789 secs",
     "+1-2 -3 +4:05:06.789",
     "P1Y2M-3DT4H5M6.789S"},
    {{-14, 3, -(4h + 5min + 6s + 789ms)},
     "-1 years -2 mons +3 days -04:05:06.789",
     "@ 1 year 2 mons -3 days 4 hours 5 mins 6.789 secs ago",
     "-1-2 +3 -4:05:06.789",
     "P-1Y-2M3DT-4H-5M-6.789S"},
    {{1, 0, 0us}, "1 mon", "@ 1 mon", "0-1", "P1M"},
    {{-24, 0, 0us}, "-2 years", "@ 2 years ago", "-2-0", "P-2Y"},
    {{0, 1, 0us}, "1 day", "@ 1 day", "1 0:00:00", "P1D"},
    {{0, -3, -(4h + 5min + 6s)},
     "-3 days -04:05:06",
     "@ 3 days 4 hours 5 mins 6 secs ago",
     "-3 4:05:06",
     "P-3DT-4H-5M-6S"},
    {{0, 0, -1us}, "-00:00:00.000001", "@ 0.000001 secs ago", "-0:00:00.000001", "PT-0.000001S"},
    {{0, 0, 100h}, "100:00:00", "@ 100 hours", "100:00:00", "PT100H"},
    {{0, 0, microseconds::max()},
     "2562047788:00:54.775807",
     "@ 2562047788 hours 54.775807 secs",
     "2562047788:00:54.775807",
     "PT2562047788H54.775807S"},
    {{0, 0, microseconds::min()},
     "-2562047788:00:54.775808",
     "@ 2562047788 hours 54.775808 secs ago",
     "-2562047788:00:54.775808",
     "PT-2562047788H-54.775808S"},
    {{most, 0, 0us}, "178956970 years 7 mons", "@ 178956970 years 7 mons", "178956970-7", "P178956970Y7M"},
    {{least, least, 0us},
     "-178956970 years -8 mons -2147483648 days",
     "@ 178956970 years 8 mons 2147483648 days ago",
     "-178956970-8 -2147483648 +0:00:00",
     "P-178956970Y-8M-2147483648D"},
};

TEST(interval, is_sent_and_read_in_both_formats) {
  for (const styles& s : values) {
    SCOPED_TRACE(s.postgres);
    EXPECT_EQ(to_string(s.value), s.postgres);
    EXPECT_EQ(encode(oids::interval, s.value), sent(binary(wire(s.value))));
    EXPECT_EQ(encode_as_text(oids::interval, s.value), sent(text(s.postgres)));
    EXPECT_EQ(decode_binary<interval>(oids::interval, wire(s.value)), ok(s.value));
  }
}

TEST(interval, is_read_in_every_style) {
  for (const styles& s : values)
    for (const char* const text : {s.postgres, s.verbose, s.sql_standard, s.iso_8601})
      EXPECT_EQ(decode_text<interval>(oids::interval, text), ok(s.value)) << text;
}

TEST(interval, may_be_infinite) {
  EXPECT_EQ(to_string(interval::infinity()), "infinity");
  EXPECT_EQ(to_string(interval::minus_infinity()), "-infinity");
  EXPECT_EQ(decode_text<interval>(oids::interval, "infinity"), ok(interval::infinity()));
  EXPECT_EQ(decode_text<interval>(oids::interval, "-infinity"), ok(interval::minus_infinity()));
  EXPECT_EQ(decode_binary<interval>(oids::interval, wire({most, most, microseconds::max()})), ok(interval::infinity()));
  EXPECT_FALSE(interval::infinity().is_finite());
  EXPECT_TRUE((interval{most, most, 0us}.is_finite()));
}

TEST(interval, refuses_ill_formed_text) {
  for (const auto* wrong : {"",
                            " ",
                            "1",
                            "1 ",
                            "1 day ",
                            " 1 day",
                            "day",
                            "1 fortnight",
                            "1day",
                            "1.5 days",
                            "1 day 2",
                            "-",
                            "@",
                            "@ ",
                            "@ 1 day  ago",
                            "1 day ago",
                            "4:5:06",
                            "04:05:60",
                            "04:60:00",
                            "04:05:06.",
                            "1-",
                            "1.5-2",
                            "P",
                            "PT",
                            "P1",
                            "P1D ",
                            "PD",
                            "P1H",
                            "PT1Y",
                            "PT1D",
                            "P1.5D",
                            "PT1.S",
                            "P1DT",
                            "p1d",
                            "--1 days",
                            "1 day 04:05:06 x",
                            "Infinity",
                            "04:05:06.1234567"})
    EXPECT_EQ(decode_text<interval>(oids::interval, wrong), failure<interval>(errc::invalid_value)) << wrong;
}

TEST(interval, refuses_text_beyond_its_range) {
  for (const auto* wrong : {"178956970 years 8 mons", "2147483648 days", "-2147483649 days", "2562047788:00:54.775808",
                            "-2562047788:00:54.775809", "@ 178956971 years ago", "P178956971Y", "PT2562047789H",
                            "9999999999999 years", "1 year 999999999999999999 hours"})
    EXPECT_EQ(decode_text<interval>(oids::interval, wrong), failure<interval>(errc::out_of_range)) << wrong;
}

TEST(interval, refuses_bytes_of_another_length) {
  for (std::size_t size = 0; size < 24; ++size) {
    if (size == 16) continue;
    EXPECT_EQ(decode_binary<interval>(oids::interval, std::string(size, '\0')), failure<interval>(errc::invalid_value));
  }
}

TEST(duration, is_an_interval_without_months_and_days) {
  EXPECT_EQ(encode(oids::interval, 1500ms), sent(binary(wire({0, 0, 1500ms}))));
  EXPECT_EQ(encode_as_text(oids::interval, 1500ms), sent(text("00:00:01.5")));
  EXPECT_EQ(decode_binary<std::chrono::milliseconds>(oids::interval, wire({0, 0, 1500ms})),
            ok<std::chrono::milliseconds>(1500ms));
  EXPECT_EQ(decode_text<std::chrono::minutes>(oids::interval, "-01:30:00"), ok<std::chrono::minutes>(-90min));
  for (const auto* none : {"1 mon", "1 day", "infinity"})
    EXPECT_EQ(decode_text<microseconds>(oids::interval, none), failure<microseconds>(errc::out_of_range)) << none;
  EXPECT_EQ(decode_text<std::chrono::seconds>(oids::interval, "00:00:01.5"),
            failure<std::chrono::seconds>(errc::out_of_range));
}

TEST(duration, finer_than_a_microsecond_is_rounded_down) {
  EXPECT_EQ(encode(oids::interval, 1999ns), sent(binary(wire({0, 0, 1us}))));
  EXPECT_EQ(encode(oids::interval, -1ns), sent(binary(wire({0, 0, -1us}))));
}

TEST(duration, is_checked_for_its_range) {
  EXPECT_EQ(encode(oids::interval, std::chrono::seconds::max()), refused(errc::out_of_range));
  EXPECT_EQ(encode(oids::interval, std::chrono::weeks::min()), refused(errc::out_of_range));
  EXPECT_EQ(decode_binary<std::chrono::nanoseconds>(oids::interval, wire({0, 0, microseconds::max()})),
            failure<std::chrono::nanoseconds>(errc::out_of_range));
  EXPECT_EQ(encode(oids::interval, std::chrono::nanoseconds::min()).code, errc{});
}

TEST(duration, of_floating_point_is_rounded) {
  using precise = std::chrono::duration<double>;
  EXPECT_EQ(encode(oids::interval, precise(0.1)), sent(binary(wire({0, 0, 100ms}))));
  EXPECT_EQ(decode_text<precise>(oids::interval, "00:00:01.5"), ok(precise(1.5)));
  for (const double none :
       {1e13, -1e13, std::numeric_limits<double>::infinity(), std::numeric_limits<double>::quiet_NaN()})
    EXPECT_EQ(encode(oids::interval, precise(none)), refused(errc::out_of_range));
}

TEST(duration, is_the_time_since_midnight_where_there_is_a_time) {
  EXPECT_EQ(encode(oids::time, 1h), sent(binary(be(std::int64_t{3'600'000'000}))));
  EXPECT_EQ(encode(oids::time, 25h), refused(errc::out_of_range));
  EXPECT_EQ(decode_text<std::chrono::minutes>(oids::time, "01:30:00"), ok<std::chrono::minutes>(90min));
  EXPECT_EQ(encode(oids::int8, 1h), refused(errc::type_mismatch));
}

}  // namespace
}  // namespace testing
}  // namespace pgcoro
