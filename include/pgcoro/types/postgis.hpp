// PostGIS: geometry and geography.
//
// std::vector<std::byte> and std::span<const std::byte> take any geometry as the EWKB that it is on the wire, and send
// EWKB; nothing has to be included for that. geo_point is a point that a program can compute with:
//
//   pgcoro::geo_point p{.x = 13.4, .y = 52.5, .srid = 4326};
//   co_await db.execute("INSERT INTO places (position) VALUES ($1)", p);
//
// The types are known by their names, in whatever schema the extension was put.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <pgcoro/codec.hpp>
#include <pgcoro/config.hpp>

namespace pgcoro {

/// A point on a plane, on a sphere (x: longitude, y: latitude) or in space. Both coordinates are NaN where it is empty.
struct geo_point {
  double x = 0;
  double y = 0;
  std::optional<double> z{};
  std::int32_t srid = 0;  ///< of the reference system, 0 where none is known; 4326 is WGS 84

  friend bool operator==(const geo_point&, const geo_point&) = default;
};

/// As ST_AsEWKT() writes it: SRID=4326;POINT(13.4 52.5).
PGCORO_DECL std::string to_string(const geo_point& value);

/// Reads EWKB in hexadecimal, as PostGIS writes a geometry in text. invalid_value; out_of_range where it is no point,
/// or one with a measure (M).
PGCORO_DECL errc parse(std::string_view text, geo_point& out);

template <>
struct codec<geo_point> {
  static constexpr std::string_view name = "pgcoro::geo_point";
  static constexpr bool binary_where_known = true;

  PGCORO_DECL static decode_function<geo_point> decoder(const value_type& from) noexcept;
  /// Text where nobody has looked the type up.
  PGCORO_DECL static encoding<geo_point> encoder(const value_type& to) noexcept;
};

}  // namespace pgcoro
