// libpq's own parser judges ours: the same strings are taken and refused, with the same values.
//
// Compared are the texts of the options before anybody looks at what they mean, as PQconninfoParse gives them. What
// differs by intent is listed in `comparable`.
#include <algorithm>
#include <array>
#include <cstdlib>
#include <gtest/gtest.h>
#include <libpq-fe.h>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "options/conninfo.hpp"
#include "options/option_table.hpp"

namespace {

using settings = std::map<std::string, std::string, std::less<>>;

struct libpq_deleter {
  void operator()(PQconninfoOption* options) const { PQconninfoFree(options); }
  void operator()(char* text) const { PQfreemem(text); }
};

const std::set<std::string, std::less<>>& names_known_to_libpq() {
  static const auto names = [] {
    std::set<std::string, std::less<>> result;
    const std::unique_ptr<PQconninfoOption, libpq_deleter> all(PQconndefaults());
    for (const PQconninfoOption* o = all.get(); o->keyword != nullptr; ++o) result.emplace(o->keyword);
    return result;
  }();
  return names;
}

std::optional<settings> ask_libpq(const std::string& text) {
  char* message = nullptr;
  const std::unique_ptr<PQconninfoOption, libpq_deleter> options(PQconninfoParse(text.c_str(), &message));
  const std::unique_ptr<char, libpq_deleter> owned(message);
  if (!options) return std::nullopt;
  settings result;
  for (const PQconninfoOption* o = options.get(); o->keyword != nullptr; ++o) {
    if (o->val != nullptr) result.emplace(o->keyword, o->val);
  }
  return result;
}

std::optional<settings> ask_pgcoro(std::string_view text) {
  const auto parsed = pgcoro::detail::parse_conninfo(text);
  if (!parsed) return std::nullopt;
  settings result;
  for (const auto& [name, value] : *parsed) {
    // An older libpq does not know the newer options, and refuses them.
    if (!names_known_to_libpq().contains(name)) return std::nullopt;
    result.insert_or_assign(std::string(name), value);
  }
  return result;
}

bool is_uri(std::string_view text) { return text.starts_with("postgresql://") || text.starts_with("postgres://"); }

/// Spaces in URIs are treated as PostgreSQL 18 does it; before that libpq kept them as they were.
bool comparable(std::string_view text) {
  return PQlibVersion() >= 180000 || !is_uri(text) || text.find(' ') == std::string_view::npos;
}

std::string shown(const std::optional<settings>& result) {
  if (!result) return "refused";
  std::string text = "taken:";
  for (const auto& [name, value] : *result) text.append(" ").append(name).append("=[").append(value).append("]");
  return text;
}

testing::AssertionResult agree_on(const std::string& text) {
  if (!comparable(text)) return testing::AssertionSuccess();
  const auto libpq = ask_libpq(text);
  const auto ours = ask_pgcoro(text);
  if (libpq == ours) return testing::AssertionSuccess();
  return testing::AssertionFailure() << text << "\n  libpq:  " << shown(libpq) << "\n  pgcoro: " << shown(ours);
}

// By the idea of libpq's own test of URIs: every part present, absent, empty, encoded, broken.
constexpr auto table = std::to_array<std::string_view>({
    "postgresql://uri-user:secret@host:12345/db",
    "postgresql://uri-user@host:12345/db",
    "postgresql://uri-user@host/db",
    "postgresql://host:12345/db",
    "postgresql://host/db",
    "postgresql://uri-user@host:12345/",
    "postgresql://uri-user@host/",
    "postgresql://uri-user@",
    "postgresql://host:12345/",
    "postgresql://host:12345",
    "postgresql://host/",
    "postgresql://host",
    "postgresql://",
    "postgres://",
    "postgres:///",
    "postgres:///db",
    "postgres://?",
    "postgres://?&",
    "postgres://?a",
    "postgres://?=",
    "postgres://?=1",
    "postgres://?host",
    "postgres://?host=",
    "postgres://?host==",
    "postgres://?host=a&",
    "postgres://?host=a&&",
    "postgres://?host=a&port=1",
    "postgres://?host=/tmp&port=5433",
    "postgresql://%68ost/",
    "postgresql://host/db?u%73er=someotheruser&port=12345",
    "postgresql://host/db?u%7aer=someotheruser&port=12345",
    "postgresql://host:12345?user=uri-user",
    "postgresql://host?user=uri-user",
    "postgresql://host?",
    "postgresql://[::1]:12345/db",
    "postgresql://[::1]/db",
    "postgresql://[2001:db8::1234]/",
    "postgresql://[200z:db8::1234]/",
    "postgresql://[::1]",
    "postgresql://[::1",
    "postgresql://[]",
    "postgresql://[::1]z",
    "postgresql://[::1]z:5",
    "postgresql://[::1]?host=x",
    "postgresql://[::1],[::2]:5,c",
    "postgresql://a[::1]",
    "postgresql://[a]b@c",
    "postgres://u@[::1]:5/",
    "postgresql://host/db?sslmode=disable",
    "postgresql://host?sslmode=prefer",
    "postgresql://host?requiressl=1",
    "postgresql://host?requiressl=0",
    "postgresql://host?requiressl=",
    "requiressl=1",
    "requiressl=0",
    "requiressl=",
    "postgresql://host?ssl=true",
    "postgresql://host?ssl=false",
    "postgresql://host?ssl=TRUE",
    "postgresql://host?ssl%3Dtrue",
    "postgresql://host?%73sl=tru%65",
    "ssl=true",
    "postgres://host?sslmode=verify-full&ssl=true",
    "postgresql://host?uzer=",
    "postgre://",
    "postgresql:/host",
    "postgresql:host",
    "POSTGRESQL://host",
    " postgresql://host",
    "postgres://a:b@c:d@e/f",
    "postgres://a:b:c@d",
    "postgres://@",
    "postgres://:@",
    "postgres://:",
    "postgres://:@:/:?",
    "postgres://:pw@",
    "postgres://u:@h",
    "postgres://u%40x:p%3Aw%2F@h",
    "postgres://h?x=a@b",
    "postgres://h?user=a@b",
    "postgres://h/d@e",
    "postgres://h/d/e/f",
    "postgres://h/d?options=-c%20a=b",
    "postgres://h/d?options=-c%20a%3Db",
    "postgres://h/?application_name=a+b",
    "postgres://h#fragment",
    "postgres://h/d#fragment",
    "postgres://%",
    "postgres://%4",
    "postgres://%4g",
    "postgres://%g4",
    "postgres://%00",
    "postgres://a%00b",
    "postgres://h?user=%00",
    "postgres://h?%00=a",
    "postgres://h?user=%",
    "postgres://%E4%bd%A0",
    "postgres://h1,h2,h3/d",
    "postgres://h1:1,h2:2,h3:3/d",
    "postgres://h1:1,h2,h3:3/d",
    "postgres://h1,h2:2",
    "postgres://,",
    "postgres://,:",
    "postgres://:,:",
    "postgres://h1,",
    "postgres://,h2?port=5",
    "postgres://h1,h2?host=other",
    "postgres://h1:1:2,h2",
    "postgres://%2Fvar%2Frun%2Fpostgresql/db",
    "postgres://u@%2Ftmp:5433/db",
    "postgresql://h /db",
    "postgresql:// h/db",
    "postgresql://h/d b",
    "postgresql://h/db%20 ",
    "postgresql://h?user= a ",
    "postgresql://h? user=a",
    "postgresql://h?user =a",
    "postgresql://h:80 ,b: 90/db",
    "postgresql:// ",
    "postgresql://u : p @ h : 1 / d",
    "postgresql://[::1 ]/",
    "postgresql://h\t/d",
    "postgresql://h?user=\ta\n",
    "",
    " ",
    "\t\n\v\f\r ",
    "host=a",
    "host = a",
    "host\t=\na",
    " host=a ",
    "host=a port=1",
    "host=a\nport=1",
    "host=a\vport=1",
    "host=",
    "host= ",
    "host= port=1",
    "host=''",
    "host='' port=1",
    "host='a b'",
    "host='a'port=1",
    "host='a'b",
    "host='a' b",
    "host=a'b'c",
    "host='a",
    "host='",
    "host='a\\",
    "host='a\\'",
    "host='a\\'b'",
    "host='a\\\\'",
    "host='a\\nb'",
    "host=a\\ b",
    "host=a\\",
    "host=\\",
    "host=a\\\\b",
    "host=a\\'b",
    "host=\\'a\\'",
    "host",
    "host a",
    "=a",
    "=",
    "==",
    "a=b",
    "HOST=a",
    "host=a host=b",
    "host=a=b",
    "host==",
    "user=a password='it''s'",
    "user=a password=x y=z",
    "host=a\x80z",
    "host=\xc3\xa4",
    "host\xa0=a",
    "host=a\xa0port=1",
    "host=\x01",
    "dbname=postgresql://h",
    "dbname='a=b'",
    "service=x",
    "sslmode=nonsense",
    "connect_timeout=nonsense",
    "port=a,b,c",
    "tty=x",
    "authtype=x",
    "scram_client_key=x",
    "oauth_issuer=x",
    "gssencmode=require",
    "replication=database",
});

TEST(connection_strings, are_read_as_libpq_reads_them) {
  for (const std::string_view text : table) EXPECT_TRUE(agree_on(std::string(text)));
}

TEST(connection_strings, may_set_every_option_that_libpq_knows) {
  for (const std::string& name : names_known_to_libpq()) {
    EXPECT_TRUE(agree_on(name + "=x"));
    EXPECT_TRUE(agree_on("postgresql://?" + name + "=x"));
    EXPECT_NE(pgcoro::detail::find_option(name), nullptr) << name;
  }
}

TEST(connection_strings, have_the_variables_that_libpq_has) {
  const std::unique_ptr<PQconninfoOption, libpq_deleter> all(PQconndefaults());
  for (const PQconninfoOption* o = all.get(); o->keyword != nullptr; ++o) {
    const auto* ours = pgcoro::detail::find_option(o->keyword);
    ASSERT_NE(ours, nullptr) << o->keyword;
    EXPECT_EQ(std::string(ours->variable != nullptr ? ours->variable : ""),
              std::string(o->envvar != nullptr ? o->envvar : ""))
        << o->keyword;
  }
}

/// Strings made of what matters to the two parsers, and strings of the table with a few characters changed.
class generator {
 public:
  explicit generator(std::uint64_t seed) : random_(seed) {}

