// Every built-in type goes through COPY both ways, in binary, text and CSV, and comes back equal.
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <pgcoro/copy_out.hpp>
#include <pgcoro/identifier.hpp>
#include <pgcoro/text_copy_in.hpp>
#include <pgcoro/types/array.hpp>
#include <pgcoro/types/bit_string.hpp>
#include <pgcoro/types/chrono.hpp>
#include <pgcoro/types/geometric.hpp>
#include <pgcoro/types/money.hpp>
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

using namespace std::chrono;

enum class way : unsigned char { binary, text, csv };

template <class Reader, class Writer>
asio::awaitable<void> move_all(Reader out, Writer in) {
  while (auto batch = co_await out.next()) co_await in.push_all(*batch);
  co_await in.finish();
}

/// Out of table `copied` into C++ values, and those into table `back`.
template <class T>
asio::awaitable<void> there_and_back(connection& out, connection& in, way how) {
  const table from("copied", "value"), to("back", "value");
  if (how == way::binary) {
    auto reader = co_await out.copy_out<std::optional<T>>(from);
    auto writer = co_await in.copy_in<std::optional<T>>(to);
    co_await move_all(std::move(reader), std::move(writer));
  } else {
    const auto format = how == way::csv ? copy_options::csv() : copy_options::text();
    auto reader = co_await out.copy_out<std::optional<T>>(from, format);
    auto writer = co_await in.copy_in<std::optional<T>>(to, format);
    co_await move_all(std::move(reader), std::move(writer));
  }
}

struct copied_type {
  const char* name;
  std::vector<const char*> values;
  asio::awaitable<void> (*there_and_back)(connection& out, connection& in, way how);
  bool in_binary = true;  ///< docs/types.md: "both ways"
  bool as_text = true;
};

template <class T>
constexpr auto as = &there_and_back<T>;

const std::vector<copied_type> types{
    {"bool", {"true", "false"}, as<bool>},
    {"int2", {"-32768", "0", "32767"}, as<std::int16_t>},
    {"int4", {"-2147483648", "0", "2147483647"}, as<std::int32_t>},
    {"int8", {"-9223372036854775808", "0", "9223372036854775807"}, as<std::int64_t>},
    {"float4", {"1.25e-7", "-Infinity", "NaN", "3.4028235e38"}, as<float>},
    {"float8", {"-1.7976931348623157e308", "Infinity", "NaN", "5e-324"}, as<double>},
    {"numeric", {"-12345678901234567890.0987654321", "0", "1e100", "NaN", "0.0000"}, as<numeric>},
    {"money", {"-1234.56", "0"}, as<money>, true, false},
    {"text", {"", "süß", "\t\n\\", "\\N", "\""}, as<std::string>},
    {"varchar(9)", {"", "nine char"}, as<std::string>},
    {"char(3)", {"a", "abc"}, as<std::string>},
    {"name", {"a name"}, as<std::string>},
    {"\"char\"", {"a", "z"}, as<quoted_char>},
    {"bytea", {"", "\\x00ff105c0a"}, as<std::vector<std::byte>>},
    {"json", {"{\"a\": [1, null, \"x\\\\y\"]}", "null"}, as<std::string>},
    {"jsonb", {"{\"a\": [1, null, \"x\\\\y\"]}", "2"}, as<std::string>},
    {"jsonpath", {"$.a[*] ? (@ > 1)"}, as<std::string>},
    {"xml", {"<a>1</a>"}, as<std::string>},
    {"uuid", {"01234567-89ab-cdef-0123-456789abcdef"}, as<boost::uuids::uuid>},
    {"date", {"0001-01-01", "1999-12-31", "infinity"}, as<sys_days>},
    {"timestamptz", {"2024-02-29 12:34:56.789012+02", "-infinity"}, as<sys_time<microseconds>>},
    {"timestamp", {"2024-02-29 12:34:56.789012", "infinity"}, as<local_time<microseconds>>},
    {"time", {"00:00", "23:59:59.999999"}, as<microseconds>},
    {"timetz", {"12:34:56.5+02", "00:00-15:59"}, as<time_with_zone>},
    {"interval", {"1 year -2 days 03:04:05.6", "-1 microsecond"}, as<interval>},
    {"inet", {"2001:db8::1/64", "10.0.0.1"}, as<inet>},
    {"cidr", {"10.0.0.0/8", "::/0"}, as<cidr>},
    {"macaddr", {"08:00:2b:01:02:03"}, as<macaddr>},
    {"macaddr8", {"08:00:2b:01:02:03:04:05"}, as<macaddr8>},
    {"point", {"(1,-2.5)"}, as<point>},
    {"line", {"{1,2,3}"}, as<line>},
    {"lseg", {"[(1,2),(3,4)]"}, as<lseg>},
    {"box", {"(3,4),(1,2)"}, as<box>},
    {"path", {"((1,2),(3,4))", "[(1,2),(3,4)]"}, as<path>},
    {"polygon", {"((1,2),(3,4),(5,6))"}, as<polygon>},
    {"circle", {"<(1,2),3>"}, as<circle>},
    {"bit(5)", {"10110"}, as<bit_string>},
    {"varbit", {"", "1011000001"}, as<bit_string>},
    {"tsvector", {"", "a:1 cat:2A,3 'x y':9"}, as<tsvector>},
    {"tsquery", {"a & !b <-> c:*", ""}, as<tsquery>, false},
    {"oid", {"0", "4294967295"}, as<oid>},
    {"regclass", {"pg_class"}, as<oid>, true, false},
    {"xid", {"4294967295"}, as<xid>},
    {"xid8", {"18446744073709551615"}, as<xid8>},
    {"cid", {"7"}, as<cid>},
    {"tid", {"(4294967295,65535)"}, as<tid>},
    {"pg_lsn", {"16/B374D848"}, as<lsn>},
    {"pg_snapshot", {"10:20:10,14,15"}, as<transaction_snapshot>},
    {"txid_snapshot", {"10:20:10,14,15"}, as<transaction_snapshot>},
    {"int4[]", {"{}", "{1,NULL,-3}"}, as<std::vector<std::optional<std::int32_t>>>},
    {"text[]", {"{a,NULL,\"b c\",\"\\\"\"}"}, as<std::vector<std::optional<std::string>>>},
    {"float8[]", {"{{1,2},{3,4}}"}, as<std::vector<std::vector<double>>>},
    {"int4range", {"[1,9)", "empty", "(,5)"}, as<range<std::int32_t>>},
    {"int8range", {"[1,9000000000)"}, as<range<std::int64_t>>},
    {"numrange", {"(1.5,2.50]"}, as<range<numeric>>},
    {"daterange", {"[2000-01-01,2001-01-01)"}, as<range<sys_days>>},
    {"tsrange", {"[2000-01-01,2001-01-01]"}, as<range<local_time<microseconds>>>},
    {"tstzrange", {"[2000-01-01,2001-01-01]"}, as<range<sys_time<microseconds>>>},
    {"int4multirange", {"{[1,3),[5,9)}", "{}"}, as<multirange<std::int32_t>>},
    {"aclitem", {"postgres=r/postgres"}, as<std::string>, false},
};

