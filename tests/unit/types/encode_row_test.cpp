#include <boost/describe/class.hpp>

#include <pgcoro/detail/encode_row.hpp>

#include "unit/types/values.hpp"

namespace pgcoro::testing {

struct item {
  int id = 0;
  std::string name;
};
struct described_item {
  int id = 0;
  std::optional<std::string> name;
};
BOOST_DESCRIBE_STRUCT(described_item, (), (id, name))

namespace {

using detail::encode_row;
using ::testing::ElementsAre;

template <class T>
std::vector<parameter> encoded_row(const T& row, const std::vector<oid>& types) {
  protocol::buffer out;
  protocol::bind_writer bind(out, {}, {}, types.size());
  const error_info error = encode_row(row, types, bind);
  EXPECT_FALSE(error) << error.what();
  EXPECT_EQ(bind.finish(format::binary), errc{});
  return parameters_in(out);
}

TEST(encode_row, takes_scalars_tuples_pairs_and_structs) {
  const std::vector<oid> types{oids::int4, oids::text};
  const auto expected = ElementsAre(binary(be(std::int32_t{7})), binary("seven"));
  EXPECT_THAT(encoded_row(7, {oids::int4}), ElementsAre(binary(be(std::int32_t{7}))));
  EXPECT_THAT(encoded_row(std::tuple(7, "seven"), types), expected);
  EXPECT_THAT(encoded_row(std::pair(7L, std::string_view("seven")), types), expected);
  EXPECT_THAT(encoded_row(item{7, "seven"}, types), expected);
  EXPECT_THAT(encoded_row(described_item{7, "seven"}, types), expected);
  EXPECT_THAT(encoded_row(described_item{7, std::nullopt}, types), ElementsAre(binary(be(std::int32_t{7})), null()));
}

TEST(encode_row, names_the_parameter_that_failed) {
  protocol::buffer out;
  protocol::bind_writer bind(out, {}, {}, 2);
  const std::vector<oid> types{oids::int2, oids::text};
  const error_info error = encode_row(item{70000, "x"}, types, bind);
  EXPECT_EQ(error.code(), errc::out_of_range);
  EXPECT_EQ(error.column(), "$1");
}

TEST(encode_row, declares_the_members_types) {
  EXPECT_THAT(detail::declared_oids_of_row<item>(), ElementsAre(oids::int4, 0));
}

}  // namespace
}  // namespace pgcoro::testing
