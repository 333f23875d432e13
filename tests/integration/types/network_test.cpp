#include <algorithm>

#include <pgcoro/types/asio_address.hpp>
#include <pgcoro/types/network.hpp>

#include "integration/types/round_trip.hpp"

namespace pgcoro::test {
namespace {

namespace ip = boost::asio::ip;

/// With many zeros, so that every way to shorten it is met.
std::array<std::uint8_t, 16> random_v6(random_source& random) {
  std::array<std::uint8_t, 16> made{};
  const auto zeros = between(random, 0, 4);
  for (std::size_t i = 0; i < made.size(); i += 2) {
    if (between(random, 0, 4) < zeros) continue;
    const auto group = between(random, 0, 9) == 0 ? 0xffffU : random() >> between(random, 48, 63);
    made[i] = static_cast<std::uint8_t>(group >> 8);
    made[i + 1] = static_cast<std::uint8_t>(group);
  }
  return made;
}

inet random_inet(random_source& random) {
  if (random() % 2 == 0) return inet::v6(random_v6(random), static_cast<std::uint8_t>(between(random, 0, 128)));
  std::array<std::uint8_t, 4> made{};
  for (std::uint8_t& byte : made) byte = static_cast<std::uint8_t>(random());
  return inet::v4(made, static_cast<std::uint8_t>(between(random, 0, 32)));
}

cidr random_cidr(random_source& random) { return network_of(random_inet(random)); }

template <class Macaddr>
Macaddr random_macaddr(random_source& random) {
  Macaddr made;
  for (std::uint8_t& byte : made.bytes) byte = static_cast<std::uint8_t>(random());
  return made;
}

ASYNC_TEST(round_trip, of_inet) {
  round_trip<inet> test{"inet"};
  test.values = {inet::v4({0, 0, 0, 0}), inet::v4({255, 255, 255, 255}, 0), inet::v6({}), inet::v6({}, 0)};
  test.literals = {"192.168.1.5/24",  "::1",        "::ffff:1.2.3.4", "::ffff:0:0", "2001:DB8::/32",
                   "::1:2:3:4:5:6:7", "10.1.2.3/8", "::0.1.0.0/96",   "1:0:0:2::3", "::2"};
  test.random = random_inet;
  co_await check_round_trip(test);
}

ASYNC_TEST(round_trip, of_cidr) {
  round_trip<cidr> test{"cidr"};
  test.values = {cidr{inet::v4({0, 0, 0, 0}, 0)}, cidr{inet::v6({})}};
  test.literals = {"10", "10.1", "192.168.0.0/16", "::/0", "2001:db8::/32"};
  test.random = random_cidr;
  co_await check_round_trip(test);
}

ASYNC_TEST(round_trip, of_macaddr) {
  round_trip<macaddr> test{"macaddr"};
  test.values = {{}, {{255, 255, 255, 255, 255, 255}}};
  test.literals = {"08002b010203", "0800.2b01.0203", "08-00-2B-01-02-03"};
  test.random = random_macaddr<macaddr>;
  co_await check_round_trip(test);
}

ASYNC_TEST(round_trip, of_macaddr8) {
  round_trip<macaddr8> test{"macaddr8"};
  test.values = {{}, {{255, 255, 255, 255, 255, 255, 255, 255}}};
  test.literals = {"08002b0102030405", "08:00:2b:01:02:03"};
  test.random = random_macaddr<macaddr8>;
  co_await check_round_trip(test);
}

template <class Address>
std::string text_of(const Address& address) {
  inet converted;
  EXPECT_EQ(pgcoro::detail::convert(address, converted), errc{});
  return to_string(converted);
}

ASYNC_TEST(round_trip, of_asio_address) {
  round_trip<ip::address> test{"inet"};
  test.values = {ip::address_v4::loopback(), ip::address_v6::loopback(), ip::address_v4::broadcast()};
  test.text = text_of<ip::address>;
  test.random = [](random_source& random) -> ip::address {
    if (random() % 2 == 0) return ip::address_v4(static_cast<std::uint32_t>(random()));
    return ip::address_v6(random_v6(random));
  };
  co_await check_round_trip(test);
}

ASYNC_TEST(round_trip, of_asio_network) {
  round_trip<ip::network_v4> v4{"cidr"};
  v4.text = [](const ip::network_v4& value) { return value.to_string(); };
  v4.random = [](random_source& random) {
    return ip::network_v4(ip::address_v4(static_cast<std::uint32_t>(random())),
                          static_cast<unsigned short>(between(random, 0, 32)))
        .canonical();
  };
  co_await check_round_trip(v4);

  round_trip<ip::network_v6> v6{"inet"};
  v6.text = text_of<ip::network_v6>;
  v6.random = [](random_source& random) {
    return ip::network_v6(ip::address_v6(random_v6(random)), static_cast<unsigned short>(between(random, 0, 128)));
  };
  co_await check_round_trip(v6);
}

ASYNC_TEST(inet, is_ordered_as_the_server_orders_it) {
  connection db = co_await connect_to("DSN");
  random_source random(round_trip_seed);
  std::vector<inet> values;
  for (int i = 0; i < 2000; ++i) {
    values.push_back(random_inet(random));
    values.push_back(network_of(values.back()).network);
  }
  co_await db.execute("CREATE TEMP TABLE sorted (x inet)");
  co_await db.execute_many("INSERT INTO sorted VALUES ($1)", values);
  const auto sorted = co_await db.fetch<inet>("SELECT x FROM sorted ORDER BY x");
  std::ranges::sort(values);
  EXPECT_EQ(sorted, values);
}

}  // namespace
}  // namespace pgcoro::test
