#include <algorithm>
#include <boost/uuid/uuid_io.hpp>

#include <pgcoro/types/json.hpp>
#include <pgcoro/types/uuid.hpp>

#include "integration/types/round_trip.hpp"

namespace pgcoro::test {
namespace {

ASYNC_TEST(uuid, is_fetched_alone) {
  connection db = co_await connect_to("DSN");
  const auto one = co_await db.fetch_one<boost::uuids::uuid>("SELECT '00112233-4455-6677-8899-aabbccddeeff'::uuid");
  EXPECT_EQ(boost::uuids::to_string(one), "00112233-4455-6677-8899-aabbccddeeff");
}

ASYNC_TEST(round_trip, of_uuid) {
  using boost::uuids::uuid;
  round_trip<uuid> test{"uuid"};
  test.values = {uuid{}};
  test.literals = {"{A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11}"};
  test.text = [](const uuid& value) { return boost::uuids::to_string(value); };
  test.random = [](random_source& random) {
    uuid made;
    std::generate(made.begin(), made.end(), [&random] { return static_cast<std::uint8_t>(random()); });
    return made;
  };
  co_await check_round_trip(test);
}

using json = boost::json::value;

json random_json(random_source& random, int depth) {
  switch (between(random, 0, depth > 0 ? 6 : 4)) {
    case 0: return nullptr;
    case 1: return random() % 2 == 0;
    case 2: return static_cast<std::int64_t>(random());
    case 3: return (between(random, -1'000'000, 1'000'000) + 0.5) / 64;  // the server drops a fraction of zero
    case 4: return boost::json::string(between<std::size_t>(random, 0, 8), random() % 2 == 0 ? '"' : 'x');
    case 5: {
      boost::json::array made;
      for (int n = between(random, 0, 4); n > 0; --n) made.push_back(random_json(random, depth - 1));
      return made;
    }
    default: {
      boost::json::object made;
      for (int n = between(random, 0, 4); n > 0; --n)
        made[std::string(1, static_cast<char>('a' + n))] = random_json(random, depth - 1);
      return made;
    }
  }
}

/// The server writes the text of jsonb in its own way, and so it is compared as a value.
asio::awaitable<void> check_json(std::string type) {
  round_trip<json> test{std::move(type)};
  test.values = {nullptr, "", 0, json(boost::json::array()), json(boost::json::object())};
  test.literals = {" [1, 2.50, \"\\u00e4\", {\"k\": null}] ", "18446744073709551615"};
  test.text = [](const json& value) { return boost::json::serialize(value); };
  test.same_text = [](const std::string& ours, const std::string& servers) {
    return boost::json::parse(ours) == boost::json::parse(servers);
  };
  test.random = [](random_source& random) { return random_json(random, 3); };
  co_await check_round_trip(test);
}

ASYNC_TEST(round_trip, of_json) { co_await check_json("json"); }
ASYNC_TEST(round_trip, of_jsonb) { co_await check_json("jsonb"); }

ASYNC_TEST(round_trip, of_json_as_text) {
  for (const std::string type : {"json", "jsonb"}) {
    round_trip<std::string> test{type};
    test.text = [](const std::string& value) { return value; };
    test.values = {"null", "[1, 2]", "{\"a\": \"b\"}", "123456789012345678901234567890"};
    co_await check_round_trip(test);
  }
}

ASYNC_TEST(round_trip, of_jsonpath) {
  round_trip<std::string> test{"jsonpath"};
  test.text = [](const std::string& value) { return value; };
  test.values = {"$", "$.\"a\"[*]?(@ > 1)"};
  co_await check_round_trip(test);
}

}  // namespace
}  // namespace pgcoro::test