  std::string next() { return below(3) == 0 ? assembled() : mutated(); }

 private:
  std::size_t below(std::size_t bound) { return std::uniform_int_distribution<std::size_t>(0, bound - 1)(random_); }

  std::string_view piece() {
    static constexpr auto pieces = std::to_array<std::string_view>({"postgresql://",
                                                                    "postgres://",
                                                                    ":",
                                                                    "/",
                                                                    "?",
                                                                    "&",
                                                                    "=",
                                                                    "@",
                                                                    ",",
                                                                    "[",
                                                                    "]",
                                                                    "%",
                                                                    "%20",
                                                                    "%00",
                                                                    "%2f",
                                                                    "%Zz",
                                                                    "'",
                                                                    "\\",
                                                                    " ",
                                                                    "\t",
                                                                    "\n",
                                                                    "host",
                                                                    "port",
                                                                    "user",
                                                                    "password",
                                                                    "dbname",
                                                                    "sslmode",
                                                                    "options",
                                                                    "ssl",
                                                                    "true",
                                                                    "requiressl",
                                                                    "1",
                                                                    "a",
                                                                    "b c",
                                                                    "::1",
                                                                    "5432",
                                                                    "nonsense",
                                                                    "\xc3\xa4",
                                                                    "+",
                                                                    "#",
                                                                    "=x",
                                                                    "host=",
                                                                    "user=a "});
    return pieces[below(pieces.size())];
  }

