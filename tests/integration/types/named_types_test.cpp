// Types that a database has of its own: looked up by the session, read and written by name.
#include <boost/describe/class.hpp>
#include <boost/describe/enum.hpp>
#include <string_view>

#include <pgcoro/as_result.hpp>
#include <pgcoro/connection.hpp>
#include <pgcoro/types/composite.hpp>
#include <pgcoro/types/enumeration.hpp>
#include <pgcoro/types/hstore.hpp>
#include <pgcoro/types/pgvector.hpp>
#include <pgcoro/types/postgis.hpp>
#include <pgcoro/types/range.hpp>

#include "integration/types/round_trip.hpp"

namespace pgcoro::test {

BOOST_DEFINE_ENUM_CLASS(mood, sad, ok, very_happy)

/// In another order than the attributes of the type.
struct address {
  std::optional<mood> feeling;
  std::string street;
  int zip = 0;
  friend bool operator==(const address&, const address&) = default;
};
BOOST_DESCRIBE_STRUCT(address, (), (feeling, street, zip))

struct person {
  std::string name;
  std::vector<address> homes;
  std::optional<int> age;
  friend bool operator==(const person&, const person&) = default;
};

/// A row with composite columns.
struct entry {
  int id = 0;
  person who;
  std::optional<address> last;
};

}  // namespace pgcoro::test

template <>
inline constexpr std::string_view pgcoro::enum_label<pgcoro::test::mood::very_happy> = "very happy";
template <>
inline constexpr bool pgcoro::is_composite<pgcoro::test::person> = true;
template <>
inline constexpr bool pgcoro::is_composite<pgcoro::test::address> = true;

