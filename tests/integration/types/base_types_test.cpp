// bool, integers, floats, text and bytea there and back.
#include <cmath>
#include <limits>

#include "integration/types/round_trip.hpp"

namespace pgcoro::test {
namespace {

template <class T>
constexpr T lowest = std::numeric_limits<T>::lowest();
template <class T>
constexpr T highest = std::numeric_limits<T>::max();
template <class T>
constexpr T infinity = std::numeric_limits<T>::infinity();
template <class T>
constexpr T not_a_number = std::numeric_limits<T>::quiet_NaN();

ASYNC_TEST(round_trip, of_bool) {
  round_trip<bool> test{"bool"};
  test.values = {false, true};
  test.literals = {"yes", "off"};
  test.text = [](bool value) { return value ? "t" : "f"; };
  co_await check_round_trip(test);
}

template <class T>
asio::awaitable<void> check_integer(std::string type) {
  round_trip<T> test{std::move(type)};
  test.values = {0, 1, static_cast<T>(-1), lowest<T>, highest<T>};
  test.literals = {"0", " 7 "};
  test.text = [](T value) { return std::to_string(value); };
  test.random = [](random_source& random) {
    return static_cast<T>(static_cast<T>(random()) >> between(random, 0, static_cast<int>(8 * sizeof(T) - 1)));
  };
  co_await check_round_trip(test);
}

ASYNC_TEST(round_trip, of_int2) { co_await check_integer<std::int16_t>("int2"); }
ASYNC_TEST(round_trip, of_int4) { co_await check_integer<std::int32_t>("int4"); }
ASYNC_TEST(round_trip, of_int8) { co_await check_integer<std::int64_t>("int8"); }
ASYNC_TEST(round_trip, of_oid) { co_await check_integer<std::uint32_t>("oid"); }

/// The server's text may have one digit more than ours (see print_number()), so it is compared as a number.
template <class T>
asio::awaitable<void> check_float(std::string type) {
  round_trip<T> test{std::move(type)};
  test.values = {0,           lowest<T>,    highest<T>,     std::numeric_limits<T>::denorm_min(),
                 infinity<T>, -infinity<T>, not_a_number<T>};
  test.literals = {"0.1", "1e15", "1e-5", "NaN", "-inf"};
  test.equal = [](T a, T b) {
    return (std::isnan(a) && std::isnan(b)) || (a == b && std::signbit(a) == std::signbit(b));
  };
  test.text = [](T value) {
    std::string text;
    pgcoro::detail::append_number(text, value);
    return text;
  };
  test.same_text = [](const std::string& ours, const std::string& servers) {
    T a{}, b{};
    return pgcoro::detail::parse_float(ours, a) == pgcoro::detail::parse_float(servers, b) &&
           (a == b || (std::isnan(a) && std::isnan(b)));
  };
  test.random = [](random_source& random) {
    return static_cast<T>(std::ldexp(static_cast<double>(random()), between(random, -120, 60)));
  };
  co_await check_round_trip(test);
}

ASYNC_TEST(round_trip, of_float4) { co_await check_float<float>("float4"); }
ASYNC_TEST(round_trip, of_float8) { co_await check_float<double>("float8"); }

std::string random_text(random_source& random) {
  static constexpr std::string_view characters[] = {"a", "Z", " ", "'", "\"", "\\", "\n", "\t", "ä", "€", "😀"};
  std::string made;
  for (auto n = between(random, 0, 30); n > 0; --n)
    made += characters[between<std::size_t>(random, 0, std::size(characters) - 1)];
  return made;
}

ASYNC_TEST(round_trip, of_text) {
  for (const std::string type : {"text", "varchar", "varchar(40)", "bpchar"}) {
    round_trip<std::string> test{type};
    test.values = {"", "x", "NULL", "null"};
    test.literals = {"", " two words "};
    test.text = [](const std::string& value) { return value; };
    test.random = random_text;
    co_await check_round_trip(test);
  }
}

ASYNC_TEST(round_trip, of_bytea) {
  round_trip<std::vector<std::byte>> test{"bytea"};
  test.values.emplace_back();
  test.values.emplace_back(1);
  test.literals = {"", "\\x00ff", "abc\\\\"};
  test.text = [](const std::vector<std::byte>& value) {
    std::string made = "\\x";
    for (const std::byte b : value)
      for (const auto nibble : {b >> 4, b & std::byte{15}}) made += "0123456789abcdef"[std::to_integer<int>(nibble)];
    return made;
  };
  test.random = [](random_source& random) {
    std::vector<std::byte> made(between<std::size_t>(random, 0, 40));
    for (std::byte& b : made) b = static_cast<std::byte>(random());
    return made;
  };
  co_await check_round_trip(test);
}

}  // namespace
}  // namespace pgcoro::test