  std::string assembled() {
    std::string text(below(2) == 0 ? "postgresql://" : "");
    for (std::size_t n = below(12); n > 0; --n) text += piece();
    return text;
  }

  std::string mutated() {
    std::string text(table[below(table.size())]);
    for (std::size_t n = below(4); n > 0; --n) {
      const std::size_t at = below(text.size() + 1);
      switch (below(3)) {
        case 0: text.insert(at, piece()); break;
        case 1: text.erase(at, 1 + below(3)); break;
        default:
          // Never NUL: libpq would not see what comes after it.
          if (at < text.size()) text[at] = static_cast<char>(1 + below(255));
      }
    }
    return text;
  }

  std::mt19937_64 random_;
};

TEST(connection_strings, are_read_as_libpq_reads_them_at_random) {
  constexpr std::uint64_t seed = 20'240'711;
  constexpr int rounds = 300'000;
  std::cout << "seed " << seed << ", " << rounds << " strings, libpq " << PQlibVersion() << '\n';
  generator strings(seed);
  int taken = 0;
  for (int i = 0; i < rounds; ++i) {
    const std::string text = strings.next();
    ASSERT_TRUE(agree_on(text)) << "string " << i;
    taken += ask_pgcoro(text).has_value() ? 1 : 0;
  }
  EXPECT_GT(taken, rounds / 10) << "too few of the strings are valid to show much";
}

}  // namespace
