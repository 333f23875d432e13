// Rows that contradict their description or themselves: every path that reads a row must notice, and none may read past
// its end. Bodies are copied to the heap in their exact size, so that the sanitizers see a byte too far.
#include <boost/describe/class.hpp>

#include <pgcoro/detail/row_sinks.hpp>

#include "unit/types/values.hpp"

namespace pgcoro::testing {

struct named_pair {
  int a = 0;
  std::string b;
};
BOOST_DESCRIBE_STRUCT(named_pair, (), (a, b))

namespace {

using detail::row_sink;
using verdict = row_sink::verdict;

const auto columns = share(make_columns({make_column("a", oids::int4), make_column("b", oids::text)}));
const std::string good_row = make_row({be(std::int32_t{1}), "two"});

verdict deliver(row_sink& sink, std::string_view body) {
  const std::vector<std::byte> exact(protocol::as_bytes(body).begin(), protocol::as_bytes(body).end());
  const auto layout = detail::lay_out(sink, columns);
  sink.describe(layout);
  return sink.row(exact);
}

template <class Sink>
class every_sink : public ::testing::Test {};
using sinks = ::testing::Types<detail::result_sink, detail::collect_sink<std::tuple<int, std::string>>,
                               detail::collect_sink<named_pair>, detail::single_row_sink<std::pair<int, std::string>>>;
TYPED_TEST_SUITE(every_sink, sinks);

TYPED_TEST(every_sink, takes_a_row_that_is_well_formed) {
  TypeParam sink;
  EXPECT_EQ(deliver(sink, good_row), verdict::ok);
}

TYPED_TEST(every_sink, calls_a_row_malformed_wherever_it_is_cut_off) {
  for (std::size_t size = 0; size < good_row.size(); ++size) {
    TypeParam sink;
    EXPECT_EQ(deliver(sink, std::string_view(good_row).substr(0, size)), verdict::malformed) << size;
    EXPECT_EQ(sink.take_error().code(), errc::protocol_error);
  }
}

TYPED_TEST(every_sink, calls_a_row_with_trailing_bytes_malformed) {
  TypeParam sink;
  EXPECT_EQ(deliver(sink, good_row + '\0'), verdict::malformed);
}

TYPED_TEST(every_sink, calls_a_row_with_fewer_or_more_fields_than_columns_malformed) {
  for (const auto& row : {make_row({}), make_row({be(std::int32_t{1})}), make_row({be(std::int32_t{1}), "two", "3"})}) {
    TypeParam sink;
    EXPECT_EQ(deliver(sink, row), verdict::malformed);
  }
}

TYPED_TEST(every_sink, calls_sizes_that_are_negative_or_beyond_the_row_malformed) {
  for (const std::int32_t size :
       {-2, std::numeric_limits<std::int32_t>::min(), 4 + 8, 1 << 30, std::numeric_limits<std::int32_t>::max()}) {
    std::string row = good_row;
    row.replace(2, 4, be(size));
    TypeParam sink;
    EXPECT_EQ(deliver(sink, row), verdict::malformed) << size;
  }
}

TYPED_TEST(every_sink, survives_every_single_byte_changed_to_anything) {
  for (std::size_t at = 0; at < good_row.size(); ++at) {
    for (int value = 0; value < 256; ++value) {
      std::string row = good_row;
      row[at] = static_cast<char>(value);
      TypeParam sink;
      const verdict v = deliver(sink, row);
      EXPECT_EQ(v == verdict::ok, !sink.take_error());
    }
  }
}

TEST(malformed_rows, are_told_from_values_that_cannot_be_had) {
  detail::collect_sink<std::tuple<int, std::string>> sink;
  EXPECT_EQ(deliver(sink, make_row({std::nullopt, "two"})), verdict::failed);
  EXPECT_EQ(sink.take_error().code(), errc::unexpected_null);
}

}  // namespace
}  // namespace pgcoro::testing
