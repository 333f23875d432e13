// Values of the built-in types go through binary COPY both ways and come back equal.
#include <cstdint>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include <pgcoro/copy_in.hpp>
#include <pgcoro/copy_out.hpp>
#include <pgcoro/types/array.hpp>
#include <pgcoro/types/bit_string.hpp>
#include <pgcoro/types/chrono.hpp>
#include <pgcoro/types/geometric.hpp>
#include <pgcoro/types/network.hpp>
#include <pgcoro/types/numeric.hpp>
#include <pgcoro/types/range.hpp>
#include <pgcoro/types/system.hpp>
#include <pgcoro/types/text_search.hpp>
#include <pgcoro/types/uuid.hpp>

#include "support/async_test.hpp"
#include "support/environment.hpp"

namespace pgcoro::test {
namespace {

using everything =
    std::tuple<bool, std::int16_t, std::int64_t, float, double, numeric, std::string, std::vector<std::byte>,
               std::string, std::string, boost::uuids::uuid, bit_string, std::chrono::sys_days,
               std::chrono::sys_time<std::chrono::microseconds>, interval, inet, macaddr, point, polygon, lsn, tsvector,
               std::vector<std::optional<std::string>>, range<std::int32_t>, std::optional<int>>;

constexpr auto columns =
    "b bool, i2 int2, i8 int8, f4 float4, f8 float8, n numeric, t text, y bytea, j json, jb jsonb, u uuid, vb varbit, "
    "d date, ts timestamptz, iv interval, net inet, mac macaddr, p point, pg polygon, l pg_lsn, tv tsvector, "
    "a text[], r int4range, nothing int4";

constexpr auto values =
    "INSERT INTO copied VALUES (true, -32768, 9223372036854775807, 1.25e-7, '-Infinity', "
    "-12345678901234567890.0987654321, 'süß', '\\x00ff10', '{\"a\": 1}', '{\"a\": [1, null]}', "
    "'01234567-89ab-cdef-0123-456789abcdef', '10110', '1999-12-31', '2024-02-29 12:34:56.789012+02', '1 year -2 days "
    "03:04:05.6', '2001:db8::1/64', '08:00:2b:01:02:03', '(1,2)', '((1,2),(3,4),(5,6))', '16/B374D848', 'a:1 cat:2A', "
    "'{a,NULL,\"b c\"}', '[1,9)', NULL)";

ASYNC_TEST(copy_types, come_back_as_they_were) {
  connection db = co_await connect_to("DSN");
  co_await db.execute_script(std::string("CREATE TEMP TABLE copied (") + columns + ")");
  co_await db.execute(values);
  auto out = co_await db.copy_out<everything>(table("copied"));
  std::vector<everything> seen;
  while (auto batch = co_await out.next()) seen.insert(seen.end(), batch->begin(), batch->end());
  EXPECT_EQ(seen.size(), 1u);
  auto in = co_await db.copy_in<everything>(table("copied"));
  co_await in.push_all(seen);
  EXPECT_EQ(co_await in.finish(), 1u);
  EXPECT_EQ(co_await db.fetch_one<std::int64_t>("SELECT count(DISTINCT copied::text) FROM copied"), 1);
  EXPECT_EQ(co_await db.fetch_one<std::int64_t>("SELECT count(*) FROM copied"), 2);
}

}  // namespace
}  // namespace pgcoro::test
