#include <limits>

#include <pgcoro/types/date.hpp>

#include "types/calendar.hpp"
#include "unit/types/values.hpp"

namespace pgcoro::testing {
namespace {

using std::chrono::days;
using std::chrono::local_days;
using std::chrono::sys_days;
using std::chrono::year_month_day;
using namespace std::chrono_literals;

constexpr std::int32_t infinite = std::numeric_limits<std::int32_t>::max();
constexpr std::int32_t minus_infinite = std::numeric_limits<std::int32_t>::min();

constexpr sys_days on(std::int64_t since_2000) { return sys_days(days(since_2000 + 10'957)); }

const std::pair<std::int32_t, const char*> values[] = {{0, "2000-01-01"},
                                                       {-10'957, "1970-01-01"},
                                                       {8'825, "2024-02-29"},
                                                       {-36'465, "1900-03-01"},
                                                       {2'921'939, "9999-12-31"},
                                                       {2'921'940, "10000-01-01"},
                                                       {-730'119, "0001-01-01"},
                                                       {-730'120, "0001-12-31 BC"},
                                                       {-745'863, "0044-11-24 BC"},
                                                       {-2'451'545, "4714-11-24 BC"},
                                                       {2'145'031'948, "5874897-12-31"}};

TEST(date, is_sent_and_read_in_both_formats) {
  for (const auto& [since_2000, text] : values) {
    SCOPED_TRACE(text);
    EXPECT_EQ(to_string(on(since_2000)), text);
    EXPECT_EQ(encode(oids::date, on(since_2000)), sent(binary(be(since_2000))));
    EXPECT_EQ(encode_as_text(oids::date, on(since_2000)), sent(testing::text(text)));
    EXPECT_EQ(decode_binary<sys_days>(oids::date, be(since_2000)), ok(on(since_2000)));
    EXPECT_EQ(decode_text<sys_days>(oids::date, text), ok(on(since_2000)));
    const local_days local(on(since_2000).time_since_epoch());
    EXPECT_EQ(decode_binary<local_days>(oids::date, be(since_2000)), ok(local));
    EXPECT_EQ(encode(oids::date, local), sent(binary(be(since_2000))));
  }
}

TEST(date, is_infinite_at_the_ends_of_the_type) {
  EXPECT_EQ(decode_binary<sys_days>(oids::date, be(infinite)), ok(sys_days::max()));
  EXPECT_EQ(decode_text<local_days>(oids::date, "-infinity"), ok(local_days::min()));
  EXPECT_EQ(encode(oids::date, sys_days::max()), sent(binary(be(infinite))));
  EXPECT_EQ(encode(oids::date, sys_days::min()), sent(binary(be(minus_infinite))));
  EXPECT_EQ(to_string(sys_days::max()), "infinity");
  EXPECT_EQ(decode_binary<year_month_day>(oids::date, be(infinite)), failure<year_month_day>(errc::out_of_range));
}

TEST(date, beyond_the_calendar_is_refused) {
  for (const sys_days none :
       {on(-2'451'546), on(2'145'031'949), sys_days::max() - days(1), sys_days::min() + days(1)}) {
    EXPECT_EQ(encode(oids::date, none), refused(errc::out_of_range));
    EXPECT_THROW(static_cast<void>(to_string(none)), error);
  }
  EXPECT_EQ(decode_text<sys_days>(oids::date, "5874898-01-01"), failure<sys_days>(errc::out_of_range));
  EXPECT_EQ(decode_text<sys_days>(oids::date, "4714-11-23 BC"), failure<sys_days>(errc::out_of_range));
}

TEST(date, is_a_year_month_day_as_far_as_that_goes) {
  const year_month_day leap_day = 2024y / std::chrono::February / 29;
  EXPECT_EQ(encode(oids::date, leap_day), sent(binary(be(std::int32_t{8'825}))));
  EXPECT_EQ(decode_binary<year_month_day>(oids::date, be(std::int32_t{8'825})), ok(leap_day));
  EXPECT_EQ(decode_text<year_month_day>(oids::date, "32767-12-31"), ok(year_month_day(32767y / 12 / 31)));
  EXPECT_EQ(decode_text<year_month_day>(oids::date, "32768-01-01"), failure<year_month_day>(errc::out_of_range));
  EXPECT_EQ(decode_text<year_month_day>(oids::date, "0001-02-29 BC"), ok(year_month_day(0y / 2 / 29)));
  EXPECT_EQ(encode(oids::date, year_month_day(2023y / 2 / 29)), refused(errc::out_of_range));
  EXPECT_EQ(encode(oids::date, year_month_day(-5000y / 1 / 1)), refused(errc::out_of_range));
}

TEST(date, agrees_with_the_calendar_of_the_standard_library) {
  const sys_days first = year_month_day(-4712y / 1 / 1);
  const sys_days last = year_month_day(32767y / 12 / 31);
  for (sys_days d = first; d < last; d += days(97)) {
    const year_month_day expected(d);
    const detail::civil_date got = detail::civil_of(d.time_since_epoch().count());
    ASSERT_EQ(got.year, static_cast<int>(expected.year()));
    ASSERT_EQ(got.month, static_cast<unsigned>(expected.month()));
    ASSERT_EQ(got.day, static_cast<unsigned>(expected.day()));
    ASSERT_EQ(detail::days_of(got), d.time_since_epoch().count());
  }
}

TEST(date, refuses_ill_formed_text_and_bytes) {
  for (const auto* wrong : {"", "2000", "2000-01", "2000-01-", "2000-01-32", "2000-04-31", "2001-02-29", "200-01-01",
                            "0000-01-01", "2000-01-01 ", "2000-01-01BC", "2000-01-01 bc", " 2000-01-01", "01-02-2000",
                            "2000/01/01", "2000-01-01 00:00:00", "inf"})
    EXPECT_EQ(decode_text<sys_days>(oids::date, wrong), failure<sys_days>(errc::invalid_value)) << wrong;
  for (const std::size_t size : {0U, 1U, 2U, 3U, 5U, 8U})
    EXPECT_EQ(decode_binary<sys_days>(oids::date, std::string(size, '\0')), failure<sys_days>(errc::invalid_value));
}

TEST(date, is_sent_as_text_where_the_server_infers_the_type) {
  EXPECT_EQ(encode(oids::text, on(0)), sent(text("2000-01-01")));
  EXPECT_EQ(encode(oids::unspecified, on(0)), sent(text("2000-01-01")));
  EXPECT_EQ(encode(oids::int4, on(0)), refused(errc::type_mismatch));
  EXPECT_EQ(encode(oids::json, on(0)), refused(errc::type_mismatch));
}

}  // namespace
}  // namespace pgcoro::testing
