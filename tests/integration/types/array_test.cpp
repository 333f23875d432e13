// Arrays to the server and back.
#include <pgcoro/as_result.hpp>
#include <pgcoro/connection.hpp>
#include <pgcoro/types/array.hpp>
#include <pgcoro/types/builtin_composed.hpp>

#include "integration/types/round_trip.hpp"

namespace pgcoro::test {
namespace {

template <class T>
std::string literal(const T& value) {
  return pgcoro::detail::text_of_value(value);
}

/// Up to `most` values that `one` makes, a tenth of them NULL.
template <class T, class One>
std::vector<std::optional<T>> some(random_source& random, std::size_t most, One one) {
  std::vector<std::optional<T>> made(between<std::size_t>(random, 0, most));
  for (auto& value : made)
    if (between(random, 0, 9) != 0) value = one(random);
  return made;
}

std::string any_text(random_source& random) {
  constexpr std::string_view letters = "ab {}\",\\;'\tNUL\xc3\xa4\n";
  std::string made;
  for (int n = between(random, 0, 6); n > 0; --n) {
    const auto c = letters[between<std::size_t>(random, 0, letters.size() - 1)];
    made.append(static_cast<unsigned char>(c) < 0x80 ? std::string(1, c) : std::string("\xc3\xa4"));
  }
  return made;
}

ASYNC_TEST(array_round_trip, of_integers) {
  using ints = std::vector<std::optional<std::int64_t>>;
  round_trip<ints> test{"int8[]"};
  test.values = {
      {}, {0}, {std::nullopt}, {std::numeric_limits<std::int64_t>::min(), std::numeric_limits<std::int64_t>::max()}};
  test.literals = {"{}", "{1,NULL,-3}", "{ 1 , 2 }"};
  test.random = [](random_source& r) {
    return some<std::int64_t>(r, 5, [](random_source& s) {
      return of_any_size(s, std::numeric_limits<std::int64_t>::min(), std::numeric_limits<std::int64_t>::max());
    });
  };
  test.text = &literal<ints>;
  co_await check_round_trip(test);
}

ASYNC_TEST(array_round_trip, of_text_with_everything_that_has_to_be_quoted) {
  using strings = std::vector<std::optional<std::string>>;
  round_trip<strings> test{"text[]"};
  test.values = {{}, {""}, {"NULL", "null", std::nullopt, "nULl"}, {"{}", "\"", "\\", ",", ";", " a", "a ", "\t", "ä"}};
  test.literals = {R"({a,"b c",NULL,"NULL"})", R"({ a b , "c" })", R"({a\ ,"\"\\"})"};
  test.random = [](random_source& r) { return some<std::string>(r, 4, &any_text); };
  test.text = &literal<strings>;
  co_await check_round_trip(test);
}

ASYNC_TEST(array_round_trip, of_fixed_size_elements_that_are_never_null) {
  round_trip<std::vector<double>> doubles{"float8[]"};
  doubles.values = {{}, {0.5, -1e300, std::numeric_limits<double>::infinity()}, std::vector<double>(1000, 1.5)};
  doubles.text = &literal<std::vector<double>>;
  co_await check_round_trip(doubles);
  round_trip<std::vector<int>> ints{"int4[]"};
  ints.values = {{}, {1, -2, 3}, std::vector<int>(10'000, 7)};
  ints.text = &literal<std::vector<int>>;
  co_await check_round_trip(ints);
  round_trip<std::vector<bool>> bools{"bool[]"};
  bools.values = {{}, {true, false, true}};
  bools.text = [](const std::vector<bool>& value) {
    std::string text = "{";
    for (const bool b : value) text.append(text.size() > 1 ? "," : "").append(b ? "t" : "f");
    return text + "}";
  };
  co_await check_round_trip(bools);
}

ASYNC_TEST(array_round_trip, of_many_dimensions_and_any_lower_bounds) {
  using ints = array<std::optional<int>>;
  round_trip<ints> test{"int4[]"};
  test.values = {{},
                 {{{2, 1}, {1, 1}}, {1, std::nullopt}},
                 {{{1, -5}}, {7}},
                 {{{1, 1}, {1, 1}, {1, 1}, {1, 1}, {1, 0}, {2, 3}}, {1, 2}}};
  test.literals = {"{{{1,2},{3,4}},{{5,6},{7,8}}}", "[2:3][-1:0]={{1,2},{3,NULL}}", "[1:1]={1}"};
  test.random = [](random_source& r) {
    ints made;
    std::size_t elements = 1;
    for (int n = between(r, 1, 3); n > 0; --n) {
      made.dimensions.push_back({between(r, 1, 3), between(r, -2, 2)});
      elements *= static_cast<std::size_t>(made.dimensions.back().size);
    }
    made.elements.assign(elements, between(r, -9, 9));
    return made;
  };
  co_await check_round_trip(test);
}

ASYNC_TEST(array_round_trip, of_vectors_within_vectors_and_of_bytea) {
  using matrix = std::vector<std::vector<short>>;
  round_trip<matrix> test{"int2[]"};
  test.values = {{}, {{1, 2}, {3, 4}, {5, 6}}};
  test.text = &literal<matrix>;
  co_await check_round_trip(test);
  using blobs = std::vector<std::vector<std::byte>>;
  round_trip<blobs> bytes{"bytea[]"};
  bytes.values = {{}, {{}, {std::byte{0}, std::byte{255}}}};
  bytes.text = [](const blobs& value) { return value.empty() ? "{}" : std::string(R"({"\\x","\\x00ff"})"); };
  bytes.goes_as_text = false;
  co_await check_round_trip(bytes);
}

ASYNC_TEST(array_round_trip, of_int2vector_and_oidvector) {
  round_trip<std::vector<short>> shorts{"int2vector"};
  shorts.values = {{}, {1, -2, 3}};
  shorts.text = [](const std::vector<short>& value) { return value.empty() ? "" : std::string("1 -2 3"); };
  co_await check_round_trip(shorts);
  round_trip<std::vector<unsigned>> oids{"oidvector"};
  oids.values = {{}, {1, 4'000'000'000U}};
  oids.text = [](const std::vector<unsigned>& value) { return value.empty() ? "" : std::string("1 4000000000"); };
  co_await check_round_trip(oids);
}

ASYNC_TEST(arrays, are_parameters_of_any_and_unnest) {
  connection db = co_await connect_to("DSN");
  const std::vector<int> ids{1, 3};
  EXPECT_EQ(co_await db.fetch<int>("SELECT g FROM generate_series(1, 4) g WHERE g = ANY($1)", ids), ids);
  EXPECT_EQ(co_await db.fetch<int>("SELECT unnest($1::int[])", std::span<const int>(ids)), ids);
  const std::vector<std::string> names{"a", "b"};
  EXPECT_EQ(co_await db.fetch_one<std::vector<std::string>>("SELECT $1::text[]", names), names);
  const std::vector<std::string> uuids(1, "00000000-0000-0000-0000-000000000001");
  EXPECT_EQ(co_await db.fetch_one<std::string>("SELECT array_to_string($1::uuid[], ' ')", uuids), uuids.front());
}

ASYNC_TEST(arrays, that_do_not_fit_say_so) {
  connection db = co_await connect_to("DSN");
  const auto failed = co_await as_result(db.fetch_one<std::vector<int>>("SELECT '{{1}}'::int[] AS matrix"));
  EXPECT_EQ(failed.error().code(), errc::out_of_range);
  EXPECT_EQ(failed.error().column(), "matrix");
  const auto null = co_await as_result(db.fetch_one<std::vector<int>>("SELECT '{NULL}'::int[] AS list"));
  EXPECT_EQ(null.error().code(), errc::unexpected_null);
}

ASYNC_TEST(arrays, of_polymorphic_columns_say_what_they_hold) {
  connection db = co_await connect_to("DSN");
  co_await db.execute_script("CREATE TEMP TABLE t AS SELECT g % 3 AS n FROM generate_series(1, 300) g; ANALYZE t");
  const auto values =
      co_await db.fetch_one<std::vector<int>>("SELECT most_common_vals FROM pg_stats WHERE tablename = 't'");
  EXPECT_EQ(values.size(), 3U);
}

/// Beside the table of what is built in, which is made by hand.
ASYNC_TEST(arrays, and_ranges_that_are_built_in_are_those_of_the_server) {
  connection db = co_await connect_to("DSN");
  struct pair {
    oid type = 0;
    oid part = 0;
  };
  const auto arrays = co_await db.fetch<pair>(
      "SELECT typarray, oid FROM pg_type WHERE typarray BETWEEN 1 AND 9999 AND typtype <> 'c' AND typname <> "
      "'gtsvector'");
  for (const pair& p : arrays)
    EXPECT_EQ(pgcoro::detail::part_of(pgcoro::detail::builtin_arrays, p.type), p.part) << p.type;
  const auto ranges = co_await db.fetch<pair>("SELECT rngtypid, rngsubtype FROM pg_range WHERE rngtypid < 10000");
  EXPECT_EQ(ranges.size(), std::size(pgcoro::detail::builtin_ranges));
  for (const pair& p : ranges)
    EXPECT_EQ(pgcoro::detail::part_of(pgcoro::detail::builtin_ranges, p.type), p.part) << p.type;
}

}  // namespace
}  // namespace pgcoro::test