namespace pgcoro::test {
namespace {

constexpr std::string_view shop = R"(
  DROP SCHEMA IF EXISTS shop CASCADE;
  CREATE SCHEMA shop;
  CREATE TYPE shop.mood AS ENUM ('sad', 'ok', 'very happy');
  CREATE DOMAIN shop.zip AS int CHECK (value >= 0);
  CREATE TYPE shop.address AS (street text, zip shop.zip, feeling shop.mood);
  CREATE TYPE shop.person AS (name text, homes shop.address[], age int);
  CREATE DOMAIN shop.addresses AS shop.address[];
  CREATE TYPE shop.moodrange AS RANGE (subtype = shop.mood);
  SET search_path = shop, public)";

/// Within a type that no other test sees: they may run side by side.
std::string own_shop(std::string_view name) {
  std::string made(shop);
  for (std::size_t at = 0; (at = made.find("shop", at)) != std::string::npos; at += name.size())
    made.replace(at, 4, name);
  return made;
}

template <class T>
std::string literal(const T& value) {
  return pgcoro::detail::text_of_value(value);
}

std::string any_text(random_source& random) {
  constexpr std::string_view letters = "ab (){}\",\\;'\tNUL=>\n";
  std::string made;
  for (int n = between(random, 0, 6); n > 0; --n)
    made.push_back(letters[between<std::size_t>(random, 0, letters.size() - 1)]);
  return made;
}

std::optional<mood> any_mood(random_source& random) {
  constexpr std::optional<mood> moods[] = {std::nullopt, mood::sad, mood::ok, mood::very_happy};
  return moods[between<std::size_t>(random, 0, 3)];
}

address any_address(random_source& random) { return {any_mood(random), any_text(random), between(random, 0, 99'999)}; }

person any_person(random_source& random) {
  person made{any_text(random), {}, between(random, 0, 99)};
  if (*made.age < 10) made.age.reset();
  for (int n = between(random, 0, 2); n > 0; --n) made.homes.push_back(any_address(random));
  return made;
}

const address main_street{mood::ok, "Main \"St\", 1", 12345};
const person ada{"Ada", {main_street, {std::nullopt, "", 0}}, std::nullopt};

ASYNC_TEST(named_types_round_trip, of_an_enum) {
  round_trip<mood> test{"mood"};
  test.setup = own_shop("shop_enum");
  test.values = {mood::sad, mood::ok, mood::very_happy};
  test.literals = {"very happy"};
  test.text = [](mood value) { return literal(value); };
  co_await check_round_trip(test);

  using moods = std::vector<std::optional<mood>>;
  round_trip<moods> arrays{"mood[]"};
  arrays.setup = test.setup;
  arrays.values = {{}, {mood::very_happy, std::nullopt, mood::sad}};
  arrays.text = &literal<moods>;
  arrays.random = [](random_source& r) {
    moods made(between<std::size_t>(r, 0, 4));
    for (auto& m : made) m = any_mood(r);
    return made;
  };
  co_await check_round_trip(arrays);

  round_trip<range<mood>> ranges{"moodrange"};
  ranges.setup = test.setup;
  ranges.values = {{}, {mood::sad, mood::very_happy, bounds::closed}};
  co_await check_round_trip(ranges);
}

ASYNC_TEST(named_types_round_trip, of_composites_within_composites) {
  round_trip<address> test{"address"};
  test.setup = own_shop("shop_composite");
  test.values = {main_street, {std::nullopt, "", 0}, {mood::very_happy, " (a,\\b) ", 1}};
  test.literals = {R"(("a b",1,))"};
  test.random = &any_address;
  test.text = [](const address& a) {
    return literal(std::tuple(std::string_view(a.street), a.zip, a.feeling));  // in the order of the attributes
  };
  co_await check_round_trip(test);

  round_trip<person> people{"person"};
  people.setup = test.setup;
  people.values = {ada, {"", {}, 36}};
  people.random = &any_person;
  people.text = [](const person& p) {
    std::vector<std::tuple<std::string, int, std::optional<mood>>> homes;
    for (const address& a : p.homes) homes.emplace_back(a.street, a.zip, a.feeling);
    return literal(std::tuple(p.name, homes, p.age));
  };
  co_await check_round_trip(people);
}

ASYNC_TEST(named_types, are_members_of_rows) {
  connection db = co_await connect_to("DSN");
  co_await db.execute_script(own_shop("shop_rows"));
  co_await db.execute("CREATE TABLE entries (id int, who person, last address, codes addresses)");
  const std::vector<address> codes{main_street};
  co_await db.execute("INSERT INTO entries VALUES ($1, $2, $3, $4)", 1, ada, std::optional<address>(), codes);
  co_await db.execute("INSERT INTO entries VALUES ($1, $2, $3, $4)", 2, ada, std::optional(main_street), codes);
  const auto entries = co_await db.fetch<entry>("SELECT id, who, last FROM entries ORDER BY id");
  EXPECT_EQ(entries.size(), 2U);
  if (entries.size() != 2) co_return;
  EXPECT_EQ(entries[0].who, ada);
  EXPECT_FALSE(entries[0].last);
  EXPECT_EQ(entries[1].last, main_street);
  EXPECT_EQ(co_await db.fetch_one<person>("SELECT who FROM entries WHERE id = $1", 1), ada);
  EXPECT_EQ(co_await db.fetch_one<std::vector<address>>("SELECT codes FROM entries WHERE id = 1"), codes);
  EXPECT_EQ(co_await db.fetch_one<std::string>("SELECT last FROM entries WHERE id = 2"),
            R"(("Main ""St"", 1",12345,ok))");
}

ASYNC_TEST(named_types, of_records_are_read_by_position) {
  connection db = co_await connect_to("DSN");
  using record = std::tuple<std::tuple<int, std::string, std::optional<double>>>;
  const record expected{{1, "a b", std::nullopt}};
  EXPECT_EQ(co_await db.fetch_one<record>("SELECT (1, 'a b'::text, NULL::float8)"), expected);
  using records = std::vector<std::pair<int, std::string>>;
  const records rows{{1, "one"}, {2, "two"}};
  EXPECT_EQ(
      co_await db.fetch_one<records>("SELECT array_agg((n, w)) FROM (VALUES (1, 'one'::text), (2, 'two')) AS v (n, w)"),
      rows);
}

ASYNC_TEST(named_types, of_domains_are_parameters_and_columns) {
  connection db = co_await connect_to("DSN");
  co_await db.execute_script(own_shop("shop_domain"));
  EXPECT_EQ(co_await db.fetch_one<int>("SELECT $1::zip", 7), 7);
  const std::vector<int> zips{1, 2};
  EXPECT_EQ(co_await db.fetch_one<std::vector<int>>("SELECT $1::zip[]", zips), zips);
  const auto refused = co_await as_result(db.fetch_one<int>("SELECT $1::zip", -1));
  EXPECT_EQ(refused.error().code(), sqlstate::check_violation);
}

ASYNC_TEST(named_types, are_found_again_after_they_were_dropped_and_made_again) {
  connection db = co_await connect_to("DSN");
  co_await db.execute_script(own_shop("shop_again"));
  EXPECT_EQ(co_await db.fetch_one<mood>("SELECT $1::mood", mood::very_happy), mood::very_happy);
  EXPECT_EQ(co_await db.fetch_one<address>("SELECT $1::address", main_street), main_street);
  co_await db.execute_script(own_shop("shop_again"));
  EXPECT_EQ(co_await db.fetch_one<mood>("SELECT $1::mood", mood::very_happy), mood::very_happy);
  EXPECT_EQ(co_await db.fetch_one<address>("SELECT $1::address", main_street), main_street);
}

ASYNC_TEST(named_types, that_do_not_fit_are_named_in_the_error) {
  connection db = co_await connect_to("DSN");
  co_await db.execute_script(own_shop("shop_errors"));
  const auto mismatch = co_await as_result(db.fetch_one<int>("SELECT 'ok'::mood AS feeling"));
  EXPECT_EQ(mismatch.error().code(), errc::type_mismatch);
  EXPECT_NE(mismatch.error().what().find("shop_errors.mood"), std::string::npos) << mismatch.error().what();
  co_await db.execute("ALTER TYPE mood ADD VALUE 'angry'");
  const auto label = co_await as_result(db.fetch_one<mood>("SELECT 'angry'::mood AS feeling"));
  EXPECT_EQ(label.error().code(), errc::invalid_value);
  EXPECT_EQ(label.error().column(), "feeling");
  EXPECT_NE(label.error().what().find("\"angry\""), std::string::npos) << label.error().what();
}

/// Whether the server has the extension; it is then installed.
asio::awaitable<bool> has_extension(connection& db, std::string name) {
  const bool there =
      co_await db.fetch_one<bool>("SELECT EXISTS (SELECT FROM pg_available_extensions WHERE name = $1)", name);
  if (there) co_await db.execute_script("CREATE EXTENSION IF NOT EXISTS " + name);
  if (!there) std::cout << "no extension " << name << " on this server: not tested\n";
  co_return there;
}

ASYNC_TEST(extensions, hstore_goes_both_ways) {
  connection db = co_await connect_to("DSN");
  if (!co_await has_extension(db, "hstore")) co_return;
  using hstore = std::map<std::string, std::optional<std::string>>;
  round_trip<hstore> test{"hstore"};
  test.values = {{}, {{"a", "1"}, {"n", ""}, {"o \"c\\", std::nullopt}}};
  test.literals = {"a=>1, b=>NULL, \"c d\"=>\"e, f=>g\""};
  test.random = [](random_source& r) {
    hstore made;
    for (char key = 'a'; key != 'd'; ++key)
      if (between(r, 0, 2) != 0)
        made.emplace(std::string(1, key), between(r, 0, 4) == 0 ? std::nullopt : std::optional(any_text(r)));
    return made;
  };
  test.text = &literal<hstore>;  // with the keys in the server's order: the shorter ones first
  co_await check_round_trip(test);
}

ASYNC_TEST(extensions, ltree_cube_and_citext_are_strings) {
  connection db = co_await connect_to("DSN");
  for (const std::string name : {"ltree", "cube", "citext"}) {
    if (!co_await has_extension(db, name)) continue;
    const std::string value = name == "cube" ? "(1, 2)" : "a";
    EXPECT_EQ(co_await db.fetch_one<std::string>("SELECT $1::" + name, value), value);
    const std::vector<std::string> values(2, value);
    EXPECT_EQ(co_await db.fetch_one<std::vector<std::string>>("SELECT $1::" + name + "[]", values), values);
  }
}

ASYNC_TEST(extensions, pgvector_goes_both_ways) {
  connection db = co_await connect_to("DSN");
  if (!co_await has_extension(db, "vector")) co_return;
  const std::vector<float> values{1, -2.5F, 0};
  EXPECT_EQ(co_await db.fetch_one<std::vector<float>>("SELECT $1::vector", values), values);
  EXPECT_EQ(co_await db.fetch_one<std::string>("SELECT $1::vector::text", values), "[1,-2.5,0]");
  const std::vector<vector> several(2, vector{values});
  EXPECT_EQ(co_await db.fetch_one<std::vector<vector>>("SELECT $1::vector[]", several), several);
  if (co_await db.fetch_one<bool>("SELECT to_regtype('halfvec') IS NULL")) co_return;
  EXPECT_EQ(co_await db.fetch_one<std::vector<float>>("SELECT $1::halfvec", values), values);
  const sparsevec sparse{10, {{0, 2.5F}, {6, 1}}};
  EXPECT_EQ(co_await db.fetch_one<sparsevec>("SELECT $1::sparsevec", sparse), sparse);
}

ASYNC_TEST(extensions, postgis_points_go_both_ways) {
  connection db = co_await connect_to("DSN");
  if (!co_await has_extension(db, "postgis")) co_return;
  for (const geo_point& p : {geo_point{1, 2}, geo_point{1, 2, 3}, geo_point{13.4, 52.5, std::nullopt, 4326}}) {
    EXPECT_EQ(co_await db.fetch_one<geo_point>("SELECT $1::geometry", p), p);
    EXPECT_EQ(co_await db.fetch_one<std::string>("SELECT ST_AsEWKT($1::geometry)", p), to_string(p));
  }
  const geo_point berlin{13.4, 52.5, std::nullopt, 4326};
  EXPECT_EQ(co_await db.fetch_one<geo_point>("SELECT $1::geography", berlin), berlin);
  const auto ewkb = co_await db.fetch_one<std::vector<std::byte>>("SELECT 'LINESTRING(0 0, 1 1)'::geometry");
  EXPECT_EQ(co_await db.fetch_one<std::string>("SELECT ST_AsText($1::geometry)", ewkb), "LINESTRING(0 0,1 1)");
}

}  // namespace
}  // namespace pgcoro::test
