#include <sstream>

#include <pgcoro/types/asio_address.hpp>
#include <pgcoro/types/network.hpp>

#include "unit/types/both_ways.hpp"

namespace pgcoro::testing {
namespace {

namespace ip = boost::asio::ip;

constexpr inet host = inet::v4({192, 168, 1, 5}, 24);
constexpr inet loopback = inet::v6({0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1});

inet v6(std::string_view text) {
  inet made;
  EXPECT_EQ(parse(text, made), errc{}) << text;
  return made;
}

std::string v6_bytes(int prefix_length, int is_cidr, std::string address) {
  return bytes({3, prefix_length, is_cidr, 16}) + std::move(address);
}

TEST(inet, is_the_servers_bytes_and_text) {
  expect_value(oids::inet, host, bytes({2, 24, 0, 4, 192, 168, 1, 5}), "192.168.1.5/24");
  expect_value(oids::inet, inet::v4({10, 0, 0, 1}), bytes({2, 32, 0, 4, 10, 0, 0, 1}), "10.0.0.1");
  expect_value(oids::inet, inet::v4({0, 0, 0, 0}, 0), bytes({2, 0, 0, 4, 0, 0, 0, 0}), "0.0.0.0/0");
  expect_value(oids::inet, loopback, v6_bytes(128, 0, std::string(15, '\0') + '\1'), "::1");
  expect_value(oids::inet, v6("2001:db8::/32"), v6_bytes(32, 0, "\x20\x01\x0d\xb8" + std::string(12, '\0')),
               "2001:db8::/32");
}

TEST(inet, shortens_ipv6_as_the_server_does) {
  for (const std::string_view text : {"::",
                                      "::1",
                                      "::2",
                                      "::ffff",
                                      "::0.1.0.0",
                                      "1::",
                                      "1::1",
                                      "::1.2.3.4",
                                      "::ffff:1.2.3.4",
                                      "::ffff:0.0.0.0",
                                      "::fffe:102:304",
                                      "1:0:0:2::3",
                                      "1::2:0:0:3",
                                      "0:1::",
                                      "1:2:3:4:5:6:7:0",
                                      "0:2:3:4:5:6:7:8",
                                      "1:0:3:4:5:6:7:8",
                                      "2001:db8::ff00:42:8329",
                                      "1:2:3:4:5:6::",
                                      "0:0:1::"})
    EXPECT_EQ(to_string(v6(text)), text);
  EXPECT_EQ(to_string(v6("::1:0")), "::0.1.0.0");
  EXPECT_EQ(to_string(v6("::1:2:3:4:5:6:7")), "0:1:2:3:4:5:6:7");
  EXPECT_EQ(to_string(v6("2001:DB8:0:0:0:0:0:0")), "2001:db8::");
}

TEST(inet, is_read_from_cidr_and_sent_to_it_where_it_is_a_network) {
  const inet network = inet::v4({192, 168, 1, 0}, 24);
  EXPECT_EQ(decode_binary<inet>(oids::cidr, bytes({2, 24, 1, 4, 192, 168, 1, 0})), ok(network));
  EXPECT_EQ(decode_text<inet>(oids::cidr, "192.168.1.0/24"), ok(network));
  EXPECT_EQ(encode(oids::cidr, network), sent(binary(bytes({2, 24, 1, 4, 192, 168, 1, 0}))));
  EXPECT_EQ(encode(oids::cidr, host), refused(errc::out_of_range));
  EXPECT_EQ(encode_as_text(oids::cidr, host), refused(errc::out_of_range));
}

TEST(inet, with_a_prefix_longer_than_the_address_is_not_sent) {
  EXPECT_EQ(encode(oids::inet, inet::v4({1, 2, 3, 4}, 33)), refused(errc::out_of_range));
  EXPECT_EQ(encode(oids::text, inet::v6({}, 129)), refused(errc::out_of_range));
}

TEST(inet, refuses_malformed_bytes) {
  expect_exact_length<inet>(oids::inet, bytes({2, 24, 0, 4, 192, 168, 1, 5}));
  expect_exact_length<inet>(oids::inet, v6_bytes(128, 0, std::string(16, '\1')));
  expect_no_values<inet>(
      oids::inet, format::binary,
      {bytes({2, 33, 0, 4, 1, 2, 3, 4}), bytes({4, 24, 0, 4, 1, 2, 3, 4}), bytes({3, 24, 0, 4, 1, 2, 3, 4}),
       bytes({2, 24, 2, 4, 1, 2, 3, 4}), bytes({2, 24, 0, 3, 1, 2, 3}), v6_bytes(129, 0, std::string(16, '\1')),
       bytes({2, 24, 0, 16}) + std::string(16, '\1')});
}

TEST(inet, refuses_malformed_text) {
  expect_no_values<inet>(
      oids::inet, format::text,
      {"", "1.2.3", "1.2.3.256", "1.2.3.4/33", "1.2.3.4/", "1.2.3.4/-1", "1.2.3.4 ", "/24", "::/129", ":::", "1::2::3",
       "1:2:3:4:5:6:7:8:9", "::g", "1.2.3.4/24/24", std::string_view("1.2.3.4\0", 8),
       "0000:0000:0000:0000:0000:ffff:255.255.255.2555", "2001:db8::/x", "1.2.3.4/300"});
}

TEST(inet, is_ordered_as_postgresql_orders_it) {
  const std::vector<inet> ascending = {inet::v4({9, 1, 2, 3}, 8),
                                       inet::v4({10, 0, 0, 0}, 8),
                                       inet::v4({10, 1, 2, 3}, 8),
                                       inet::v4({10, 0, 0, 0}, 32),
                                       inet::v4({10, 1, 2, 3}, 32),
                                       inet::v4({10, 1, 2, 4}, 32),
                                       inet::v4({192, 168, 1, 0}, 24),
                                       host,
                                       v6("::/0"),
                                       loopback};
  for (std::size_t i = 1; i < ascending.size(); ++i) EXPECT_LT(ascending[i - 1], ascending[i]) << i;
}

TEST(cidr, is_a_network) {
  const cidr network = network_of(host);
  expect_value(oids::cidr, network, bytes({2, 24, 1, 4, 192, 168, 1, 0}), "192.168.1.0/24");
  expect_value(oids::cidr, cidr{loopback}, v6_bytes(128, 1, std::string(15, '\0') + '\1'), "::1/128");
  expect_value(oids::cidr, cidr{inet::v4({10, 1, 2, 3})}, bytes({2, 32, 1, 4, 10, 1, 2, 3}), "10.1.2.3/32");
  EXPECT_EQ(to_string(network_of(inet::v4({255, 255, 255, 255}, 13))), "255.248.0.0/13");
  EXPECT_EQ(to_string(network_of(inet::v4({255, 255, 255, 255}, 0))), "0.0.0.0/0");
}

TEST(cidr, with_bits_behind_the_prefix_is_not_sent_and_not_believed) {
  EXPECT_EQ(encode(oids::cidr, cidr{host}), refused(errc::out_of_range));
  EXPECT_EQ(encode(oids::text, cidr{host}), refused(errc::out_of_range));
  expect_no_values<cidr>(oids::cidr, format::binary, {bytes({2, 24, 1, 4, 192, 168, 1, 5}), bytes({2, 24, 1, 4})});
  expect_no_values<cidr>(oids::cidr, format::text, {"192.168.1.5/24", "10/8"});
  cidr out;
  EXPECT_EQ(parse("192.168.1.5/24", out), errc::invalid_value);
}

TEST(cidr, is_read_from_an_inet_that_is_a_network) {
  EXPECT_EQ(decode_binary<cidr>(oids::inet, bytes({2, 24, 0, 4, 192, 168, 1, 0})), ok(network_of(host)));
  EXPECT_EQ(decode_binary<cidr>(oids::inet, bytes({2, 24, 0, 4, 192, 168, 1, 5})), failure<cidr>(errc::out_of_range));
  EXPECT_EQ(decode_text<cidr>(oids::inet, "192.168.1.5/24"), failure<cidr>(errc::out_of_range));
  EXPECT_EQ(encode(oids::inet, network_of(host)), sent(binary(bytes({2, 24, 0, 4, 192, 168, 1, 0}))));
}

TEST(network, is_sent_as_text_where_the_server_may_make_something_of_it) {
  expect_text_elsewhere(host, "192.168.1.5/24");
  expect_text_elsewhere(network_of(host), "192.168.1.0/24");
  expect_text_elsewhere(macaddr{{8, 0, 0x2b, 1, 2, 3}}, "08:00:2b:01:02:03");
}

TEST(macaddr, is_the_servers_bytes_and_text) {
  expect_value(oids::macaddr, macaddr{{8, 0, 0x2b, 1, 2, 0xff}}, bytes({8, 0, 0x2b, 1, 2, 0xff}), "08:00:2b:01:02:ff");
  expect_value(oids::macaddr8, macaddr8{{8, 0, 0x2b, 1, 2, 3, 4, 5}}, bytes({8, 0, 0x2b, 1, 2, 3, 4, 5}),
               "08:00:2b:01:02:03:04:05");
  expect_exact_length<macaddr>(oids::macaddr, std::string(6, '\1'));
  expect_exact_length<macaddr8>(oids::macaddr8, std::string(8, '\1'));
  expect_whole_text<macaddr>(oids::macaddr, "08:00:2b:01:02:03");
}

TEST(macaddr, is_parsed_from_every_notation_that_postgresql_takes) {
  for (const std::string_view text : {"08:00:2b:01:02:03", "08-00-2B-01-02-03", "08002b:010203", "08002b-010203",
                                      "0800.2b01.0203", "0800-2b01-0203", "08002b010203"}) {
    macaddr short_one;
    EXPECT_EQ(parse(text, short_one), errc{}) << text;
    EXPECT_EQ(to_string(short_one), "08:00:2b:01:02:03");
    macaddr8 long_one;
    EXPECT_EQ(parse(text, long_one), errc{}) << text;
    EXPECT_EQ(to_string(long_one), "08:00:2b:ff:fe:01:02:03");
  }
}

TEST(macaddr, refuses_what_is_none) {
  expect_no_values<macaddr>(oids::macaddr, format::text,
                            {"", "08:00:2b:01:02:03:04", "08:00-2b:01:02:03", "8:0:2b:1:2:3", "08:00:2b:01:02:0g",
                             ":08:00:2b:01:02:03", "08:00:2b:01:02:03:", "08::00:2b:01:02:03"});
  expect_no_values<macaddr8>(oids::macaddr8, format::text, {"", "08:00:2b:01:02:03:04", "08:00:2b:01:02:03:04:05:06"});
}

TEST(asio_address, is_a_host) {
  const std::string wire = bytes({2, 32, 0, 4, 10, 0, 0, 1});
  const auto address = ip::make_address_v4("10.0.0.1");
  expect_both_ways<ip::address_v4>(oids::inet, address, wire, "10.0.0.1");
  expect_both_ways<ip::address>(oids::inet, address, wire, "10.0.0.1");
  const std::string wire6 = v6_bytes(128, 0, std::string(15, '\0') + '\1');
  expect_both_ways<ip::address_v6>(oids::inet, ip::address_v6::loopback(), wire6, "::1");
  expect_both_ways<ip::address>(oids::inet, ip::address_v6::loopback(), wire6, "::1");
  expect_text_elsewhere<ip::address>(address, "10.0.0.1");
}

TEST(asio_address, refuses_a_network_and_the_other_family) {
  EXPECT_EQ(decode_text<ip::address>(oids::inet, "10.0.0.1/24"), failure<ip::address>(errc::out_of_range));
  EXPECT_EQ(decode_text<ip::address_v4>(oids::inet, "10.0.0.1/24"), failure<ip::address_v4>(errc::out_of_range));
  EXPECT_EQ(decode_text<ip::address_v4>(oids::inet, "::1"), failure<ip::address_v4>(errc::out_of_range));
  EXPECT_EQ(decode_text<ip::address_v6>(oids::inet, "10.0.0.1"), failure<ip::address_v6>(errc::out_of_range));
  EXPECT_EQ(decode_text<ip::address_v6>(oids::inet, "::1/64"), failure<ip::address_v6>(errc::out_of_range));
  EXPECT_EQ(decode_text<ip::address>(oids::inet, "10.0.0"), failure<ip::address>(errc::invalid_value));
  EXPECT_EQ(encode(oids::inet, ip::make_address_v6("fe80::1%7")), refused(errc::out_of_range));
}

TEST(asio_network, keeps_the_bits_behind_its_prefix) {
  const auto network = ip::make_network_v4("192.168.1.5/24");
  expect_both_ways<ip::network_v4>(oids::inet, network, bytes({2, 24, 0, 4, 192, 168, 1, 5}), "192.168.1.5/24");
  EXPECT_EQ(encode(oids::cidr, network), refused(errc::out_of_range));
  EXPECT_EQ(encode(oids::cidr, network.canonical()), sent(binary(bytes({2, 24, 1, 4, 192, 168, 1, 0}))));
  const auto network6 = ip::make_network_v6("2001:db8::/32");
  expect_both_ways<ip::network_v6>(oids::cidr, network6, v6_bytes(32, 1, "\x20\x01\x0d\xb8" + std::string(12, '\0')),
                                   "2001:db8::/32");
  EXPECT_EQ(decode_text<ip::network_v4>(oids::cidr, "2001:db8::/32"), failure<ip::network_v4>(errc::out_of_range));
  EXPECT_EQ(decode_text<ip::network_v6>(oids::cidr, "10.0.0.0/8"), failure<ip::network_v6>(errc::out_of_range));
}

}  // namespace
}  // namespace pgcoro::testing