bool is_known(const copied_type& type) {
  return server_version() >= 14 || std::string_view(type.name).find("multirange") == std::string_view::npos;
}

std::string rows_of(const copied_type& type) {
  std::string rows;
  for (const char* value : type.values) rows.append(", (").append(literal(value).text()).append(")");
  return rows;
}

/// By their text: not all types can be compared.
asio::awaitable<std::vector<std::optional<std::string>>> texts(connection& db, std::string name) {
  co_return co_await db.fetch<std::optional<std::string>>("SELECT value::text FROM " + name + " ORDER BY 1");
}

asio::awaitable<void> check(connection& source, connection& target, const copied_type& type, way how) {
  const std::string column = std::string(" (value ") + type.name + ")";
  co_await source.execute_script("DROP TABLE IF EXISTS copied; CREATE TEMP TABLE copied" + column +
                                 "; INSERT INTO copied VALUES (NULL)" + rows_of(type));
  co_await target.execute_script("DROP TABLE IF EXISTS back; CREATE TEMP TABLE back" + column);
  co_await type.there_and_back(source, target, how);
  const auto expected = co_await texts(source, "copied");
  const auto seen = co_await texts(target, "back");
  EXPECT_EQ(seen, expected) << type.name << " " << static_cast<int>(how);
}

asio::awaitable<void> check_all(way how) {
  connection source = co_await connect_to("DSN");
  connection target = co_await connect_to("DSN");
  for (const copied_type& type : types) {
    const bool possible = how == way::binary ? type.in_binary : type.as_text;
    if (!possible || !is_known(type)) continue;
    try {
      co_await check(source, target, type, how);
    } catch (const error& e) {
      ADD_FAILURE() << type.name << ": " << e.what();
    }
  }
}

ASYNC_TEST(copy_types, come_back_as_they_were_in_binary) { return check_all(way::binary); }

ASYNC_TEST(copy_types, come_back_as_they_were_as_text) { return check_all(way::text); }

ASYNC_TEST(copy_types, come_back_as_they_were_as_csv) { return check_all(way::csv); }

}  // namespace
}  // namespace pgcoro::test
