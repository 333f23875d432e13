#include <pgcoro/detail/numbers.hpp>

#include "unit/types/values.hpp"

namespace pgcoro::testing {
namespace {

template <class Number>
std::string printed(Number value) {
  std::string made;
  detail::append_number(made, value);
  return made;
}

TEST(print_number, changes_to_an_exponent_where_the_server_does) {
  EXPECT_EQ(printed(1e14), "100000000000000");
  EXPECT_EQ(printed(1e15), "1e+15");
  EXPECT_EQ(printed(0.0001), "0.0001");
  EXPECT_EQ(printed(0.00001), "1e-05");
  EXPECT_EQ(printed(1e5F), "100000");
  EXPECT_EQ(printed(1e6F), "1e+06");
}

// What a server wrote for these numbers. std::to_chars() writes fewer digits: they read back as the number by the rule
// that a number half way between two goes to the even one.
TEST(print_number, spends_more_digits_where_fewer_lie_half_way_to_another_number) {
  EXPECT_EQ(printed(53'165'205'877'497'296.0), "5.3165205877497296e+16");
  EXPECT_EQ(printed(3'140'426'317'669'600'256.0), "3.1404263176696003e+18");
  EXPECT_EQ(printed(-18'749'277'679'926'632.0), "-1.8749277679926632e+16");
  EXPECT_EQ(printed(-675'100'032.0F), "-6.7510003e+08");
  EXPECT_EQ(printed(84'216'496.0F), "8.4216496e+07");
  EXPECT_EQ(printed(9'007'199'254'740'992.0), "9.007199254740992e+15");
}

}  // namespace
}  // namespace pgcoro::testing
