// Values to the server and back, by every way there is, against what PostgreSQL itself makes of them.
//
//   ASYNC_TEST(round_trip, of_date) {
//     round_trip<std::chrono::sys_days> test{"date"};
//     test.values = {sys_days::min(), sys_days{}};
//     test.literals = {"infinity", "0044-03-15 BC"};
//     test.random = [](random_source& r) { return sys_days(days(between(r, -2'440'588, 100'000'000))); };
//     co_await check_round_trip(test);
//   }
//
// Each value goes as a parameter as it would without our doing, which is binary where the codec can, and as text. What
// the server then writes must be what to_string() writes; what it sends back, in binary and as text, must be the value.
// For each literal the server's value is read in both formats, and to_string() must write what the server writes.
//
// The random values are the same in each run. PGCORO_ROUND_TRIP_VALUES says how many there are.
#pragma once

#include <algorithm>
#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <cstdlib>
#include <deque>
#include <functional>
#include <random>
#include <ranges>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include "support/async_test.hpp"
#include "support/environment.hpp"

namespace pgcoro::test {

using random_source = std::mt19937_64;
inline constexpr std::uint64_t round_trip_seed = 20'261'122;

/// A number from `least` to `greatest`, each as likely as any other.
template <class Integer>
Integer between(random_source& random, Integer least, Integer greatest) {
  return std::uniform_int_distribution<Integer>(least, greatest)(random);
}

/// A number from `least` to `greatest` of a random order of magnitude, so that the small ones are met, too.
inline std::int64_t of_any_size(random_source& random, std::int64_t least, std::int64_t greatest) {
  const auto bits = between(random, 0, 63);
  const auto value = static_cast<std::int64_t>(random() >> bits);
  return std::clamp(value, least, greatest);
}

/// Of the types that pgcoro defines; any other needs `round_trip::text`.
template <class T>
std::string text_of(const T& value) {
  if constexpr (requires {
                  requires !std::is_arithmetic_v<T>;
                  to_string(value);
                })
    return to_string(value);
  else
    return "(round_trip::text is not set)";
}

/// Of the types that can be compared; any other needs `round_trip::equal`.
template <class T>
bool equals([[maybe_unused]] const T& a, [[maybe_unused]] const T& b) {
  if constexpr (requires { a == b; })
    return a == b;
  else
    return false;
}

template <class T>
struct round_trip {
  std::string type;                           ///< as SQL spells it
  std::deque<T> values{};                     ///< the edges
  std::vector<std::string> literals{};        ///< input for the type
  std::function<T(random_source&)> random{};  ///< none: no random values
  std::function<bool(const T&, const T&)> equal = &equals<T>;
  std::function<std::string(const T&)> text = &text_of<T>;
  /// Whether what text() gives is as good as what the server writes.
  std::function<bool(const std::string&, const std::string&)> same_text = std::equal_to<>();
  bool goes_as_text = true;  ///< false: there is nothing to send where only text will do
  std::string setup{};       ///< a script that runs first, on the same connection
  std::string dsn = "DSN";
};

namespace detail {

/// A value whose column is asked for, and read, in one format.
template <class T, protocol::format Format>
struct read_as {
  T value{};
};

/// A value that is sent as text.
template <class T>
struct sent_as_text {
  const T* value;
};

template <class T>
std::tuple<std::int32_t, T> without_text(const std::tuple<std::int32_t, T, sent_as_text<T>>& row) {
  return {std::get<0>(row), std::get<1>(row)};
}

inline std::size_t random_values() {
  constexpr std::size_t usual = 100'000;
  const char* const set = std::getenv("PGCORO_ROUND_TRIP_VALUES");
  return set != nullptr ? std::stoull(set) : usual;
}

/// What the server made of one value.
template <class T>
using answer = std::tuple<read_as<T, protocol::format::binary>, read_as<T, protocol::format::text>, std::string>;

/// Reports differences, the first few of them.
template <class T>
class judge {
 public:
  explicit judge(const round_trip<T>& test) : test_(test) {}

  bool has_seen_enough() const noexcept { return failures_ >= 5; }

  /// The server holds `expected`, and `what` says where it is from.
  void expect_value(const T& expected, const answer<T>& got, const std::string& what) {
    expect_text(expected, got, what);
    if (!test_.equal(std::get<0>(got).value, expected)) fail(what + " comes back in binary as another value", got);
    if (!test_.equal(std::get<1>(got).value, expected)) fail(what + " comes back as text as another value", got);
  }

  /// Both formats give the same value, whose text is the server's.
  void expect_agreement(const answer<T>& got, const std::string& what) {
    expect_text(std::get<0>(got).value, got, what);
    if (!test_.equal(std::get<0>(got).value, std::get<1>(got).value)) fail(what + " differs between formats", got);
  }

