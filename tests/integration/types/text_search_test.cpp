#include <map>

#include <pgcoro/types/text_search.hpp>

#include "integration/types/round_trip.hpp"

namespace pgcoro::test {
namespace {

std::string random_lexeme(random_source& random) {
  static constexpr std::string_view characters[] = {"a", "b", "c", "Z", " ", "'", "\\", ":", "&", "(", "ä", "€", "😀"};
  std::string made;
  for (auto n = between(random, 1, 8); n > 0; --n)
    made += characters[between<std::size_t>(random, 0, std::size(characters) - 1)];
  return made;
}

std::vector<tsvector::position> random_positions(random_source& random) {
  std::vector<tsvector::position> made;
  std::uint16_t index = 0;
  for (int n = between(random, 0, 6); n > 0; --n) {
    index = static_cast<std::uint16_t>(index + between(random, 1, 2500));
    made.push_back({index, static_cast<lexeme_weight>(between(random, 0, 3))});
  }
  return made;
}

tsvector random_tsvector(random_source& random) {
  std::map<std::string, std::vector<tsvector::position>> sorted;
  for (int n = between(random, 0, 6); n > 0; --n) sorted[random_lexeme(random)] = random_positions(random);
  tsvector made;
  for (auto& [lexeme, positions] : sorted) made.entries.push_back({lexeme, positions});
  return made;
}

ASYNC_TEST(round_trip, of_tsvector) {
  round_trip<tsvector> test{"tsvector"};
  test.values = {{}, {{{std::string(tsvector::max_lexeme, 'x'), {{tsvector::max_position, lexeme_weight::a}}}}}};
  test.literals = {"", "a fat cat sat", "'it''s':3A,1 fat:2,4B", "'\\\\ ''':16383D", "a:20000"};
  test.random = random_tsvector;
  co_await check_round_trip(test);
}

ASYNC_TEST(tsvector, is_sorted_by_the_server) {
  connection db = co_await connect_to("DSN");
  const tsvector unsorted{{{"b", {{1}}}, {"a", {}}, {"ab", {}}, {"B", {}}}};
  const auto sorted = co_await db.fetch_one<tsvector>("SELECT $1::tsvector", unsorted);
  EXPECT_EQ(to_string(sorted), "'B' 'a' 'ab' 'b':1");
}

/// Joined from the left alone where the operator is associative: the server's text says no more.
tsquery random_tsquery(random_source& random, int depth) {
  const tsquery leaf(random_lexeme(random), static_cast<std::uint8_t>(random() % 16), random() % 4 == 0);
  if (depth == 0) return leaf;
  const tsquery inner = random_tsquery(random, depth - 1);
  switch (between(random, 0, 6)) {
    case 0: return inner && leaf;
    case 1: return inner || leaf;
    case 2: return followed_by(inner, leaf);
    case 3: return followed_by(leaf, inner, static_cast<std::uint16_t>(between(random, 0, 16'384)));
    case 4: return (inner || leaf) && tsquery(random_lexeme(random));
    case 5: return followed_by(!inner, leaf, 2);
    default: return !inner;
  }
}

ASYNC_TEST(round_trip, of_tsquery) {
  round_trip<tsquery> test{"tsquery"};
  const tsquery a("a"), b("b"), c("c");
  test.values = {tsquery(),
                 a,
                 !a,
                 a && b,
                 a || b,
                 followed_by(a, b, 0),
                 followed_by(a, followed_by(b, c)),
                 (a || b) && !c,
                 !(a && b && !c),
                 tsquery(std::string(tsquery::max_lexeme, 'x'), 15, true)};
  test.literals = {"fat & (rat | cat)",     "!(fat <-> rat) | dog:*AB", "a & b & c | d | e",
                   "a <-> (b <3> c) <-> d", "!!a & !(b | c)",           "'it''s' & 'a\\\\b'",
                   "a:dcba <16384> b",      "(a | b) <-> (c & d)",      "(a <-> b) <-> !c"};
  test.random = [](random_source& random) { return random_tsquery(random, between(random, 0, 6)); };
  co_await check_round_trip(test);
}

ASYNC_TEST(tsquery, finds_what_a_tsvector_holds) {
  connection db = co_await connect_to("DSN");
  const auto document = co_await db.fetch_one<tsvector>("SELECT to_tsvector('english', 'a fat cat sat on a mat')");
  EXPECT_EQ(to_string(document), "'cat':3 'fat':2 'mat':7 'sat':4");
  const auto matches = [&](tsquery wanted) -> asio::awaitable<bool> {
    co_return co_await db.fetch_one<bool>("SELECT $1::tsvector @@ $2::tsquery", document, wanted);
  };
  EXPECT_TRUE(co_await matches(followed_by(tsquery("fat"), tsquery("cat"))));
  EXPECT_FALSE(co_await matches(followed_by(tsquery("cat"), tsquery("fat"))));
  EXPECT_TRUE(co_await matches(tsquery("ma", 0, true) && !tsquery("rat")));
}

}  // namespace
}  // namespace pgcoro::test
