#include <bit>
#include <cstdint>
#include <limits>

#include <pgcoro/detail/numbers.hpp>
#include <pgcoro/types/geometric.hpp>

#include "types/text_scanner.hpp"
#include "types/wire_format.hpp"

namespace pgcoro {
namespace {

using detail::text_scanner;

// --- text
// -------------------------------------------------------------------------------------------------------------

void append(std::string& out, const point& value) {
  out.push_back('(');
  detail::append_number(out, value.x);
  out.push_back(',');
  detail::append_number(out, value.y);
  out.push_back(')');
}

void append(std::string& out, const point& first, const point& second) {
  append(out, first);
  out.push_back(',');
  append(out, second);
}

void append(std::string& out, const std::vector<point>& points) {
  for (std::size_t i = 0; i < points.size(); ++i) {
    if (i != 0) out.push_back(',');
    append(out, points[i]);
  }
}

void scan(text_scanner& in, point& out) noexcept {
  in.expect('(');
  out.x = in.floating();
  in.expect(',');
  out.y = in.floating();
  in.expect(')');
}

void scan(text_scanner& in, point& first, point& second) noexcept {
  scan(in, first);
  in.expect(',');
  scan(in, second);
}

void scan(text_scanner& in, std::vector<point>& out) {
  out.clear();
  do {
    scan(in, out.emplace_back());
  } while (in.accept(','));
}

// --- binary
// -----------------------------------------------------------------------------------------------------------

constexpr std::size_t point_size = 16;

double read_float(protocol::reader& in) noexcept { return std::bit_cast<double>(in.u64()); }

void read(protocol::reader& in, point& out) noexcept {
  out.x = read_float(in);
  out.y = read_float(in);
}

void write(const point& value, protocol::buffer& out) {
  out.append_be(value.x);
  out.append_be(value.y);
}

/// A count, at least 1, and as many points.
void read(protocol::reader& in, std::vector<point>& out) {
  const std::int32_t count = in.i32();
  if (count <= 0 || static_cast<std::size_t>(count) > in.remaining() / point_size) {
    in.fail("number of points");
    return;
  }
  out.resize(static_cast<std::size_t>(count));
  for (point& p : out) read(in, p);
}

errc write(const std::vector<point>& points, protocol::buffer& out) {
  if (points.empty() || points.size() > std::numeric_limits<std::int32_t>::max() / point_size)
    return errc::out_of_range;
  out.append_i32(static_cast<std::int32_t>(points.size()));
  for (const point& p : points) write(p, out);
  return errc{};
}

}  // namespace

std::string to_string(const point& value) {
  std::string out;
  append(out, value);
  return out;
}

std::string to_string(const line& value) {
  std::string out = "{";
  detail::append_number(out, value.a);
  out.push_back(',');
  detail::append_number(out, value.b);
  out.push_back(',');
  detail::append_number(out, value.c);
  out.push_back('}');
  return out;
}

std::string to_string(const lseg& value) {
  std::string out = "[";
  append(out, value.first, value.second);
  out.push_back(']');
  return out;
}

std::string to_string(const box& value) {
  std::string out;
  append(out, value.high, value.low);
  return out;
}

std::string to_string(const path& value) {
  std::string out = value.closed ? "(" : "[";
  append(out, value.points);
  out.push_back(value.closed ? ')' : ']');
  return out;
}

std::string to_string(const polygon& value) {
  std::string out = "(";
  append(out, value.points);
  out.push_back(')');
  return out;
}

std::string to_string(const circle& value) {
  std::string out = "<";
  append(out, value.center);
  out.push_back(',');
  detail::append_number(out, value.radius);
  out.push_back('>');
  return out;
}

errc parse(std::string_view text, point& out) {
  text_scanner in(text);
  scan(in, out);
  return in.finish();
}

errc parse(std::string_view text, line& out) {
  text_scanner in(text);
  in.expect('{');
  out.a = in.floating();
  in.expect(',');
  out.b = in.floating();
  in.expect(',');
  out.c = in.floating();
  in.expect('}');
  return in.finish();
}

errc parse(std::string_view text, lseg& out) {
  text_scanner in(text);
  in.expect('[');
  scan(in, out.first, out.second);
  in.expect(']');
  return in.finish();
}

errc parse(std::string_view text, box& out) {
  text_scanner in(text);
  scan(in, out.high, out.low);
  return in.finish();
}

errc parse(std::string_view text, path& out) {
  text_scanner in(text);
  out.closed = !in.accept('[');
  if (out.closed) in.expect('(');
  scan(in, out.points);
  in.expect(out.closed ? ')' : ']');
  return in.finish();
}

errc parse(std::string_view text, polygon& out) {
  text_scanner in(text);
  in.expect('(');
  scan(in, out.points);
  in.expect(')');
  return in.finish();
}

errc parse(std::string_view text, circle& out) {
  text_scanner in(text);
  in.expect('<');
  scan(in, out.center);
  in.expect(',');
  out.radius = in.floating();
  in.expect('>');
  return in.finish();
}

namespace detail {

template <>
struct wire_format<point> {
  static void read(protocol::reader& in, point& out) noexcept { pgcoro::read(in, out); }
  static errc write(const point& value, protocol::buffer& out) {
    pgcoro::write(value, out);
    return errc{};
  }
};

template <>
struct wire_format<line> {
  static void read(protocol::reader& in, line& out) noexcept {
    out.a = read_float(in);
    out.b = read_float(in);
    out.c = read_float(in);
  }
  static errc write(const line& value, protocol::buffer& out) {
    out.append_be(value.a);
    out.append_be(value.b);
    out.append_be(value.c);
    return errc{};
  }
};

template <>
struct wire_format<lseg> {
  static void read(protocol::reader& in, lseg& out) noexcept {
    pgcoro::read(in, out.first);
    pgcoro::read(in, out.second);
  }
  static errc write(const lseg& value, protocol::buffer& out) {
    pgcoro::write(value.first, out);
    pgcoro::write(value.second, out);
    return errc{};
  }
};

template <>
struct wire_format<box> {
  static void read(protocol::reader& in, box& out) noexcept {
    pgcoro::read(in, out.high);
    pgcoro::read(in, out.low);
  }
  static errc write(const box& value, protocol::buffer& out) {
    pgcoro::write(value.high, out);
    pgcoro::write(value.low, out);
    return errc{};
  }
};

template <>
struct wire_format<path> {
  static void read(protocol::reader& in, path& out) {
    const std::uint8_t closed = in.u8();
    if (closed > 1) in.fail("neither open nor closed");
    out.closed = closed == 1;
    pgcoro::read(in, out.points);
  }
  static errc write(const path& value, protocol::buffer& out) {
    out.append_u8(value.closed ? 1 : 0);
    return pgcoro::write(value.points, out);
  }
};

template <>
struct wire_format<polygon> {
  static void read(protocol::reader& in, polygon& out) { pgcoro::read(in, out.points); }
  static errc write(const polygon& value, protocol::buffer& out) { return pgcoro::write(value.points, out); }
};

template <>
struct wire_format<circle> {
  static void read(protocol::reader& in, circle& out) noexcept {
    pgcoro::read(in, out.center);
    out.radius = read_float(in);
  }
  static errc write(const circle& value, protocol::buffer& out) {
    pgcoro::write(value.center, out);
    out.append_be(value.radius);
    return errc{};
  }
};

template struct single_type_codec<point, oids::point>;
template struct single_type_codec<line, oids::line>;
template struct single_type_codec<lseg, oids::lseg>;
template struct single_type_codec<box, oids::box>;
template struct single_type_codec<path, oids::path>;
template struct single_type_codec<polygon, oids::polygon>;
template struct single_type_codec<circle, oids::circle>;

}  // namespace detail
}  // namespace pgcoro
