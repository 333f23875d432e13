#include <limits>
#include <set>

#include <pgcoro/types/system.hpp>

#include "integration/types/round_trip.hpp"

namespace pgcoro::test {
namespace {

template <class T>
asio::awaitable<void> check_identifier(std::string type) {
  using integer = decltype(T::value);
  round_trip<T> test{std::move(type)};
  test.values = {{0}, {1}, {std::numeric_limits<integer>::max()}};
  test.random = [](random_source& random) { return T{static_cast<integer>(random() >> between(random, 0, 63))}; };
  co_await check_round_trip(test);
}

ASYNC_TEST(round_trip, of_xid) { co_await check_identifier<xid>("xid"); }
ASYNC_TEST(round_trip, of_cid) { co_await check_identifier<cid>("cid"); }
ASYNC_TEST(round_trip, of_xid8) { co_await check_identifier<xid8>("xid8"); }
ASYNC_TEST(round_trip, of_pg_lsn) {
  co_await check_identifier<lsn>("pg_lsn");
  round_trip<lsn> test{"pg_lsn"};
  test.literals = {"16/B374D848", "00000001/0000000a", "ffffffff/ffffffff"};
  co_await check_round_trip(test);
}

ASYNC_TEST(round_trip, of_tid) {
  round_trip<tid> test{"tid"};
  test.values = {{}, {std::numeric_limits<std::uint32_t>::max(), std::numeric_limits<std::uint16_t>::max()}};
  test.literals = {"(0,1)"};
  test.random = [](random_source& random) {
    return tid{static_cast<std::uint32_t>(random()), static_cast<std::uint16_t>(random())};
  };
  co_await check_round_trip(test);
}

ASYNC_TEST(round_trip, of_quoted_char) {
  round_trip<quoted_char> test{"\"char\""};
  for (int c = 0; c < 128; ++c) test.values.push_back({static_cast<char>(c)});
  test.literals = {"", "r", "rest"};
  co_await check_round_trip(test);
}

ASYNC_TEST(quoted_char, above_127_goes_there_and_back_in_binary) {
  connection db = co_await connect_to("DSN");
  for (int c = 128; c < 256; ++c) {
    const quoted_char sent{static_cast<char>(c)};
    EXPECT_EQ(co_await db.fetch_one<quoted_char>("SELECT $1::\"char\"", sent), sent);
  }
}

transaction_snapshot random_snapshot(random_source& random) {
  const std::uint64_t xmin = (random() >> between(random, 1, 62)) + 1;
  if (xmin > std::numeric_limits<std::int64_t>::max() - 1000U) return {{1}, {1}, {}};
  std::set<std::uint64_t> running;
  for (int n = between(random, 0, 20); n > 0; --n) running.insert(xmin + between<std::uint64_t>(random, 0, 500));
  transaction_snapshot made{{xmin}, {xmin + 501}, {}};
  for (const std::uint64_t x : running) made.in_progress.push_back({x});
  return made;
}

ASYNC_TEST(round_trip, of_pg_snapshot) {
  for (const std::string type : {"pg_snapshot", "txid_snapshot"}) {
    round_trip<transaction_snapshot> test{type};
    test.values = {{{1}, {1}, {}}, {{10}, {20}, {{10}, {19}}}, {{1}, {std::numeric_limits<std::int64_t>::max()}, {}}};
    test.literals = {"10:20:", "10:20:10,14,15"};
    test.random = random_snapshot;
    co_await check_round_trip(test);
  }
}

ASYNC_TEST(transaction_snapshot, sees_what_the_servers_sees) {
  connection db = co_await connect_to("DSN");
  random_source random(round_trip_seed);
  for (int i = 0; i < 200; ++i) {
    const transaction_snapshot snapshot = random_snapshot(random);
    const xid8 transaction{snapshot.xmin.value + between<std::uint64_t>(random, 0, 502) - 1};
    const bool visible = co_await db.fetch_one<bool>("SELECT pg_visible_in_snapshot($1, $2)", transaction, snapshot);
    EXPECT_EQ(snapshot.sees(transaction), visible) << to_string(snapshot) << ' ' << to_string(transaction);
  }
}

ASYNC_TEST(system_types, are_what_the_servers_functions_and_columns_have) {
  connection db = co_await connect_to("DSN");
  co_await db.execute("BEGIN");
  co_await db.execute("CREATE TEMP TABLE t (x int)");
  co_await db.execute("INSERT INTO t VALUES (1), (2)");
  const auto mine = co_await db.fetch_one<xid8>("SELECT pg_current_xact_id()");
  using version = std::tuple<tid, xid, cid, oid>;
  const auto [where, who, command, table] =
      co_await db.fetch_one<version>("SELECT ctid, xmin, cmin, tableoid FROM t WHERE x = 2");
  EXPECT_EQ(where, (tid{0, 2}));
  EXPECT_EQ(who.value, static_cast<std::uint32_t>(mine.value));
  EXPECT_EQ(co_await db.fetch_one<int>("SELECT x FROM t WHERE ctid = $1 AND cmin = $2", where, command), 2);
  EXPECT_EQ(co_await db.fetch_one<quoted_char>("SELECT relkind FROM pg_class WHERE oid = $1", table), quoted_char{'r'});
  EXPECT_EQ(co_await db.fetch_one<std::string>("SELECT pg_xact_status($1)", mine), "in progress");
  const auto snapshot = co_await db.fetch_one<transaction_snapshot>("SELECT pg_current_snapshot()");
  EXPECT_LE(snapshot.xmin, mine);
  const auto begun = co_await db.fetch_one<lsn>("SELECT '0/10'::pg_lsn");
  EXPECT_EQ(co_await db.fetch_one<std::int64_t>("SELECT ($1::pg_lsn - '0/10')::int8", begun + 100), 100);
  co_await db.execute("COMMIT");
}

ASYNC_TEST(oid, is_what_names_an_object_of_the_catalogs) {
  connection db = co_await connect_to("DSN");
  const auto pg_class = co_await db.fetch_one<oid>("SELECT 'pg_class'::regclass");
  EXPECT_EQ(pg_class, 1259u);
  EXPECT_EQ(co_await db.fetch_one<std::string>("SELECT $1::regclass", pg_class), "pg_class");
  EXPECT_EQ(co_await db.fetch_one<std::string>("SELECT $1::regtype", oids::timestamptz), "timestamp with time zone");
  EXPECT_EQ(co_await db.fetch_one<oid>("SELECT $1::regclass", "pg_type"), 1247u);
  EXPECT_EQ(co_await db.fetch_one<oid>("SELECT 0::oid::regproc"), 0u);
}

ASYNC_TEST(integers, are_transaction_ids_too) {
  connection db = co_await connect_to("DSN");
  const auto mine = co_await db.fetch_one<std::uint64_t>("SELECT pg_current_xact_id()");
  EXPECT_EQ(co_await db.fetch_one<std::string>("SELECT pg_xact_status($1)", mine), "committed");
  EXPECT_EQ(co_await db.fetch_one<std::uint32_t>("SELECT $1::xid", 7), 7u);
}

ASYNC_TEST(string, is_what_no_other_type_is_made_for) {
  connection db = co_await connect_to("DSN");
  const auto acl = co_await db.fetch_one<std::string>(
      "SELECT makeaclitem('postgres'::regrole, 'postgres'::regrole, 'SELECT', true)");
  EXPECT_EQ(acl, "postgres=r*/postgres");
  EXPECT_EQ(co_await db.fetch_one<std::string>("SELECT $1::aclitem", acl), acl);
  EXPECT_EQ(co_await db.fetch_one<std::string>("SELECT $1::refcursor", "cursor"), "cursor");
  EXPECT_EQ(co_await db.fetch_one<std::string>("SELECT $1::name", "name"), "name");
  EXPECT_EQ(co_await db.fetch_one<std::string>("SELECT $1::xml", "<a>b</a>"), "<a>b</a>");
}

}  // namespace
}  // namespace pgcoro::test
