#include <limits>

#include <pgcoro/types/geometric.hpp>

#include "unit/types/both_ways.hpp"

namespace pgcoro::testing {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

/// Numbers as a geometric type has them.
std::string floats(std::initializer_list<double> values) {
  std::string made;
  for (const double v : values) made += be(v);
  return made;
}

TEST(geometric, values_are_the_servers_bytes_and_text) {
  expect_value(oids::point, point{1.5, -2}, floats({1.5, -2}), "(1.5,-2)");
  expect_value(oids::line, line{1, 2, 3}, floats({1, 2, 3}), "{1,2,3}");
  expect_value(oids::lseg, lseg{{1, 2}, {3, 4}}, floats({1, 2, 3, 4}), "[(1,2),(3,4)]");
  expect_value(oids::box, box{{3, 4}, {1, 2}}, floats({3, 4, 1, 2}), "(3,4),(1,2)");
  expect_value(oids::path, path{{{1, 2}, {3, 4}}, true}, bytes({1, 0, 0, 0, 2}) + floats({1, 2, 3, 4}),
               "((1,2),(3,4))");
  expect_value(oids::path, path{{{1, 2}, {3, 4}}, false}, bytes({0, 0, 0, 0, 2}) + floats({1, 2, 3, 4}),
               "[(1,2),(3,4)]");
  expect_value(oids::polygon, polygon{{{1, 2}, {3, 4}, {5, 6}}}, bytes({0, 0, 0, 3}) + floats({1, 2, 3, 4, 5, 6}),
               "((1,2),(3,4),(5,6))");
  expect_value(oids::circle, circle{{1, 2}, 3}, floats({1, 2, 3}), "<(1,2),3>");
}

TEST(geometric, numbers_are_written_as_the_servers_floats) {
  expect_value(oids::point, point{infinity, -infinity}, floats({infinity, -infinity}), "(Infinity,-Infinity)");
  expect_value(oids::point, point{1e15, 1e-5}, floats({1e15, 1e-5}), "(1e+15,1e-05)");
  expect_value(oids::point, point{0.1, 5e-324}, floats({0.1, 5e-324}), "(0.1,5e-324)");
  EXPECT_EQ(to_string(point{-0.0, std::numeric_limits<double>::quiet_NaN()}), "(-0,NaN)");
  EXPECT_TRUE(decode_text<point>(oids::point, "(-0,NaN)").value.y != 0);
}

TEST(geometric, refuses_bytes_that_are_cut_or_followed_by_others) {
  expect_exact_length<point>(oids::point, floats({1, 2}));
  expect_exact_length<line>(oids::line, floats({1, 2, 3}));
  expect_exact_length<lseg>(oids::lseg, floats({1, 2, 3, 4}));
  expect_exact_length<box>(oids::box, floats({1, 2, 3, 4}));
  expect_exact_length<path>(oids::path, bytes({1, 0, 0, 0, 2}) + floats({1, 2, 3, 4}));
  expect_exact_length<polygon>(oids::polygon, bytes({0, 0, 0, 2}) + floats({1, 2, 3, 4}));
  expect_exact_length<circle>(oids::circle, floats({1, 2, 3}));
}

TEST(geometric, refuses_text_that_is_cut_or_followed_by_more) {
  expect_whole_text<point>(oids::point, "(1.5,-2)");
  expect_whole_text<line>(oids::line, "{1,2,3}");
  expect_whole_text<lseg>(oids::lseg, "[(1,2),(3,4)]");
  expect_whole_text<box>(oids::box, "(3,4),(1,2)");
  expect_whole_text<path>(oids::path, "((1,2),(3,4))");
  expect_whole_text<path>(oids::path, "[(1,2),(3,4)]");
  expect_whole_text<polygon>(oids::polygon, "((1,2),(3,4))");
  expect_whole_text<circle>(oids::circle, "<(1,2),3>");
}

TEST(geometric, refuses_text_of_another_shape) {
  expect_no_values<point>(oids::point, format::text, {"1,2", "(1)", "(1,2,3)", "(a,b)", "(,)", "(1 ,2)", "<(1,2),3>"});
  expect_no_values<path>(oids::path, format::text, {"((1,2)]", "[(1,2))", "()", "[]", "(1,2)"});
  expect_no_values<polygon>(oids::polygon, format::text, {"[(1,2)]", "()", "((1,2),)"});
}

TEST(geometric, a_number_that_no_double_holds_is_out_of_range) {
  EXPECT_EQ(decode_text<point>(oids::point, "(1e999,0)"), failure<point>(errc::out_of_range));
}

TEST(geometric, a_path_is_open_or_closed) {
  expect_no_values<path>(oids::path, format::binary, {bytes({2, 0, 0, 0, 1}) + floats({1, 2})});
}

TEST(geometric, a_number_of_points_is_believed_only_where_they_are_there) {
  for (const std::int32_t count : {-1, 0, 2, std::numeric_limits<std::int32_t>::max()}) {
    EXPECT_EQ(decode_binary<polygon>(oids::polygon, be(count) + floats({1, 2})), failure<polygon>(errc::invalid_value));
    EXPECT_EQ(decode_binary<path>(oids::path, bytes({1}) + be(count) + floats({1, 2})),
              failure<path>(errc::invalid_value));
  }
}

TEST(geometric, a_path_or_polygon_without_points_is_not_sent) {
  EXPECT_EQ(encode(oids::path, path{}), refused(errc::out_of_range));
  EXPECT_EQ(encode(oids::polygon, polygon{}), refused(errc::out_of_range));
}

TEST(geometric, is_sent_as_text_where_the_server_may_make_something_of_it) {
  expect_text_elsewhere(point{1, 2}, "(1,2)");
  expect_text_elsewhere(circle{{1, 2}, 3}, "<(1,2),3>");
}

}  // namespace
}  // namespace pgcoro::testing
