// The geometric types of the plane: point, line, lseg, box, path, polygon, circle. PostgreSQL manual, "Geometric
// Types".
//
//   auto p = co_await db.fetch_one<pgcoro::point>("SELECT '(1.5,2)'::point");
//   co_await db.execute("INSERT INTO zones VALUES ($1)", pgcoro::polygon{{{0, 0}, {4, 0}, {4, 3}}});
//
// parse() takes what the server writes; errc::invalid_value. Comparison is exact, where PostgreSQL's operators allow a
// difference of 1e-6.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <pgcoro/config.hpp>
#include <pgcoro/detail/single_type_codec.hpp>

namespace pgcoro {

struct point {
  double x = 0;
  double y = 0;
  friend bool operator==(const point&, const point&) = default;
};

/// The endless line a·x + b·y + c = 0. The server takes none with a and b both 0.
struct line {
  double a = 0;
  double b = 0;
  double c = 0;
  friend bool operator==(const line&, const line&) = default;
};

/// A line segment between two points.
struct lseg {
  point first;
  point second;
  friend bool operator==(const lseg&, const lseg&) = default;
};

/// A rectangle. The server swaps coordinates until `high` is the upper right corner and `low` the lower left.
struct box {
  point high;
  point low;
  friend bool operator==(const box&, const box&) = default;
};

/// Points that are joined one to the next and, in a closed path, the last to the first. At least one point; a path
/// without any is errc::out_of_range when it is sent.
struct path {
  std::vector<point> points;
  bool closed = false;
  friend bool operator==(const path&, const path&) = default;
};

/// The corners of an area. At least one, as in a path.
struct polygon {
  std::vector<point> points;
  friend bool operator==(const polygon&, const polygon&) = default;
};

struct circle {
  point center;
  double radius = 0;
  friend bool operator==(const circle&, const circle&) = default;
};

[[nodiscard]] PGCORO_DECL std::string to_string(const point& value);    ///< (1,2)
[[nodiscard]] PGCORO_DECL std::string to_string(const line& value);     ///< {1,2,3}
[[nodiscard]] PGCORO_DECL std::string to_string(const lseg& value);     ///< [(1,2),(3,4)]
[[nodiscard]] PGCORO_DECL std::string to_string(const box& value);      ///< (3,4),(1,2)
[[nodiscard]] PGCORO_DECL std::string to_string(const path& value);     ///< ((1,2),(3,4)); [(1,2),(3,4)] if open
[[nodiscard]] PGCORO_DECL std::string to_string(const polygon& value);  ///< ((1,2),(3,4))
[[nodiscard]] PGCORO_DECL std::string to_string(const circle& value);   ///< <(1,2),3>

[[nodiscard]] PGCORO_DECL errc parse(std::string_view text, point& out);
[[nodiscard]] PGCORO_DECL errc parse(std::string_view text, line& out);
[[nodiscard]] PGCORO_DECL errc parse(std::string_view text, lseg& out);
[[nodiscard]] PGCORO_DECL errc parse(std::string_view text, box& out);
[[nodiscard]] PGCORO_DECL errc parse(std::string_view text, path& out);
[[nodiscard]] PGCORO_DECL errc parse(std::string_view text, polygon& out);
[[nodiscard]] PGCORO_DECL errc parse(std::string_view text, circle& out);

template <>
struct codec<point> : detail::single_type_codec<point, oids::point> {
  static constexpr std::string_view name = "pgcoro::point";
};
template <>
struct codec<line> : detail::single_type_codec<line, oids::line> {
  static constexpr std::string_view name = "pgcoro::line";
};
template <>
struct codec<lseg> : detail::single_type_codec<lseg, oids::lseg> {
  static constexpr std::string_view name = "pgcoro::lseg";
};
template <>
struct codec<box> : detail::single_type_codec<box, oids::box> {
  static constexpr std::string_view name = "pgcoro::box";
};
template <>
struct codec<path> : detail::single_type_codec<path, oids::path> {
  static constexpr std::string_view name = "pgcoro::path";
};
template <>
struct codec<polygon> : detail::single_type_codec<polygon, oids::polygon> {
  static constexpr std::string_view name = "pgcoro::polygon";
};
template <>
struct codec<circle> : detail::single_type_codec<circle, oids::circle> {
  static constexpr std::string_view name = "pgcoro::circle";
};

}  // namespace pgcoro
