#include <pgcoro/result.hpp>
#include <pgcoro/visit.hpp>

#include "unit/types/registered_types.hpp"

namespace pgcoro::testing {
namespace {

/// What the visitor was called with, and the value.
struct describe {
  std::string operator()(std::nullptr_t) const { return "null"; }
  std::string operator()(bool b) const { return b ? "bool t" : "bool f"; }
  std::string operator()(std::int16_t n) const { return "int2 " + std::to_string(n); }
  std::string operator()(std::int32_t n) const { return "int4 " + std::to_string(n); }
  std::string operator()(std::int64_t n) const { return "int8 " + std::to_string(n); }
  std::string operator()(oid n) const { return "oid " + std::to_string(n); }
  std::string operator()(float f) const { return "float4 " + std::to_string(f); }
  std::string operator()(double d) const { return "float8 " + std::to_string(d); }
  std::string operator()(const numeric& n) const { return "numeric " + to_string(n); }
  std::string operator()(std::chrono::sys_days d) const {
    return "date " + std::to_string(d.time_since_epoch().count());
  }
  std::string operator()(const interval& i) const { return "interval " + to_string(i); }
  std::string operator()(postgres_time t) const { return "timestamptz " + to_string(t); }
  std::string operator()(postgres_local_time t) const { return "timestamp " + to_string(t); }
  std::string operator()(std::string_view text) const { return "text " + std::string(text); }
  std::string operator()(const std::vector<std::byte>& b) const { return "bytea of " + std::to_string(b.size()); }
  std::string operator()(std::span<const std::byte> b) const { return "bytes " + std::to_string(b.size()); }
};

std::string visited(oid type, format f, std::optional<std::string> value) {
  const row_description columns = make_columns({make_column("x", type, f)});
  const std::string row = make_row({std::move(value)});
  return visit(row_view(columns, protocol::as_bytes(row).data())[0], describe());
}

TEST(visit, gives_each_type_its_own) {
  EXPECT_EQ(visited(oids::int4, format::binary, std::nullopt), "null");
  EXPECT_EQ(visited(oids::bool_, format::text, "t"), "bool t");
  EXPECT_EQ(visited(oids::int2, format::binary, be(std::int16_t{-7})), "int2 -7");
  EXPECT_EQ(visited(oids::int4, format::text, "7"), "int4 7");
  EXPECT_EQ(visited(oids::int8, format::binary, be(std::int64_t{1} << 40)), "int8 1099511627776");
  EXPECT_EQ(visited(oids::oid_, format::text, "4000000000"), "oid 4000000000");
  EXPECT_EQ(visited(oids::float4, format::text, "0.5"), "float4 0.500000");
  EXPECT_EQ(visited(oids::float8, format::binary, be(0.5)), "float8 0.500000");
  EXPECT_EQ(visited(oids::numeric, format::text, "12.50"), "numeric 12.50");
  EXPECT_EQ(visited(oids::date, format::text, "1970-01-03"), "date 2");
  EXPECT_EQ(visited(oids::interval, format::text, "1 day"), "interval 1 day");
  EXPECT_EQ(visited(oids::timestamptz, format::text, "infinity"), "timestamptz infinity");
  EXPECT_EQ(visited(oids::timestamp, format::text, "2026-01-01 00:00:00"), "timestamp 2026-01-01 00:00:00");
  EXPECT_EQ(visited(oids::varchar, format::binary, "x"), "text x");
  EXPECT_EQ(visited(oids::bytea, format::text, "\\x0102"), "bytea of 2");
}

TEST(visit, gives_text_or_bytes_of_all_other_types) {
  EXPECT_EQ(visited(oids::inet, format::text, "::1"), "text ::1");
  EXPECT_EQ(visited(shop::unknown, format::binary, "abc"), "bytes 3");
}

TEST(visit, says_so_where_the_bytes_are_no_value) { EXPECT_THROW(visited(oids::int4, format::binary, "abc"), error); }

}  // namespace
}  // namespace pgcoro::testing