 private:
  void expect_text(const T& value, const answer<T>& got, const std::string& what) {
    const std::string ours = test_.text(value);
    if (!test_.same_text(ours, std::get<2>(got))) fail(what + " is written by to_string() as " + ours, got);
  }
  void fail(const std::string& what, const answer<T>& got) {
    ++failures_;
    const std::string& server = std::get<2>(got);
    ADD_FAILURE() << test_.type << ": " << what << "\n  server: " << server << "\n  in binary it is "
                  << test_.text(std::get<0>(got).value) << "\n  as text it is " << test_.text(std::get<1>(got).value);
  }

  const round_trip<T>& test_;
  int failures_ = 0;
};

/// format() writes what the type's output function does; a cast to text does not for all types (bool, char(n)).
template <class T>
asio::awaitable<void> check_values(connection& db, const round_trip<T>& test, const std::deque<T>& values) {
  co_await db.execute("CREATE TEMP TABLE round_trip (number int, plain " + test.type + ", as_text " + test.type + ")");
  std::int32_t next = 0;
  auto rows = values | std::views::transform([&next](const T& value) {
                return std::tuple<std::int32_t, T, sent_as_text<T>>(next++, value, sent_as_text<T>{&value});
              });
  if (test.goes_as_text)
    co_await db.execute_many("INSERT INTO round_trip VALUES ($1, $2, $3)", rows);
  else
    co_await db.execute_many("INSERT INTO round_trip VALUES ($1, $2)", rows | std::views::transform(&without_text<T>));

  judge<T> judge(test);
  for (const std::string column : {"plain", "as_text"}) {
    if (!test.goes_as_text && column == "as_text") continue;
    const std::string sql =
        "SELECT " + column + ", " + column + ", format('%s', " + column + ") FROM round_trip ORDER BY number";
    const auto answers = co_await db.fetch<answer<T>>(sql);
    EXPECT_EQ(answers.size(), values.size());
    for (std::size_t i = 0; i < answers.size() && !judge.has_seen_enough(); ++i) {
      const std::string what = "value " + std::to_string(i) + ", sent to column " + column + ",";
      judge.expect_value(values[i], answers[i], what);
    }
  }
  co_await db.execute("DROP TABLE round_trip");
}

template <class T>
asio::awaitable<void> check_literals(connection& db, const round_trip<T>& test) {
  judge<T> judge(test);
  const std::string sql = "SELECT x, x, format('%s', x) FROM (SELECT $1::text::" + test.type + " AS x) AS literal";
  for (const std::string& literal : test.literals) {
    const auto got = co_await db.fetch_one<answer<T>>(sql, literal);
    judge.expect_agreement(got, "literal '" + literal + "'");
  }
}

}  // namespace detail

template <class T>
asio::awaitable<void> check_round_trip(const round_trip<T>& test) {
  connection db = co_await connect_to(test.dsn);
  if (!test.setup.empty()) co_await db.execute_script(test.setup);
  std::deque<T> values = test.values;
  random_source random(round_trip_seed);
  if (test.random)
    for (std::size_t n = detail::random_values(); n > 0; --n) values.push_back(test.random(random));
  SCOPED_TRACE(test.type + ": " + std::to_string(test.values.size()) + " edges, then random values with seed " +
               std::to_string(round_trip_seed));
  co_await detail::check_values(db, test, values);
  co_await detail::check_literals(db, test);
}

}  // namespace pgcoro::test

template <class T, pgcoro::protocol::format Format>
struct pgcoro::codec<pgcoro::test::detail::read_as<T, Format>> {
  using value = pgcoro::test::detail::read_as<T, Format>;
  static constexpr std::string_view name = "the type under test";
  static constexpr protocol::format preferred_format = Format;

  static decode_function<value> decoder(const value_type& from) noexcept {
    return codec<T>::decoder(from) != nullptr ? &read : nullptr;
  }

 private:
  static errc read(protocol::bytes_view bytes, value& out, const value_type& from) {
    return codec<T>::decoder(from)(bytes, out.value, from);
  }
};

template <class T>
struct pgcoro::codec<pgcoro::test::detail::sent_as_text<T>> {
  using value = pgcoro::test::detail::sent_as_text<T>;
  static constexpr std::string_view name = "the type under test, as text";

  static encoding<value> encoder(const value_type& to) noexcept {
    const encoding<T> inner = codec<T>::encoder(in_text(to));
    EXPECT_TRUE(!inner || inner.format == protocol::format::text);
    return {inner.format, inner ? &write : nullptr};
  }

 private:
  static value_type in_text(value_type to) noexcept {
    to.format = protocol::format::text;
    return to;
  }
  static errc write(const value& parameter, protocol::buffer& out, const value_type& to) {
    return codec<T>::encoder(in_text(to)).write(*parameter.value, out, in_text(to));
  }
};
