#include "options/host_list.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <string>
#include <string_view>
#include <vector>

#include "unit/options/fake_environment.hpp"

namespace {

using pgcoro::detail::host_entry;
using pgcoro::detail::make_hosts;
using testing::ElementsAre;
using testing::HasSubstr;

class host_list : public testing::Test {
 protected:
  std::vector<std::string> labels(std::string_view host, std::string_view hostaddr, std::string_view port) {
    std::vector<std::string> result;
    const auto hosts = make_hosts(host, hostaddr, port, files_.env());
    if (!hosts) return {hosts.error().what()};
    for (const host_entry& entry : *hosts) result.push_back(entry.label());
    return result;
  }

  pgcoro::test::fake_environment files_;
};

TEST_F(host_list, pairs_hosts_with_ports) {
  EXPECT_THAT(labels("a", "", ""), ElementsAre("a:5432"));
  EXPECT_THAT(labels("a,b", "", ""), ElementsAre("a:5432", "b:5432"));
  EXPECT_THAT(labels("a,b", "", "1"), ElementsAre("a:1", "b:1"));
  EXPECT_THAT(labels("a,b,c", "", "1,,3"), ElementsAre("a:1", "b:5432", "c:3"));
}

TEST_F(host_list, pairs_hosts_with_addresses) {
  EXPECT_THAT(labels("a,b", "10.0.0.1,::1", "1,2"), ElementsAre("a (10.0.0.1):1", "b (::1):2"));
  EXPECT_THAT(labels("", "10.0.0.1,::1", ""), ElementsAre("10.0.0.1:5432", "[::1]:5432"));
  EXPECT_THAT(labels("a,b", ",10.0.0.2", ""), ElementsAre("a:5432", "b (10.0.0.2):5432"));
  EXPECT_THAT(labels("::1", "", ""), ElementsAre("[::1]:5432"));
}

TEST_F(host_list, takes_a_directory_for_a_unix_socket) {
  EXPECT_THAT(labels("/run/pg", "", "5433"), ElementsAre("/run/pg/.s.PGSQL.5433"));
  EXPECT_THAT(labels("@pg", "", ""), ElementsAre("@pg/.s.PGSQL.5432"));
  const auto hosts = make_hosts("/run/pg,db", "", "", files_.env());
  ASSERT_TRUE(hosts);
  EXPECT_TRUE((*hosts)[0].is_unix_socket());
  EXPECT_FALSE((*hosts)[1].is_unix_socket());
}

TEST_F(host_list, connects_to_an_address_even_where_the_host_is_a_directory) {
  const auto hosts = make_hosts("/run/pg", "127.0.0.1", "", files_.env());
  ASSERT_TRUE(hosts);
  EXPECT_FALSE((*hosts)[0].is_unix_socket());
}

TEST_F(host_list, defaults_to_the_directory_in_which_the_port_s_socket_lies_and_else_to_localhost) {
  EXPECT_THAT(labels("", "", ""), ElementsAre("localhost:5432"));
  files_.write("tmp/.s.PGSQL.5432", "");
  EXPECT_THAT(labels("", "", ""), ElementsAre(files_.path("tmp/.s.PGSQL.5432")));
  files_.write("run/.s.PGSQL.5432", "");
  EXPECT_THAT(labels("", "", ""), ElementsAre(files_.path("run/.s.PGSQL.5432")));
  EXPECT_THAT(labels("", "", "1"), ElementsAre("localhost:1"));
  EXPECT_THAT(labels("a,", "", ""), ElementsAre("a:5432", files_.path("run/.s.PGSQL.5432")));
}

TEST_F(host_list, refuses_lists_whose_lengths_do_not_fit) {
  EXPECT_THAT(labels("a,b", "10.0.0.1", ""), ElementsAre("2 values in host for 1 value in hostaddr"));
  EXPECT_THAT(labels("a", "10.0.0.1,10.0.0.2", ""), ElementsAre("1 value in host for 2 values in hostaddr"));
  EXPECT_THAT(labels("a,b", "", "1,2,3"), ElementsAre("3 values in port for 2 values in host or hostaddr"));
  EXPECT_THAT(labels("a,b,c", "", "1,2"), ElementsAre("2 values in port for 3 values in host or hostaddr"));
  EXPECT_THAT(labels("a", "", ","), ElementsAre("2 values in port for 1 value in host or hostaddr"));
}

TEST_F(host_list, refuses_what_is_no_port) {
  for (const char* port : {"0", "-1", "65536", "x", "5432x", "54 32", "99999999999"}) {
    EXPECT_THAT(labels("a", "", port), ElementsAre("port: must be a number from 1 to 65535")) << port;
  }
  EXPECT_THAT(labels("a", "", " 5432 "), ElementsAre("a:5432"));
}

TEST_F(host_list, refuses_an_address_that_would_have_to_be_looked_up) {
  for (const char* address : {"localhost", "10.0.0.256", "::g"}) {
    EXPECT_THAT(labels("", address, ""), ElementsAre("hostaddr: must be an IPv4 or IPv6 address in numbers"));
  }
}

TEST_F(host_list, refuses_a_socket_path_that_the_system_cannot_hold) {
  EXPECT_THAT(labels("/" + std::string(120, 'x'), "", "").front(), HasSubstr("longer than 107 bytes"));
}

}  // namespace
