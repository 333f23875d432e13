#include <pgcoro/types/time_of_day.hpp>

#include "unit/types/values.hpp"

namespace pgcoro::testing {
namespace {

using std::chrono::hh_mm_ss;
using std::chrono::microseconds;
using namespace std::chrono_literals;
using time_of_day = hh_mm_ss<microseconds>;

constexpr microseconds midnight_again = 24h;

const std::pair<microseconds, const char*> times[] = {{0us, "00:00:00"},
                                                      {1us, "00:00:00.000001"},
                                                      {4h + 5min + 6s + 789ms, "04:05:06.789"},
                                                      {midnight_again - 1us, "23:59:59.999999"},
                                                      {midnight_again, "24:00:00"}};

/// hh_mm_ss cannot be compared, and so not with what the helpers answer.
template <class T>
errc read(format f, std::string_view bytes, T& out) {
  const value_type from{oids::time, f};
  return codec<T>::decoder(from)(protocol::as_bytes(bytes), out, from);
}
template <class T>
errc read_code(format f, std::string_view bytes) {
  T ignored;
  return read(f, bytes, ignored);
}

TEST(time_of_day, is_sent_and_read_in_both_formats) {
  for (const auto& [value, text] : times) {
    SCOPED_TRACE(text);
    EXPECT_EQ(to_string(time_of_day(value)), text);
    EXPECT_EQ(encode(oids::time, time_of_day(value)), sent(binary(be(std::int64_t{value.count()}))));
    EXPECT_EQ(encode_as_text(oids::time, time_of_day(value)), sent(testing::text(text)));
    time_of_day parsed;
    EXPECT_EQ(read(format::binary, be(std::int64_t{value.count()}), parsed), errc{});
    EXPECT_EQ(parsed.to_duration(), value);
    EXPECT_EQ(parse(text, parsed), errc{});
    EXPECT_EQ(parsed.to_duration(), value);
  }
}

TEST(time_of_day, is_from_midnight_to_midnight) {
  for (const microseconds none : {-1us, midnight_again + 1us, microseconds::max(), microseconds::min() + 1us})
    EXPECT_EQ(encode(oids::time, time_of_day(none)), refused(errc::out_of_range));
  EXPECT_EQ(read_code<time_of_day>(format::binary, be(std::int64_t{-1})), errc::invalid_value);
  EXPECT_EQ(read_code<time_of_day>(format::binary, be(std::int64_t{86'400'000'001})), errc::invalid_value);
  EXPECT_THROW(static_cast<void>(to_string(time_of_day(-1us))), error);
}

TEST(time_of_day, is_read_only_by_units_that_are_fine_enough) {
  EXPECT_EQ(read_code<hh_mm_ss<std::chrono::seconds>>(format::text, "04:05:06"), errc{});
  EXPECT_EQ(read_code<hh_mm_ss<std::chrono::seconds>>(format::text, "04:05:06.5"), errc::out_of_range);
  EXPECT_EQ(read_code<hh_mm_ss<std::chrono::nanoseconds>>(format::text, "04:05:06.5"), errc{});
  EXPECT_EQ(encode(oids::time, hh_mm_ss(1999ns)), sent(binary(be(std::int64_t{1}))));
}

TEST(time_of_day, refuses_ill_formed_text_and_bytes) {
  for (const auto* wrong :
       {"", "04", "04:", "4:05:06", "04:5:06", "04:05:6", "04:05:06.", "04:05:06.1234567", "04:60:00", "04:00:60",
        "24:00:00.000001", "25:00:00", "04:05:06 PM", "04:05:06+00", " 04:05:06", "-04:05:06"})
    EXPECT_EQ(read_code<time_of_day>(format::text, wrong), errc::invalid_value) << wrong;
  for (const std::size_t size : {0U, 1U, 4U, 7U, 9U, 12U})
    EXPECT_EQ(read_code<time_of_day>(format::binary, std::string(size, '\0')), errc::invalid_value);
}

const std::pair<time_with_zone, const char*> zoned[] = {{{0us, 0s}, "00:00:00+00"},
                                                        {{4h + 5min, 5h + 30min}, "04:05:00+05:30"},
                                                        {{midnight_again, -(15h + 59min + 59s)}, "24:00:00-15:59:59"},
                                                        {{1us, 53min + 28s}, "00:00:00.000001+00:53:28"}};

TEST(time_with_zone, is_sent_and_read_in_both_formats) {
  for (const auto& [value, text] : zoned) {
    SCOPED_TRACE(text);
    const std::string bytes =
        be(std::int64_t{value.since_midnight.count()}) + be(static_cast<std::int32_t>(-value.offset.count()));
    EXPECT_EQ(to_string(value), text);
    EXPECT_EQ(encode(oids::timetz, value), sent(binary(bytes)));
    EXPECT_EQ(encode_as_text(oids::timetz, value), sent(testing::text(text)));
    EXPECT_EQ(decode_binary<time_with_zone>(oids::timetz, bytes), ok(value));
    EXPECT_EQ(decode_text<time_with_zone>(oids::timetz, text), ok(value));
  }
}

TEST(time_with_zone, has_an_offset_below_sixteen_hours) {
  EXPECT_EQ(encode(oids::timetz, time_with_zone{0us, 16h}), refused(errc::out_of_range));
  EXPECT_EQ(encode(oids::timetz, time_with_zone{0us, -16h}), refused(errc::out_of_range));
  EXPECT_EQ(encode(oids::timetz, time_with_zone{-1us, 0s}), refused(errc::out_of_range));
  EXPECT_EQ(encode(oids::timetz, time_with_zone{0us, std::chrono::seconds::max()}), refused(errc::out_of_range));
  EXPECT_EQ(decode_text<time_with_zone>(oids::timetz, "00:00:00+16"), failure<time_with_zone>(errc::out_of_range));
  EXPECT_EQ(decode_binary<time_with_zone>(oids::timetz, be(std::int64_t{0}) + be(std::int32_t{57'600})),
            failure<time_with_zone>(errc::invalid_value));
  EXPECT_EQ(decode_binary<time_with_zone>(oids::timetz, be(std::int64_t{-1}) + be(std::int32_t{0})),
            failure<time_with_zone>(errc::invalid_value));
}

TEST(time_with_zone, refuses_ill_formed_text_and_bytes) {
  for (const auto* wrong :
       {"", "04:05:06", "04:05:06+", "04:05:06+1", "04:05:06 +01", "04:05:06+01 ", "04:05:06+01:00:00:00"})
    EXPECT_EQ(decode_text<time_with_zone>(oids::timetz, wrong), failure<time_with_zone>(errc::invalid_value)) << wrong;
  for (std::size_t size = 0; size < 12; ++size)
    EXPECT_EQ(decode_binary<time_with_zone>(oids::timetz, std::string(size, '\0')),
              failure<time_with_zone>(errc::invalid_value));
}

TEST(time_with_zone, is_ordered_by_utc_and_then_from_east_to_west) {
  EXPECT_LT((time_with_zone{1h, 1h}), (time_with_zone{1h, 0s}));
  EXPECT_LT((time_with_zone{2h, 1h}), (time_with_zone{1h, 0s}));
  EXPECT_GT((time_with_zone{3h, 1h}), (time_with_zone{1h, 0s}));
}

}  // namespace
}  // namespace pgcoro::testing
